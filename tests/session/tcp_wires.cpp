// SPDX-License-Identifier: BSL-1.0
// A room whose peers speak another protocol, over another stream.
#include "room_fixture.hpp"
#include "toy_wires.hpp"

#include <string>

using namespace chatroom;
using namespace chatroom::detail;

namespace {

// A peer of the toy protocol: plain, or at the far end of the odd stream.
class toy_peer {
  public:
    toy_peer(const boost::asio::ip::tcp::endpoint& at, bool odd) : peer_{at}, odd_{odd} {}

    void say(std::string_view text)
    {
        std::string frame;
        toy::append_frame(frame, text);
        if (odd_) {
            toy::odd_stream::turn(frame);
        }
        peer_.say(frame);
    }

    // The next frame, or "(end)".
    std::string hear()
    {
        const auto length = bytes(1);
        return length.size() == 1 ? bytes(static_cast<unsigned char>(length[0])) : "(end)";
    }

  private:
    std::string bytes(std::size_t wanted)
    {
        std::string all;
        while (all.size() < wanted) {
            char byte;
            if (::recv(peer_.socket().native_handle(), &byte, 1, 0) != 1) {
                return all;
            }
            all.push_back(odd_ ? static_cast<char>(~byte) : byte);
            if (odd_ && ++received_ % toy::odd_stream::window == 0) {
                peer_.say(std::string(1, toy::odd_stream::token));
            }
        }
        return all;
    }

    test_client peer_;
    const bool odd_;
    std::size_t received_ = 0;
};

tcp_wire toy_wire(bool odd)
{
    tcp_wire wire;
    wire.make_protocol = [](const auto&) { return std::make_unique<toy::frame_protocol>(); };
    if (odd) {
        wire.make_stream = [] { return std::make_unique<toy::odd_stream>(); };
    }
    return wire;
}

tcp_room_options unlimited()
{
    tcp_room_options options;
    options.members.rate = 0;
    return options;
}

void talk(room_fixture& h, bool odd)
{
    toy_peer ann{h.at, odd};
    ann.say("hello");
    BOOST_TEST(ann.hear() == "#0 hello");
    BOOST_TEST(!h.room.publish("not shown in this protocol"));
    ann.say("still there?");
    BOOST_TEST(ann.hear() == "#2 still there?");
    toy_peer bob{h.at, odd};
    bob.say("hi");
    BOOST_TEST(ann.hear() == "#3 hi");
    BOOST_TEST(bob.hear() == "#3 hi");
    for (int i = 4; i < 204; ++i) {
        ann.say(std::string(100, 'x') + std::to_string(i));
        const auto expected = "#" + std::to_string(i) + " " + std::string(100, 'x') + std::to_string(i);
        BOOST_TEST_REQUIRE(bob.hear() == expected);
        BOOST_TEST_REQUIRE(ann.hear() == expected);
    }
    ann.say("bye");
    BOOST_TEST(ann.hear() == "(end)");
    bob.say("");
    BOOST_TEST(bob.hear() == "!this is a chat room, not a web server");
    BOOST_TEST(bob.hear() == "(end)");
}

void talk_and_leave(bool odd)
{
    room_fixture h{unlimited(), {}, toy_wire(odd)};
    talk(h, odd);
    BOOST_TEST(h.events->saw("left quit"));
    BOOST_TEST(h.events->saw("left wrong_protocol"));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(tcp_room_wires)

BOOST_AUTO_TEST_CASE(a_room_speaks_another_protocol_that_the_rest_of_the_library_has_never_seen)
{
    talk_and_leave(false);
}

BOOST_AUTO_TEST_CASE(and_over_a_stream_that_transforms_the_bytes_and_wants_the_other_direction_now_and_then)
{
    talk_and_leave(true);
}

// What the peer says while it may not be sent anything is read all the same; what it is owed comes with its tokens.
BOOST_AUTO_TEST_CASE(a_peer_whose_stream_waits_for_it_is_served_once_it_answers_and_holds_up_nobody)
{
    room_fixture h{unlimited(), {}, toy_wire(true)};
    toy_peer ann{h.at, true};
    toy_peer bob{h.at, true};
    BOOST_TEST_REQUIRE(h.events->saw("joined", 2));
    bob.say("here");
    BOOST_TEST(bob.hear() == "#0 here");
    BOOST_TEST(ann.hear() == "#0 here");
    for (int i = 1; i < 20; ++i) {
        ann.say("message " + std::to_string(i));
    }
    for (int i = 1; i < 20; ++i) {
        BOOST_TEST_REQUIRE(bob.hear() == "#" + std::to_string(i) + " message " + std::to_string(i));
    }
    for (int i = 1; i < 20; ++i) {
        BOOST_TEST_REQUIRE(ann.hear() == "#" + std::to_string(i) + " message " + std::to_string(i));
    }
}

BOOST_AUTO_TEST_SUITE_END()
