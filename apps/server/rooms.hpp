// SPDX-License-Identifier: BSL-1.0
// What the server has of chatroom::conversation; where it was built without that, it has one room and no commands.
#pragma once

#include <chatroom/conversation.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace server {

/// The packages whose absence at build time left conversations out; empty if the server has them.
[[nodiscard]] std::string_view missing_packages() noexcept;

/// Whether `text` can be the name of a room or an operator; true where the server has no conversations.
[[nodiscard]] bool is_name(const std::string& text);

/// Whether `text` is a hash of a password; as is_name().
[[nodiscard]] bool is_password_hash(const std::string& text);

/// The hash of a password. Throws std::runtime_error where the server has no conversations.
[[nodiscard]] std::string hash_password(std::string_view password);

/// What the transports serve. Any thread may call anything.
struct rooms {
    chatroom::room entry;
    std::optional<chatroom::directory> directory;  ///< Null: there is one room, and no names.
    std::function<chatroom::conversation_statistics()> statistics;
    std::function<std::optional<chatroom::room>(std::string_view name)> find;
    std::function<std::size_t()> read_bans;  ///< As conversation::read_bans().
    std::function<void()> stop;              ///< To be called when the transports have ended: a timer would go on.
};

/// Opens the rooms. Throws std::invalid_argument for what parse() lets pass, such as two rooms whose names look alike,
/// and std::runtime_error if the file of bans can't be read.
[[nodiscard]] rooms open_rooms(const boost::asio::any_io_executor& executor, const chatroom::conversation_options& o,
                               std::shared_ptr<chatroom::observer> watcher);

}  // namespace server
