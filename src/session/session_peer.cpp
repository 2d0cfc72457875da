// SPDX-License-Identifier: BSL-1.0
#include "session/session_peer.hpp"

#include "session/tcp_session.hpp"

#include <chatroom/room/room.hpp>

namespace chatroom::detail {

member session_peer::self()
{
    return session_.handle();
}

error_code session_peer::join(const room& which, std::optional<std::uint64_t> from, place& where)
{
    const auto tail = which.state()->tail().sequence;
    if (from.value_or(tail) > tail || session_.membership_in(*which.state()) != nullptr) {
        return make_error_code(boost::system::errc::invalid_argument);
    }
    position at;
    const auto ec = session_.join(which.state(), {.sequence = from}, at);
    where.next = at.sequence;
    where.missed = at.sequence - from.value_or(at.sequence);
    return ec;
}

error_code session_peer::leave(const room& which)
{
    if (session_.membership_in(*which.state()) == nullptr) {
        return error::not_a_member;
    }
    session_.leave(*which.state());
    return {};
}

error_code session_peer::say(const room& which, std::string_view text, std::string& words)
{
    auto* const where = session_.membership_in(*which.state());
    return where != nullptr ? session_.say_in(*where, text, words) : error_code{error::not_a_member};
}

void session_peer::write(std::string_view bytes)
{
    session_.write(bytes);
}

void session_peer::disconnect(disconnect_reason why, std::string_view last_words) noexcept
{
    session_.leave(why, last_words);
}

}  // namespace chatroom::detail
