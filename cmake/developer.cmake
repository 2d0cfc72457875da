# SPDX-License-Identifier: BSL-1.0
# Warnings and sanitizers of this project's own targets; never installed, never seen by a user of the library.
set(CHATROOM_SANITIZE "" CACHE STRING "Sanitizers for everything that is built here: the value of -fsanitize")

add_library(chatroom_developer INTERFACE)
if(PROJECT_IS_TOP_LEVEL)
    target_compile_options(chatroom_developer INTERFACE
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion $<$<BOOL:${CHATROOM_WERROR}>:-Werror>)
endif()
if(CHATROOM_SANITIZE)
    add_compile_options(-fsanitize=${CHATROOM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    if(CHATROOM_SANITIZE MATCHES undefined)
        # The vptr check probes memory through a pipe, and cries wolf when a test has used up the descriptors.
        add_compile_options(-fno-sanitize=vptr)
    endif()
    add_link_options(-fsanitize=${CHATROOM_SANITIZE})
endif()
