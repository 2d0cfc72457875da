# SPDX-License-Identifier: BSL-1.0
# The wing chatroom::conversation, where ICU and libsodium are found.
if(NOT CHATROOM_CONVERSATION)
    set(CHATROOM_CONVERSATION_MISSING "chatroom::conversation (libicu-dev, libsodium-dev)")
    return()
endif()
find_package(ICU 60 QUIET COMPONENTS uc i18n)
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    pkg_check_modules(libsodium QUIET IMPORTED_TARGET GLOBAL libsodium)
endif()
if(NOT ICU_FOUND)
    list(APPEND missing libicu-dev)
endif()
if(NOT libsodium_FOUND)
    list(APPEND missing libsodium-dev)
endif()
if(NOT PkgConfig_FOUND)
    list(APPEND missing pkgconf)
endif()
if(missing)
    list(JOIN missing " and " CHATROOM_CONVERSATION_MISSING)
    message(STATUS "without chatroom::conversation: ${CHATROOM_CONVERSATION_MISSING} is missing")
    return()
endif()

add_library(chatroom_conversation
    src/conversation/announcements.cpp
    src/conversation/ban_commands.cpp
    src/conversation/ban_list.cpp
    src/conversation/comings_and_goings.cpp
    src/conversation/command_line.cpp
    src/conversation/by_request.cpp
    src/conversation/commands.cpp
    src/conversation/conversation.cpp
    src/conversation/directory.cpp
    src/conversation/duration.cpp
    src/conversation/mute_list.cpp
    src/conversation/name.cpp
    src/conversation/name_registry.cpp
    src/conversation/network.cpp
    src/conversation/operator_commands.cpp
    src/conversation/password_commands.cpp
    src/conversation/people_commands.cpp
    src/conversation/room_commands.cpp
    src/conversation/sentences.cpp
    src/conversation/slow_work.cpp
    src/conversation/talk.cpp
    src/conversation/timer.cpp
)
add_library(chatroom::conversation ALIAS chatroom_conversation)
target_link_libraries(chatroom_conversation
    PUBLIC chatroom
    PRIVATE ICU::uc ICU::i18n PkgConfig::libsodium $<BUILD_INTERFACE:chatroom_developer>)
set_target_properties(chatroom_conversation PROPERTIES
    EXPORT_NAME conversation
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
