// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/udp_server.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <cerrno>
#include <mutex>
#include <utility>

namespace chatroom {
namespace {

using namespace std::chrono_literals;
using udp = asio::ip::udp;

constexpr int batches_per_wake = 16;
constexpr int batches_waiting = 1024;  // more than a receive buffer holds: a flood must not keep the strand for ever
constexpr int wanted_receive_buffer = 8 * 1024 * 1024;
constexpr auto no_memory_pause = 10ms;
constexpr auto after_failure = 100ms;

bool no_memory(error_code ec) noexcept
{
    return ec == asio::error::no_buffer_space || ec == asio::error::no_memory;
}

// More than net.core.rmem_max allows if this process may (CAP_NET_ADMIN), and else as much as that: socket(7).
void ask_for_buffer(int socket, int forced, int plain, int bytes) noexcept
{
    if (::setsockopt(socket, SOL_SOCKET, forced, &bytes, sizeof bytes) != 0) {
        (void)::setsockopt(socket, SOL_SOCKET, plain, &bytes, sizeof bytes);
    }
}

void bind(udp_socket& socket, const udp::endpoint& at, bool share, const udp_server_options& options)
{
    socket.open(at.protocol());
    if (at.address().is_v6()) {
        socket.set_option(asio::ip::v6_only{!at.address().is_unspecified()});
    }
    if (share) {
        socket.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>{true});
    }
    const int fd = socket.native_handle();
    want_datagram_info(fd, at);
    ask_for_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF,
                   options.receive_buffer != 0 ? options.receive_buffer : wanted_receive_buffer);
    if (options.send_buffer != 0) {
        ask_for_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, options.send_buffer);
    }
    socket.non_blocking(true);
    socket.bind(at);
}

}  // namespace

udp_port::udp_port(std::shared_ptr<shard_list> shards, std::size_t shard_index, const udp_server_options& options)
    : shards_{std::move(shards)},
      socket_{(*shards_)[shard_index]->get_executor()},
      pause_{socket_.get_executor()},
      received_{options.max_datagram}
{
}

void udp_port::tell_overrun() noexcept
{
    if (const auto now = received_.overrun(); now != overrun_) {
        const std::uint32_t more = now - std::exchange(overrun_, now);
        if (overrun_hook_) {
            overrun_hook_(more);
        }
    }
}

// One batch, if any waits. What comes out of an unconnected socket besides is the trouble of one peer (its ICMP), and
// the next datagram is behind it.
bool udp_port::receive(error_code& ec)
{
    if (received_.receive(socket_.native_handle(), ec) == 0) {
        return false;
    }
    tell_overrun();
    handler_(received_, answers_);
    return true;
}

void udp_port::receive_waiting()
{
    error_code ec;
    for (int i = 0; i < batches_waiting && socket_.is_open() && receive(ec) && received_.full(); ++i) {
    }
}

void udp_port::close() noexcept
{
    error_code ignored;
    socket_.close(ignored);
    try {
        pause_.cancel();
    } catch (...) {  // then it ends by itself, within 100 ms
    }
}

class udp_server::impl : public std::enable_shared_from_this<udp_server::impl> {
  public:
    impl(const asio::any_io_executor& executor, open_handler open, const udp_server_options& options,
         const udp_server_hooks& hooks)
        : options_{options},
          hooks_{hooks},
          open_{std::move(open)}
    {
        validate(options);
        auto shards = std::make_shared<shard_list>();
        for (std::size_t i = 0; i < options.shards; ++i) {
            shards->push_back(std::make_unique<shard>(executor));
        }
        shards_ = std::move(shards);
    }

    udp::endpoint listen(const udp::endpoint& at)
    {
        std::vector<std::shared_ptr<udp_port>> made;
        auto bound = at;
        for (std::size_t i = 0; i < shards_->size(); ++i) {
            auto port = std::make_shared<udp_port>(shards_, i, options_);
            bind(port->socket_, bound, i > 0, options_);
            if (i == 0) {
                // Only now: a first socket that shared its address would let a second server in beside it.
                bound = port->socket_.local_endpoint();
                port->socket_.set_option(asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>{true});
            }
            made.push_back(std::move(port));
        }
        for (const auto& port : made) {
            port->overrun_hook_ = hooks_.overrun;
            port->handler_ = open_(port);
        }
        const std::scoped_lock lock{mutex_};
        for (const auto& port : made) {
            ports_.push_back(port);
            if (running_) {
                spawn_receive_loop(port);
            }
        }
        endpoints_.push_back(bound);
        return bound;
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
        running_ = true;
        for (const auto& port : ports_) {
            spawn_receive_loop(port);
        }
    }

    void let_go() noexcept
    {
        stopping_ = true;
        tasks_.close();
    }

    void stop() noexcept
    {
        let_go();
        const std::scoped_lock lock{mutex_};
        for (const auto& port : ports_) {
            try {
                asio::post(port->get_executor(), [port] { port->close(); });
            } catch (...) {
                report("stop", to_error_code(std::current_exception()));
            }
        }
        ports_.clear();
    }

  private:
    void report(std::string_view where, error_code what) const noexcept
    {
        if (hooks_.error) {
            hooks_.error(where, what);
        }
    }

    void spawn_receive_loop(const std::shared_ptr<udp_port>& port)
    {
        if (stopping_) {
            return;
        }
        tasks_.add();
        auto loop = receive_loop(shared_from_this(), port);
        asio::co_spawn(port->get_executor(), std::move(loop),
                       [self = shared_from_this()](std::exception_ptr) { self->tasks_.remove(); });
    }

    static task<> receive_loop(std::shared_ptr<impl> self, std::shared_ptr<udp_port> port)
    {
        while (port->socket_.is_open()) {
            auto pause = 0ms;
            try {
                auto waiting = port->socket_.async_wait(udp_socket::wait_read, asio::as_tuple(asio::deferred));
                auto [ec] = co_await std::move(waiting);
                for (int i = 0; i < batches_per_wake && !ec && port->receive(ec); ++i) {
                    while (!port->answers_.done() && port->socket_.is_open()) {
                        auto sending = async_send(port->socket_, port->answers_, asio::as_tuple(asio::deferred));
                        const auto [why] = co_await std::move(sending);
                        if (no_memory(why)) {
                            port->pause_.expires_after(no_memory_pause);
                            auto pausing = port->pause_.async_wait(asio::as_tuple(asio::deferred));
                            co_await std::move(pausing);
                        } else if (why) {
                            break;
                        }
                    }
                    self->settle(port->answers_);
                    if (!port->received_.full()) {
                        break;
                    }
                }
                if (no_memory(ec)) {
                    pause = no_memory_pause;
                } else if (ec && ec != asio::error::would_block && port->socket_.is_open()) {
                    self->report("receive", ec);
                }
            } catch (...) {
                port->answers_.clear();
                self->report("datagrams", to_error_code(std::current_exception()));
                pause = after_failure;
            }
            if (pause > 0ms && port->socket_.is_open()) {
                port->pause_.expires_after(pause);
                co_await port->pause_.async_wait(asio::as_tuple(asio::deferred));
            }
        }
    }

    void settle(send_batch& answers) const
    {
        if (answers.skipped() != 0 && hooks_.unsent) {
            hooks_.unsent(answers.skipped(), answers.skipped_why());
        }
        answers.clear();
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

void udp_server::let_go()
{
    impl_->let_go();
}

}  // namespace chatroom
