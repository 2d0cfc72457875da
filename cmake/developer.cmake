# SPDX-License-Identifier: BSL-1.0
# Warnings and sanitizers of this project's own targets; never installed, never seen by a user of the library.
add_library(chatroom_developer INTERFACE)
if(PROJECT_IS_TOP_LEVEL)
    target_compile_options(chatroom_developer INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion)
endif()
