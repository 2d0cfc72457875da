# SPDX-License-Identifier: BSL-1.0
# What has to be there, or one sentence that says what to do. Runs as a script too (cmake -D... -P), to be tested.
foreach(oldest GNU=12 Clang=16)
    string(REPLACE "=" ";" oldest ${oldest})
    list(GET oldest 0 compiler)
    list(GET oldest 1 version)
    if(CMAKE_CXX_COMPILER_ID STREQUAL compiler AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS version)
        message(FATAL_ERROR "chatroom needs the coroutines of g++ 12 or clang 16, and ${CMAKE_CXX_COMPILER} is "
            "${compiler} ${CMAKE_CXX_COMPILER_VERSION}: choose a newer one with -DCMAKE_CXX_COMPILER=g++-12")
    endif()
endforeach()
if(CMAKE_SCRIPT_MODE_FILE)
    return()
endif()

find_package(Boost 1.81 QUIET)
if(NOT Boost_FOUND)
    message(FATAL_ERROR "chatroom needs the headers of Boost 1.81 or newer: "
        "apt-get install libboost1.81-dev, or name the place with -DBOOST_ROOT=DIR")
endif()
find_package(Threads REQUIRED)
# utfcpp's own package comes first; its target has a namespace in some packagings. Debian's can't be found twice.
if(NOT TARGET utf8cpp AND NOT TARGET utf8cpp::utf8cpp)
    find_package(utf8cpp CONFIG QUIET)
endif()
foreach(target utf8cpp utf8cpp::utf8cpp)
    if(TARGET ${target})
        get_target_property(utf8cpp_headers ${target} INTERFACE_INCLUDE_DIRECTORIES)
        # Of a target that is built beside us.
        string(REGEX REPLACE "\\$<BUILD_INTERFACE:([^>]*)>" "\\1" utf8cpp_headers "${utf8cpp_headers}")
        string(GENEX_STRIP "${utf8cpp_headers}" utf8cpp_headers)
    endif()
endforeach()
find_path(CHATROOM_UTF8_DIR utf8.h HINTS ${utf8cpp_headers} PATH_SUFFIXES utf8cpp)
mark_as_advanced(CHATROOM_UTF8_DIR)
if(NOT CHATROOM_UTF8_DIR)
    message(FATAL_ERROR "chatroom needs utf8.h of utfcpp to be built: "
        "apt-get install libutfcpp-dev, or name the place with -DCHATROOM_UTF8_DIR=DIR")
endif()
