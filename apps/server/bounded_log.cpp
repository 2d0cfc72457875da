// SPDX-License-Identifier: BSL-1.0
#include "bounded_log.hpp"

#include <boost/asio/post.hpp>

namespace server {

using namespace std::chrono_literals;

bounded_log::bounded_log(const boost::asio::any_io_executor& executor, std::shared_ptr<spdlog::logger> log,
                         std::string what)
    : log_{std::move(log)},
      what_{std::move(what)},
      strand_{boost::asio::make_strand(executor)},
      timer_{strand_}
{
}

bool bounded_log::admit()
{
    {
        const std::scoped_lock lock{mutex_};
        const auto now = std::chrono::steady_clock::now();
        if (left_out_ == 0 && now - begin_ >= 1s) {
            begin_ = now;
            written_ = 0;
        }
        if (left_out_ == 0 && written_ < most_a_second) {
            ++written_;
            return true;
        }
        if (++left_out_ > 1) {
            return false;
        }
    }
    boost::asio::post(strand_, [this] { wait(); });
    return false;
}

void bounded_log::wait()
{
    if (ended_) {
        return report();
    }
    timer_.expires_after(1s);
    timer_.async_wait([this](const auto&) { report(); });
}

void bounded_log::report()
{
    std::uint64_t left_out = 0;
    {
        const std::scoped_lock lock{mutex_};
        left_out = std::exchange(left_out_, 0);
    }
    if (left_out > 0) {
        log_->info("and {} more {}", left_out, what_);
    }
}

void bounded_log::end()
{
    boost::asio::post(strand_, [this] {
        ended_ = true;
        timer_.cancel();
    });
}

}  // namespace server
