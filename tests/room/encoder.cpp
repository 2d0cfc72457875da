// SPDX-License-Identifier: BSL-1.0
#include "random_seed.hpp"

#include "room/encoder.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

using namespace chatroom;
using namespace chatroom::detail;

namespace {

// `<SEQUENCE:TEXT>`, and nothing of a text that begins with a minus.
class angle_format final : public wire::message_format {
  public:
    void append(std::string& out, const message_view& m) const override
    {
        if (!m.text.starts_with('-')) {
            out.append("<").append(std::to_string(m.sequence)).append(":").append(m.text).append(">");
        }
    }
};

const angle_format format;

// What a member gets that takes at most `most` bytes at a time, and finishes what was cut first.
std::string taken(encoder& from, const log_view& view, position& at, std::size_t most)
{
    const auto& stretch = from.gather(view, at, view.tail());
    std::string all;
    for (const auto piece : stretch.view()) {
        all += piece;
    }
    BOOST_TEST_REQUIRE(all.size() == stretch.bytes);
    if (all.size() <= most && stretch.complete) {
        at = view.tail();
        return all;
    }
    const auto sent = std::min(most, all.size());
    std::string_view rest;
    const auto next = from.advance(view, at, sent, rest);
    BOOST_TEST_REQUIRE(next.sequence >= at.sequence);
    at = next;
    return all.substr(0, sent) + std::string{rest};
}

struct filled_log {
    explicit filled_log(std::initializer_list<const char*> texts)
    {
        for (const auto* text : texts) {
            say(text);
        }
    }

    void say(std::string_view text) { log.append({.member = 1, .sender = "a", .text = text}, {}); }

    const log_view& view()
    {
        log.view_since({}, seen);
        return seen;
    }

    message_log log{256 * 1024};
    log_view seen;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(room_encoder)

BOOST_AUTO_TEST_CASE(the_logs_own_bytes_are_sent_as_they_lie_there)
{
    filled_log h{"one", "two", "three"};
    log_encoder text;
    position at;
    BOOST_TEST(taken(text, h.view(), at, 1000) == "a\none\na\ntwo\na\nthree\n");
    BOOST_TEST((at == h.log.tail()));
}

BOOST_AUTO_TEST_CASE(wherever_a_stream_cuts_the_message_is_finished_first_and_the_next_follows)
{
    filled_log h{"one", "-hidden", "two", "-hidden", "-hidden", "three", "-hidden"};
    const std::string whole = "<0:one><2:two><5:three>";
    for (std::size_t most = 1; most <= whole.size() + 1; ++most) {
        batch_encoder angles{format};
        position at;
        std::string all;
        for (int i = 0; i < 100 && at != h.log.tail(); ++i) {
            all += taken(angles, h.view(), at, most);
        }
        BOOST_TEST(all == whole);
        BOOST_TEST((at == h.log.tail()));
    }
}

BOOST_AUTO_TEST_CASE(a_message_is_rendered_once_for_all_members_that_keep_up)
{
    filled_log h{"one", "two"};
    batch_encoder angles{format};
    for (int member = 0; member < 10; ++member) {
        position at;
        BOOST_TEST(taken(angles, h.view(), at, 1000) == "<0:one><1:two>");
    }
    h.say("three");
    for (int member = 0; member < 10; ++member) {
        auto at = h.seen.tail();
        BOOST_TEST(taken(angles, h.view(), at, 1000) == "<2:three>");
        h.seen.clear();
        h.log.view_since({}, h.seen);
        break;
    }
    BOOST_TEST(angles.rendered() == 3u);
    BOOST_TEST(angles.rendered_apart() == 0u);
}

BOOST_AUTO_TEST_CASE(a_member_that_is_many_small_messages_behind_gets_them_in_one_stretch)
{
    filled_log h{};
    batch_encoder angles{format};
    position fast;
    for (int i = 0; i < 1000; ++i) {
        h.say("x");
        (void)taken(angles, h.view(), fast, 1000);
    }
    const auto& all = angles.gather(h.view(), {}, h.view().tail());
    BOOST_TEST(all.complete);
    BOOST_TEST(all.count <= 8u);
    BOOST_TEST(angles.rendered_apart() == 0u);
}

BOOST_AUTO_TEST_CASE(what_nobody_here_asked_for_is_not_rendered)
{
    filled_log h{"one", "two", "three", "four"};
    batch_encoder angles{format};
    auto at = h.view().position_of(0);
    (void)taken(angles, h.view(), at, 6);
    h.say("five");
    at = h.view().position_of(4);
    (void)angles.gather(h.view(), h.view().position_of(4), h.view().tail());
    BOOST_TEST(angles.rendered() == 5u);  // 0 to 3 for the first, and the fifth
    batch_encoder fresh{format};
    (void)fresh.gather(h.view(), h.view().position_of(3), h.view().tail());
    BOOST_TEST(fresh.rendered() == 2u);
}

BOOST_AUTO_TEST_CASE(a_member_before_the_ring_has_its_own_rendering_and_misses_nothing)
{
    filled_log h{};
    const std::string block(4000, 'x');
    batch_encoder angles{format};
    position fast;
    for (int i = 0; i < 50; ++i) {  // 200 kB are in the log, and 256 kB of the ring hold them: fill it further
        h.say(block);
        (void)taken(angles, h.view(), fast, 1'000'000);
    }
    for (int i = 0; i < 10; ++i) {
        h.say(block);
        (void)taken(angles, h.view(), fast, 1'000'000);
    }
    position slow = h.view().oldest();
    std::string all;
    std::string expected;
    for (auto sequence = slow.sequence; sequence < h.log.tail().sequence; ++sequence) {
        expected.append("<").append(std::to_string(sequence)).append(":").append(block).append(">");
    }
    for (int i = 0; i < 1000 && slow != h.log.tail(); ++i) {
        all += taken(angles, h.view(), slow, 5000);
    }
    BOOST_TEST((all == expected));
    BOOST_TEST(angles.rendered() == 60u);
}

// Members that take as much as they like, in any order: each gets every message that has a form, once, in order.
BOOST_AUTO_TEST_CASE(members_of_any_speed_get_the_same_bytes)
{
    std::mt19937 random{random_seed()};
    const auto pick = [&](std::size_t most) { return std::uniform_int_distribution<std::size_t>{0, most}(random); };
    message_log log{8 * 1024 * 1024};
    batch_encoder angles{format};
    log_view view;
    std::string expected;
    struct one {
        position at;
        std::string got;
    };
    std::vector<one> members(8);
    for (int turn = 0; turn < 400; ++turn) {
        for (auto n = pick(4); n > 0; --n) {
            const auto text =
                std::string(pick(9) == 0 ? "-" : "") + std::string(pick(pick(9) == 0 ? 20'000 : 200), 'x');
            if (text.empty()) {
                continue;
            }
            const message_view shown{log.tail().sequence, {}, 1, "a", text, {}, {}};
            format.append(expected, shown);
            log.append({.member = 1, .sender = "a", .text = text}, {});
        }
        log.view_since({}, view);
        for (std::size_t i = 0; i < members.size(); ++i) {
            if (members[i].at != view.tail() && pick(2 * i) == 0) {
                members[i].got += taken(angles, view, members[i].at, pick(1 << (6 + 2 * i % 14)));
            }
        }
        angles.clear();
    }
    for (auto& m : members) {
        for (int i = 0; i < 10'000 && m.at != view.tail(); ++i) {
            m.got += taken(angles, view, m.at, 100'000);
        }
        BOOST_TEST((m.got == expected));
    }
    BOOST_TEST(angles.rendered() >= 1u);
}

BOOST_AUTO_TEST_SUITE_END()
