// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "event.hpp"

#include <chatroom/error.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <algorithm>
#include <chrono>
#include <list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace chatroom::detail {

/// The endpoints, IPv6 and IPv4 in turns, beginning with the family that the resolver put first (RFC 8305, 4).
[[nodiscard]] inline std::vector<boost::asio::ip::tcp::endpoint>
interleave_families(const boost::asio::ip::tcp::resolver::results_type& found)
{
    std::vector<boost::asio::ip::tcp::endpoint> first;
    std::vector<boost::asio::ip::tcp::endpoint> second;
    for (const auto& entry : found) {
        const auto at = entry.endpoint();
        (first.empty() || at.protocol() == first.front().protocol() ? first : second).push_back(at);
    }
    std::vector<boost::asio::ip::tcp::endpoint> turns;
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        for (const auto* family : {&first, &second}) {
            if (i < family->size()) {
                turns.push_back((*family)[i]);
            }
        }
    }
    return turns;
}

/// Attempts to connect, to one endpoint after another, the next when the last has failed or has taken too long; those
/// under way go on. The first that succeeds wins, and the rest are closed. All on one strand: an attempt is cancelled
/// by closing its socket, so that a cancelled run() is to be followed by close().
class happy_eyeballs : public std::enable_shared_from_this<happy_eyeballs> {
  public:
    using tcp = boost::asio::ip::tcp;

    explicit happy_eyeballs(const boost::asio::any_io_executor& executor) : executor_{executor}, changed_{executor} {}

    /// Completes when one has won or all have lost, with the most informative error.
    static boost::asio::awaitable<error_code> run(std::shared_ptr<happy_eyeballs> self, std::vector<tcp::endpoint> to,
                                                  std::chrono::milliseconds delay)
    {
        auto next = to.begin();
        while (!self->winner_ && !self->closed_ && (next != to.end() || !self->running_.empty())) {
            self->failed_ = false;
            if (next != to.end()) {
                self->attempt(*next++);
            }
            const auto end = next == to.end() ? clock::time_point::max() : clock::now() + delay;
            while (!self->winner_ && !self->closed_ && !self->failed_ && clock::now() < end) {
                self->changed_.reset(end);
                auto waiting = self->changed_.wait();
                co_await std::move(waiting);
            }
        }
        self->close_rest();
        if (!self->winner_ && !self->why_) {
            self->why_ = boost::asio::error::operation_aborted;
        }
        co_return self->winner_ ? error_code{} : self->why_;
    }

    /// The connected socket, once run() has completed without an error.
    [[nodiscard]] tcp::socket winner() { return std::move(*winner_); }

    /// Makes run() complete.
    void close()
    {
        closed_ = true;
        winner_.reset();
        close_rest();
        changed_.set();
    }

  private:
    using clock = std::chrono::steady_clock;

    void attempt(const tcp::endpoint& to)
    {
        const auto socket = running_.emplace(running_.end(), executor_);
        socket->async_connect(to, [self = shared_from_this(), socket](error_code ec) { self->done(socket, ec); });
    }

    void done(std::list<tcp::socket>::iterator socket, error_code ec)
    {
        if (!ec && !winner_ && !closed_) {
            winner_ = std::move(*socket);
        }
        running_.erase(socket);
        if (ec) {
            failed_ = true;
            if (!why_ || is_uninformative(why_)) {
                why_ = ec;
            }
        }
        changed_.set();
    }

    // Of a host with both, the family that this machine hasn't is not what is wrong.
    static bool is_uninformative(error_code ec)
    {
        return ec == boost::asio::error::network_unreachable || ec == boost::asio::error::host_unreachable ||
               ec == boost::asio::error::address_family_not_supported ||
               ec == boost::system::errc::address_not_available;
    }

    void close_rest()
    {
        for (auto& socket : running_) {
            error_code ignored;
            socket.close(ignored);
        }
    }

    boost::asio::any_io_executor executor_;
    event changed_;
    std::list<tcp::socket> running_;
    std::optional<tcp::socket> winner_;
    error_code why_;
    bool failed_ = false;
    bool closed_ = false;
};

}  // namespace chatroom::detail
