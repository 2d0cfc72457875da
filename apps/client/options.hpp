// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "address.hpp"
#include "colour.hpp"
#include "session.hpp"

#include <iosfwd>
#include <string>
#include <variant>
#include <vector>

namespace client {

struct options {
    address server;
    std::vector<std::string> messages;  ///< To say and be gone.
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
