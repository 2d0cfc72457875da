// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/fanout.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;

inline constexpr int everything = std::numeric_limits<int>::max();

class quiet_observer final : public observer {};

/// A fanout without a strand: it counts the wakes, and the test flushes.
class test_fanout final : public fanout {
  public:
    using fanout::fanout;
    int wakes = 0;
    std::vector<time_point> flushes_asked;

  private:
    void wake() noexcept override { ++wakes; }
    void flush_no_later_than(time_point when) override { flushes_asked.push_back(when); }
};

/// A member whose stream takes, call by call, the bytes that the test says, and then everything; a negative number is
/// an errno.
class test_member final : public output {
  public:
    std::deque<int> takes;
    std::string got;
    std::vector<std::string> events;
    cursor place;
    std::shared_ptr<fanout> room;

    ~test_member()
    {
        if (room) {
            room->remove(place);
        }
    }

    // As a session does it when its socket is writable again.
    void becomes_writable(cursor::time_point now)
    {
        clear_blocked();
        if (flush()) {
            room->serve(place, now);
        }
    }

    void notice(std::string_view text)
    {
        buffer().append(text);
        flush();
    }

    void on_skipped(cursor&, std::uint64_t messages) noexcept override { note("skipped " + std::to_string(messages)); }
    void append_gap(std::uint64_t messages) override { buffer().append("{" + std::to_string(messages) + " lost}"); }
    void on_slow_consumer(cursor& which) override
    {
        note("slow");
        room->end(which, false, {});
    }
    void on_end(cursor& which) override
    {
        note("end");
        which.phase = cursor::state::ended;
    }
    void on_relieved(cursor&) override { note("relieved"); }
    void on_room_closed(cursor& which) override
    {
        note("closed");
        room->end(which, true, {});
    }
    member handle() override { return {}; }
    void on_exception() noexcept override { note("exception"); }

  private:
    void note(std::string what) { events.push_back(std::move(what)); }

    sent send(std::span<const std::string_view> pieces) noexcept override
    {
        auto most = everything;
        if (!takes.empty()) {
            most = takes.front();
            takes.pop_front();
        }
        if (most < 0) {
            return {0, -most};
        }
        std::size_t taken = 0;
        for (auto piece : pieces) {
            piece = piece.substr(0, static_cast<std::size_t>(most) - taken);
            got += piece;
            taken += piece.size();
        }
        return {taken, 0};
    }

    void on_blocked() override { note("blocked"); }
    void on_failed(int error) noexcept override
    {
        note("failed " + std::to_string(error));
        place.phase = cursor::state::ended;
    }
};

struct bench {
    explicit bench(slow_consumer_policy policy = slow_consumer_policy::disconnect, std::size_t log_bytes = 256 * 1024)
        : room{std::make_shared<room_state>(room_options{.max_message = 60'000, .log_bytes = log_bytes},
                                            std::make_shared<quiet_observer>())},
          fan{std::make_shared<test_fanout>(room, policy)}
    {
        room->add(fan);
    }
    ~bench() { fan->detach(); }

    void join(test_member& one, std::size_t replay = 0)
    {
        one.room = fan;
        fan->add(one.place, one, nullptr, {.replay = replay});
    }

    void say(std::string_view text) { BOOST_TEST_REQUIRE(!room->publish({.sender = "a", .text = text})); }

    void flush()
    {
        fan->clear_scheduled();
        fan->flush(now);
    }

    std::shared_ptr<room_state> room;
    std::shared_ptr<test_fanout> fan;
    cursor::time_point now{1h};
};

inline void expect_events(const test_member& of, const std::vector<std::string>& expected)
{
    BOOST_TEST(of.events == expected, boost::test_tools::per_element());
}
