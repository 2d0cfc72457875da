// SPDX-License-Identifier: BSL-1.0
// A room whose order is decided elsewhere: nothing else of it knows.
#include "room_fixture.hpp"
#include "wire/notices.hpp"

using namespace chatroom;
using namespace std::chrono_literals;

namespace {

// Keeps what is proposed until it is asked to decide, and then turns the order around. Takes two at a time.
class reversing_sequencer final : public sequencer {
  public:
    error_code propose(const room_entry& entry) noexcept override
    {
        const std::scoped_lock lock{mutex_};
        if (refuses_) {
            return error::would_block;
        }
        proposed_.push_back({entry.member, std::string{entry.sender}, std::string{entry.text}});
        changed_.notify_all();
        return {};
    }

    [[nodiscard]] bool congested() const noexcept override
    {
        const std::scoped_lock lock{mutex_};
        return proposed_.size() >= 2;
    }

    // Once there are so many proposals, they are decided.
    void decide(room& in, std::size_t proposals)
    {
        std::vector<proposal> decided;
        {
            std::unique_lock lock{mutex_};
            BOOST_TEST_REQUIRE(changed_.wait_for(lock, 10s, [&] { return proposed_.size() >= proposals; }));
            decided.swap(proposed_);
        }
        for (auto one = decided.rbegin(); one != decided.rend(); ++one) {
            const auto time = std::chrono::system_clock::time_point{std::chrono::hours{1}};
            BOOST_TEST(!in.append({.member = one->member, .sender = one->sender, .text = one->text}, time));
        }
        in.resume();
    }

    void refuse()
    {
        const std::scoped_lock lock{mutex_};
        refuses_ = true;
    }

  private:
    struct proposal {
        member_id member;
        std::string sender;
        std::string text;
    };

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<proposal> proposed_;
    bool refuses_ = false;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(a_room_with_a_sequencer)

BOOST_AUTO_TEST_CASE(members_hear_what_was_decided_in_that_order)
{
    const auto order = std::make_shared<reversing_sequencer>();
    room_fixture h{{}, {}, {}, {}, order};
    test_client ann{h.at};
    ann.say("one\ntwo\n");
    order->decide(h.room, 2);
    BOOST_TEST(ann.hear() == "two");
    BOOST_TEST(ann.hear() == "one");
    BOOST_TEST(h.room.statistics().published == 2u);
}

BOOST_AUTO_TEST_CASE(members_are_held_back_while_it_is_congested_and_read_again_afterwards)
{
    const auto order = std::make_shared<reversing_sequencer>();
    room_fixture h{{}, {}, {}, {}, order};
    test_client ann{h.at};
    ann.say("one\ntwo\nthree\nfour\n");
    order->decide(h.room, 2);
    order->decide(h.room, 2);
    for (const auto* text : {"two", "one", "four", "three"}) {
        BOOST_TEST(ann.hear() == text);
    }
    BOOST_TEST(!h.room.publish("five"));
    BOOST_TEST(!h.room.publish("six"));
    BOOST_TEST((h.room.publish("seven") == error::would_block));
}

BOOST_AUTO_TEST_CASE(a_member_whose_message_is_not_taken_is_told_so)
{
    const auto order = std::make_shared<reversing_sequencer>();
    room_fixture h{{}, {}, {}, {}, order};
    order->refuse();
    test_client ann{h.at};
    ann.say("one\n");
    BOOST_TEST(ann.line() == "*");
    BOOST_TEST(ann.line() == wire::notices::not_passed_on);
    BOOST_TEST(h.events->saw("dropped"));
}

BOOST_AUTO_TEST_CASE(what_is_decided_is_checked_as_what_is_published)
{
    const auto order = std::make_shared<reversing_sequencer>();
    room_fixture h{{}, {}, {}, {}, order};
    BOOST_TEST((h.room.append({.sender = "nobody", .text = "hi"}, {}) == error::invalid_sender));
    BOOST_TEST((h.room.append({.sender = "*", .text = "a\nb"}, {}) == error::contains_newline));
    h.room.stop();
    BOOST_TEST((h.room.append({.sender = "*", .text = "hi"}, {}) == error::closed));
    BOOST_TEST((h.room.publish("hi") == error::closed));
}

BOOST_AUTO_TEST_SUITE_END()
