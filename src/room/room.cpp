// SPDX-License-Identifier: BSL-1.0
#include <chatroom/room/room.hpp>

#include "room/member_collector.hpp"
#include "room/room_state.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <chrono>
#include <new>
#include <stdexcept>
#include <string>
#include <utility>

namespace chatroom {

room::room(const room_options& options, std::shared_ptr<observer> watcher, room_policy policy,
           std::shared_ptr<sequencer> order)
{
    validate(options);
    struct unwatched final : observer {};
    if (!watcher) {
        watcher = std::make_shared<unwatched>();
    }
    state_ = std::make_shared<detail::room_state>(options, std::move(watcher), std::move(policy), std::move(order));
}

namespace {

error_code publish_entry(detail::room_state& room, const room_entry& what) noexcept
{
    if (!wire::is_sender(what.sender)) {
        return error::invalid_sender;
    }
    return room.congested() ? error_code{error::would_block} : room.publish(what);
}

boost::asio::awaitable<std::vector<member>> collect(std::shared_ptr<detail::room_state> room, std::size_t most,
                                                    detail::member_collector::predicate wanted)
{
    const auto executor = co_await boost::asio::this_coro::executor;
    const auto all = std::make_shared<detail::collected_members>(executor);
    {
        const auto token = std::make_shared<detail::member_collector>(all, most, std::move(wanted));
        for (const auto& reader : *room->readers()) {
            reader->collect(token);
        }
    }
    auto waiting = all->done.wait();
    co_await std::move(waiting);
    const std::scoped_lock lock{all->mutex};
    co_return std::move(all->found);
}

boost::asio::awaitable<member> collect_one(std::shared_ptr<detail::room_state> room,
                                           detail::member_collector::predicate wanted)
{
    auto collecting = collect(std::move(room), 1, std::move(wanted));
    const auto found = co_await std::move(collecting);
    co_return found.empty() ? member{} : found.front();
}

}  // namespace

error_code room::publish(std::string_view sender, std::string_view text) noexcept
{
    return publish({.sender = sender, .text = text});
}

const std::string& room::name() const noexcept
{
    return state_->options().name;
}

const std::string& room::epoch() const noexcept
{
    return state_->epoch();
}

std::vector<message> room::read(std::uint64_t from, std::size_t most) const
{
    detail::log_view view;
    state_->view_since(state_->oldest(), view);
    std::vector<message> found;
    for (auto next = std::max(from, view.oldest().sequence); next < view.tail().sequence && found.size() < most;
         ++next) {
        const auto one = view.message_at({0, next});
        found.push_back({.sequence = one.sequence,
                         .time = one.time,
                         .member = one.member,
                         .sender = std::string{one.sender},
                         .text = std::string{one.text},
                         .kind = one.kind});
    }
    return found;
}

std::pair<std::uint64_t, std::uint64_t> room::extent() const noexcept
{
    const auto [oldest, tail] = state_->extent();
    return {oldest.sequence, tail.sequence};
}

boost::asio::awaitable<std::vector<member>> room::list(std::size_t most) const
{
    return collect(state_, most, {});
}

boost::asio::awaitable<member> room::find(member_id id) const
{
    return collect_one(state_, [id](const member& one) { return one.id() == id; });
}

boost::asio::awaitable<member> room::find(std::string name) const
{
    return collect_one(state_, [name = std::move(name)](const member& one) { return one.name() == name; });
}

speaker room::add_speaker(std::string_view name)
{
    auto sender = name.empty() ? std::string{wire::server_name} : std::string{"<"}.append(name).append(">");
    if (!wire::is_sender(sender) || !wire::is_clean(sender)) {
        throw std::invalid_argument{"the name of a speaker has no line break, < or >"};
    }
    return speaker{state_, std::move(sender)};
}

speaker::speaker(std::shared_ptr<detail::room_state> room, std::string sender)
    : room_{std::move(room)},
      sender_{std::move(sender)},
      id_{detail::room_state::next_id()}
{
}

error_code speaker::publish(std::string_view text) const noexcept
{
    return publish(sender_, text);
}

error_code speaker::publish(std::string_view sender, std::string_view text) const noexcept
{
    return publish_entry(*room_, {.member = id_, .sender = sender, .text = text});
}

error_code room::publish(std::string_view text) noexcept
{
    return publish(wire::server_name, text);
}

error_code room::publish(const room_entry& entry) noexcept
{
    return publish_entry(*state_, entry);
}

error_code room::append(const room_entry& entry, std::chrono::system_clock::time_point time) noexcept
{
    return wire::is_sender(entry.sender) ? state_->append(entry, time) : error_code{error::invalid_sender};
}

void room::resume() noexcept
{
    state_->resume_if_relieved();
}

follower room::follow(const boost::asio::any_io_executor& executor, std::size_t replay)
{
    return follow(executor, follow_options{.replay = replay});
}

follower room::follow(const boost::asio::any_io_executor& executor, const follow_options& options)
{
    return follower{executor, state_, options};
}

std::size_t room::members() const noexcept
{
    return state_->members();
}

room_statistics room::statistics() const noexcept
{
    const auto [oldest, tail] = state_->extent();
    return {.members = state_->members(),
            .published = tail.sequence,
            .kept = tail.sequence - oldest.sequence,
            .log_bytes = tail.byte - oldest.byte};
}

void room::stop() noexcept
{
    state_->close();
}

}  // namespace chatroom
