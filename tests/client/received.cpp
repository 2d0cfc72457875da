// SPDX-License-Identifier: BSL-1.0
#include "received.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace client;

BOOST_AUTO_TEST_SUITE(client_received)

BOOST_AUTO_TEST_CASE(a_message_is_taken_apart)
{
    struct {
        const char* sender;
        const char* text;
        received wanted;
    } const all[] = {
        {"1.2.3.4:5", "hi", {kind::message, "1.2.3.4:5", "", "hi"}},
        {"<alice>", "hi", {kind::message, "<alice>", "", "hi"}},
        {"<alice>", "/me waves", {kind::action, "<alice>", "", "waves"}},
        {"<alice>", "/me", {kind::message, "<alice>", "", "/me"}},
        {"<alice>", "/meow", {kind::message, "<alice>", "", "/meow"}},
        {"<alice> -> <bob>", "hi", {kind::private_message, "<alice>", "<bob>", "hi"}},
        {"[::1]:5 -> <bob>", "/me waves", {kind::private_message, "[::1]:5", "<bob>", "/me waves"}},
        {"*", "<alice> joined", {kind::joined, "<alice>", "", ""}},
        {"*", "<alice> left", {kind::left, "<alice>", "", ""}},
        {"*", "1.2.3.4:5 is now <alice>", {kind::renamed, "1.2.3.4:5", "<alice>", ""}},
        {"*", "[fe80::1%eth0]:5 is now <alice>", {kind::renamed, "[fe80::1%eth0]:5", "<alice>", ""}},
        {"*", "<alice> is now <al>", {kind::renamed, "<alice>", "<al>", ""}},
        {"*", "<al> set the topic: a: b", {kind::topic, "<al>", "", "a: b"}},
        {"*", "<al> set the topic: ", {kind::topic, "<al>", "", ""}},
        {"*", "<bob> was removed by <al>: rude", {kind::removed, "<bob>", "<al>", "rude"}},
        {"*", "<bob> was removed by 1.2.3.4:5: rude", {kind::removed, "<bob>", "1.2.3.4:5", "rude"}},
        {"*", "<bob> was removed by [::1]:5", {kind::removed, "<bob>", "[::1]:5", ""}},
        {"*", "<bob> was removed: rude", {kind::removed, "<bob>", "", "rude"}},
        {"*", "<bob> was removed", {kind::removed, "<bob>", "", ""}},
        {"*", "the room is closing", {kind::notice, "", "", "the room is closing"}},
        {"*", "", {kind::notice, "", "", ""}},
        {"*", "<bob>", {kind::notice, "", "", "<bob>"}},
        {"*", "<> joined", {kind::notice, "", "", "<> joined"}},
        {"*", "<bob joined", {kind::notice, "", "", "<bob joined"}},
        {"*", "bob joined", {kind::notice, "", "", "bob joined"}},
        {"*", "* joined", {kind::notice, "", "", "* joined"}},
        {"*", "<bob> joined us", {kind::notice, "", "", "<bob> joined us"}},
        {"*", "<bob> is now rich", {kind::notice, "", "", "<bob> is now rich"}},
        {"*", "12 joined, 5 left", {kind::notice, "", "", "12 joined, 5 left"}},
    };
    for (const auto& one : all) {
        const auto found = classify(one.sender, one.text);
        BOOST_TEST_CONTEXT(one.sender << ": " << one.text)
        {
            BOOST_TEST(to_word(found.what) == to_word(one.wanted.what));
            BOOST_TEST(found.who == one.wanted.who);
            BOOST_TEST(found.other == one.wanted.other);
            BOOST_TEST(found.text == one.wanted.text);
        }
    }
}

BOOST_AUTO_TEST_CASE(no_text_of_a_member_makes_an_event)
{
    for (const auto* sender : {"1.2.3.4:5", "<alice>", "<alice> -> <bob>", "<*>"}) {
        for (const auto* text : {"<bob> joined", "*: <bob> joined", "/me joined", "<bob> was removed by <al>"}) {
            const auto found = classify(sender, text);
            BOOST_TEST(
                (found.what == kind::message || found.what == kind::action || found.what == kind::private_message));
            BOOST_TEST(found.who == std::string{sender}.substr(0, found.who.size()));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_the_wire_tells_counts_and_not_how_a_text_looks)
{
    using chatroom::received_kind;
    const auto found = [](const char* sender, const char* text, received_kind kind) {
        chatroom::received_message what{sender, text};
        what.kind = kind;
        return classify(what);
    };
    BOOST_TEST((found("*", "<bob> joined", received_kind::notice).what == kind::notice));
    BOOST_TEST((found("*", "<bob> joined", received_kind::joined).who == "<bob>"));
    BOOST_TEST((found("*", "<bob> joined", received_kind::unknown).what == kind::joined));
    BOOST_TEST((found("<bob>", "/me waves", received_kind::text).what == kind::message));
    BOOST_TEST(found("<bob>", "/me waves", received_kind::text).text == "/me waves");
    BOOST_TEST(found("<bob>", "/me waves", received_kind::text).who == "<bob>");
    BOOST_TEST(found("<bob>", "/me waves", received_kind::action).text == "waves");
}

BOOST_AUTO_TEST_CASE(a_name_is_told_from_an_address)
{
    BOOST_TEST(name_of("<alice>") == "alice");
    BOOST_TEST(name_of("1.2.3.4:5").empty());
    BOOST_TEST(name_of("<>").empty());
    BOOST_TEST(word_of("<alice>") == "alice");
    BOOST_TEST(word_of("1.2.3.4:5") == "1.2.3.4:5");
}

BOOST_AUTO_TEST_SUITE_END()
