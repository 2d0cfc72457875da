// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "event.hpp"

#include <chatroom/error.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace chatroom::detail {

/// Resolves a name, and can stop waiting for that: getaddrinfo(3), which Asio's resolver calls in a thread of its own,
/// can't be interrupted. `Resolver` is that of TCP or UDP. All on one strand.
template <typename Resolver>
class name_lookup : public std::enable_shared_from_this<name_lookup<Resolver>> {
  public:
    explicit name_lookup(const boost::asio::any_io_executor& executor) : resolver_{executor}, done_{executor} {}

    /// Completes with the error, when the name is resolved; or with operation_aborted after close().
    static boost::asio::awaitable<error_code> run(std::shared_ptr<name_lookup> self, std::string host, std::string port)
    {
        self->resolver_.async_resolve(host, port, [self](error_code ec, typename Resolver::results_type found) {
            self->found_ = std::move(found);
            self->end(ec);
        });
        while (!self->result_) {
            auto waiting = self->done_.wait();
            co_await std::move(waiting);
        }
        co_return *self->result_;
    }

    /// Once run() has completed without an error.
    [[nodiscard]] const typename Resolver::results_type& found() const noexcept { return found_; }

    /// Makes run() complete.
    void close()
    {
        resolver_.cancel();
        end(boost::asio::error::operation_aborted);
    }

  private:
    void end(error_code ec)
    {
        result_ = result_.value_or(ec);
        done_.set();
    }

    Resolver resolver_;
    event done_;
    typename Resolver::results_type found_;
    std::optional<error_code> result_;
};

}  // namespace chatroom::detail
