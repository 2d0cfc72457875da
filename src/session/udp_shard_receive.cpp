// SPDX-License-Identifier: BSL-1.0
// What a port receives: who joins, and what members send.
#include "session/udp_shard.hpp"

#include "wire/datagram.hpp"
#include "wire/notices.hpp"

#include <chatroom/endpoint.hpp>
#include <chatroom/wire/sender.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace chatroom::detail {
namespace {

using namespace std::chrono_literals;
namespace notices = wire::notices;

constexpr auto notice_every = 1min;
constexpr wire::token_rate refusals_answered{100, 100};
}  // namespace

void udp_shard::receive(const receive_batch& batch) noexcept
{
    const auto now = timer_.now();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        counters_.received_bytes.add(batch[i].bytes.size());
        try {
            receive(batch[i], now);
        } catch (...) {
            report_exception("datagram");
        }
    }
}

void udp_shard::receive(const datagram& one, time_source::time_point now)
{
    auto* member = find(one.sender);
    if (wire::has_server_form(one.bytes)) {
        return member != nullptr ? ignore_server(*member)
                                 : refuse(one.sender, one.local, disconnect_reason::not_a_member, {}, now);
    }
    if (member != nullptr) {
        share_of(*member).fanout().members().touch(*member, now);
    }
    if (one.truncated) {
        return member != nullptr ? drop(*member, error::text_too_long, notices::too_long, now) : void();
    }
    auto rest = one.bytes;
    while (const auto line = wire::next_command(rest, bool{room().policy().command})) {
        if (line->what == wire::command::kind::heartbeat) {
            if (member == nullptr) {
                member = join(one, now);
            }
        } else if (member == nullptr) {
            refuse(one.sender, one.local, disconnect_reason::not_a_member, {}, now);
        } else if (auto* const busy = busy_handle(*member)) {
            wait_for_command(*busy, *member, *line, now);
        } else if (!execute(*member, *line, now)) {
            member = nullptr;
        }
    }
}

// False if that was the end of the member.
bool udp_shard::execute(udp_member& member, const wire::command& line, time_source::time_point now)
{
    if (line.what == wire::command::kind::quit) {
        quit(member, disconnect_reason::quit);
        return false;
    }
    if (!draining_) {
        line.what == wire::command::kind::slash ? run_command(member, line.text, now) : say(member, line.text, now);
    }
    return true;
}

udp_member* udp_shard::find(const asio::ip::udp::endpoint& from) noexcept
{
    const auto known = elsewhere_.find(from);
    auto& share = known == elsewhere_.end() ? *main_ : *known->second;
    return share.fanout().members().find(from);
}

// No sign of life either: else two servers would keep each other's membership up. One notice, since that too has a
// server's form and is not answered.
void udp_shard::ignore_server(udp_member& member)
{
    room_of(member).observer().dropped(member.id, error::server_form);
    if (member.warned == 0) {
        member.warned = 1;
        tell(member.endpoint, member.local, notices::server_form);
    }
}

udp_member* udp_shard::join(const datagram& from, time_source::time_point now)
{
    const auto refused = [&](disconnect_reason why) {
        refuse(from.sender, from.local, why, notices::closing(why), now);
        return nullptr;
    };
    if (!context_->trusted.contain(from.sender.address()) || context_->own_endpoints.contain(normalised(from.sender))) {
        return refused(disconnect_reason::not_trusted);
    }
    if (draining_ || room().closed()) {
        return refused(disconnect_reason::shutdown);
    }
    if (room().policy().admit) {
        ask_policy(from, now);
        return nullptr;
    }
    return admit(from.sender, from.local, now);
}

udp_member* udp_shard::admit(const asio::ip::udp::endpoint& from, const local_address& local,
                             time_source::time_point now)
{
    // Whatever may be refused memory comes before the member is one.
    auto [slot, why] = context_->admission.enter(key_of(from));
    if (why) {
        refuse(from, local, *why, notices::closing(*why), now);
        return nullptr;
    }
    const auto replay = context_->options.members.replay;
    main_->enter();
    udp_member* member = nullptr;
    try {
        member = &main_->fanout().add(from, now, replay);
    } catch (...) {
        main_->leave();
        throw;
    }
    slot.release();
    timer_.expires_no_later_than(expiry_time(now));
    member->id = room_state::next_id();
    room().enter();
    member->local = local;
    counters_.members.add(1);
    if (replay > 0) {
        main_->schedule();
    }
    try {
        room().observer().connected(member->id, to_label(from));
    } catch (...) {
        report_exception("joined");
    }
    report_joined(*main_, *member);
    return member;
}

void udp_shard::report_joined(udp_share& share, const udp_member& member) noexcept
try {
    auto& room = share.room();
    const auto known = handles_.find(member.id);
    const auto label = to_label(member.endpoint);
    room.observer().joined(member.id, label);
    room.report(entry_kind::joined, member.id, known == handles_.end() ? label : known->second->current_sender);
    if (room.policy().joined) {
        room.policy().joined(chatroom::member{handle_of(member)});
    }
} catch (...) {
    report_exception("joined");
}

void udp_shard::say(udp_member& member, std::string_view text, time_source::time_point now)
{
    if (member.bucket.next(now, context_->rate) > now) {
        return drop(member, error::rate_limited, notices::rate_lost, now);
    }
    if (room_of(member).congested()) {
        return drop(member, error::would_block, notices::congestion_lost, now);
    }
    std::string words;
    const auto ec = publish(member, text, now, words);
    counters_.received_messages.add(ec ? 0 : 1);
    if (!ec || ec == error::refused || ec == error::muted) {
        (void)member.bucket.take(now, context_->rate);
    }
    if (ec == error::refused) {
        room_of(member).observer().dropped(member.id, ec);
        return words.empty() ? void() : tell(member.endpoint, member.local, words);
    }
    if (ec && ec != error::empty_text && ec != error::closed) {
        drop(member, ec,
             ec == error::text_too_long ? notices::too_long
             : ec == error::muted       ? notices::muted
                                        : notices::congestion_lost,
             now);
    }
}

void udp_shard::drop(udp_member& member, error_code why, std::string_view notice, time_source::time_point now)
{
    room_of(member).observer().dropped(member.id, why);
    if (member.told == udp_member::time_point::min() || now - member.told >= notice_every) {
        member.told = now;
        tell(member.endpoint, member.local, notice);
    }
}

void udp_shard::refuse(const asio::ip::udp::endpoint& from, const local_address& local, disconnect_reason why,
                       std::string_view words, time_source::time_point now)
{
    observer().refused(to_label(from), why);
    if (!words.empty() && refusals_.take(now, refusals_answered)) {
        tell(from, local, words);
    }
}

address_table::key udp_shard::key_of(const asio::ip::udp::endpoint& from) const noexcept
{
    return address_table::key_of(normalised(from.address()));
}

// Without memory of its own: it tells also those that are refused for want of it.
void udp_shard::tell(const asio::ip::udp::endpoint& to, const local_address& from, std::string_view notice) noexcept
{
    std::array<char, wire::max_datagram> datagram;
    auto* end = std::ranges::copy(wire::server_name, datagram.begin()).out;
    *end++ = '\n';
    end = std::ranges::copy(wire::next_piece(notice, wire::server_name.size()), end).out;
    const auto size = static_cast<std::size_t>(end - datagram.begin());
    (void)send_one(port_->socket().native_handle(), to, from, {datagram.data(), size});
}

}  // namespace chatroom::detail
