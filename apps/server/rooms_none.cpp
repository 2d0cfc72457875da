// SPDX-License-Identifier: BSL-1.0
#include "rooms.hpp"

#include <chatroom/wire/text.hpp>

#include <algorithm>
#include <cctype>
#include <stdexcept>

namespace server {
namespace {

// Somebody takes this server for one that has commands; the password must not be broadcast.
bool gives_password(std::string_view text)
{
    const auto word = chatroom::wire::first_word(chatroom::wire::trimmed(text));
    const auto is = [word](std::string_view known) {
        return std::ranges::equal(word, known, {}, [](unsigned char c) { return c < 0x80 ? std::tolower(c) : c; });
    };
    return is("/login") || is("/pass");
}

}  // namespace

std::string_view missing_packages() noexcept
{
    return CHATROOM_MISSING_PACKAGES;
}

bool is_name(const std::string& /*text*/)
{
    return true;
}

bool is_password_hash(const std::string& /*text*/)
{
    return true;
}

std::string hash_password(std::string_view /*password*/)
{
    throw std::runtime_error{"can't hash a password: this server was built without " CHATROOM_MISSING_PACKAGES};
}

rooms open_rooms(const boost::asio::any_io_executor& /*executor*/, const chatroom::conversation_options& o,
                 std::shared_ptr<chatroom::observer> watcher)
{
    chatroom::room_policy rules;
    rules.submit = [](const chatroom::member&, std::string_view text) {
        return gives_password(text) ? chatroom::submission::refuse("there are no commands here: nobody has heard that")
                                    : chatroom::submission::pass();
    };
    auto limits = o.room;
    limits.name = "lobby";
    const chatroom::room room{limits, std::move(watcher), std::move(rules)};
    return {.entry = room,
            .directory = std::nullopt,
            .statistics =
                [room] {
                    const auto figures = room.statistics();
                    return chatroom::conversation_statistics{1, figures.members, figures.log_bytes, 0, 0};
                },
            .find = [room](std::string_view name) { return name == room.name() ? std::optional{room} : std::nullopt; },
            .read_bans = [] { return std::size_t{0}; },
            .stop = [] {}};
}

}  // namespace server
