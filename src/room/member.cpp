// SPDX-License-Identifier: BSL-1.0
#include <chatroom/member.hpp>

#include "room/member_state.hpp"
#include "room/room_state.hpp"

#include <chatroom/room/room.hpp>
#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <new>
#include <utility>

namespace chatroom {
namespace {

template <typename Call>
error_code without_exception(Call call)
try {
    return call();
} catch (const std::bad_alloc&) {
    return make_error_code(boost::system::errc::not_enough_memory);
}

}  // namespace

std::string_view to_string(transport which) noexcept
{
    switch (which) {
    case transport::tcp: return "tcp";
    case transport::udp: return "udp";
    case transport::websocket: break;
    }
    return "websocket";
}

member_id member::id() const noexcept
{
    return state_->id();
}

transport member::transport() const noexcept
{
    return state_->transport();
}

bool member::is_encrypted() const noexcept
{
    return state_->is_encrypted();
}

const std::string& member::address() const noexcept
{
    return state_->address();
}

std::string member::name() const
{
    return state_->name();
}

std::string member::sender() const
{
    return state_->sender();
}

error_code member::send(std::string_view text) const
{
    return state_->send(wire::server_name, text);
}

error_code member::send(std::string_view sender, std::string_view text) const
{
    return state_->send(sender, text);
}

error_code member::disconnect(std::string_view last_words) const
{
    return without_exception([&] {
        std::string words;
        wire::append_clean(words, last_words);
        return state_->perform([words = std::move(words)](detail::member_port& port) { port.remove(words); });
    });
}

error_code member::rename(std::string_view name) const
{
    return without_exception([&] { return state_->rename(name); });
}

error_code member::mute(std::chrono::milliseconds duration) const
{
    return without_exception(
        [&] { return state_->perform([duration](detail::member_port& port) { port.mute(duration); }); });
}

error_code member::join(const room& other) const
{
    if (other.state()->closed()) {
        return error::closed;
    }
    return without_exception(
        [&] { return state_->perform([room = other.state()](detail::member_port& port) { port.join(room); }); });
}

error_code member::leave(const room& other) const
{
    return without_exception(
        [&] { return state_->perform([room = other.state()](detail::member_port& port) { port.leave(*room); }); });
}

void member::set_data(std::any data) const
{
    state_->set_data(std::move(data));
}

std::any member::data() const
{
    return state_->data();
}

}  // namespace chatroom
