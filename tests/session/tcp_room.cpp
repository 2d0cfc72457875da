// SPDX-License-Identifier: BSL-1.0
#include "house.hpp"

#include <chatroom/room/room_state.hpp>

#include <atomic>
#include <random>
#include <set>

using namespace chatroom;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(tcp_room_talk)

BOOST_AUTO_TEST_CASE(a_message_reaches_every_member_the_speaker_included_to_the_byte)
{
    house h;
    auto ann = h.enter();
    auto bob = h.enter();
    BOOST_TEST(ann.line() == bob.label());
    BOOST_TEST(ann.line() == "hello");
    ann.say("hi\n");
    for (auto* p : {&ann, &bob}) {
        BOOST_TEST(p->line() == ann.label());
        BOOST_TEST(p->line() == "hi");
    }
}

BOOST_AUTO_TEST_CASE(a_text_without_newline_ends_at_the_quiet_gap)
{
    house h;
    person ann{h.at};
    ann.say("hello");
    BOOST_TEST(h.events->saw("joined"));
    std::string text;
    for (int i = 0; i < 200 && text.empty(); ++i) {  // the text may still be on its way when the time is moved
        h.time->advance(100ms);
        if (h.room.state()->tail().sequence == 1) {
            text = ann.hear();
        } else {
            std::this_thread::sleep_for(10ms);
        }
    }
    BOOST_TEST(text == "hello");
}

BOOST_AUTO_TEST_CASE(a_line_peers_line_waits_for_its_newline_until_the_line_time_is_over)
{
    house h;
    auto ann = h.enter();
    ann.say("x\nunfinished");
    BOOST_TEST(ann.hear() == "x");
    h.time->advance(29s);
    ann.say(" business\n");
    BOOST_TEST(ann.hear() == "unfinished business");
    ann.say("y\nagain");
    BOOST_TEST(ann.hear() == "y");
    h.time->advance(30s);
    BOOST_TEST(ann.hear() == "your line took too long: goodbye");
    BOOST_TEST(ann.line() == "(end)");
    ann.socket().close();
    BOOST_TEST(h.events->saw("left line_time"));
}

BOOST_AUTO_TEST_CASE(quit_is_not_broadcast_and_everything_said_before_comes_back_first)
{
    house h;
    auto ann = h.enter();
    ann.say("one\ntwo\n /quit \nthree\n");
    BOOST_TEST(ann.hear() == "one");
    BOOST_TEST(ann.hear() == "two");
    BOOST_TEST(ann.line() == "(end)");
    ann.socket().close();
    BOOST_TEST(h.events->saw("left quit"));
    BOOST_TEST(h.room.members() == 0u);
}

BOOST_AUTO_TEST_CASE(end_of_file_ends_an_unfinished_text_and_a_reset_drops_it)
{
    house h;
    auto ann = h.enter();
    auto bob = h.enter();
    ann.hear();
    bob.say("bob's last word");
    bob.socket().shutdown(boost::asio::socket_base::shutdown_send);
    BOOST_TEST(ann.hear() == "bob's last word");
    BOOST_TEST(bob.hear() == "bob's last word");
    BOOST_TEST(bob.line() == "(end)");
    BOOST_TEST(h.events->saw("left end_of_file"));
    auto eve = h.enter();
    ann.hear();
    eve.say("dropped");
    eve.slam();
    BOOST_TEST(h.events->saw("left reset"));
    ann.say("next\n");
    BOOST_TEST(ann.hear() == "next");
}

BOOST_AUTO_TEST_CASE(nobody_can_forge_a_sender)
{
    house h;
    auto ann = h.enter();
    ann.say("*\r\n1.2.3.4:5\r\n");
    BOOST_TEST(ann.line() == ann.label());
    BOOST_TEST(ann.line() == "*");
    BOOST_TEST(ann.line() == ann.label());
    BOOST_TEST(ann.line() == "1.2.3.4:5");
}

BOOST_AUTO_TEST_CASE(a_joiner_may_hear_the_last_messages)
{
    tcp_room_options options;
    options.replay = 2;
    house h{options};
    for (const auto* text : {"one", "two", "three"}) {
        BOOST_TEST(!h.room.publish(text));
    }
    person ann{h.at};
    BOOST_TEST(ann.hear() == "two");
    BOOST_TEST(ann.hear() == "three");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tcp_room_limits)

BOOST_AUTO_TEST_CASE(a_line_over_the_limit_is_told_and_the_member_stays)
{
    house h;
    auto ann = h.enter();
    ann.say(std::string(5000, 'x') + "\nok\n");
    BOOST_TEST(ann.hear() == "your message is too long and was not passed on");
    BOOST_TEST(ann.hear() == "ok");
    BOOST_TEST(h.events->saw("dropped"));
}

BOOST_AUTO_TEST_CASE(an_endless_line_is_cut)
{
    house h;
    auto ann = h.enter();
    ann.say(std::string(70'000, 'x'));
    BOOST_TEST(ann.hear() == "your message is too long and was not passed on");
    BOOST_TEST(ann.hear() == "your line has no end: goodbye");
    BOOST_TEST(ann.line() == "(end)");
}

BOOST_AUTO_TEST_CASE(who_sends_without_end_after_its_goodbye_is_read_no_more_and_can_still_read_it)
{
    tcp_room_options options;
    options.server.receive_buffer = 16 * 1024;
    options.discard = 100'000;
    house h{options};
    auto ann = h.enter();
    ann.say(std::string(70'000, 'x'));
    BOOST_TEST(ann.hear() == "your message is too long and was not passed on");
    // Its receive buffer, the room's and what is discarded: then nothing moves any more.
    const timeval limit{0, 500'000};
    const int little = 16 * 1024;
    ::setsockopt(ann.socket().native_handle(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    ::setsockopt(ann.socket().native_handle(), SOL_SOCKET, SO_SNDBUF, &little, sizeof little);
    const std::string block(1024, 'x');
    std::size_t taken = 0;
    while (taken < 10'000'000 && ::send(ann.socket().native_handle(), block.data(), block.size(), MSG_NOSIGNAL) > 0) {
        taken += block.size();
    }
    BOOST_TEST(taken >= options.discard);
    BOOST_TEST(taken < 1'000'000u);
    for (int i = 0; i < 200 && h.events->times("left endless_line") == 0; ++i) {
        h.time->advance(std::chrono::seconds{1});
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    BOOST_TEST(h.events->saw("left endless_line"));
    BOOST_TEST(ann.hear() == "your line has no end: goodbye");
}

BOOST_AUTO_TEST_CASE(a_browser_is_sent_away_and_nothing_of_it_is_relayed)
{
    house h;
    auto ann = h.enter();
    person web{h.at};
    web.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    BOOST_TEST(web.hear() == "this is a chat room, not a web server");
    BOOST_TEST(web.line() == "(end)");
    ann.say("still here\n");
    BOOST_TEST(ann.hear() == "still here");
    web.socket().close();
    BOOST_TEST(h.events->saw("left not_chat"));
}

BOOST_AUTO_TEST_CASE(a_full_room_says_so)
{
    tcp_room_options options;
    options.max_members = 1;
    house h{options};
    auto ann = h.enter();
    person bob{h.at};
    BOOST_TEST(bob.hear() == "the room is full");
    BOOST_TEST(bob.line() == "(end)");
    BOOST_TEST(h.events->saw("refused room_full"));
    ann.say("/quit\n");
    BOOST_TEST(ann.line() == "(end)");
    ann.socket().close();
    BOOST_TEST(h.events->saw("left quit"));
    auto eve = h.enter();
}

BOOST_AUTO_TEST_CASE(an_address_gets_its_share_and_no_more)
{
    tcp_room_options options;
    options.max_members_per_address = 2;
    house h{options};
    auto ann = h.enter();
    auto bob = h.enter();
    person eve{h.at};
    BOOST_TEST(eve.hear() == "too many members from your address");
    BOOST_TEST(h.events->saw("refused address_full"));
}

BOOST_AUTO_TEST_CASE(above_its_rate_a_member_is_held_back_and_loses_nothing)
{
    tcp_room_options options;
    options.rate = 10;
    options.burst = 3;
    house h{options};
    person ann{h.at};
    ann.say("0\n1\n2\n3\n4\n5\n");
    BOOST_TEST(ann.hear() == "you are sending faster than this room allows: your messages are held back");
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(ann.hear() == std::to_string(i));
    }
    for (int i = 3; i < 6; ++i) {
        BOOST_TEST(h.room.state()->tail().sequence == static_cast<std::uint64_t>(i));
        h.time->advance(100ms);
        BOOST_TEST(ann.hear() == std::to_string(i));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tcp_room_slow)

BOOST_AUTO_TEST_CASE(a_member_that_stops_reading_is_cut_and_the_others_lose_nothing)
{
    tcp_room_options options;
    options.rate = 0;
    options.server.send_buffer = 8 * 1024;
    house h{options, {.max_message = 4096, .log_bytes = 256 * 1024}};
    auto stalled = h.enter(4096);
    auto ann = h.enter();
    const std::string block(3000, 'x');
    int n = 0;
    while (h.events->times("left slow") == 0 && n < 20'000) {
        ann.say(std::to_string(n) + block + "\n");
        BOOST_REQUIRE(ann.hear() == std::to_string(n) + block);
        ++n;
        if (n % 20 == 0) {
            h.time->advance(1s);  // it holds the speakers for a second, and then no more
        }
        if (n > 200 && h.events->times("left slow") == 0) {
            h.time->advance(10s);  // the drain time of the stalled one
        }
    }
    BOOST_TEST(h.events->times("left slow") == 1);
    BOOST_TEST(n < 2000);
    BOOST_TEST(h.room.members() == 1u);
}

BOOST_AUTO_TEST_CASE(one_that_may_skip_is_told_how_many_it_missed_and_goes_on)
{
    tcp_room_options options;
    options.rate = 0;
    options.server.send_buffer = 8 * 1024;
    options.slow = slow_policy::skip;
    house h{options, {.max_message = 4096, .log_bytes = 256 * 1024}};
    auto stalled = h.enter(4096);
    auto ann = h.enter();
    const std::string block(3000, 'x');
    int n = 0;
    while (h.events->times("skipped") == 0 && n < 2000) {
        ann.say(std::to_string(n) + block + "\n");
        BOOST_REQUIRE(ann.hear() == std::to_string(n) + block);
        if (++n % 20 == 0) {
            h.time->advance(1s);
        }
    }
    BOOST_TEST(h.events->saw("skipped"));
    int heard = 0;
    int missed = 0;
    while (heard + missed < n) {
        const auto sender = stalled.line();
        const auto text = stalled.line();
        if (sender == "*") {
            missed += std::stoi(text.substr(text.find(':') + 2));
        } else if (sender == ann.label() && text != "hello") {
            BOOST_REQUIRE(text == std::to_string(heard + missed) + block);
            ++heard;
        } else {
            BOOST_REQUIRE(text == "hello");
        }
    }
    BOOST_TEST(missed > 0);
    BOOST_TEST(heard + missed == n);
}

BOOST_AUTO_TEST_CASE(a_speaker_that_never_pauses_costs_no_reader_its_place)
{
    tcp_room_options options;
    options.rate = 0;
    house h{options, {.max_message = 4096, .log_bytes = 256 * 1024}};
    auto ann = h.enter();
    auto bob = h.enter();
    constexpr int all = 5000;
    std::jthread speaking{[&] {
        for (int i = 0; i < all; ++i) {
            ann.say(std::to_string(i) + std::string(1000, 'x') + "\n");
        }
    }};
    std::jthread echo{[&] {
        for (int i = 0; i < all + 1; ++i) {
            ann.hear();
        }
    }};
    for (int i = 0; i < all; ++i) {
        BOOST_REQUIRE(bob.hear() == std::to_string(i) + std::string(1000, 'x'));
    }
    BOOST_TEST(h.events->times("left slow") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tcp_room_ends)

BOOST_AUTO_TEST_CASE(stop_delivers_what_was_said_tells_everybody_and_ends_the_run)
{
    house h;
    auto ann = h.enter();
    BOOST_TEST(!h.room.publish("last"));
    h.tcp->stop();
    BOOST_TEST(ann.hear() == "last");
    BOOST_TEST(ann.hear() == "the room is closing");
    BOOST_TEST(ann.line() == "(end)");
    ann.socket().close();
    BOOST_TEST(h.events->saw("left drained"));
    h.join();
    BOOST_TEST(h.ended);
}

BOOST_AUTO_TEST_CASE(a_member_that_does_not_go_is_closed_after_the_drain_time)
{
    house h;
    auto ann = h.enter();
    h.tcp->stop();
    BOOST_TEST(ann.hear() == "the room is closing");
    BOOST_TEST(ann.line() == "(end)");
    BOOST_TEST(h.events->times("left drained") == 0);
    for (int i = 0; i < 100 && h.events->times("left drained") == 0; ++i) {
        h.time->advance(250ms);
        std::this_thread::sleep_for(5ms);
    }
    BOOST_TEST(h.events->saw("left drained"));
    h.join();
    BOOST_TEST(h.ended);
}

BOOST_AUTO_TEST_CASE(the_room_itself_may_be_stopped)
{
    house h;
    auto ann = h.enter();
    h.room.stop();
    BOOST_TEST(ann.hear() == "the room is closing");
    BOOST_TEST(ann.line() == "(end)");
}

BOOST_AUTO_TEST_CASE(everything_may_be_destroyed_with_members_in_it)
{
    {
        house h;
        auto ann = h.enter();
        h.tcp.reset();
        BOOST_TEST(ann.line() == "(end)");
    }
    auto io = std::make_unique<boost::asio::io_context>();
    room r;
    tcp_room t{io->get_executor(), r};
    const auto at = t.listen({boost::asio::ip::address_v4::loopback(), 0});
    boost::asio::co_spawn(*io, t.run(), boost::asio::detached);
    person ann{at};
    ann.say("hello\nunfinished");
    while (r.members() == 0) {
        io->run_one();
    }
    io->poll();
    // The context goes first here, with a live session in it; what is left of the room only frees memory.
    {
        auto gone = std::move(t);
    }
    io.reset();
    BOOST_TEST(r.members() == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(tcp_room_promise)

// Members join, talk, stall and leave at random. Whoever stays hears every message after its join, once, in the one
// order.
BOOST_AUTO_TEST_CASE(whoever_stays_hears_everything_once_in_the_one_order)
{
    const auto seed = std::random_device{}();
    BOOST_TEST_MESSAGE("seed " << seed);
    tcp_room_options options;
    options.rate = 0;
    options.server.send_buffer = 16 * 1024;
    house h{options};
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
                p.slam();
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

BOOST_AUTO_TEST_SUITE_END()
