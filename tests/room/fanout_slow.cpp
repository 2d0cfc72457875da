// SPDX-License-Identifier: BSL-1.0
// Members that are behind: gaps, slow consumers, and what holds the speakers.
#include "fanout_fixture.hpp"

namespace {

// Fills the log until its first segments are gone.
void overflow(bench& b)
{
    const std::string block(4000, 'x');
    while (b.room->oldest().sequence < 20) {
        b.say(block);
        b.flush();
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room_fanout_slow)

BOOST_AUTO_TEST_CASE(a_member_that_fell_off_the_log_is_told_how_many_it_missed_behind_the_message_that_was_cut)
{
    test_member ann;
    bench b{slow_consumer_policy::skip};
    b.join(ann);
    ann.takes = {3};
    b.say("one");
    b.flush();
    overflow(b);
    const auto missed = b.room->oldest().sequence - 1;  // without "one", whose rest is buffered
    ann.becomes_writable(b.now);
    const auto notice = "a\none\n{" + std::to_string(missed) + " lost}a\nxxx";
    BOOST_TEST(ann.got.starts_with(notice));
    BOOST_TEST(std::ranges::count(ann.got, 'a') == static_cast<std::ptrdiff_t>(b.room->tail().sequence - missed));
}

BOOST_AUTO_TEST_CASE(several_gaps_before_the_notice_of_the_first_could_go_out_are_told_as_one)
{
    test_member ann;
    bench b{slow_consumer_policy::skip};
    b.join(ann);
    ann.takes = {3, 1};
    b.say("one");
    b.flush();
    overflow(b);
    b.now += 1s;
    const auto first = b.room->oldest().sequence;
    const std::string block(4000, 'x');
    while (b.room->oldest().sequence == first) {
        b.say(block);
        b.flush();
    }
    ann.becomes_writable(b.now);  // takes one byte of the cut message's rest
    BOOST_TEST(ann.got == "a\non");
    ann.becomes_writable(b.now);
    BOOST_TEST(ann.got.starts_with("a\none\n{" + std::to_string(b.room->oldest().sequence - 1) + " lost}a\nxxx"));
}

BOOST_AUTO_TEST_CASE(one_that_is_ending_and_fell_off_the_log_skips_to_its_end)
{
    test_member ann;
    bench b{slow_consumer_policy::skip};
    b.join(ann);
    ann.takes = {3};
    b.say("one");
    b.flush();
    b.say("two");
    b.fan->end(ann.place, true, b.now);
    overflow(b);
    ann.becomes_writable(b.now);
    const auto missed = b.room->oldest().sequence - 1;
    BOOST_TEST(ann.got == "a\none\n{" + std::to_string(missed) + " lost}");
    BOOST_TEST(ann.events.back() == "end");
}

BOOST_AUTO_TEST_CASE(where_slow_consumers_are_disconnected_the_member_gets_nothing_of_what_is_behind_the_gap)
{
    test_member ann;
    bench b;
    b.join(ann);
    ann.takes = {3};
    b.say("one");
    b.flush();
    overflow(b);
    ann.becomes_writable(b.now);
    BOOST_TEST(ann.got == "a\none\n");
    expect_events(ann, {"blocked", "slow", "end"});
}

BOOST_AUTO_TEST_CASE(a_member_that_is_behind_holds_the_speakers_for_a_second_and_not_longer)
{
    test_member ann;
    bench b;
    b.join(ann);
    ann.takes = {3};
    b.say("one");
    b.flush();
    BOOST_TEST((b.fan->flushes_asked == std::vector{b.now + 1s}));
    const std::string block(4000, 'x');
    while (!b.room->congested()) {
        b.say(block);
        b.flush();
    }
    b.now += 999ms;
    b.flush();
    BOOST_TEST(b.room->congested());
    b.now += 1ms;
    b.flush();
    BOOST_TEST(!b.room->congested());
}

BOOST_AUTO_TEST_CASE(who_awaits_the_end_of_a_congestion_is_called_once_it_is_over)
{
    test_member ann;
    test_member bob;
    bench b;
    b.join(ann);
    b.join(bob);
    ann.takes = {3};
    const std::string block(4000, 'x');
    while (!b.room->congested()) {
        b.say(block);
        b.flush();
    }
    b.fan->await_relief(bob.place);
    b.flush();
    BOOST_TEST(bob.events.empty());
    b.now += 1s;
    b.flush();
    expect_events(bob, {"relieved"});
    b.flush();
    BOOST_TEST(bob.events.size() == 1u);
}

// 256 KiB is no whole number of these messages, so the turn's share ends within the last.
BOOST_AUTO_TEST_CASE(one_that_is_blocked_by_something_else_holds_the_speakers_for_a_second_too)
{
    test_member ann;
    bench b;
    b.join(ann);
    ann.takes = {1};
    ann.notice("[a line to this member alone]");
    BOOST_TEST(ann.blocked());
    const std::string block(4000, 'x');
    while (!b.room->congested()) {
        b.say(block);
        b.flush();
    }
    b.now += 1s;
    b.flush();
    BOOST_TEST(!b.room->congested());
}

BOOST_AUTO_TEST_CASE(a_member_that_goes_holds_nobody_back)
{
    auto ann = std::make_unique<test_member>();
    bench b;
    b.join(*ann);
    ann->takes = {3};
    const std::string block(4000, 'x');
    while (!b.room->congested()) {
        b.say(block);
        b.flush();
    }
    ann.reset();
    BOOST_TEST(!b.room->congested());
}

BOOST_AUTO_TEST_SUITE_END()
