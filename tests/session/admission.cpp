// SPDX-License-Identifier: BSL-1.0
#include "session/admission.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <vector>

using namespace chatroom;
using namespace chatroom::detail;

BOOST_AUTO_TEST_SUITE(session_admission)

struct limits {
    explicit limits(std::size_t members, std::optional<std::size_t> per_address = 0)
    {
        options.max_members = members;
        options.max_members_per_address = per_address;
    }
    member_options options;
};

std::optional<disconnect_reason> answer(admission& to, const char* address, std::vector<admission::slot>& taken)
{
    auto [slot, refused] = to.enter(address_table::key_of(boost::asio::ip::make_address(address)));
    if (slot) {
        taken.push_back(std::move(slot));
    }
    return refused;
}

BOOST_AUTO_TEST_CASE(no_more_come_in_than_there_are_places_and_a_slot_gives_its_place_back)
{
    admission two{limits{2}.options, 0};
    std::vector<admission::slot> taken;
    BOOST_TEST(!answer(two, "192.0.2.1", taken).has_value());
    BOOST_TEST(!answer(two, "192.0.2.1", taken).has_value());
    BOOST_TEST((answer(two, "192.0.2.1", taken) == disconnect_reason::room_full));
    BOOST_TEST(two.members() == 2u);
    taken.pop_back();
    BOOST_TEST(two.members() == 1u);
    BOOST_TEST(!answer(two, "192.0.2.1", taken).has_value());
}

BOOST_AUTO_TEST_CASE(zero_is_no_limit)
{
    admission endless{limits{0}.options, 0};
    std::vector<admission::slot> taken;
    for (int i = 0; i < 100; ++i) {
        BOOST_TEST(!answer(endless, "192.0.2.1", taken).has_value());
    }
}

BOOST_AUTO_TEST_CASE(
    who_is_refused_by_the_limit_of_its_address_takes_no_place_and_who_finds_no_place_none_of_its_address)
{
    admission three{limits{3, 2}.options, 0};
    std::vector<admission::slot> taken;
    (void)answer(three, "192.0.2.1", taken);
    (void)answer(three, "192.0.2.1", taken);
    BOOST_TEST((answer(three, "192.0.2.1", taken) == disconnect_reason::address_limit));
    BOOST_TEST(!answer(three, "192.0.2.2", taken).has_value());
    BOOST_TEST((answer(three, "192.0.2.2", taken) == disconnect_reason::room_full));
    taken.erase(taken.begin());
    BOOST_TEST(!answer(three, "192.0.2.2", taken).has_value());
}

BOOST_AUTO_TEST_CASE(a_place_whose_slot_was_released_is_given_back_by_hand)
{
    admission one{limits{1, 1}.options, 0};
    const auto key = address_table::key_of(boost::asio::ip::make_address("192.0.2.1"));
    auto [slot, refused] = one.enter(key);
    slot.release();
    slot.give_back();
    BOOST_TEST(one.members() == 1u);
    one.leave(key);
    BOOST_TEST(one.members() == 0u);
    BOOST_TEST(!one.enter(key).second.has_value());
}

BOOST_AUTO_TEST_CASE(an_unset_number_of_members_is_what_the_transport_says)
{
    admission two{member_options{}, 2};
    std::vector<admission::slot> taken;
    BOOST_TEST(!answer(two, "192.0.2.1", taken).has_value());
    BOOST_TEST(!answer(two, "192.0.2.1", taken).has_value());
    BOOST_TEST((answer(two, "192.0.2.1", taken) == disconnect_reason::room_full));
}

BOOST_AUTO_TEST_CASE(shared_limits_count_over_transports_and_an_address_that_is_refused_takes_no_place_of_its_transport)
{
    const shared_limits both{3, 2};
    const member_options options{.shared = both};
    admission tcp{options, 0};
    admission udp{options, 0};
    std::vector<admission::slot> taken;
    BOOST_TEST(!answer(tcp, "192.0.2.1", taken).has_value());
    BOOST_TEST(!answer(udp, "192.0.2.1", taken).has_value());
    BOOST_TEST((answer(tcp, "192.0.2.1", taken) == disconnect_reason::address_limit));
    BOOST_TEST((answer(udp, "192.0.2.1", taken) == disconnect_reason::address_limit));
    BOOST_TEST(!answer(udp, "192.0.2.2", taken).has_value());
    BOOST_TEST((answer(tcp, "192.0.2.2", taken) == disconnect_reason::room_full));
    BOOST_TEST(both.members() == 3u);
    BOOST_TEST(tcp.members() == 1u);
    BOOST_TEST(udp.members() == 2u);
    taken.erase(taken.begin());  // the place over TCP
    BOOST_TEST(both.members() == 2u);
    BOOST_TEST(!answer(udp, "192.0.2.1", taken).has_value());
}

BOOST_AUTO_TEST_CASE(beside_shared_limits_those_of_a_transport_hold_and_the_default_for_an_address_does_not)
{
    const shared_limits both{0, 0};
    std::vector<admission::slot> taken;
    admission one{member_options{.max_members_per_address = 1, .shared = both}, 0};
    BOOST_TEST(!answer(one, "192.0.2.1", taken).has_value());
    BOOST_TEST((answer(one, "192.0.2.1", taken) == disconnect_reason::address_limit));
    BOOST_TEST(both.members() == 1u);
    admission many{member_options{.shared = both}, 0};
    for (int i = 0; i < 65; ++i) {
        BOOST_TEST(!answer(many, "192.0.2.1", taken).has_value());
    }
}

BOOST_AUTO_TEST_CASE(an_unset_limit_of_an_address_is_64_and_exempts_loopback)
{
    admission one{member_options{}, 0};
    std::vector<admission::slot> taken;
    for (const auto* const address : {"192.0.2.1", "2001:db8::1"}) {
        for (int i = 0; i < 64; ++i) {
            BOOST_TEST(!answer(one, address, taken).has_value());
        }
        BOOST_TEST((answer(one, address, taken) == disconnect_reason::address_limit));
    }
    BOOST_TEST((answer(one, "2001:db8::2", taken) == disconnect_reason::address_limit));  // of the same /64
    for (const auto* const address : {"127.0.0.1", "127.8.0.1", "::1"}) {
        for (int i = 0; i < 65; ++i) {
            BOOST_TEST(!answer(one, address, taken).has_value());
        }
    }
    admission strict{member_options{.max_members_per_address = 1}, 0};
    BOOST_TEST(!answer(strict, "::1", taken).has_value());
    BOOST_TEST((answer(strict, "::1", taken) == disconnect_reason::address_limit));
}

BOOST_AUTO_TEST_SUITE_END()
