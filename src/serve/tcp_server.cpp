// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/tcp_server.hpp>

#include "tcp_listener.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <mutex>
#include <new>

namespace chatroom {
namespace {

using namespace std::chrono_literals;
using tcp = asio::ip::tcp;
using milliseconds = std::chrono::milliseconds;

constexpr int accepts_per_wake = 64;
constexpr milliseconds first_back_off = 10ms;
constexpr milliseconds last_back_off = 1s;
constexpr milliseconds after_exception = 100ms;

bool out_of_resources(int error) noexcept
{
    return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

class tcp_server::impl : public std::enable_shared_from_this<tcp_server::impl> {
  public:
    impl(const asio::any_io_executor& executor, task_group tasks, accept_handler handler,
         const tcp_server_options& options, const tcp_server_hooks& hooks)
        : options_{options},
          hooks_{hooks},
          handler_{std::move(handler)},
          tasks_{std::move(tasks)},
          strand_{executor}
    {
        validate(options);
        shards_ = make_shards(executor, options.shards);
    }

    void set_handler(accept_handler handler) { handler_ = std::move(handler); }
    [[nodiscard]] const std::shared_ptr<shard_list>& shards() const noexcept { return shards_; }
    [[nodiscard]] const task_group& tasks() const noexcept { return tasks_; }

    tcp::endpoint listen(const tcp::endpoint& at)
    {
        auto made = std::make_shared<tcp_listener>(shard_executor{strand_});
        made->open(at, options_);
        return add(std::move(made));
    }

    tcp::endpoint adopt(int fd)
    {
        auto made = std::make_shared<tcp_listener>(shard_executor{strand_});
        made->adopt(fd, options_);
        return add(std::move(made));
    }

    [[nodiscard]] std::vector<tcp::endpoint> endpoints() const
    {
        const std::scoped_lock lock{mutex_};
        return endpoints_;
    }

    void start()
    {
        const std::scoped_lock lock{mutex_};
        running_ = true;
        for (const auto& one : listeners_) {
            spawn_accept_loop(one);
        }
    }

    void stop() noexcept
    {
        if (stopping_.exchange(true)) {
            return;
        }
        tasks_.close();
        auto close_all = [self = shared_from_this()] {
            const std::scoped_lock lock{self->mutex_};
            for (const auto& one : self->listeners_) {
                error_code ignored;
                one->acceptor.close(ignored);
                one->back_off.cancel();
            }
            self->listeners_.clear();
        };
        try {
            asio::post(shard_executor{strand_}, with_memory(stop_memory_, std::move(close_all)));
        } catch (...) {
            report("stop", to_error_code(std::current_exception()));
        }
    }

  private:
    tcp::endpoint add(std::shared_ptr<tcp_listener> made)
    {
        const auto bound = made->acceptor.local_endpoint();
        const std::scoped_lock lock{mutex_};
        listeners_.push_back(made);
        endpoints_.push_back(bound);
        if (running_) {
            spawn_accept_loop(std::move(made));
        }
        return bound;
    }

    void report(std::string_view where, error_code what) const noexcept
    try {
        if (hooks_.error) {
            hooks_.error(where, what);
        }
    } catch (...) {  // a hook that has no memory to tell says nothing
    }

    void report_turned_away(const tcp::endpoint& peer, error_code why) const noexcept
    try {
        if (hooks_.turned_away) {
            hooks_.turned_away(normalised(peer), why);
        }
    } catch (...) {  // as above
    }

    void spawn_accept_loop(std::shared_ptr<tcp_listener> one)
    {
        if (stopping_) {
            return;
        }
        tasks_.add();
        ++loops_;
        auto& memory = one->memory;
        auto begin = [self = shared_from_this(), one = std::move(one)] { self->accept_next(one, 0ms); };
        asio::dispatch(shard_executor{strand_}, with_memory(memory, std::move(begin)));
    }

    // One turn of the accept loop. Each ends in the wait for the next, which can't be refused memory; a coroutine would
    // be destroyed by a pause that is.
    void accept_next(const std::shared_ptr<tcp_listener>& one, milliseconds pause) noexcept
    {
        if (stopping_) {
            --loops_;
            return tasks_.remove();
        }
        if (pause > 0ms) {
            auto rested = [self = shared_from_this(), one](error_code) { self->accept_next(one, 0ms); };
            try {
                one->back_off.expires_after(pause);
                return one->back_off.async_wait(with_memory(one->memory, std::move(rested)));
            } catch (...) {
                report("accept", to_error_code(std::current_exception()));
            }
        }
        auto ready = [self = shared_from_this(), one](error_code ec) {
            self->accept_next(one, self->accept_all(*one, ec));
        };
        one->acceptor.async_wait(tcp::acceptor::wait_read, with_memory(one->memory, std::move(ready)));
    }

    // Accepts who is there; returns how long to wait before the next.
    milliseconds accept_all(tcp_listener& one, error_code ec) noexcept
    try {
        if (ec && !stopping_) {
            report("accept", ec);
            return after_exception;
        }
        return stopping_ ? 0ms : accept_some(one);
    } catch (...) {
        report("accept", to_error_code(std::current_exception()));
        return after_exception;
    }

    // Returns how long to wait before the next accept.
    milliseconds accept_some(tcp_listener& one)
    {
        for (int i = 0; i < accepts_per_wake && !stopping_; ++i) {
            tcp::endpoint peer;
            auto fd = one.accept(peer);
            if (fd.get() < 0) {
                const int error = errno;
                if (error == EAGAIN || error == EWOULDBLOCK) {
                    return 0ms;
                }
                if (out_of_resources(error)) {
                    return turn_away(one, error_code{error, boost::system::system_category()});
                }
                if (error != ECONNABORTED && error != EINTR) {
                    // accept(2): a connection's own network error comes out of accept too.
                    report("accept", error_code{error, boost::system::system_category()});
                }
                continue;
            }
            one.pause = 0ms;
            deal(std::move(fd), peer);
        }
        return 0ms;
    }

    // No descriptor for the caller: give up the spare one to accept it and close it, rather than leave it hanging.
    milliseconds turn_away(tcp_listener& one, error_code why)
    {
        if (one.pause == 0ms) {
            report("accept", why);
        }
        if (one.spare.get() >= 0) {
            one.spare = unique_fd{};
            tcp::endpoint peer;
            const bool accepted = one.accept(peer).get() >= 0;
            one.open_spare();
            if (accepted) {
                report_turned_away(peer, why);
                one.pause = first_back_off;
                return one.spare.get() >= 0 ? 0ms : one.pause;
            }
        } else {
            one.open_spare();
        }
        one.pause = std::clamp(one.pause * 2, first_back_off, last_back_off);
        return one.pause;
    }

    void deal(unique_fd fd, const tcp::endpoint& peer)
    {
        const auto named = normalised(peer);
        if (hooks_.verify && !hooks_.verify(named)) {
            return;
        }
        if (options_.max_connections != 0 && tasks_.size() - loops_ >= options_.max_connections) {
            report_turned_away(peer, make_error_code(boost::system::errc::too_many_files_open));
            return;
        }
        const auto index = next_shard_++ % shards_->size();
        try {
            asio::post((*shards_)[index]->get_executor(),
                       [self = shared_from_this(), fd = std::move(fd), peer, index]() mutable {
                           self->hand_over(std::move(fd), peer, index);
                       });
        } catch (...) {
            report_turned_away(peer, to_error_code(std::current_exception()));
            throw;
        }
    }

    void hand_over(unique_fd fd, const tcp::endpoint& peer, std::size_t index) noexcept
    {
        if (stopping_) {
            return;
        }
        try {
            auto& home = *(*shards_)[index];
            connection accepted{tcp_stream{home.get_executor()}, normalised(peer), home, index};
            accepted.stream.assign(peer.protocol(), fd.get());
            fd.release();
            handler_(std::move(accepted));
        } catch (...) {
            const auto why = to_error_code(std::current_exception());
            report("hand over", why);
            report_turned_away(peer, why);
        }
    }

    const tcp_server_options options_;
    const tcp_server_hooks hooks_;
    accept_handler handler_;
    const task_group tasks_;
    std::shared_ptr<shard_list> shards_;
    shard_strand strand_;           // of the acceptors, and what follows down to loops_
    operation_memory stop_memory_;  // of the one post of stop()
    std::size_t next_shard_ = 0;
    std::atomic<std::size_t> loops_{0};
    std::atomic<bool> stopping_{false};

    mutable std::mutex mutex_;  // guards the list of listeners
    std::vector<std::shared_ptr<tcp_listener>> listeners_;
    std::vector<tcp::endpoint> endpoints_;
    bool running_ = false;
};

tcp_server::tcp_server(const asio::any_io_executor& executor, task_group tasks, accept_handler handler,
                       const tcp_server_options& options, const tcp_server_hooks& hooks)
    : impl_{std::make_shared<impl>(executor, std::move(tasks), std::move(handler), options, hooks)}
{
}

tcp_server::~tcp_server()
{
    impl_->stop();
}

void tcp_server::set_handler(accept_handler handler)
{
    impl_->set_handler(std::move(handler));
}

asio::ip::tcp::endpoint tcp_server::listen(const asio::ip::tcp::endpoint& at)
{
    return impl_->listen(at);
}

asio::ip::tcp::endpoint tcp_server::adopt(int descriptor)
{
    return impl_->adopt(descriptor);
}

std::vector<asio::ip::tcp::endpoint> tcp_server::endpoints() const
{
    return impl_->endpoints();
}

asio::awaitable<void> tcp_server::run()
{
    impl_->start();
    return impl_->tasks().join();
}

void tcp_server::stop()
{
    impl_->stop();
}

const std::shared_ptr<shard_list>& tcp_server::shards() const noexcept
{
    return impl_->shards();
}

task_group tcp_server::tasks() const noexcept
{
    return impl_->tasks();
}

}  // namespace chatroom
