# SPDX-License-Identifier: BSL-1.0
# The library as others link it. What takes long, or needs clang, is labelled `verify` and left out of ./dev check.
if(CHATROOM_SANITIZE OR NOT CHATROOM_INSTALL)
    return()
endif()
set(consumer ${CMAKE_CURRENT_SOURCE_DIR}/consumer/check.py)
set(work ${PROJECT_BINARY_DIR}/package)
find_program(CHATROOM_CLANG_PROGRAM clang++-19)

function(package_test name)
    cmake_parse_arguments(PARSE_ARGV 1 a "" "NEEDS;MAKES" "LABELS;COMMAND")
    add_test(NAME package.${name} COMMAND ${a_COMMAND})
    set_tests_properties(package.${name} PROPERTIES
        TIMEOUT 600 LABELS "package;${a_LABELS}" FIXTURES_SETUP "${a_MAKES}" FIXTURES_REQUIRED "${a_NEEDS}")
endfunction()

package_test(install MAKES installed
    COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --component dev --prefix ${work}/installed)
package_test(shared.configure MAKES shared_configured
    COMMAND ${CMAKE_COMMAND} -G Ninja -S ${PROJECT_SOURCE_DIR} -B ${work}/shared -DBUILD_SHARED_LIBS=ON
        -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCMAKE_INSTALL_PREFIX=${work}/installed-shared
        -DCHATROOM_APPS=OFF -DCHATROOM_TESTS=OFF -DCHATROOM_EXAMPLES=OFF)
package_test(shared.install NEEDS shared_configured MAKES installed_shared
    COMMAND ${CMAKE_COMMAND} --build ${work}/shared --target install)

set(compilers g++=${CMAKE_CXX_COMPILER})
if(CHATROOM_CLANG_PROGRAM)
    list(APPEND compilers clang=${CHATROOM_CLANG_PROGRAM})
endif()
foreach(one ${compilers})
    string(REGEX REPLACE "=.*" "" name ${one})
    string(REGEX REPLACE ".*=" "" compiler ${one})
    string(REPLACE "g++" "" label ${name})
    string(REPLACE "clang" "verify" label "${label}")
    foreach(way find_package pkg-config)
        package_test(${way}.${name} NEEDS installed LABELS ${label}
            COMMAND python3 ${consumer} ${way} ${compiler} ${work}/${way}-${name} ${work}/installed)
        package_test(${way}.shared.${name} NEEDS installed_shared LABELS ${label}
            COMMAND python3 ${consumer} ${way} ${compiler} ${work}/${way}-shared-${name} ${work}/installed-shared)
    endforeach()
    package_test(add_subdirectory.${name} LABELS ${label}
        COMMAND python3 ${consumer} add_subdirectory ${compiler} ${work}/add_subdirectory-${name} ${PROJECT_SOURCE_DIR})
endforeach()
