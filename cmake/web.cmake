# SPDX-License-Identifier: BSL-1.0
# The wing chatroom::web, where Boost.JSON and libsodium are found.
if(NOT CHATROOM_WEB)
    set(CHATROOM_WEB_MISSING "chatroom::web (libboost-json1.81-dev, libsodium-dev)")
    return()
endif()
find_package(Boost 1.81 QUIET OPTIONAL_COMPONENTS json)
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND AND NOT TARGET PkgConfig::libsodium)
    pkg_check_modules(libsodium QUIET IMPORTED_TARGET GLOBAL libsodium)
endif()
set(missing)
if(NOT TARGET Boost::json)
    list(APPEND missing libboost-json1.81-dev)
endif()
if(NOT TARGET PkgConfig::libsodium)
    list(APPEND missing libsodium-dev)
endif()
if(missing)
    list(JOIN missing " and " CHATROOM_WEB_MISSING)
    message(STATUS "without chatroom::web: ${CHATROOM_WEB_MISSING} is missing")
    return()
endif()

# The page in a source file.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS src/web/page/page.html)
file(READ src/web/page/page.html page)
file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/page.cpp.new "#include \"page.hpp\"

namespace chatroom::detail {

std::string_view page() noexcept
{
    return R\"page(${page})page\";
}

}  // namespace chatroom::detail
")
file(COPY_FILE ${CMAKE_CURRENT_BINARY_DIR}/page.cpp.new ${CMAKE_CURRENT_BINARY_DIR}/page.cpp ONLY_IF_DIFFERENT)

add_library(chatroom_web
    ${CMAKE_CURRENT_BINARY_DIR}/page.cpp
    src/web/client/client_answer.cpp
    src/web/client/client_protocol.cpp
    src/web/client/json_client.cpp
    src/web/client/json_client_receiving.cpp
    src/web/client/upgrade.cpp
    src/web/client/websocket_client.cpp
    src/web/client/websocket_error.cpp
    src/web/detect.cpp
    src/web/detector.cpp
    src/web/http_answer.cpp
    src/web/http_protocol.cpp
    src/web/http_reader.cpp
    src/web/http_rules.cpp
    src/web/json_text.cpp
    src/web/page_policy.cpp
    src/web/push_format.cpp
    src/web/request.cpp
    src/web/requests.cpp
    src/web/room_requests.cpp
    src/web/web_service.cpp
    src/web/websocket_frame.cpp
    src/web/websocket_protocol.cpp
    src/web/websocket_reader.cpp
)
add_library(chatroom::web ALIAS chatroom_web)
target_include_directories(chatroom_web PRIVATE src/web src)
target_include_directories(chatroom_web SYSTEM PRIVATE ${CHATROOM_UTF8_DIR})
target_link_libraries(chatroom_web
    PUBLIC chatroom
    PRIVATE Boost::json PkgConfig::libsodium $<BUILD_INTERFACE:chatroom_developer>)
set_target_properties(chatroom_web PROPERTIES
    EXPORT_NAME web
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
