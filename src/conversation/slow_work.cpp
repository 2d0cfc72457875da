// SPDX-License-Identifier: BSL-1.0
#include "slow_work.hpp"

#include "sodium.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace chatroom::detail {

namespace asio = boost::asio;

bool slow_work::enter()
{
    const std::scoped_lock lock{mutex_};
    if (ended_ || waiting_ >= most_waiting) {
        return false;
    }
    if (!pool_) {
        pool_.emplace(threads);
    }
    ++waiting_;
    return true;
}

bool slow_work::ended()
{
    const std::scoped_lock lock{mutex_};
    return ended_;
}

void slow_work::leave()
{
    const std::scoped_lock lock{mutex_};
    --waiting_;
}

// No lambda may be in the frame of a coroutine here: g++ 12 warns of it where several files are compiled as one.
asio::awaitable<std::optional<bool>> slow_work::run_on_pool(std::function<bool()> what)
{
    auto initiate = [this, what = std::move(what)](auto handler) {
        auto executor = asio::get_associated_executor(handler);
        auto work = asio::make_work_guard(executor);
        auto task = [this, what, handler = std::move(handler), work = std::move(work)]() mutable {
            const auto answer = ended() ? std::nullopt : std::optional{what()};
            leave();
            auto back = work.get_executor();
            asio::post(back, [handler = std::move(handler), answer]() mutable { std::move(handler)(answer); });
        };
        const std::scoped_lock lock{mutex_};
        if (!ended_) {
            return asio::post(*pool_, std::move(task));
        }
        asio::post(executor, std::move(task));  // the pool runs nothing more
    };
    return asio::async_initiate<decltype(asio::use_awaitable), void(std::optional<bool>)>(std::move(initiate),
                                                                                          asio::use_awaitable);
}

asio::awaitable<std::optional<bool>> slow_work::run(std::function<bool()> what)
{
    if (!enter()) {
        co_return std::nullopt;
    }
    auto running = run_on_pool(std::move(what));
    const auto answer = co_await std::move(running);
    co_return answer;
}

void slow_work::end()
{
    {
        const std::scoped_lock lock{mutex_};
        ended_ = true;
    }
    if (pool_) {
        pool_->join();
    }
}

asio::awaitable<std::optional<bool>> slow_work::verify(std::string hash, std::string password)
{
    std::function<bool()> check = [hash = std::move(hash), password = std::move(password)] {
        return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
    };
    return run(std::move(check));
}

}  // namespace chatroom::detail
