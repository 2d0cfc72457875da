// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/options.hpp>

#include <cstddef>
#include <iosfwd>
#include <string>
#include <variant>
#include <vector>

namespace server {

/// What the command line and the configuration file ask for.
struct options {
    std::vector<std::string> tcp;  ///< Where to listen for members over TCP.
    std::vector<std::string> udp;  ///< And over UDP. With neither: what a service manager passes, or the default.
    std::string log_level = "info";
    std::size_t threads = 0;
    bool max_members_given = false;  ///< Otherwise the descriptors decide.
    chatroom::room_options room;
    chatroom::tcp_room_options members;
    chatroom::udp_room_options udp_members;  ///< What is common to both transports is only in `members`.
};

/// How the program ends before it has begun: 0 after --help and --version, 1 for a bad configuration file, 2 for usage.
enum class exit_code : int { ok = 0, failure = 1, usage = 2 };

/// Reads the options; what it has to say goes to `out` or, as one sentence, to `err`.
std::variant<options, exit_code> parse(int argc, const char* const* argv, std::ostream& out, std::ostream& err);

}  // namespace server
