// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "address.hpp"
#include "colour.hpp"
#include "session.hpp"

#include <cstddef>
#include <iosfwd>
#include <string>
#include <variant>
#include <vector>

namespace client {

struct options {
    address server;
    std::vector<std::string> messages;  ///< To say and be gone.
    std::string name;                   ///< To be known by; empty: none.
    std::string log;                    ///< File that the conversation is added to; empty: none.
    std::string tls_ca;                 ///< File of those who may sign for the server; empty: the system's.
    std::string tls_pin;                ///< SHA-256 of the server's certificate; empty: none.
    std::size_t history = 20;           ///< Messages of the past, over WebSocket.
    bool bell = false;
    bool title = false;
    bool hide_joins = false;
    bool listen = false;
    bool json = false;
    bool plain = false;
    bool reconnect = false;
    colour_choice colour = colour_choice::automatic;
};

/// Reads the command line. Returns the exit code if that is all there is to do, having printed why.
[[nodiscard]] std::variant<options, exit_code> parse(int argc, const char* const* argv, std::ostream& out,
                                                     std::ostream& err);

}  // namespace client
