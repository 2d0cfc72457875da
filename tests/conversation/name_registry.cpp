// SPDX-License-Identifier: BSL-1.0
#include <name_registry.hpp>

#include <boost/test/unit_test.hpp>

#include <string>

using namespace chatroom::detail;
using namespace std::chrono_literals;
using outcome = name_registry::answer::outcome;

namespace {

valid_name named(std::string_view text)
{
    return std::get<valid_name>(check_name(text));
}

struct desk {
    name_registry::answer ask(std::string_view name, chatroom::member_id who, std::string_view key = {},
                              const name_registry::claim_ptr& former = {})
    {
        return names.request(named(name), who, former, key, now);
    }

    name_registry names;
    name_registry::time_point now{1h};
};

}  // namespace

BOOST_AUTO_TEST_SUITE(registry_of_names)

BOOST_AUTO_TEST_CASE(a_name_is_one_members)
{
    desk d;
    const auto ann = d.ask("Ann", 1);
    BOOST_TEST((ann.what == outcome::granted));
    BOOST_TEST((d.ask("ANN", 2).what == outcome::taken));
    BOOST_TEST(d.names.find(named("ann"))->holder == 1u);
    d.names.release(ann.granted, false, d.now);
    BOOST_TEST(!d.names.find(named("ann")));
    BOOST_TEST((d.ask("ANN", 2).what == outcome::granted));
}

BOOST_AUTO_TEST_CASE(what_looks_like_a_name_is_taken_with_it)
{
    desk d;
    (void)d.ask("соре", 1);
    BOOST_TEST((d.ask("cope", 2).what == outcome::taken));
    BOOST_TEST((d.ask("COPE", 2).what == outcome::taken));
}

BOOST_AUTO_TEST_CASE(a_member_may_change_its_name_and_write_it_otherwise)
{
    desk d;
    const auto ann = d.ask("ann", 1);
    const auto capital = d.ask("Ann", 1, {}, ann.granted);
    BOOST_TEST((capital.what == outcome::granted));
    BOOST_TEST(d.names.find(named("ann"))->text == "Ann");
    const auto eve = d.ask("Eve", 1, {}, capital.granted);
    BOOST_TEST((d.ask("ann", 2).what == outcome::granted));
    BOOST_TEST((d.ask("eve", 2).what == outcome::taken));
    BOOST_TEST((d.ask("ann", 1, {}, eve.granted).what == outcome::taken));
    BOOST_TEST(d.names.find(named("eve"))->holder == 1u);  // a refusal takes nothing away
}

BOOST_AUTO_TEST_CASE(a_name_is_kept_for_half_a_minute_for_one_that_was_lost)
{
    desk d;
    const auto ann = d.ask("Ann", 1);
    d.names.release(ann.granted, true, d.now);
    const auto kept = d.ask("ann", 2);
    BOOST_TEST((kept.what == outcome::kept));
    BOOST_TEST((kept.wait == 30s));
    BOOST_TEST(!d.names.find(named("ann")));
    d.now += 29s;
    BOOST_TEST((d.ask("ann", 2).wait == 1s));
    d.now += 1s;
    BOOST_TEST((d.ask("ann", 2).what == outcome::granted));
    d.now += 1h;
    (void)d.ask("Bob", 3);
    BOOST_TEST(d.names.find(named("ann"))->holder == 2u);  // what was kept before ends no later claim
}

BOOST_AUTO_TEST_CASE(the_same_key_takes_a_name_over_at_once)
{
    desk d;
    const auto ann = d.ask("Ann", 1, "k3y");
    BOOST_TEST((d.ask("Ann", 2, "other").what == outcome::taken));
    BOOST_TEST((d.ask("Ann", 2).what == outcome::taken));
    const auto again = d.ask("Ann", 2, "k3y");
    BOOST_TEST((again.what == outcome::granted));
    BOOST_TEST(again.replaced == 1u);
    d.names.release(ann.granted, true, d.now);  // the older one ends, which takes nothing from the newer
    BOOST_TEST(d.names.find(named("ann"))->holder == 2u);
    d.names.release(again.granted, true, d.now);
    BOOST_TEST((d.ask("Ann", 3, "other").what == outcome::kept));
    const auto third = d.ask("Ann", 3, "k3y");
    BOOST_TEST((third.what == outcome::granted));
    BOOST_TEST(third.replaced == chatroom::server_id);
}

BOOST_AUTO_TEST_CASE(an_accounts_name_is_its_own)
{
    desk d;
    d.names.reserve(named("Root"));
    BOOST_TEST((d.ask("root", 1).what == outcome::account));
    BOOST_TEST((d.names.request(named("root"), 1, {}, {}, d.now, true).what == outcome::granted));
    const auto again = d.names.request(named("root"), 2, {}, {}, d.now, true);
    BOOST_TEST(again.replaced == 1u);
}

BOOST_AUTO_TEST_CASE(what_was_kept_is_forgotten)
{
    desk d;
    for (unsigned i = 0; i < 1000; ++i) {
        const auto one = d.ask("n" + std::to_string(i), i);
        BOOST_TEST_REQUIRE((one.what == outcome::granted));
        d.names.release(one.granted, true, d.now);
        d.now += 1s;
    }
    BOOST_TEST(d.names.size() <= 2 * 31u);
}

BOOST_AUTO_TEST_SUITE_END()
