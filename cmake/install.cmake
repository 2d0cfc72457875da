# SPDX-License-Identifier: BSL-1.0
# The library as others find it: find_package(chatroom) and pkg-config, both of the version in version.hpp.
include(CMakePackageConfigHelpers)

install(TARGETS chatroom EXPORT chatroomTargets
    ARCHIVE COMPONENT dev
    LIBRARY COMPONENT runtime NAMELINK_COMPONENT dev)
install(DIRECTORY include/chatroom DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev FILES_MATCHING PATTERN *.hpp)

set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/chatroom)
install(EXPORT chatroomTargets NAMESPACE chatroom:: DESTINATION ${cmake_dir} COMPONENT dev)
configure_package_config_file(cmake/chatroomConfig.cmake.in chatroomConfig.cmake INSTALL_DESTINATION ${cmake_dir}
    NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(chatroomConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/chatroomConfig.cmake ${PROJECT_BINARY_DIR}/chatroomConfigVersion.cmake
    DESTINATION ${cmake_dir} COMPONENT dev)

# Relative to where the .pc file lies, so that the tree may be installed or moved anywhere; what is absolute stays there.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
    set(pc_prefix ${CMAKE_INSTALL_PREFIX})
else()
    file(RELATIVE_PATH pc_prefix /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
    string(REGEX REPLACE "/$" "" pc_prefix "\${pcfiledir}/${pc_prefix}")
endif()
foreach(name LIBDIR INCLUDEDIR)
    set(pc_${name} ${CMAKE_INSTALL_${name}})
    cmake_path(ABSOLUTE_PATH pc_${name} BASE_DIRECTORY "\${prefix}")
endforeach()
foreach(name prefix LIBDIR INCLUDEDIR)
    string(REPLACE " " "\\ " pc_${name} "${pc_${name}}")  # as pkgconf does within ${pcfiledir}
endforeach()
configure_file(cmake/chatroom.pc.in chatroom.pc.in @ONLY)
set(pc_file ${PROJECT_BINARY_DIR}/pkgconfig/$<CONFIG>/chatroom.pc)
file(GENERATE OUTPUT ${pc_file} INPUT ${PROJECT_BINARY_DIR}/chatroom.pc.in)
install(FILES ${pc_file} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
