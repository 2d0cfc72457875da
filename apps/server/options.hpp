// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "given.hpp"

#include <chatroom/options.hpp>

#include <cstddef>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

namespace server {

/// What the command line and the configuration file ask for.
struct options {
    std::vector<given> tcp;  ///< Where to listen for members over TCP; empty is `auto`.
    std::vector<given> udp;  ///< And over UDP.
    std::string log_level = "info";
    std::size_t threads = 0;
    std::size_t connections_per_shard = 1024;
    std::vector<std::string> trusted_networks;  ///< Empty is `auto`: the library's default.
    std::optional<std::size_t> max_members;     ///< Unset is `auto`: over TCP the limit on descriptors decides.
    chatroom::room_options room;
    chatroom::tcp_room_options members;
    chatroom::udp_room_options udp_members;
    bool check = false;  ///< Only say what would be done.
};

/// Reads the options. After --help and --version, which go to `out`, there are none. Throws option_error.
std::optional<options> parse(int argc, const char* const* argv, std::ostream& out);

}  // namespace server
