// SPDX-License-Identifier: BSL-1.0
// What a shard sends to its members: the sweeps, one room's after the other's, a batch at a time.
#include "session/udp_shard.hpp"

#include "wire/notices.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>

#include <exception>
#include <utility>

namespace chatroom::detail {
namespace {

using namespace std::chrono_literals;

constexpr auto sweep_retry_delay = 10ms;

}  // namespace

void udp_shard::flush(const std::shared_ptr<udp_share>& share) noexcept
{
    if (apply_stop_request()) {
        return;
    }
    try {
        want_sweep(share);
    } catch (...) {
        report_exception("flush");
        sweep_later();
    }
}

void udp_shard::want_sweep(const std::shared_ptr<udp_share>& share)
{
    if (!share->due) {
        due_.push_back(share);
        share->due = true;
    }
    start_sweeps();
}

// The coroutine lasts as long as there is something to send, so that an idle shard waits for nothing.
void udp_shard::start_sweeps()
{
    if (sweeping_ || (due_.empty() && !current_)) {
        return;
    }
    sweeping_ = true;
    try {
        asio::co_spawn(port_->get_executor(), sweep(shared_from_this()),
                       [self = shared_from_this()](const std::exception_ptr& failure) {
                           if (failure) {
                               self->sweeping_ = false;
                               self->observer().error("sweep", {}, failure);
                               self->sweep_later();
                           }
                       });
    } catch (...) {
        sweeping_ = false;
        throw;
    }
}

void udp_shard::sweep_later() noexcept
{
    timer_.expires_no_later_than(timer_.now() + sweep_retry_delay);
}

task<> udp_shard::sweep(std::shared_ptr<udp_shard> self)
{
    constexpr auto token = asio::as_tuple(asio::deferred);
    while (self->begin_sweep()) {
        const auto ec = self->send_some();
        if (ec == asio::error::would_block) {
            co_await self->port_->socket().async_wait(udp_socket::wait_write, token);
        } else if (ec) {
            self->sweep_later();  // memory is short
            break;
        } else {
            co_await asio::post(self->port_->get_executor(), asio::deferred);  // the strand reads in between
        }
    }
    self->sweeping_ =
        false;  // not in the completion handler, which runs later: what is due by then would wait for good
}

// False if nothing is to be sent.
bool udp_shard::begin_sweep()
{
    while (!current_ && !due_.empty()) {
        const auto next = due_.front();
        const bool closing = draining_ || next->room().closed();
        const bool any = next->fanout().begin(closing);
        due_.pop_front();
        next->due = false;
        current_ = next;
        if (!any) {
            end_sweep();
        } else {
            next->show_backpressure();
        }
    }
    return current_ != nullptr;
}

// Fills the batch, unless one is under way, and sends what the socket takes of it.
error_code udp_shard::send_some()
{
    if (batch_.done()) {
        current_->fanout().fill(batch_, [this](udp_member& member, send_batch& batch) {
            batch.add(member.endpoint, member.local, "*\n", wire::notices::closing(disconnect_reason::shutdown));
            leave(member, disconnect_reason::shutdown);
        });
    }
    const auto ec = batch_.send(port_->socket().native_handle());
    if (!batch_.done()) {
        return ec;
    }
    if (batch_.skipped() != 0) {
        observer().send_failed(batch_.skipped(), batch_.skipped_why());
    }
    clear_batch();
    if (!current_->fanout().goes_on()) {
        end_sweep();
    }
    return {};
}

void udp_shard::clear_batch() noexcept
{
    counters_.sent_messages.add(batch_.sent());
    counters_.sent_bytes.add(batch_.sent_bytes());
    batch_.clear();
}

void udp_shard::end_sweep()
{
    const auto swept = std::exchange(current_, nullptr);
    const bool all = swept->fanout().end();
    swept->show_backpressure();
    swept->room().resume_if_relieved();
    if (swept->fanout().members().size() != 0) {
        if (!all || draining_ || swept->room().closed()) {
            want_sweep(swept);
        }
        return;
    }
    drop_if_empty(*swept);
    if (draining_ && is_empty()) {
        cancel_timer_if_done();
    }
}

// It goes at once, but not before it has been sent what it is owed, if the socket takes that now.
void udp_shard::send_pending(udp_member& member)
{
    if (!batch_.done() || !port_->socket().is_open()) {
        return;
    }
    auto& fanout = share_of(member).fanout();
    auto fragment = fanout.fragment_of(member);
    bool all = false;
    error_code ec;
    while (!all && !ec) {
        all = fanout.append_all_pending(member, fragment, batch_);
        ec = batch_.send(port_->socket().native_handle());
        clear_batch();
    }
    fanout.clear_view();
}

void udp_shard::quit(udp_member& member, disconnect_reason why, std::string_view last_words)
{
    send_pending(member);
    if (!last_words.empty()) {
        tell(member.endpoint, member.local, last_words);
    }
    leave(member, why);
}

}  // namespace chatroom::detail
