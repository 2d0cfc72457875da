// SPDX-License-Identifier: BSL-1.0
#include "random_seed.hpp"
#include "room_fixture.hpp"

#include <atomic>
#include <random>

using namespace chatroom;
using namespace chatroom::detail;

BOOST_AUTO_TEST_SUITE(tcp_room_promise)

// Members join, talk, stall and leave at random. Whoever stays hears every message after its join, once, in the one
// order.
BOOST_AUTO_TEST_CASE(whoever_stays_hears_everything_once_in_the_one_order)
{
    const auto seed = random_seed();
    tcp_room_options options;
    options.members.rate = 0;
    options.server.send_buffer = 16 * 1024;
    room_fixture h{options};
    constexpr int messages = 400;
    constexpr int speakers = 4;
    auto reader = h.room.follow(h.io.get_executor());
    std::mutex mutex;
    std::vector<std::string> truth;
    std::atomic<bool> reading{true};
    boost::asio::co_spawn(
        h.io,
        [](follower& f, std::mutex& m, std::vector<std::string>& out,
           std::atomic<bool>& on) -> boost::asio::awaitable<void> {
            try {
                for (;;) {
                    auto next = f.next();
                    const auto got = co_await std::move(next);
                    const std::scoped_lock lock{m};
                    out.push_back(got.sender + ' ' + got.text);
                }
            } catch (const boost::system::system_error&) {
                on = false;
            }
        }(reader, mutex, truth, reading),
        boost::asio::detached);

    std::atomic<bool> over{false};
    std::jthread churn{[&] {
        std::mt19937 random{seed};
        while (!over) {
            auto p = h.enter();
            p.say("passing " + std::to_string(random()) + "\n");
            if (random() % 3 == 0) {
                p.reset();
            } else if (random() % 2 == 0) {
                p.say("/quit\n");
            }
        }
    }};
    std::vector<std::jthread> talkers;
    std::array<std::vector<std::string>, speakers> heard;
    for (std::size_t s = 0; s < speakers; ++s) {
        talkers.emplace_back([&, s] {
            auto p = h.enter();
            std::mt19937 random{seed + static_cast<unsigned>(s)};
            std::jthread speaking{[&p, mine = seed + 100 + static_cast<unsigned>(s)] {
                std::mt19937 lengths{mine};
                for (int i = 0; i < messages; ++i) {
                    p.say("word " + std::to_string(i) + std::string(lengths() % 500, '.') + "\n");
                }
                p.say("done\n");
            }};
            for (int done = 0; done < 1;) {
                const auto sender = p.line();
                const auto text = p.line();
                heard[s].push_back(sender + ' ' + text);
                done += sender == p.label() && text == "done" ? 1 : 0;
                if (random() % 50 == 0) {
                    std::this_thread::yield();  // stalls a little
                }
            }
        });
    }
    talkers.clear();
    over = true;
    churn.join();
    h.room.stop();
    h.tcp->close();
    h.join();
    BOOST_REQUIRE(!reading);
    for (const auto& mine : heard) {
        BOOST_REQUIRE(mine.size() > messages);
        const auto first = std::find(truth.begin(), truth.end(), mine.front());
        BOOST_REQUIRE((first != truth.end()));
        BOOST_REQUIRE(static_cast<std::size_t>(truth.end() - first) >= mine.size());
        BOOST_REQUIRE((std::equal(mine.begin(), mine.end(), first)));
    }
}

// Somebody publishes without pause while the first member comes in, and falls silent; another's word is the last.
BOOST_AUTO_TEST_CASE(the_first_to_come_in_hears_the_next_word_though_the_room_was_being_told_that_nobody_is_there)
{
    room_fixture h;
    for (int round = 0; round < 100; ++round) {
        std::jthread prattler{[&] {
            while (h.room.members() == 0) {
                (void)h.room.publish("nobody there?");
            }
        }};
        test_client ann{h.at};
        while (h.room.members() == 0) {
            std::this_thread::yield();
        }
        BOOST_TEST_REQUIRE(!h.room.publish("welcome"));
        std::string heard;
        do {
            heard = ann.hear();
        } while (heard == "nobody there?");
        BOOST_TEST_REQUIRE(heard == "welcome");
        prattler.join();
        ann.reset();
        while (h.room.members() != 0) {
            std::this_thread::yield();
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
