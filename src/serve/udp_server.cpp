// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/udp_server.hpp>

#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <atomic>
#include <mutex>
#include <utility>

namespace chatroom {

using udp = asio::ip::udp;

namespace {

using namespace std::chrono_literals;

constexpr int batches_per_wake = 16;
constexpr auto receive_retry_delay = 10ms;
constexpr auto after_failure = 100ms;

bool no_memory(error_code ec) noexcept
{
    return ec == asio::error::no_buffer_space || ec == asio::error::no_memory;
}

}  // namespace

class udp_server::impl : public std::enable_shared_from_this<udp_server::impl> {
  public:
    impl(const asio::any_io_executor& executor, open_handler open, const udp_server_options& options,
         const udp_server_hooks& hooks)
        : options_{options},
          hooks_{hooks},
          open_{std::move(open)}
    {
        validate(options);
        shards_ = make_shards(executor, options.shards);
    }

    udp::endpoint listen(const udp::endpoint& at)
    {
        std::vector<std::shared_ptr<udp_port>> made;
        auto bound = at;
        for (std::size_t i = 0; i < shards_->size(); ++i) {
            auto port = std::make_shared<udp_port>(shards_, i, options_);
            port->open(bound, i > 0, options_);
            bound = port->socket_.local_endpoint();
            made.push_back(std::move(port));
        }
        return add(made, bound);
    }

    udp::endpoint adopt(int descriptor)
    {
        auto port = std::make_shared<udp_port>(shards_, 0, options_);
        port->adopt(descriptor, options_);
        const auto bound = port->socket_.local_endpoint();
        return add({std::move(port)}, bound);
    }

    [[nodiscard]] std::vector<udp::endpoint> endpoints() const
    {
        const std::scoped_lock lock{mutex_};
        return endpoints_;
    }

    [[nodiscard]] const task_group& tasks() const noexcept { return tasks_; }

    void start()
    {
        const std::scoped_lock lock{mutex_};
        if (std::exchange(running_, true)) {
            throw boost::system::system_error(make_error_code(error::already_running));
        }
        for (const auto& port : ports_) {
            begin_receiving(port);
        }
    }

    void release_ports() noexcept
    {
        {
            const std::scoped_lock lock{mutex_};
            stopping_ = true;
        }
        tasks_.close();
    }

    void stop() noexcept
    {
        release_ports();
        const std::scoped_lock lock{mutex_};
        for (const auto& port : ports_) {
            try {
                asio::post(port->get_executor(), with_memory(port->stop_memory_, [port] { port->close(); }));
            } catch (...) {
                report("stop", std::current_exception());
            }
        }
        ports_.clear();
    }

  private:
    udp::endpoint add(const std::vector<std::shared_ptr<udp_port>>& made, const udp::endpoint& bound)
    {
        for (const auto& port : made) {
            port->overflow_hook_ = hooks_.receive_overflow;
            port->handler_ = open_(port);  // not under the mutex: it may ask the server
        }
        const std::scoped_lock lock{mutex_};
        if (stopping_) {
            for (const auto& port : made) {
                port->close();
            }
            throw boost::system::system_error(make_error_code(error::closed));
        }
        for (const auto& port : made) {
            ports_.push_back(port);
            if (running_) {
                begin_receiving(port);
            }
        }
        endpoints_.push_back(bound);
        return bound;
    }

    void report(std::string_view where, const std::exception_ptr& what) const noexcept
    try {
        if (hooks_.error) {
            hooks_.error(where, what);
        }
    } catch (...) {  // a hook that has no memory to tell says nothing
    }

    void begin_receiving(const std::shared_ptr<udp_port>& port)
    {
        if (stopping_) {
            return;
        }
        tasks_.add();
        auto begin = [self = shared_from_this(), port] { self->receive_next(port, 0ms); };
        asio::dispatch(port->get_executor(), with_memory(port->memory_, std::move(begin)));
    }

    // One turn of a port. Each ends in the wait for the next, which can't be refused memory.
    void receive_next(const std::shared_ptr<udp_port>& port, std::chrono::milliseconds pause) noexcept
    {
        if (!port->socket_.is_open()) {
            return tasks_.remove();
        }
        if (pause > 0ms) {
            auto rested = [self = shared_from_this(), port](error_code) { self->receive_next(port, 0ms); };
            try {
                port->pause_.expires_after(pause);
                return port->pause_.async_wait(with_memory(port->memory_, std::move(rested)));
            } catch (...) {
                report("datagrams", std::current_exception());
            }
        }
        auto ready = [self = shared_from_this(), port](error_code) { self->receive_next(port, self->serve(*port)); };
        port->socket_.async_wait(port->answers_.done() ? udp_socket::wait_read : udp_socket::wait_write,
                                 with_memory(port->memory_, std::move(ready)));
    }

    // Answers what was received, and receives more; returns how long to wait before the next turn.
    std::chrono::milliseconds serve(udp_port& port) const noexcept
    try {
        for (int i = 0; i < batches_per_wake && port.socket_.is_open(); ++i) {
            if (const auto why = answer(port)) {
                return no_memory(why) ? receive_retry_delay : 0ms;
            }
            if (i > 0 && !port.received_.full()) {
                break;
            }
            error_code ec;
            if (!port.receive(ec)) {
                if (ec != asio::error::would_block && ec != asio::error::interrupted) {
                    report("receive", to_exception(ec));
                }
                return no_memory(ec) ? receive_retry_delay : 0ms;
            }
        }
        return 0ms;
    } catch (...) {
        port.answers_.clear();
        report("datagrams", std::current_exception());
        return after_failure;
    }

    // Sends what the handler has answered; the error if that is not all.
    error_code answer(udp_port& port) const
    {
        auto& answers = port.answers_;
        if (const auto why = answers.send(port.socket_.native_handle()); !answers.done()) {
            return why;
        }
        if (answers.skipped() != 0 && hooks_.send_failed) {
            hooks_.send_failed(answers.skipped(), answers.skipped_why());
        }
        answers.clear();
        return {};
    }

    const udp_server_options options_;
    const udp_server_hooks hooks_;
    const open_handler open_;
    const task_group tasks_;
    std::shared_ptr<shard_list> shards_;
    std::atomic<bool> stopping_{false};

    mutable std::mutex mutex_;  // guards what follows
    std::vector<std::shared_ptr<udp_port>> ports_;
    std::vector<udp::endpoint> endpoints_;
    bool running_ = false;
};

udp_server::udp_server(const asio::any_io_executor& executor, datagram_handler handler,
                       const udp_server_options& options, const udp_server_hooks& hooks)
    : udp_server{executor, raw, [handler = std::move(handler)](const auto&) { return handler; }, options, hooks}
{
}

udp_server::udp_server(const asio::any_io_executor& executor, raw_t, open_handler open,
                       const udp_server_options& options, const udp_server_hooks& hooks)
    : impl_{std::make_shared<impl>(executor, std::move(open), options, hooks)}
{
}

udp_server::~udp_server()
{
    impl_->stop();
}

udp::endpoint udp_server::listen(const udp::endpoint& at)
{
    return impl_->listen(at);
}

udp::endpoint udp_server::adopt(int descriptor)
{
    return impl_->adopt(descriptor);
}

std::vector<udp::endpoint> udp_server::endpoints() const
{
    return impl_->endpoints();
}

asio::awaitable<void> udp_server::run()
{
    impl_->start();
    return impl_->tasks().join();
}

void udp_server::stop()
{
    impl_->stop();
}

void udp_server::release_ports()
{
    impl_->release_ports();
}

}  // namespace chatroom
