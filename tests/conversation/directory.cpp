// SPDX-License-Identifier: BSL-1.0
// Where memory is refused, a change of the directory has not begun.
#include "memory/refusal.hpp"

#include "room/member_state.hpp"

#include <directory.hpp>

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <new>
#include <string>

using namespace chatroom;
using namespace chatroom::detail;

namespace {

struct deaf final : member_state {
    using member_state::member_state;
    void post(action) override {}
};

// What memory is asked for: its address is too long to lie in the string itself.
struct stage {
    stage()
    {
        den->stays = false;
        den->maker = boost::asio::ip::make_address("10.0.0.1");
    }

    static place_ptr named(std::string_view text)
    {
        return std::make_shared<place>(std::get<valid_name>(check_name(text)), room{});
    }

    directory known;
    place_ptr lobby = named("lobby");
    place_ptr den = named("a-den-of-a-rather-long-name");
    member ann{std::make_shared<deaf>(7U, transport::tcp, "[2001:db8:1:2:3:4:5:6]:40000")};
};

// Refuses one allocation after the other of `act`, each in a new place, and has `unchanged` look at what is left.
template <typename Prepare, typename Act, typename Unchanged>
void refuse_each(Prepare prepare, Act act, Unchanged unchanged)
{
    long refused = 1;
    for (long nth = 1; refused > 0; ++nth) {
        stage s;
        prepare(s);
        bool failed = false;
        {
            const refusal::here counted;
            refusal::arm(nth, 1);
            try {
                act(s);
            } catch (const std::bad_alloc&) {
                failed = true;
            }
            refused = refusal::disarm();
        }
        BOOST_TEST(failed == (refused > 0));
        BOOST_TEST((nth > 1 || refused > 0));  // else it tests nothing
        if (failed) {
            unchanged(s);
            act(s);  // and it goes on
        }
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(directory_without_memory)

BOOST_AUTO_TEST_CASE(a_member_is_known_in_all_ways_or_in_none)
{
    refuse_each([](stage&) {}, [](stage& s) { (void)s.known.add(s.ann, s.lobby.get()); },
                [](stage& s) {
                    BOOST_TEST(s.known.find(7) == nullptr);
                    BOOST_TEST(s.known.find_address(s.ann.address()).empty());
                    BOOST_TEST(s.lobby->people.empty());
                });
}

BOOST_AUTO_TEST_CASE(so_is_a_room)
{
    refuse_each([](stage&) {}, [](stage& s) { s.known.add(s.den); },
                [](stage& s) {
                    BOOST_TEST(!s.known.find(s.den->name));
                    BOOST_TEST(s.known.places().empty());
                    BOOST_TEST(s.known.made_from(s.den->maker) == 0u);
                });
}

BOOST_AUTO_TEST_CASE(a_member_that_can_not_be_moved_stays)
{
    refuse_each([](stage& s) { (void)s.known.add(s.ann, s.lobby.get()); },
                [](stage& s) { (void)s.known.move(*s.known.find(7), s.den.get(), {}); },
                [](stage& s) {
                    BOOST_TEST(s.known.find(7)->in == s.lobby.get());
                    BOOST_TEST(s.lobby->people.size() == 1u);
                    BOOST_TEST(s.den->people.empty());
                });
}

BOOST_AUTO_TEST_CASE(a_name_that_can_not_be_kept_is_free)
{
    const auto name = std::get<valid_name>(check_name("Ann"));
    long refused = 0;
    for (int i = 0; i < 100; ++i) {  // one in some dozens asks for memory
        name_registry names;
        name_registry::time_point now{std::chrono::hours{1}};
        for (int j = 0; j < i; ++j) {
            const auto other = std::get<valid_name>(check_name("n" + std::to_string(j)));
            names.release(names.request(other, 8, {}, {}, now).granted, true, now);
        }
        const auto claim = names.request(name, 7, {}, {}, now).granted;
        {
            const refusal::here counted;
            refusal::arm(1, 1);
            names.release(claim, true, now);
        }
        const auto was_refused = refusal::disarm() > 0;
        refused += was_refused ? 1 : 0;
        const auto answer = names.request(name, 9, {}, {}, now).what;
        BOOST_TEST((answer == name_registry::answer::outcome::granted) == was_refused);
    }
    BOOST_TEST(refused > 0);
}

BOOST_AUTO_TEST_SUITE_END()
