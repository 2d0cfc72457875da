# SPDX-License-Identifier: BSL-1.0
# cpack makes chatroom (the programs) and libchatroom-dev (the headers and the static library); see ./dev deb.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME chatroom)
set(CPACK_PACKAGE_CONTACT "The chatroom maintainers <maintainers@chatroom.invalid>" CACHE STRING "Who makes the package")
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_COMPONENTS_ALL runtime dev)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

set(CPACK_DEBIAN_RUNTIME_PACKAGE_NAME chatroom)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SECTION net)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_RUNTIME_PACKAGE_CONTROL_EXTRA ${CMAKE_CURRENT_SOURCE_DIR}/deb/postinst
    ${CMAKE_CURRENT_SOURCE_DIR}/deb/prerm ${CMAKE_CURRENT_SOURCE_DIR}/deb/postrm ${CMAKE_CURRENT_BINARY_DIR}/conffiles)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "")  # each package has its own
# The first line is the summary; CPack indents the others.
set(CPACK_DEBIAN_RUNTIME_DESCRIPTION "chat room server and client over TCP and UDP
A server that puts people and programs in one room, a client to talk with on
a terminal or in a pipe, and a program that loads a server and checks what it
delivers.

What is said is kept once and reaches every member that keeps up, once, in
one order. Members come with the client, with nc or with telnet, over TCP or
UDP. The server takes its sockets from systemd or opens them itself.")
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/conffiles "/etc/chatroom/server.conf\n")

set(CPACK_DEBIAN_DEV_PACKAGE_NAME libchatroom-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS "libboost1.81-dev | libboost-dev (>= 1.81)")
# For a part of it alone.
if(TARGET chatroom_conversation)
    list(APPEND recommended libicu-dev libsodium-dev)
endif()
if(TARGET chatroom_web)
    list(APPEND recommended libboost-json1.81-dev)
endif()
if(TARGET chatroom_tls)
    list(APPEND recommended libssl-dev)
endif()
list(JOIN recommended ", " CPACK_DEBIAN_DEV_PACKAGE_RECOMMENDS)
set(CPACK_DEBIAN_DEV_DESCRIPTION "C++20 library for chat rooms over TCP and UDP (development files)
The headers and the static library of chatroom, which serves chat rooms on
coroutines of Boost.Asio, within a program and on that program's executor. A
room is one ordered log, and every member is a cursor into it.

CMake's find_package(chatroom) and pkg-config find it.")

configure_file(deb/changelog.in changelog @ONLY)
foreach(component runtime dev)
    string(TOUPPER ${component} upper)
    set(folder ${CMAKE_INSTALL_DATADIR}/doc/${CPACK_DEBIAN_${upper}_PACKAGE_NAME})
    install(FILES deb/copyright DESTINATION ${folder} COMPONENT ${component})
    install_gzipped(${PROJECT_SOURCE_DIR}/CHANGELOG.md ${folder} changelog ${component})
    install_gzipped(${CMAKE_CURRENT_BINARY_DIR}/changelog ${folder} changelog.Debian ${component})
endforeach()
# As they are: they link one another, and examples are there to be compiled.
set(docs ${PROJECT_SOURCE_DIR}/docs)
install(FILES ${docs}/operator.md ${docs}/grafana.json ${docs}/conversation.md ${docs}/limits.md ${docs}/wire.md ${docs}/client.md ${docs}/client.svg
    ${docs}/browser.md ${docs}/web.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/chatroom)
install(DIRECTORY ${docs}/images DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/chatroom FILES_MATCHING PATTERN *.png)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/libchatroom-dev COMPONENT dev
    FILES_MATCHING PATTERN *.cpp)

include(CPack)
