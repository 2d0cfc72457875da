// SPDX-License-Identifier: BSL-1.0
#include "client/client_core.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace chatroom::detail {

namespace asio = boost::asio;

client_core::client_core(const asio::any_io_executor& executor, const client_timeouts& timeouts)
    : executor_{executor},
      timeouts_{timeouts},
      deadline_{executor},
      changed_{executor}
{
}

asio::awaitable<void> client_core::connect(std::shared_ptr<client_core> self, std::string host, std::string port)
{
    self->deadline_.set(clock::now() + self->timeouts_.connect, [self] {
        self->late_ = true;
        self->close();
    });
    try {
        auto opening = self->open(std::move(host), std::move(port));
        auto ec = co_await std::move(opening);
        const auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none) {
            ec = asio::error::operation_aborted;  // a probe that was cancelled looks like one without an answer
        } else if (self->closed_) {
            ec = self->late_ ? make_error_code(boost::system::errc::timed_out) : asio::error::operation_aborted;
        }
        if (ec) {
            throw boost::system::system_error(ec);
        }
    } catch (...) {
        self->close();
        throw;
    }
    self->deadline_.clear();
}

asio::awaitable<void> client_core::send(std::shared_ptr<client_core> self, std::string text, std::string id)
{
    error_code ec;
    if (!self->closed_) {
        auto writing = self->write(std::move(text), std::move(id));
        ec = co_await std::move(writing);
    }
    if (self->closed_) {
        ec = asio::error::operation_aborted;
    }
    if (ec) {
        throw boost::system::system_error(ec);
    }
}

asio::awaitable<std::optional<received_message>> client_core::receive(std::shared_ptr<client_core> self)
{
    auto found = self->inbox_.take();
    while (!found && !self->end_) {
        auto reading = self->read();
        const auto ec = co_await std::move(reading);
        self->changed_.set();
        found = self->inbox_.take();
        if (ec && !found && !self->end_) {
            self->close_reason_ = ec;
            co_return std::nullopt;
        }
    }
    if (!found) {
        self->close_reason_ = self->end_.value_or(error_code{});
    }
    co_return found;
}

asio::awaitable<void> client_core::leave(std::shared_ptr<client_core> self)
{
    try {
        const auto echo_end = clock::now() + self->timeouts_.echo;
        while (!self->all_echoed() && !self->end_ && clock::now() < echo_end) {
            self->changed_.reset(echo_end);
            auto waiting = self->changed_.wait();
            co_await std::move(waiting);
        }
        const auto end = clock::now() + self->timeouts_.leave;
        if (!self->end_) {
            if (self->timeouts_.leave.count() != 0) {
                self->deadline_.set(end, [self] { self->close(); });
            }
            auto writing = self->write("/quit", {});
            co_await std::move(writing);
        }
        while (!self->end_ && clock::now() < end) {
            self->changed_.reset(end);
            auto waiting = self->changed_.wait();
            co_await std::move(waiting);
        }
    } catch (...) {
        self->close();
        throw;
    }
    self->close();
}

void client_core::close()
{
    closed_ = true;
    shut();
    end({});
    deadline_.clear();
    changed_.set();
}

void client_core::end(error_code why) noexcept
{
    end_ = end_.value_or(why);
}

}  // namespace chatroom::detail
