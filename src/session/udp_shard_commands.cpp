// SPDX-License-Identifier: BSL-1.0
// A shard and the commands of its members.
#include "session/udp_shard.hpp"

#include "wire/notices.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <utility>

namespace chatroom::detail {
namespace {

constexpr std::size_t most_waiting_bytes = 16'384;  // as much as over TCP
constexpr std::size_t most_waiting_lines = 64;

}  // namespace

void udp_shard::run_command(udp_member& member, std::string_view line, time_source::time_point now)
{
    const auto handle = handle_of(member);
    if (!member.bucket.take(now, context_->rate)) {
        return drop(member, error::rate_limited, wire::notices::rate_lost, now);
    }
    handle->busy = true;
    const auto done = [self = shared_from_this(), handle](const std::exception_ptr& failure) {
        if (failure && to_error_code(failure) != asio::error::operation_aborted) {
            self->observer().error("command", handle->address(), failure);
        }
        self->go_on_behind_command(handle);
    };
    try {
        auto running = room().policy().command(chatroom::member{handle}, std::string{line});
        if (!running.valid()) {
            return go_on_behind_command(handle);
        }
        const asio::any_io_executor strand{port_->get_executor()};
        asio::co_spawn(strand, std::move(running), asio::bind_cancellation_slot(handle->cancel_command.slot(), done));
    } catch (...) {
        handle->busy = false;
        report_exception("command");
    }
}

// Behind what the command has asked of its member.
void udp_shard::go_on_behind_command(const std::shared_ptr<udp_handle>& handle)
{
    post([this, handle] {
        handle->cancel_command.slot().clear();
        handle->busy = false;
        execute_waiting(*handle);
    });
}

udp_handle* udp_shard::busy_handle(const udp_member& member) noexcept
{
    const auto known = handles_.find(member.id);
    return known != handles_.end() && known->second->busy ? known->second.get() : nullptr;
}

// As over TCP, what comes behind a command is executed once that is done.
void udp_shard::wait_for_command(udp_handle& handle, udp_member& member, const wire::command& line,
                                 time_source::time_point now)
{
    if (handle.waiting_bytes + line.text.size() > most_waiting_bytes || handle.waiting.size() == most_waiting_lines) {
        return drop(member, error::rate_limited, wire::notices::command_running, now);
    }
    handle.waiting.push_back({line.what, std::string{line.text}});
    handle.waiting_bytes += line.text.size();
}

void udp_shard::execute_waiting(udp_handle& handle)
{
    while (!handle.busy && !handle.waiting.empty()) {
        const auto next = std::move(handle.waiting.front());
        handle.waiting.pop_front();
        handle.waiting_bytes -= next.text.size();
        if (auto* const member = member_of(handle)) {
            (void)execute(*member, {next.what, next.text}, now());
        }
    }
}

}  // namespace chatroom::detail
