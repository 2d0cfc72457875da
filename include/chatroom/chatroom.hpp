// SPDX-License-Identifier: BSL-1.0
#pragma once

/// @file
/// Everything but chatroom/conversation.hpp, tls.hpp, web.hpp and websocket_client.hpp, which are of libraries of their
/// own. For the first ten minutes; later, include what you use.

/// @namespace chatroom
/// Chat rooms over TCP and UDP, and the serving layer below them, which knows nothing of chat.

#include <chatroom/error.hpp>
#include <chatroom/message.hpp>
#include <chatroom/observer.hpp>
#include <chatroom/options.hpp>
#include <chatroom/room/room.hpp>
#include <chatroom/serve/io_pool.hpp>
#include <chatroom/serve/tcp_server.hpp>
#include <chatroom/serve/udp_server.hpp>
#include <chatroom/tcp_client.hpp>
#include <chatroom/tcp_room.hpp>
#include <chatroom/udp_client.hpp>
#include <chatroom/udp_room.hpp>
#include <chatroom/version.hpp>
