# SPDX-License-Identifier: BSL-1.0
# A misspelt option would be ignored in silence: whoever sets CHATROOM_TEST=OFF gets the tests all the same.
get_cmake_property(names CACHE_VARIABLES)
foreach(name ${names})
    if(name MATCHES "^CHATROOM_" AND NOT name IN_LIST CHATROOM_OPTIONS AND NOT name MATCHES "_DIR$|_PROGRAM$")
        # What the command line has set has no type yet, or no help of ours.
        get_property(help CACHE ${name} PROPERTY HELPSTRING)
        if(help STREQUAL "No help, variable specified on the command line.")
            list(JOIN CHATROOM_OPTIONS ", " known)
            unset(${name} CACHE)
            message(FATAL_ERROR "${name} is no option of chatroom: there are ${known}")
        endif()
    endif()
endforeach()
