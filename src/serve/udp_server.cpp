// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/udp_server.hpp>

#include "sockets.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include <netinet/in.h>
#include <sys/socket.h>

#include <atomic>
#include <mutex>
#include <utility>

namespace chatroom {
namespace {

using namespace std::chrono_literals;
using udp = asio::ip::udp;
using share_address = asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;

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

// Then the trouble of a peer that is gone is none of ours: a socket that asks for ICMP errors gets them in the place of
// what it sends to others. One that never asked may not know the option.
void ask_for_no_icmp(int socket) noexcept
{
    const int off = 0;
    (void)::setsockopt(socket, IPPROTO_IP, IP_RECVERR, &off, sizeof off);
    (void)::setsockopt(socket, IPPROTO_IPV6, IPV6_RECVERR, &off, sizeof off);
}

void prepare(udp_socket& socket, const udp::endpoint& at, const udp_server_options& options)
{
    const int fd = socket.native_handle();
    want_datagram_info(fd, at);
    ask_for_no_icmp(fd);
    ask_for_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF,
                   options.receive_buffer != 0 ? options.receive_buffer : wanted_receive_buffer);
    if (options.send_buffer != 0) {
        ask_for_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, options.send_buffer);
    }
    socket.non_blocking(true);
}

void bind(udp_socket& socket, const udp::endpoint& at, bool share, const udp_server_options& options)
{
    socket.open(at.protocol());
    if (at.address().is_v6()) {
        socket.set_option(asio::ip::v6_only{!at.address().is_unspecified()});
    }
    if (share) {
        socket.set_option(share_address{true});
    }
    prepare(socket, at, options);
    socket.bind(at);
}

// The descriptor is the socket's, or closed.
void assign(udp_socket& socket, int descriptor)
{
    unique_fd owned{descriptor};
    const int domain = get_option(descriptor, SO_DOMAIN);
    if (get_option(descriptor, SO_PROTOCOL) != IPPROTO_UDP || (domain != AF_INET && domain != AF_INET6)) {
        throw boost::system::system_error(make_error_code(boost::system::errc::invalid_argument), "no UDP socket");
    }
    socket.assign(domain == AF_INET ? udp::v4() : udp::v6(), descriptor);
    owned.release();
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
                port->socket_.set_option(share_address{true});
            }
            made.push_back(std::move(port));
        }
        return add(made, bound);
    }

    udp::endpoint adopt(int descriptor)
    {
        auto port = std::make_shared<udp_port>(shards_, 0, options_);
        assign(port->socket_, descriptor);
        const auto bound = port->socket_.local_endpoint();
        prepare(port->socket_, bound, options_);
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
        running_ = true;
        for (const auto& port : ports_) {
            begin_receiving(port);
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
                asio::post(port->get_executor(), with_memory(port->stop_memory_, [port] { port->close(); }));
            } catch (...) {
                report("stop", to_error_code(std::current_exception()));
            }
        }
        ports_.clear();
    }

  private:
    udp::endpoint add(const std::vector<std::shared_ptr<udp_port>>& made, const udp::endpoint& bound)
    {
        for (const auto& port : made) {
            port->overrun_hook_ = hooks_.overrun;
            port->handler_ = open_(port);
        }
        const std::scoped_lock lock{mutex_};
        for (const auto& port : made) {
            ports_.push_back(port);
            if (running_) {
                begin_receiving(port);
            }
        }
        endpoints_.push_back(bound);
        return bound;
    }

    void report(std::string_view where, error_code what) const noexcept
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
                report("datagrams", to_error_code(std::current_exception()));
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
                return no_memory(why) ? no_memory_pause : 0ms;
            }
            if (i > 0 && !port.received_.full()) {
                break;
            }
            error_code ec;
            if (!port.receive(ec)) {
                if (ec != asio::error::would_block && ec != asio::error::interrupted) {
                    report("receive", ec);
                }
                return no_memory(ec) ? no_memory_pause : 0ms;
            }
        }
        return 0ms;
    } catch (...) {
        port.answers_.clear();
        report("datagrams", to_error_code(std::current_exception()));
        return after_failure;
    }

    // Sends what the handler has answered; the error if that is not all.
    error_code answer(udp_port& port) const
    {
        auto& answers = port.answers_;
        if (const auto why = answers.send(port.socket_.native_handle()); !answers.done()) {
            return why;
        }
        if (answers.skipped() != 0 && hooks_.unsent) {
            hooks_.unsent(answers.skipped(), answers.skipped_why());
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

void udp_server::let_go()
{
    impl_->let_go();
}

}  // namespace chatroom
