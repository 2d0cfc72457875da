// SPDX-License-Identifier: BSL-1.0
// Where memory for a strand or the reactor is refused, the process ends, and says so: each in a process of its own.
#include "oom_fixture.hpp"
#include "udp_room_fixture.hpp"

#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/io_pool.hpp>
#include <chatroom/serve/udp_server.hpp>

#include <boost/asio/post.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <limits>
#include <new>
#include <stdexcept>

using namespace memory;

namespace {

constexpr long all = std::numeric_limits<long>::max() / 4;
constexpr std::string_view sentence = "chatroom: no memory for a strand or the reactor: the process ends\n";
enum outcome : int { nothing_refused = 0, went_on = 1, died = 2, failed = 3 };

/// How a process that calls `act` ends: with what that returns, or dies with the sentence.
outcome in_child(const std::function<outcome()>& act)
{
    int ends[2];
    BOOST_REQUIRE(::pipe(ends) == 0);
    const auto child = ::fork();
    BOOST_REQUIRE(child >= 0);
    if (child == 0) {
        ::dup2(ends[1], STDERR_FILENO);
        ::close(ends[1]);
        for (const int signal : {SIGABRT, SIGSEGV, SIGALRM}) {  // Boost.Test's handlers are the parent's
            std::signal(signal, SIG_DFL);
        }
        try {
            ::_exit(act());
        } catch (...) {
            ::_exit(failed);
        }
    }
    ::close(ends[1]);
    std::string words;
    std::array<char, 512> part;
    for (ssize_t n = 0; (n = ::read(ends[0], part.data(), part.size())) > 0;) {
        words.append(part.data(), static_cast<std::size_t>(n));
    }
    ::close(ends[0]);
    int status = 0;
    BOOST_REQUIRE(::waitpid(child, &status, 0) == child);
    if (WIFSIGNALED(status)) {
        BOOST_TEST(WTERMSIG(status) == SIGABRT);
        BOOST_TEST(words.ends_with(sentence), words);
        return died;
    }
    BOOST_TEST(WEXITSTATUS(status) != failed, words);
    return static_cast<outcome>(WEXITSTATUS(status));
}

/// Refuses one allocation after the other, until none is left to refuse; returns how many ended the process.
template <typename Play>
int deaths(Play play)
{
    int dead = 0;
    for (long nth = 1;; ++nth) {
        const auto how = in_child([&] { return play(nth); });
        BOOST_REQUIRE(how != failed);
        if (how == nothing_refused) {
            return dead;
        }
        dead += how == died ? 1 : 0;
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(memory_bookkeeping)

BOOST_AUTO_TEST_CASE(a_shard_that_can_not_queue_a_function_ends_the_process)
{
    BOOST_TEST(in_child([] {
                   asio::io_context io;
                   const shard s{io.get_executor()};
                   const refusal::here here;
                   refusal::arm(1, all, refusal::memory::bookkeeping);
                   asio::post(s.get_executor(), [] {});
                   return failed;
               }) == died);
}

BOOST_AUTO_TEST_CASE(a_shard_that_can_not_take_another_turn_ends_the_process)
{
    BOOST_TEST(in_child([] {
                   asio::io_context io;
                   const shard s{io.get_executor()};
                   const refusal::here here;
                   asio::post(s.get_executor(), [&s] {
                       for (int i = 0; i < 10; ++i) {  // more than Asio keeps memory for
                           asio::post(s.get_executor(), [] {});
                       }
                       refusal::arm(1, all, refusal::memory::bookkeeping);
                   });
                   io.run();
                   return failed;
               }) == died);
}

BOOST_AUTO_TEST_CASE(a_timer_that_can_not_wait_ends_the_process)
{
    BOOST_TEST(in_child([] {
                   asio::io_context io;
                   const auto s = std::make_shared<shard>(io.get_executor());
                   shard_timer timer{s->get_executor(), s, std::make_shared<time_source>()};
                   timer.on_expiry([] {});
                   const refusal::here here;
                   refusal::arm(1, all, refusal::memory::bookkeeping);
                   timer.expires_no_later_than(timer.now() + 1ms);
                   return failed;
               }) == died);
}

BOOST_AUTO_TEST_CASE(a_pool_of_ours_ends_the_process_when_a_handler_has_no_memory_and_reports_other_exceptions)
{
    BOOST_TEST(in_child([] {
                   int reported = 0;
                   io_pool pool{1, [&reported](const std::exception_ptr&) { ++reported; }};
                   asio::post(pool.get_executor(), [] { throw std::runtime_error{"a bug"}; });
                   asio::post(pool.get_executor(), [&reported] {
                       if (reported == 1) {
                           throw std::bad_alloc{};
                       }
                   });
                   pool.run();
                   return failed;
               }) == died);
}

BOOST_AUTO_TEST_CASE(a_pool_of_the_callers_gets_the_exception)
{
    asio::io_context io;
    asio::post(io, [] { throw std::bad_alloc{}; });
    BOOST_CHECK_THROW(io.run(), std::bad_alloc);
}

BOOST_AUTO_TEST_CASE(a_room_that_is_refused_its_bookkeeping_goes_on_or_ends_the_process_and_never_hangs)
{
    BOOST_TEST(deaths([](long nth) {
                   const watchdog barks{"bookkeeping"};
                   stage s{1};
                   refusal::arm(nth, 1, refusal::memory::bookkeeping);
                   s.guest = std::make_unique<recorded_member>(s.at);
                   ++s.callers;
                   s.guest->say("hello\n");
                   s.guest->hear("hello");
                   s.guest->say("/quit\n");
                   while (!s.guest->gone()) {
                       s.guest->hear("");
                   }
                   const bool refused = refusal::disarm() != 0;
                   s.check();
                   s.tcp->stop();
                   s.end();
                   return refused ? went_on : nothing_refused;
               }) > 0);
}

BOOST_AUTO_TEST_CASE(a_udp_server_that_is_refused_its_bookkeeping_goes_on_or_ends_the_process_and_never_hangs)
{
    BOOST_TEST(deaths([](long nth) {
                   const watchdog barks{"bookkeeping over UDP"};
                   io_pool pool{1};
                   udp_server server{pool.get_executor(), [](const receive_batch& batch, send_batch& answers) {
                                         answers.add(batch[0].sender, batch[0].local, batch[0].bytes);
                                     }};
                   const auto at = server.listen({asio::ip::address_v4::loopback(), 0});
                   asio::co_spawn(pool.context(), server.run(), asio::detached);
                   refusal::arm(nth, 1, refusal::memory::bookkeeping);
                   const std::jthread thread{[&pool] {
                       const refusal::here here;
                       pool.run();
                   }};
                   udp_test_client ann{at};
                   for (const auto* word : {"one", "two"}) {
                       ann.say(word);
                       BOOST_REQUIRE(ann.hear() == word);
                   }
                   server.stop();
                   return refusal::disarm() != 0 ? went_on : nothing_refused;
               }) > 0);
}

BOOST_AUTO_TEST_SUITE_END()
