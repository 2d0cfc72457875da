// SPDX-License-Identifier: BSL-1.0
#include "random_seed.hpp"

#include "room/log.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <random>
#include <string>
#include <vector>

using namespace chatroom;
using namespace chatroom::detail;

namespace {

const std::chrono::system_clock::time_point noon{std::chrono::hours{12}};

std::string joined(const log_view& view, position from, position end, std::size_t limit)
{
    std::array<std::string_view, 8> pieces;
    std::string all;
    const auto count = view.gather(from, end, limit, pieces);
    for (std::size_t i = 0; i < count; ++i) {
        all += pieces[i];
    }
    return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(room_log)

BOOST_AUTO_TEST_CASE(a_message_is_found_as_it_was_said)
{
    message_log l{256 * 1024};
    l.append({.kind = entry_kind::action, .member = 7, .sender = "1.2.3.4:5", .text = "hi"}, noon);
    log_view view;
    l.view_since({}, view);
    const auto m = view.message_at({});
    BOOST_TEST(m.wire == "1.2.3.4:5\nhi\n");
    BOOST_TEST(m.sender == "1.2.3.4:5");
    BOOST_TEST(m.text == "hi");
    BOOST_TEST(m.member == 7u);
    BOOST_TEST((m.time == noon));
    BOOST_TEST((m.kind == entry_kind::action));
    BOOST_TEST(view.tail().byte == m.wire.size());
}

// 30 messages are in the first segments, and of 3,000 the log has forgotten some.
BOOST_DATA_TEST_CASE(a_random_log_reads_back_as_a_plain_list_of_strings_does, boost::unit_test::data::make({30, 3000}),
                     count)
{
    std::mt19937 random{random_seed()};
    message_log l{256 * 1024};
    std::vector<std::string> model;  // wire form, from sequence 0
    std::vector<position> starts{{}};
    for (int i = 0; i < count; ++i) {
        const std::string text(1 + random() % (i % 50 == 20 ? 60'000 : 300), static_cast<char>('a' + i % 26));
        l.append({.member = static_cast<member_id>(i), .sender = "s", .text = text}, noon);
        model.push_back("s\n" + text + "\n");
        starts.push_back({starts.back().byte + model.back().size(), starts.back().sequence + 1});
    }
    BOOST_TEST((l.tail() == starts.back()));
    BOOST_TEST(l.tail().byte - l.oldest().byte <= 256u * 1024);
    const auto first = l.oldest().sequence;
    BOOST_TEST((first > 0u) == (count == 3000));
    for (int round = 0; round < 300; ++round) {
        const auto from = first + random() % (model.size() - first);
        log_view view;
        l.view_since(starts[from], view);
        std::string expected;
        for (auto i = from; i < model.size(); ++i) {
            expected += model[i];
        }
        const auto limit = 1 + random() % (expected.size() + 10);
        BOOST_REQUIRE((joined(view, starts[from], view.tail(), limit) == expected.substr(0, limit)));
        const auto part = random() % (expected.size() + 1);
        std::string_view rest;
        const auto boundary = view.advance(starts[from], part, rest);
        BOOST_REQUIRE((boundary == starts[boundary.sequence]));
        BOOST_REQUIRE(boundary.byte == starts[from].byte + part + rest.size());
        BOOST_REQUIRE((expected.substr(part, rest.size()) == rest));
        BOOST_REQUIRE(rest.size() < (boundary.sequence > 0 ? model[boundary.sequence - 1].size() : 1));
        BOOST_REQUIRE(view.message_at(starts[from]).wire == model[from]);
        const auto back = random() % 40;
        log_view whole;
        l.view_since(l.oldest(), whole);
        const auto there = whole.back(starts[from], back);
        BOOST_REQUIRE((there == starts[std::max<std::uint64_t>(first, from - std::min<std::uint64_t>(back, from))]));
    }
}

BOOST_AUTO_TEST_CASE(the_first_segment_is_small)
{
    message_log l{256 * 1024};
    for (int i = 0; i < 100; ++i) {
        l.append({.member = 1, .sender = "s", .text = std::string(100, 'x')}, noon);
    }
    log_view view;
    l.view_since({}, view);
    std::array<std::string_view, 8> pieces;
    BOOST_TEST(view.gather({}, view.tail(), std::size_t{1} << 20, pieces) == 2u);
    BOOST_TEST(pieces[0].size() == 4096 / (103 + 24) * 103u);  // 24: of the index, for each message
}

BOOST_AUTO_TEST_CASE(a_message_that_does_not_fit_the_first_segment_is_in_a_full_one)
{
    message_log l{256 * 1024};
    l.append({.member = 1, .sender = "s", .text = std::string(4096, 'x')}, noon);
    for (int i = 0; i < 100; ++i) {
        l.append({.member = 1, .sender = "s", .text = std::string(100, 'x')}, noon);
    }
    log_view view;
    l.view_since({}, view);
    std::array<std::string_view, 8> pieces;
    BOOST_TEST(view.gather({}, view.tail(), std::size_t{1} << 20, pieces) == 1u);
    BOOST_TEST(pieces[0].size() == view.tail().byte);
}

BOOST_AUTO_TEST_CASE(a_view_keeps_what_the_log_forgets)
{
    message_log l{256 * 1024};
    l.append({.member = 1, .sender = "s", .text = "first"}, noon);
    log_view view;
    l.view_since({}, view);
    for (int i = 0; i < 1000; ++i) {
        l.append({.member = 1, .sender = "s", .text = std::string(1000, 'x')}, noon);
    }
    BOOST_TEST(l.oldest().sequence > 0u);
    BOOST_TEST(view.message_at({}).text == "first");
    BOOST_TEST(view.tail().sequence == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
