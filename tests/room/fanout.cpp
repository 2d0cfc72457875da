// SPDX-License-Identifier: BSL-1.0
// The write path, without a socket: what a member gets whose stream takes what the table says.
#include "fanout_fixture.hpp"

namespace {

// Shows what is said by a number, and nothing of the rest.
class numbers_format final : public wire::message_format {
  public:
    void append(std::string& out, const message_view& m) const override
    {
        if (m.text.front() >= '0' && m.text.front() <= '9') {
            out.append(m.text);
        }
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(room_fanout)

BOOST_AUTO_TEST_CASE(whatever_a_stream_takes_at_a_time_the_member_gets_every_byte_once_in_order)
{
    const std::string whole = "a\none\na\ntwo\na\nthree\n";
    for (int first = 0; first <= static_cast<int>(whole.size()); ++first) {
        for (int second = 0; second <= 7; ++second) {
            test_member ann;
            bench b;
            b.join(ann);
            ann.takes = {first, second};
            b.say("one");
            b.say("two");
            b.flush();
            b.say("three");
            b.flush();  // of no effect while it is blocked
            for (int i = 0; i < 10 && ann.got != whole; ++i) {
                if (ann.blocked()) {
                    ann.becomes_writable(b.now);
                } else {
                    b.flush();
                }
            }
            BOOST_TEST(ann.got == whole);
            BOOST_TEST((ann.place.at == b.room->tail()));
            BOOST_TEST(ann.buffered().empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(the_rest_of_a_cut_message_goes_out_before_a_notice_and_that_before_the_next_message)
{
    for (int cut = 1; cut < 6; ++cut) {
        test_member ann;
        bench b;
        b.join(ann);
        ann.takes = {cut};
        b.say("one");
        b.say("two");
        b.flush();
        ann.notice("[notice]");
        ann.becomes_writable(b.now);
        BOOST_TEST(ann.got == "a\none\n[notice]a\ntwo\n");
    }
}

BOOST_AUTO_TEST_CASE(a_member_gets_what_is_published_after_it_joined_and_as_many_before_as_it_asked_for)
{
    test_member ann;
    test_member bob;
    bench b;
    b.say("one");
    b.say("two");
    b.join(ann);
    b.join(bob, 1);
    b.say("three");
    b.flush();
    BOOST_TEST(ann.got == "a\nthree\n");
    BOOST_TEST(bob.got == "a\ntwo\na\nthree\n");
}

BOOST_AUTO_TEST_CASE(one_that_is_ending_gets_what_was_published_before_and_nothing_after)
{
    test_member ann;
    bench b;
    b.join(ann);
    ann.takes = {3};
    b.say("one");
    b.flush();
    b.say("two");
    b.fan->end(ann.place, true, b.now);
    b.say("three");
    b.flush();
    ann.becomes_writable(b.now);
    b.flush();
    BOOST_TEST(ann.got == "a\none\na\ntwo\n");
    expect_events(ann, {"blocked", "end"});
}

BOOST_AUTO_TEST_CASE(one_that_is_owed_nothing_more_ends_at_once)
{
    test_member ann;
    bench b;
    b.join(ann);
    b.say("one");
    b.fan->end(ann.place, false, b.now);
    BOOST_TEST(ann.got.empty());
    expect_events(ann, {"end"});
}

BOOST_AUTO_TEST_CASE(a_stream_that_fails_ends_its_member_and_no_other)
{
    test_member ann;
    test_member bob;
    bench b;
    b.join(ann);
    b.join(bob);
    ann.takes = {-ECONNRESET};
    b.say("one");
    b.flush();
    b.say("two");
    b.flush();
    BOOST_TEST(ann.got.empty());
    BOOST_TEST(bob.got == "a\none\na\ntwo\n");
    expect_events(ann, {"failed " + std::to_string(ECONNRESET)});
}

BOOST_AUTO_TEST_CASE(no_member_gets_more_than_its_share_of_a_turn_and_the_rest_is_asked_for)
{
    test_member ann;
    bench b{slow_consumer_policy::disconnect, 4 * 1024 * 1024};
    b.join(ann);
    const std::string block(50'000, 'x');
    for (int i = 0; i < 10; ++i) {
        b.say(block);
    }
    b.fan->wakes = 0;
    b.flush();
    BOOST_TEST(ann.got.size() >= encoder::bytes_per_turn);
    BOOST_TEST(ann.got.size() < encoder::bytes_per_turn + 50'003);
    BOOST_TEST(b.fan->wakes == 1);
    b.flush();
    BOOST_TEST(ann.got.size() == 10 * 50'003u);
    BOOST_TEST(b.fan->wakes == 1);
}

BOOST_AUTO_TEST_CASE(the_last_message_is_finished_though_the_turns_share_cuts_it)
{
    test_member ann;
    bench b{slow_consumer_policy::disconnect, 4 * 1024 * 1024};
    b.join(ann);
    const std::string block(50'000, 'x');
    for (int i = 0; i < 6; ++i) {
        b.say(block);
    }
    b.flush();
    BOOST_TEST(ann.got.size() == 6 * 50'003u);
    BOOST_TEST(ann.buffered().empty());
}

BOOST_AUTO_TEST_CASE(messages_that_have_no_bytes_in_a_protocol_keep_its_member_from_nothing)
{
    const numbers_format numbers;
    test_member ann;
    test_member bob;
    bench b;
    for (auto* one : {&ann, &bob}) {
        one->room = b.fan;
        b.fan->add(one->place, *one, &numbers, {});
    }
    ann.takes = {0};
    b.say("0");
    b.flush();
    for (int i = 0; i < 40; ++i) {
        b.say("hidden");
        b.flush();
    }
    b.say("1");
    b.flush();
    BOOST_TEST(bob.got == "01");
    ann.becomes_writable(b.now);
    for (int i = 0; i < 100 && ann.got != "01"; ++i) {
        b.flush();
    }
    BOOST_TEST(ann.got == "01");
    BOOST_TEST((ann.place.at == b.room->tail()));
}

BOOST_AUTO_TEST_CASE(a_room_that_is_closed_tells_its_members_once_behind_what_was_published)
{
    test_member ann;
    bench b;
    b.join(ann);
    b.say("one");
    b.room->close();
    b.flush();
    b.flush();
    BOOST_TEST(ann.got == "a\none\n");
    expect_events(ann, {"closed", "end"});
}

BOOST_AUTO_TEST_CASE(a_fanout_without_members_is_not_woken)
{
    bench b;
    b.say("one");
    BOOST_TEST(b.fan->wakes == 0);
    {
        test_member ann;
        b.join(ann);
        b.say("two");
        BOOST_TEST(b.fan->wakes == 1);
        b.flush();
    }
    b.say("three");
    BOOST_TEST(b.fan->wakes == 1);
}

BOOST_AUTO_TEST_CASE(a_cursor_begins_at_any_message_that_the_log_holds)
{
    bench b;
    b.say("one");
    b.say("two");
    b.say("three");
    test_member ann;
    test_member bob;
    ann.room = bob.room = b.fan;
    b.fan->add(ann.place, ann, nullptr, {.sequence = 1});
    b.fan->add(bob.place, bob, nullptr, {.sequence = 3});
    b.flush();
    BOOST_TEST(ann.got == "a\ntwo\na\nthree\n");
    BOOST_TEST(bob.got == "");
    test_member eve;
    eve.room = b.fan;
    b.fan->add(eve.place, eve, nullptr, {.replay = 1, .sequence = 2});
    b.flush();
    BOOST_TEST(eve.got == "a\ntwo\na\nthree\n");
}

BOOST_AUTO_TEST_SUITE_END()
