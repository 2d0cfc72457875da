// SPDX-License-Identifier: BSL-1.0
#include <chatroom/session/udp_shard.hpp>

#include <chatroom/endpoint.hpp>
#include <chatroom/wire/datagram.hpp>

#include <boost/asio/post.hpp>

#include <algorithm>
#include <exception>

namespace chatroom {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t messages_per_sweep = 1024;
constexpr std::size_t expelled_per_turn = 4096;
constexpr auto expel_pause = 10ms;  // a crowd that falls silent is not expelled one by one
constexpr auto no_memory_pause = 10ms;
constexpr auto notice_every = 1min;
constexpr wire::token_rate refusals_answered{100, 100};

constexpr std::string_view room_full = "*\nthe room is full";
constexpr std::string_view address_full = "*\ntoo many members from your address";
constexpr std::string_view room_closing = "*\nthe room is closing";
constexpr std::string_view too_long = "*\nyour message is too long and was not passed on";
constexpr std::string_view too_fast = "*\nyou are sending faster than this room allows: some of your messages are lost";
constexpr std::string_view too_busy = "*\nthe room is too busy: some of your messages are lost";

}  // namespace

udp_shard::udp_shard(std::shared_ptr<udp_context> context, std::shared_ptr<udp_port> port)
    : context_{std::move(context)},
      port_{std::move(port)},
      alarm_{port_->get_executor(), port_->shards(), context_->clock},
      base_{room().tail()}
{
}

// Within ~io_context it may post nothing and tell nobody.
udp_shard::~udp_shard()
{
    while (auto* member = roster_.eldest()) {
        settle(*member);
    }
}

void udp_shard::start()
{
    alarm_.on_ring([weak = weak_from_this()] {
        if (const auto self = weak.lock()) {
            self->on_alarm();
        }
    });
    room().add(shared_from_this());
}

void udp_shard::report_exception(std::string_view where) noexcept
{
    observer().error(where, to_error_code(std::current_exception()));
}

// Hearing

void udp_shard::hear(const receive_batch& batch) noexcept
{
    const auto now = alarm_.now();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        try {
            hear(batch[i], now);
        } catch (...) {
            report_exception("datagram");
        }
    }
}

void udp_shard::hear(const datagram& one, time_source::time_point now)
{
    auto* member = roster_.find(one.sender);
    if (member != nullptr) {
        roster_.touch(*member, now);
    }
    if (one.truncated) {
        return member != nullptr ? drop(*member, error::text_too_long, too_long, now) : void();
    }
    auto rest = one.bytes;
    while (const auto line = wire::next_line(rest)) {
        if (line->kind == wire::word::heartbeat) {
            if (member == nullptr) {
                member = join(one, now);
            }
        } else if (member == nullptr) {
            refuse(one, reason::not_a_member, {}, now);
        } else if (line->kind == wire::word::quit) {
            quit(*std::exchange(member, nullptr));
        } else if (!draining_) {
            say(*member, line->text, now);
        }
    }
}

udp_member* udp_shard::join(const datagram& from, time_source::time_point now)
{
    const auto address = from.sender.address();
    const auto turn_away = [&](reason why, std::string_view notice) {
        refuse(from, why, notice, now);
        return nullptr;
    };
    if (!context_->trusted.contain(address)) {
        return turn_away(reason::not_trusted, {});
    }
    if (draining_ || room().closed()) {
        return turn_away(reason::drained, room_closing);
    }
    if (context_->admit && !context_->admit(normalised(from.sender))) {
        return turn_away(reason::turned_away, {});
    }
    if (!context_->seats.take()) {
        return turn_away(reason::room_full, room_full);
    }
    const auto key = context_->addresses.key_of(normalised(address));
    udp_member* member = nullptr;
    try {
        if (!context_->addresses.enter(key)) {
            context_->seats.give_back();
            return turn_away(reason::address_full, address_full);
        }
        try {
            member = &roster_.add(from.sender, now);
        } catch (...) {
            context_->addresses.leave(key);
            throw;
        }
    } catch (...) {
        context_->seats.give_back();
        throw;
    }
    member->id = room().enter();
    member->local = from.local;
    member->next = room().tail().sequence;
    if (context_->options.replay > 0) {
        replay(*member);
    }
    alarm_.set_at_most(due(now));
    observer().joined(member->id, to_label(member->endpoint));
    return member;
}

void udp_shard::replay(udp_member& member)
{
    log_view past;
    room().view_since({}, past);
    const auto from = past.back(past.tail(), context_->options.replay);
    member.next = from.sequence;
    joiners_ = std::min(joiners_, from, [](const position& a, const position& b) { return a.sequence < b.sequence; });
    schedule();
}

void udp_shard::say(udp_member& member, std::string_view text, time_source::time_point now)
{
    if (member.bucket.next(now, context_->rate) > now) {
        return drop(member, error::above_rate, too_fast, now);
    }
    if (room().pressed()) {
        return drop(member, error::would_block, too_busy, now);
    }
    const auto ec = room().publish(member.id, to_label(member.endpoint), text);
    if (!ec) {
        (void)member.bucket.take(now, context_->rate);
    } else if (ec != error::empty_text && ec != error::closed) {
        drop(member, ec, ec == error::text_too_long ? too_long : too_busy, now);
    }
}

void udp_shard::drop(udp_member& member, error_code why, std::string_view notice, time_source::time_point now)
{
    observer().dropped(member.id, why);
    if (member.told == udp_member::time_point::min() || now - member.told >= notice_every) {
        member.told = now;
        (void)send_one(port_->socket().native_handle(), member.endpoint, member.local, notice);
    }
}

void udp_shard::refuse(const datagram& from, reason why, std::string_view notice, time_source::time_point now)
{
    observer().refused(to_label(from.sender), why);
    if (!notice.empty() && refusals_.take(now, refusals_answered)) {
        (void)send_one(port_->socket().native_handle(), from.sender, from.local, notice);
    }
}

// It goes at once, but not before it has been sent what it is owed, if the socket takes that now.
void udp_shard::quit(udp_member& member)
{
    if (batch_.done() && port_->socket().is_open()) {
        room().view_since({}, view_);
        auto piece = roster_.slot_of(member) == slot_ ? piece_ : 0;
        bool all = false;
        error_code ec;
        while (!all && !ec) {
            decode(std::max(member.next, view_.oldest().sequence), view_.tail().sequence);
            all = owe(member, piece);
            ec = batch_.send(port_->socket().native_handle());
            batch_.clear();
        }
        view_.clear();
    }
    leave(member, reason::quit);
}

// Takes the member out of every account it is in.
void udp_shard::settle(udp_member& member) noexcept
{
    context_->addresses.leave(context_->addresses.key_of(normalised(member.endpoint.address())));
    context_->seats.give_back();
    room().leave();
    if (roster_.slot_of(member) == slot_) {
        piece_ = 0;
    }
    roster_.remove(member);
}

void udp_shard::leave(udp_member& member, reason why) noexcept
{
    const auto id = member.id;
    const auto endpoint = member.endpoint;
    settle(member);
    try {
        observer().left(id, to_label(endpoint), why);
    } catch (...) {
        report_exception("leave");
    }
}

void udp_shard::on_alarm() noexcept
{
    try {
        port_->receive_waiting();  // a stalled process must not expel those whose heartbeats wait
        const auto now = alarm_.now();
        if (now >= insist_at_) {
            return expel_all();
        }
        expire(now);
        if (sweep_ == sweep::blocked && !waits_to_write_) {
            sweep_ = sweep::going;
            step();
        }
        if (insist_at_ != time_source::time_point::max()) {
            alarm_.set_at_most(insist_at_);
        }
    } catch (...) {
        report_exception("alarm");
    }
}

// The first moment that a member last heard then is no longer one: at exactly the expiry it still is.
time_source::time_point udp_shard::due(time_source::time_point heard) const noexcept
{
    return heard + context_->options.expiry + 1ns;
}

void udp_shard::expire(time_source::time_point now)
{
    std::size_t expelled = 0;
    for (auto* member = roster_.eldest(); member != nullptr; member = roster_.eldest()) {
        const auto when = due(member->heard);
        if (when > now || expelled == expelled_per_turn) {
            return alarm_.set_at_most(expelled == 0 ? when : std::max(when, now + expel_pause));
        }
        leave(*member, reason::expired);
        ++expelled;
    }
    hold(nobody);
}

// Telling

void udp_shard::detach() noexcept
{
    detached_ = true;  // should the room have no memory for a list without it
    room().remove(this);
}

void udp_shard::wake() noexcept
{
    if (detached_) {
        return begin();
    }
    try {
        auto next = [self = shared_from_this()] { self->flush(); };
        asio::post(port_->get_executor(), with_memory(wake_memory_, std::move(next)));
    } catch (...) {
        begin();
        report_exception("wake");
    }
}

// The flush is what can be had without memory, from any thread.
void udp_shard::ask(breath what) noexcept
{
    auto before = asked_.load();
    while (before < what && !asked_.compare_exchange_weak(before, what)) {
    }
    schedule();
}

// Whether everybody is gone already.
bool udp_shard::heed() noexcept
{
    const auto asked = asked_.load();
    if (asked == breath::insist || (asked == breath::drain && context_->options.drain.count() == 0)) {
        expel_all();
        return true;
    }
    if (asked == breath::drain || room().closed()) {
        if (roster_.size() == 0) {
            draining_ = true;
            rest();
            return true;
        }
        if (!std::exchange(draining_, true)) {
            begin_farewell();
        }
    }
    return false;
}

void udp_shard::begin_farewell() noexcept
{
    try {
        insist_at_ = alarm_.now() + context_->options.drain;
        alarm_.set_at_most(insist_at_);
    } catch (...) {
        report_exception("drain");  // the alarm that is set for the eldest member looks at the time too
    }
}

void udp_shard::flush() noexcept
{
    begin();
    if (heed()) {
        return;
    }
    if (sweep_ != sweep::idle) {
        again_ = true;
        return;
    }
    try {
        begin_sweep();
    } catch (...) {
        report_exception("flush");
        again_ = true;
        pause();
    }
}

void udp_shard::begin_sweep()
{
    again_ = false;
    room().view_since(base_, view_);
    const auto tail = view_.tail();
    if (joiners_.sequence < base_.sequence) {
        base_ = joiners_;
    }
    joiners_ = no_joiners;
    if (base_.sequence < view_.oldest().sequence) {
        base_ = view_.oldest();
    }
    goal_ = tail;
    if (roster_.size() != 0 && tail.sequence - base_.sequence > messages_per_sweep) {
        room().view_since(base_, view_);
        goal_ = view_.back(tail, tail.sequence - base_.sequence - messages_per_sweep);
        again_ = true;
    }
    view_.clear();
    slot_ = piece_ = 0;
    farewell_ = draining_ && goal_ == tail;
    sweep_ = sweep::going;
    if (roster_.size() == 0 || (goal_ == base_ && !farewell_)) {
        return end_sweep();
    }
    hold(base_.byte);
    step();
}

void udp_shard::step() noexcept
{
    if (sweep_ != sweep::going) {
        return;
    }
    try {
        if (batch_.done()) {
            fill();
        }
        send();
    } catch (...) {
        report_exception("sweep");
        pause();
    }
}

// What throws here does so before a member's position has moved.
void udp_shard::fill()
{
    batch_.clear();
    room().view_since(base_, view_);
    decode(std::max(base_.sequence, view_.oldest().sequence), goal_.sequence);
    while (auto* member = roster_.member_from(slot_)) {
        if (const auto here = roster_.slot_of(*member); here != slot_) {
            slot_ = here;
            piece_ = 0;
        }
        if (!owe(*member, piece_)) {
            return;
        }
        if (farewell_) {
            if (batch_.full()) {
                return;
            }
            batch_.add(member->endpoint, member->local, room_closing);
            leave(*member, reason::drained);
        }
        ++slot_;
    }
}

void udp_shard::decode(std::uint64_t from, std::uint64_t to)
{
    messages_.clear();
    first_ = from;
    for (const auto end = std::min(to, from + messages_per_sweep); from < end; ++from) {
        messages_.push_back(view_.message_at({0, from}));
    }
}

// Adds what the member is owed of messages_; false if the batch is full before that.
bool udp_shard::owe(udp_member& member, std::size_t& piece) noexcept
{
    if (const auto oldest = view_.oldest().sequence; member.next < oldest) {
        observer().skipped(member.id, oldest - member.next);
        member.next = oldest;
        piece = 0;
    }
    if (member.next < first_) {
        return true;  // it came in meanwhile, with a replay: the next sweep is for it
    }
    for (; member.next < first_ + messages_.size(); ++member.next) {
        const auto& message = messages_[member.next - first_];
        if (message.wire.size() - 1 <= wire::max_datagram) {
            if (batch_.full()) {
                return false;
            }
            batch_.add(member.endpoint, member.local, message.wire.substr(0, message.wire.size() - 1));
            continue;
        }
        auto text = message.text;
        for (std::size_t i = 0; !text.empty(); ++i) {
            const auto part = wire::next_piece(text, message.sender.size());
            if (i < piece) {
                continue;
            }
            if (batch_.full()) {
                return false;
            }
            batch_.add(member.endpoint, member.local, message.wire.substr(0, message.sender.size() + 1), part);
            ++piece;
        }
        piece = 0;
    }
    return true;
}

void udp_shard::send()
{
    const auto ec = batch_.send(port_->socket().native_handle());
    if (!batch_.done()) {
        if (ec != asio::error::would_block) {
            return pause();
        }
        sweep_ = sweep::blocked;
        auto writable = [self = shared_from_this()](error_code) {
            self->waits_to_write_ = false;
            if (self->sweep_ == sweep::blocked) {
                self->sweep_ = sweep::going;
                self->step();
            }
        };
        port_->socket().async_wait(udp_socket::wait_write, with_memory(sweep_memory_, std::move(writable)));
        waits_to_write_ = true;
        return;
    }
    if (batch_.skipped() != 0) {
        observer().unsent(batch_.skipped(), batch_.skipped_why());
    }
    batch_.clear();
    view_.clear();
    if (roster_.member_from(slot_) == nullptr) {
        return end_sweep();
    }
    auto next = [self = shared_from_this()] { self->step(); };
    asio::post(port_->get_executor(), with_memory(sweep_memory_, std::move(next)));
}

// Memory is short: the alarm takes the sweep up again.
void udp_shard::pause() noexcept
{
    sweep_ = sweep::blocked;
    try {
        alarm_.set_at_most(alarm_.now() + no_memory_pause);
    } catch (...) {
        report_exception("pause");
    }
}

void udp_shard::end_sweep() noexcept
{
    sweep_ = sweep::idle;
    base_ = goal_;
    if (roster_.size() == 0) {
        hold(nobody);
        if (draining_) {
            rest();
        }
    } else {
        hold(base_.byte);
    }
    room().ease();
    if (again_ || (draining_ && roster_.size() != 0)) {
        schedule();
    }
}

void udp_shard::expel_all() noexcept
{
    draining_ = true;
    while (auto* member = roster_.eldest()) {
        leave(*member, reason::drained);
    }
    sweep_ = sweep::idle;
    batch_.clear();
    view_.clear();
    rest();
}

// Nobody is left to serve. The alarm of a shard that is done would keep the context running for nothing.
void udp_shard::rest() noexcept
{
    hold(nobody);
    insist_at_ = time_source::time_point::max();
    alarm_.cancel();
    if (asked_ != breath::none) {
        port_->close();
    }
}

}  // namespace chatroom
