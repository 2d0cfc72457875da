// SPDX-License-Identifier: BSL-1.0
#include "session/tcp_member.hpp"

#include "session/tcp_session.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace chatroom::detail {

tcp_member::tcp_member(member_id id, chatroom::transport by, bool encrypted, std::string address, tcp_session& session,
                       std::shared_ptr<shard_list> shards, shard& home)
    : member_state{id, by, std::move(address), encrypted},
      shards_{std::move(shards)},
      strand_{home.get_executor()},
      session_{&session}
{
}

void tcp_member::end() noexcept
{
    detach();
    session_ = nullptr;
    shards_.reset();  // a handle may outlive the context that they are of
}

void tcp_member::post(action what)
{
    asio::post(strand_, [self = shared_from_this(), what = std::move(what)] {
        if (self->session_ == nullptr) {
            return;
        }
        try {
            what(*self);
        } catch (...) {
            self->session_->on_exception();
        }
    });
}

void tcp_member::send_line(std::string_view sender, std::string_view text)
{
    session_->send_line(sender, text);
}

void tcp_member::remove(std::string_view last_words)
{
    session_->leave(disconnect_reason::removed, last_words);
}

void tcp_member::set_sender(std::string_view sender)
{
    session_->set_sender(sender);
}

void tcp_member::mute(std::chrono::milliseconds duration)
{
    session_->mute(duration);
}

void tcp_member::join(const std::shared_ptr<room_state>& room)
{
    session_->join(room);
}

void tcp_member::leave(room_state& room)
{
    session_->leave(room);
}

}  // namespace chatroom::detail
