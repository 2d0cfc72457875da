// SPDX-License-Identifier: BSL-1.0
#include "output.hpp"

#include <boost/asio/post.hpp>

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <utility>

namespace client {
namespace {

constexpr std::size_t most_queued = 256 * 1024;  // bytes

}  // namespace

int write_all(int descriptor, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto n = ::write(descriptor, bytes.data(), bytes.size());
        if (n >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno == EAGAIN) {
            pollfd writable{descriptor, POLLOUT, 0};
            ::poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

struct output::state {
    state(const boost::asio::any_io_executor& executor, int fd, std::function<void()> when_broken)
        : to{executor},
          freed{executor},
          descriptor{fd},
          broken{std::move(when_broken)}
    {
    }

    static void write_on(const std::shared_ptr<state>& self)
    {
        int error = 0;
        std::unique_lock lock{self->mutex};
        for (;;) {
            self->changed.wait(lock, [&] { return !self->queued.empty() || self->ended; });
            if (self->queued.empty()) {
                return;
            }
            const auto bytes = std::exchange(self->queued, {});
            self->writing = true;
            lock.unlock();
            if (error == 0) {
                error = write_all(self->descriptor, bytes);
                if (error != 0) {
                    boost::asio::post(self->to, [self] { self->broken(); });
                }
            }
            boost::asio::post(self->to, [self] { self->freed.notify(); });
            lock.lock();
            self->error = error;
            self->writing = false;
            self->changed.notify_all();
        }
    }

    boost::asio::any_io_executor to;
    notifier freed;
    int descriptor;
    std::function<void()> broken;
    std::mutex mutex;  // of what follows; a leaf
    std::condition_variable changed;
    std::string queued;
    int error = 0;
    bool writing = false;
    bool ended = false;
};

output::output(const boost::asio::any_io_executor& executor, int descriptor, std::function<void()> broken)
    : state_{std::make_shared<state>(executor, descriptor, std::move(broken))}
{
    std::thread{[self = state_] { state::write_on(self); }}.detach();  // a write that is stuck can't be ended
}

output::~output()
{
    const std::scoped_lock lock{state_->mutex};
    state_->ended = true;
    state_->broken = [] {};
    state_->changed.notify_all();
}

void output::put(std::string_view bytes)
{
    if (bytes.empty()) {
        return;
    }
    const std::scoped_lock lock{state_->mutex};
    state_->queued += bytes;
    state_->changed.notify_all();
}

bool output::full() const
{
    const std::scoped_lock lock{state_->mutex};
    return state_->queued.size() >= most_queued;
}

boost::asio::awaitable<void> output::room()
{
    return state_->freed.wait();
}

void output::notify()
{
    state_->freed.notify();
}

void output::flush(std::chrono::milliseconds most)
{
    std::unique_lock lock{state_->mutex};
    state_->changed.wait_for(lock, most, [this] { return state_->queued.empty() && !state_->writing; });
}

boost::system::error_code output::failure() const
{
    const std::scoped_lock lock{state_->mutex};
    return {state_->error, boost::system::system_category()};
}

}  // namespace client
