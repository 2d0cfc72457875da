// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/udp_server.hpp>

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <atomic>
#include <mutex>
#include <utility>

namespace chatroom {

using udp = asio::ip::udp;

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
            auto port = std::make_shared<udp_port>(shards_, i, options_, hooks_);
            port->open(bound, i > 0);
            bound = port->socket().local_endpoint();
            made.push_back(std::move(port));
        }
        return add(made, bound);
    }

    udp::endpoint adopt(int descriptor)
    {
        auto port = std::make_shared<udp_port>(shards_, 0, options_, hooks_);
        port->adopt(descriptor);
        const auto bound = port->socket().local_endpoint();
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
            asio::post(port->get_executor(), [port] { port->close(); });
        }
        ports_.clear();
    }

  private:
    udp::endpoint add(const std::vector<std::shared_ptr<udp_port>>& made, const udp::endpoint& bound)
    {
        for (const auto& port : made) {
            port->on_receive(open_(port));  // not under the mutex: it may ask the server
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

    void begin_receiving(const std::shared_ptr<udp_port>& port)
    {
        if (!stopping_) {
            tasks_.spawn(port->get_executor(), udp_port::run(port), [](std::exception_ptr) {});
        }
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
    : udp_server{executor, open_handler{[handler = std::move(handler)](const auto&) { return handler; }}, options,
                 hooks}
{
}

udp_server::udp_server(const asio::any_io_executor& executor, open_handler open, const udp_server_options& options,
                       const udp_server_hooks& hooks)
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
