// SPDX-License-Identifier: BSL-1.0
// The accept loops of a tcp_server.
#include "serve/tcp_server_impl.hpp"

#include <chatroom/endpoint.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <utility>

namespace chatroom {

using tcp = asio::ip::tcp;

namespace {

using namespace std::chrono_literals;
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

void tcp_server::impl::spawn_accept_loop(std::shared_ptr<tcp_listener> one)
{
    if (stopping_) {
        return;
    }
    auto self = shared_from_this();
    tasks_.spawn(shard_executor{*strand_}, accept_loop(self, std::move(one)), [self](std::exception_ptr failure) {
        if (failure) {
            self->report("accept", failure);
        }
    });
}

task<> tcp_server::impl::accept_loop(std::shared_ptr<impl> self, std::shared_ptr<tcp_listener> one)
{
    constexpr auto token = asio::as_tuple(asio::deferred);
    while (!self->stopping_) {
        const auto [ec] = co_await one->acceptor.async_wait(tcp::acceptor::wait_read, token);
        const auto pause = self->accept_all(*one, ec);
        if (pause > 0ms && !self->stopping_) {
            one->back_off.expires_after(pause);
            co_await one->back_off.async_wait(token);
        }
    }
}

// Accepts who is there; returns how long to wait before the next.
milliseconds tcp_server::impl::accept_all(tcp_listener& one, error_code ec) noexcept
try {
    if (ec && !stopping_) {
        report("accept", to_exception(ec));
        return after_exception;
    }
    return stopping_ ? 0ms : accept_some(one);
} catch (...) {
    report("accept", std::current_exception());
    return after_exception;
}

// Returns how long to wait before the next accept.
milliseconds tcp_server::impl::accept_some(tcp_listener& one)
{
    for (int i = 0; i < accepts_per_wake && !stopping_; ++i) {
        tcp::endpoint peer;
        auto fd = one.accept(peer);
        if (fd.get() < 0) {
            const int error = errno;
            if (error == EAGAIN) {
                return 0ms;
            }
            if (out_of_resources(error)) {
                return turn_away(one, error_code{error, boost::system::system_category()});
            }
            if (error != ECONNABORTED && error != EINTR) {
                // accept(2): a connection's own network error comes out of accept too.
                report("accept", to_exception({error, boost::system::system_category()}));
            }
            continue;
        }
        one.pause = 0ms;
        try {
            deal(std::move(fd), peer);
        } catch (...) {
            const auto named = normalised(peer);
            report("accept", std::current_exception(), &named);
        }
    }
    return 0ms;
}

// No descriptor for the caller: give up the spare one to accept it and close it, rather than leave it hanging.
milliseconds tcp_server::impl::turn_away(tcp_listener& one, error_code why)
{
    if (one.pause == 0ms) {
        report("accept", to_exception(why));
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

void tcp_server::impl::deal(unique_fd fd, const tcp::endpoint& peer)
{
    if (hooks_.verify && !hooks_.verify(normalised(peer))) {
        return;
    }
    if (options_.max_connections != 0 && connections() >= options_.max_connections) {
        report_turned_away(peer, make_error_code(boost::system::errc::too_many_files_open));
        return;
    }
    const auto index = pick_shard();
    const std::shared_ptr<shard> home{shards_, (*shards_)[index].get()};
    tasks_.add();  // until the handler has counted what it starts
    try {
        asio::post(home->get_executor(),
                   [self = shared_from_this(), fd = std::move(fd), peer, index, place = load_token{home}]() mutable {
                       self->hand_over(std::move(fd), peer, index, std::move(place));
                       self->tasks_.remove();
                   });
    } catch (...) {
        tasks_.remove();
        report_turned_away(peer, to_error_code(std::current_exception()));
        throw;
    }
}

std::size_t tcp_server::impl::connections() const noexcept
{
    std::size_t sum = 0;
    for (const auto& one : *shards_) {
        sum += one->connections();
    }
    return sum;
}

std::size_t tcp_server::impl::pick_shard() const noexcept
{
    const auto connections = [](const auto& shard) { return shard->connections(); };
    const auto most = options_.connections_per_shard.value_or(0);
    const auto has_room = [most](std::size_t taken) { return taken < most; };
    auto picked = std::ranges::find_if(*shards_, has_room, connections);
    if (picked == shards_->end()) {
        picked = std::ranges::min_element(*shards_, {}, connections);
    }
    return static_cast<std::size_t>(picked - shards_->begin());
}

void tcp_server::impl::hand_over(unique_fd fd, const tcp::endpoint& peer, std::size_t index, load_token place) noexcept
{
    if (stopping_) {
        return;
    }
    try {
        auto& home = *(*shards_)[index];
        connection accepted{tcp_stream{home.get_executor()}, normalised(peer), home, index, std::move(place)};
        accepted.stream.assign(peer.protocol(), fd.get());
        fd.release();
        handler_(std::move(accepted));
    } catch (...) {
        const auto named = normalised(peer);
        report("hand over", std::current_exception(), &named);
        report_turned_away(peer, to_error_code(std::current_exception()));
    }
}

}  // namespace chatroom
