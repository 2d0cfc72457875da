// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "given.hpp"

#include <chatroom/conversation.hpp>
#include <chatroom/options.hpp>
#include <chatroom/web.hpp>

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
    std::optional<std::size_t> connections_per_shard;  ///< Unset is `auto`.
    std::vector<std::string> trusted_networks;         ///< Empty is `auto`: the library's default.
    std::vector<std::string> metrics_networks;         ///< As trusted_networks.
    std::vector<std::string> rooms;                    ///< Empty is `auto`: the library's default.
    std::vector<std::string> welcome;                  ///< As they were given; `talk` has the lines.
    std::string bans;                                  ///< Empty is `auto`.
    std::string page;                                  ///< The file; empty is `auto`.
    bool http = true;                                  ///< Whether browsers are served.
    chatroom::web_options web;                         ///< How.
    std::string tls_certificate;                       ///< A file; empty is none, as for the next two.
    std::string tls_key;                               ///< A file.
    std::string tls_self;                              ///< A directory, or `on`.
    std::string tls_mode;                              ///< As it was given.
    bool tls_required = false;
    std::optional<std::size_t> max_tls;   ///< Unset is `auto`.
    chatroom::conversation_options talk;  ///< With the limits of each room.
    chatroom::tcp_room_options tcp_room;
    chatroom::udp_room_options udp_room;
    bool check = false;          ///< Only say what would be done.
    bool hash_password = false;  ///< Only hash a password.
};

/// How many members there may be over TCP: as given, or as many as the descriptors allow.
[[nodiscard]] std::size_t members_over_tcp(const options& o);

/// The rooms that are always there.
[[nodiscard]] std::vector<std::string> room_names(const options& o);

/// Reads the options. After --help and --version, which go to `out`, there are none. Throws option_error.
std::optional<options> parse(int argc, const char* const* argv, std::ostream& out);

}  // namespace server
