// SPDX-License-Identifier: BSL-1.0
#include <chatroom/room/follower.hpp>

#include <chatroom/event.hpp>
#include <chatroom/room/room_state.hpp>

#include <atomic>
#include <utility>

namespace chatroom {

namespace asio = boost::asio;

class follower::impl final : public log_reader, public std::enable_shared_from_this<follower::impl> {
  public:
    impl(const asio::any_io_executor& executor, std::shared_ptr<room_state> room, std::size_t replay)
        : room_{std::move(room)},
          changed_{executor}
    {
        log_view past;
        room_->view_since(room_->oldest(), past);
        at_ = past.back(past.tail(), replay);
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
        room_->view_since(at_, view_);
        if (at_ == view_.tail()) {
            view_.clear();
            finished_ = closed;
            return false;
        }
        std::uint64_t skipped = 0;
        if (at_.sequence < view_.oldest().sequence) {
            skipped = view_.oldest().sequence - at_.sequence;
            at_ = view_.oldest();
        }
        const auto found = view_.message_at(at_);
        out = {found.sequence, found.time, found.member, std::string{found.sender}, std::string{found.text}, skipped};
        at_ = {at_.byte + found.wire.size(), at_.sequence + 1};
        view_.clear();  // a follower that is not reading pins nothing
        return true;
    }

    const std::shared_ptr<room_state> room_;
    event changed_;
    log_view view_;
    position at_;
    bool finished_ = false;
    std::atomic<bool> stopped_{false};
};

follower::follower(const asio::any_io_executor& executor, std::shared_ptr<room_state> room, std::size_t replay)
    : impl_{std::make_shared<impl>(executor, std::move(room), replay)}
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
