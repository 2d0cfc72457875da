# SPDX-License-Identifier: BSL-1.0
# The wing chatroom::tls, where OpenSSL is found.
if(NOT CHATROOM_TLS)
    set(CHATROOM_TLS_MISSING "chatroom::tls (libssl-dev)")
    return()
endif()
find_package(OpenSSL 3.0 QUIET)
if(NOT OPENSSL_FOUND)
    set(CHATROOM_TLS_MISSING libssl-dev)
    message(STATUS "without chatroom::tls: ${CHATROOM_TLS_MISSING} is missing")
    return()
endif()

add_library(chatroom_tls
    src/tls/openssl.cpp
    src/tls/self_signed.cpp
    src/tls/tls_client.cpp
    src/tls/tls_context.cpp
    src/tls/tls_error.cpp
    src/tls/tls_failure.cpp
    src/tls/tls_stream.cpp
    src/tls/tls_stream_bio.cpp
    src/tls/tls_wire.cpp
)
add_library(chatroom::tls ALIAS chatroom_tls)
target_include_directories(chatroom_tls PRIVATE ${PROJECT_SOURCE_DIR}/src)
target_link_libraries(chatroom_tls
    PUBLIC chatroom
    PRIVATE OpenSSL::SSL OpenSSL::Crypto $<BUILD_INTERFACE:chatroom_developer>)
set_target_properties(chatroom_tls PROPERTIES
    EXPORT_NAME tls
    CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
