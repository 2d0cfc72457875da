// SPDX-License-Identifier: BSL-1.0
#include <chatroom/room/follower.hpp>

#include "event.hpp"
#include "room/room_state.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace chatroom {

namespace asio = boost::asio;

class follower::impl final : public detail::log_reader, public std::enable_shared_from_this<follower::impl> {
  public:
    impl(const asio::any_io_executor& executor, std::shared_ptr<detail::room_state> room, const follow_options& options)
        : room_{std::move(room)},
          changed_{executor},
          events_{options.events}
    {
        if (events_) {
            next_event_ = room_->keep_events();
        }
        detail::log_view past;
        room_->view_since(room_->oldest(), past);
        at_ = past.back(past.tail(), options.replay);
    }

    void start() { room_->add(shared_from_this()); }

    void stop() noexcept
    {
        stopped_ = true;
        room_->remove(this);
        schedule();
    }

    static asio::awaitable<message> next(std::shared_ptr<impl> self)
    {
        auto found = message{};
        for (;;) {
            self->changed_.reset();
            if (self->take(found)) {
                break;
            }
            if (self->stopped_ || self->finished_) {
                throw boost::system::system_error(make_error_code(error::closed));
            }
            auto waiting = self->changed_.wait();
            co_await std::move(waiting);
        }
        co_return found;
    }

  private:
    void wake() noexcept override
    {
        clear_scheduled();
        changed_.set();
    }

    bool take(message& out)
    {
        if (stopped_) {
            return false;
        }
        const bool closed = room_->closed();  // read before the tail: what was published before it is in the view
        auto event = view();
        while (!event && at_ != view_.tail()) {
            const auto found = take_message(out);
            if (!events_ || !repeats_event(found)) {
                skipped_ = 0;
                view_.clear();  // a follower that is not reading pins nothing
                return true;
            }
            event = view();
        }
        if (event) {
            out = std::move(*event);
        } else {
            finished_ = closed;
        }
        view_.clear();
        return event.has_value();
    }

    std::optional<message> view()
    {
        if (events_) {
            return room_->view_since(at_, view_, next_event_);
        }
        room_->view_since(at_, view_);
        return std::nullopt;
    }

    entry_kind take_message(message& out)
    {
        if (at_.sequence < view_.oldest().sequence) {
            skipped_ += view_.oldest().sequence - at_.sequence;
            at_ = view_.oldest();
        }
        const auto found = view_.message_at(at_);
        out = {.sequence = found.sequence,
               .time = found.time,
               .member = found.member,
               .sender = std::string{found.sender},
               .text = std::string{found.text},
               .skipped = skipped_,
               .kind = found.kind};
        at_ = {at_.byte + found.wire.size(), at_.sequence + 1};
        return found.kind;
    }

    static bool repeats_event(entry_kind kind) noexcept
    {
        return kind == entry_kind::joined || kind == entry_kind::left || kind == entry_kind::renamed;
    }

    const std::shared_ptr<detail::room_state> room_;
    detail::event changed_;
    detail::log_view view_;
    detail::position at_;
    std::uint64_t skipped_ = 0;  // before a line that is passed over
    const bool events_;
    std::uint64_t next_event_ = 0;
    bool finished_ = false;
    std::atomic<bool> stopped_{false};
};

follower::follower(const asio::any_io_executor& executor, std::shared_ptr<detail::room_state> room,
                   const follow_options& options)
    : impl_{std::make_shared<impl>(executor, std::move(room), options)}
{
    impl_->start();
}

follower::follower(follower&&) noexcept = default;

follower& follower::operator=(follower&& other) noexcept
{
    std::swap(impl_, other.impl_);
    return *this;
}

follower::~follower()
{
    if (impl_) {
        impl_->stop();
    }
}

asio::awaitable<message> follower::next()
{
    return impl::next(impl_);
}

void follower::stop()
{
    impl_->stop();
}

}  // namespace chatroom
