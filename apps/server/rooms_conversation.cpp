// SPDX-License-Identifier: BSL-1.0
#include "rooms.hpp"

namespace server {

std::string_view missing_packages() noexcept
{
    return {};
}

bool is_name(const std::string& text)
{
    return chatroom::is_name(text);
}

bool is_password_hash(const std::string& text)
{
    return chatroom::is_password_hash(text);
}

std::string hash_password(std::string_view password)
{
    return chatroom::hash_password(password);
}

rooms open_rooms(const boost::asio::any_io_executor& executor, const chatroom::conversation_options& o,
                 std::shared_ptr<chatroom::observer> watcher)
{
    const auto talk = std::make_shared<chatroom::conversation>(executor, o, std::move(watcher));
    return {.entry = talk->entry(),
            .directory = talk->directory(),
            .statistics = [talk] { return talk->statistics(); },
            .find = [talk](std::string_view name) { return talk->find_room(name); },
            .read_bans = [talk] { return talk->read_bans(); },
            .stop = [talk] { talk->stop(); }};
}

}  // namespace server
