// SPDX-License-Identifier: BSL-1.0
#include "serve/tcp_server_impl.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <utility>

namespace chatroom {

using tcp = asio::ip::tcp;

tcp::endpoint tcp_server::impl::listen(const tcp::endpoint& at)
{
    auto made = std::make_shared<tcp_listener>(shard_executor{*strand_});
    made->open(at, options_);
    return add(std::move(made));
}

tcp::endpoint tcp_server::impl::adopt(int fd)
{
    auto made = std::make_shared<tcp_listener>(shard_executor{*strand_});
    made->adopt(fd, options_);
    return add(std::move(made));
}

std::vector<tcp::endpoint> tcp_server::impl::endpoints() const
{
    const std::scoped_lock lock{mutex_};
    return endpoints_;
}

void tcp_server::impl::start()
{
    const std::scoped_lock lock{mutex_};
    if (std::exchange(running_, true)) {
        throw boost::system::system_error(make_error_code(error::already_running));
    }
    for (const auto& one : listeners_) {
        spawn_accept_loop(one);
    }
}

void tcp_server::impl::stop() noexcept
{
    if (stopping_.exchange(true)) {
        return;
    }
    tasks_.close();
    asio::post(shard_executor{*strand_}, [self = shared_from_this()] {
        const std::scoped_lock lock{self->mutex_};
        for (const auto& one : self->listeners_) {
            error_code ignored;
            one->acceptor.close(ignored);
            one->back_off.cancel();
        }
        self->listeners_.clear();
    });
}

tcp::endpoint tcp_server::impl::add(std::shared_ptr<tcp_listener> made)
{
    const auto bound = made->acceptor.local_endpoint();
    const std::scoped_lock lock{mutex_};
    if (stopping_) {  // stop() closes what is in the list later than this, or has done so
        throw boost::system::system_error(make_error_code(error::closed));
    }
    listeners_.push_back(made);
    endpoints_.push_back(bound);
    if (running_) {
        spawn_accept_loop(std::move(made));
    }
    return bound;
}

void tcp_server::impl::report(std::string_view where, const std::exception_ptr& what,
                              const tcp::endpoint* peer) const noexcept
try {
    if (hooks_.error) {
        hooks_.error(where, what, peer);
    }
} catch (...) {  // a hook that has no memory to tell says nothing
}

void tcp_server::impl::report_turned_away(const tcp::endpoint& peer, error_code why) const noexcept
try {
    if (hooks_.turned_away) {
        hooks_.turned_away(normalised(peer), why);
    }
} catch (...) {  // as above
}

tcp_server::tcp_server(const asio::any_io_executor& executor, accept_handler handler, const tcp_server_options& options,
                       const tcp_server_hooks& hooks)
    : impl_{std::make_shared<impl>(executor, std::move(handler), options, hooks)}
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

tcp::endpoint tcp_server::listen(const tcp::endpoint& at)
{
    return impl_->listen(at);
}

tcp::endpoint tcp_server::adopt(int descriptor)
{
    return impl_->adopt(descriptor);
}

std::vector<tcp::endpoint> tcp_server::endpoints() const
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
