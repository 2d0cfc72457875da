# SPDX-License-Identifier: BSL-1.0
# The library as others find it: find_package(chatroom) and pkg-config, both of the version in version.hpp.
include(CMakePackageConfigHelpers)

install(TARGETS chatroom EXPORT chatroomTargets
    ARCHIVE COMPONENT dev
    LIBRARY COMPONENT runtime NAMELINK_COMPONENT dev)
if(NOT TARGET chatroom_conversation)
    list(APPEND no_wing PATTERN conversation.hpp EXCLUDE)
endif()
if(NOT TARGET chatroom_web)
    list(APPEND no_wing PATTERN web.hpp EXCLUDE PATTERN websocket_client.hpp EXCLUDE)
endif()
if(NOT TARGET chatroom_tls)
    list(APPEND no_wing PATTERN tls.hpp EXCLUDE)
endif()
install(DIRECTORY include/chatroom DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev
    FILES_MATCHING PATTERN *.hpp ${no_wing})

set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/chatroom)
install(EXPORT chatroomTargets NAMESPACE chatroom:: DESTINATION ${cmake_dir} COMPONENT dev)
# The wings apart, so that a program without one needs nothing of what that one needs.
foreach(wing conversation web tls)
    if(TARGET chatroom_${wing})
        install(TARGETS chatroom_${wing} EXPORT chatroom_${wing}Targets
            ARCHIVE COMPONENT dev
            LIBRARY COMPONENT runtime NAMELINK_COMPONENT dev)
        install(EXPORT chatroom_${wing}Targets NAMESPACE chatroom:: DESTINATION ${cmake_dir} COMPONENT dev)
    endif()
endforeach()
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
set(pc_requires " icu-i18n icu-uc libsodium")
set(pc_web_libs " -lboost_json")  # Boost has no .pc files
set(pc_web_requires " libsodium")
set(pc_tls_requires " openssl")
if(BUILD_SHARED_LIBS)
    set(pc_requires "")  # the library itself links them
    set(pc_web_libs "")
    set(pc_web_requires "")
    set(pc_tls_requires "")
endif()
set(pc_names chatroom)
foreach(wing conversation web tls)
    if(TARGET chatroom_${wing})
        list(APPEND pc_names chatroom-${wing})
    endif()
endforeach()
foreach(name ${pc_names})
    configure_file(cmake/${name}.pc.in ${name}.pc.in @ONLY)
    set(pc_file ${PROJECT_BINARY_DIR}/pkgconfig/$<CONFIG>/${name}.pc)
    file(GENERATE OUTPUT ${pc_file} INPUT ${PROJECT_BINARY_DIR}/${name}.pc.in)
    install(FILES ${pc_file} DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
endforeach()
