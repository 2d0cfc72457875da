# SPDX-License-Identifier: BSL-1.0
# The library as others link it, the programs as others install them. What takes long, or needs more than the sources
# need, is labelled `verify` and left out of ./dev check. The longest compile the library once more, 100 s of CPU (560 s
# on two cores that four others used); the time-out is three times that.

# A bare Debian has no make, and CMake would choose it: a test that calls it fails everywhere, and not there alone.
set(work ${PROJECT_BINARY_DIR}/package)
if(CMAKE_GENERATOR STREQUAL "Ninja")
    foreach(name make gmake)
        file(WRITE ${work}/bin/${name} "#!/bin/sh\necho 'tests use the generator of the tree that they test' >&2\nexit 1\n")
        file(CHMOD ${work}/bin/${name} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
    endforeach()
endif()

function(package_test name)
    cmake_parse_arguments(PARSE_ARGV 1 a "" "NEEDS;MAKES" "LABELS;ENVIRONMENT;COMMAND")
    add_test(NAME package.${name} COMMAND ${a_COMMAND} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/package)
    set_tests_properties(package.${name} PROPERTIES
        TIMEOUT 1800 LABELS "package;${a_LABELS}" FIXTURES_SETUP "${a_MAKES}" FIXTURES_REQUIRED "${a_NEEDS}"
        ENVIRONMENT "CMAKE_GENERATOR=${CMAKE_GENERATOR};PYTHONDONTWRITEBYTECODE=1;${a_ENVIRONMENT}"
        ENVIRONMENT_MODIFICATION PATH=path_list_prepend:${work}/bin)
endfunction()

if(CHATROOM_APPS)
    # The programs that have a man page and completion, joined by colons.
    set(programs $<TARGET_FILE:chatroom-server>:$<TARGET_FILE:chatroom-client>:$<TARGET_FILE:chatroom-bench>)
    package_test(texts ENVIRONMENT CHATROOM_PROGRAMS=${programs}
        COMMAND python3 -m unittest -v test_texts test_docs test_recipes test_sources)
    if(CHATROOM_SYSTEMD AND libsystemd_FOUND)
        package_test(service ENVIRONMENT CHATROOM_SERVER=$<TARGET_FILE:chatroom-server>
            COMMAND python3 -m unittest -v test_service)
    endif()
endif()
if(CHATROOM_SANITIZE OR NOT CHATROOM_INSTALL)
    return()
endif()

package_test(library ENVIRONMENT CHATROOM_LIBRARY=$<TARGET_FILE:chatroom> COMMAND python3 -m unittest -v test_library)
package_test(install_dirs COMMAND python3 -m unittest -v test_install_dirs)
package_test(bad_input COMMAND python3 -m unittest -v test_bad_input)

if(CHATROOM_APPS)
    package_test(deb.build LABELS verify MAKES debs COMMAND ${PROJECT_SOURCE_DIR}/dev deb)
    package_test(deb LABELS verify NEEDS debs ENVIRONMENT CHATROOM_DEBS=${PROJECT_SOURCE_DIR}/build/deb
        COMMAND python3 -m unittest -v test_deb)
endif()

set(consumer ${CMAKE_CURRENT_SOURCE_DIR}/consumer/check.py)
find_program(CHATROOM_CLANG_PROGRAM clang++-19)
package_test(install MAKES installed
    COMMAND ${CMAKE_COMMAND} --install ${PROJECT_BINARY_DIR} --component dev --prefix ${work}/installed)
package_test(shared.configure LABELS verify MAKES shared_configured
    COMMAND ${CMAKE_COMMAND} -S ${PROJECT_SOURCE_DIR} -B ${work}/shared -DBUILD_SHARED_LIBS=ON
        -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCMAKE_INSTALL_PREFIX=${work}/installed-shared
        -DCHATROOM_APPS=OFF -DCHATROOM_TESTS=OFF -DCHATROOM_EXAMPLES=OFF)
package_test(shared.install LABELS verify NEEDS shared_configured MAKES installed_shared
    COMMAND ${CMAKE_COMMAND} --build ${work}/shared --target install)

# Not among them: -Weffc++, and of g++ 12 -Wzero-as-null-pointer-constant, which warns of its own coroutine frames.
set(hostile_flags -Werror -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Woverloaded-virtual -Wold-style-cast -Wcast-align -Wcast-qual -Wdouble-promotion -Wformat=2 -Wnull-dereference -Wundef
    -Wextra-semi -Wmissing-declarations -Wredundant-decls -Wctor-dtor-privacy -Wfloat-equal -Wvla -Wswitch-enum
    -Wsuggest-override -Wdeprecated-copy-dtor)
set(hostile_flags_g__ -Wduplicated-cond -Wduplicated-branches -Wlogical-op -Wuseless-cast -Wcomma-subscript -Wvolatile
    -Wstrict-null-sentinel -Wcatch-value=3)
set(hostile_flags_clang -Wzero-as-null-pointer-constant -Wunreachable-code-aggressive -Wthread-safety -Wheader-hygiene
    -Wmissing-prototypes -Wmissing-variable-declarations -Wcomma -Wnewline-eof -Wdeprecated)

# A packager may build everything, but for the tests, in one unit a target.
package_test(unity.configure LABELS verify MAKES unity_configured
    COMMAND ${CMAKE_COMMAND} -S ${PROJECT_SOURCE_DIR} -B ${work}/unity -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0
        -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -DCHATROOM_TESTS=OFF -DCHATROOM_EXAMPLES=OFF)
package_test(unity.build LABELS verify NEEDS unity_configured COMMAND ${CMAKE_COMMAND} --build ${work}/unity)

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
        package_test(${way}.shared.${name} NEEDS installed_shared LABELS verify
            COMMAND python3 ${consumer} ${way} ${compiler} ${work}/${way}-shared-${name} ${work}/installed-shared)
    endforeach()
    package_test(add_subdirectory.${name} LABELS verify
        COMMAND python3 ${consumer} add_subdirectory ${compiler} ${work}/add_subdirectory-${name} ${PROJECT_SOURCE_DIR})
    # All of the library in one unit, and the warnings that somebody is fond of.
    string(MAKE_C_IDENTIFIER ${name} variable)
    list(JOIN hostile_flags " " flags)
    list(JOIN hostile_flags_${variable} " " more_flags)
    package_test(hostile_parent.${name} LABELS verify
        COMMAND python3 ${consumer} add_subdirectory ${compiler} "${work}/hostile parent of ${name}" ${PROJECT_SOURCE_DIR}
            -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0 -DCMAKE_CXX_STANDARD=17 -DCHATROOM_INSTALL=ON
            "-DCMAKE_INSTALL_LIBDIR=/odd place/lib" "-DCMAKE_CXX_FLAGS=${flags} ${more_flags}")
endforeach()
