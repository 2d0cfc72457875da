// SPDX-License-Identifier: BSL-1.0
#include <slow_work.hpp>

#include <boost/asio.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>
#include <thread>
#include <utility>

using namespace chatroom::detail;
namespace asio = boost::asio;

namespace {

asio::awaitable<void> run(slow_work& slow, std::atomic<int>& done)
{
    std::function<bool()> what = [] { return true; };
    auto running = slow.run(std::move(what));
    (void)co_await std::move(running);
    ++done;
}

asio::awaitable<void> ask(slow_work& slow, std::function<bool()> what, std::optional<bool>& answer)
{
    auto running = slow.run(std::move(what));
    answer = co_await std::move(running);
}

// What it is copied for is the post to the pool: then another thread ends all work.
class ends_all_when_copied {
  public:
    explicit ends_all_when_copied(slow_work& slow) : slow_{&slow} {}
    ends_all_when_copied(const ends_all_when_copied& other) : slow_{other.slow_}
    {
        std::thread{[this] { slow_->end(); }}.join();
    }
    ends_all_when_copied(ends_all_when_copied&&) = default;
    ends_all_when_copied& operator=(const ends_all_when_copied&) = delete;
    ~ends_all_when_copied() = default;
    bool operator()() const { return true; }

  private:
    slow_work* slow_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(slow_works)

BOOST_AUTO_TEST_CASE(what_comes_as_it_ends_completes_all_the_same)
{
    constexpr int many = 200;
    for (int round = 0; round < 50; ++round) {
        asio::io_context io;
        slow_work slow;
        std::atomic<int> done{0};
        for (int i = 0; i < many; ++i) {
            asio::co_spawn(io, run(slow, done), asio::detached);
        }
        std::thread runner{[&] { io.run_for(std::chrono::seconds{10}); }};
        while (done < round % 16) {  // it ends while they come
            std::this_thread::yield();
        }
        slow.end();
        runner.join();
        BOOST_TEST_REQUIRE(done == many);
    }
}

BOOST_AUTO_TEST_CASE(an_end_between_the_question_and_the_work_loses_nobody)
{
    asio::io_context io;
    slow_work slow;
    std::optional<bool> answer;
    asio::co_spawn(io, ask(slow, [] { return true; }, answer), asio::detached);
    io.run();
    BOOST_TEST((answer == true));
    io.restart();
    bool completed = false;
    asio::co_spawn(io, ask(slow, ends_all_when_copied{slow}, answer), [&](const auto&) { completed = true; });
    io.run_for(std::chrono::seconds{10});
    BOOST_TEST(completed);
    BOOST_TEST(!answer.has_value());
}

BOOST_AUTO_TEST_CASE(after_the_end_nothing_is_done)
{
    asio::io_context io;
    slow_work slow;
    slow.end();
    std::optional<bool> answer{true};
    asio::co_spawn(io, ask(slow, [] { return true; }, answer), asio::detached);
    io.run();
    BOOST_TEST(!answer.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
