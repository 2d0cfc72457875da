// SPDX-License-Identifier: BSL-1.0
// Many peers who begin at the same time, each with a handshake that takes long, and a member who only talks.
#include "room_fixture.hpp"

#include <chatroom/serve/stream.hpp>

namespace {

/// The socket's own bytes; notes the first of each read.
class noting_stream final : public chatroom::stream {
  public:
    explicit noting_stream(std::string& reads) : reads_{reads} {}

    result receive(int descriptor, std::span<char> into) noexcept override
    {
        const auto got = chatroom::plain_stream().receive(descriptor, into);
        if (got.bytes > 0) {
            reads_ += into.front();
        }
        return got;
    }
    result send(int descriptor, std::span<const std::string_view> pieces) noexcept override
    {
        return chatroom::plain_stream().send(descriptor, pieces);
    }
    void shutdown(int descriptor) noexcept override { chatroom::plain_stream().shutdown(descriptor); }

  private:
    std::string& reads_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(tcp_room_turns)

BOOST_AUTO_TEST_CASE(who_may_have_a_handshake_to_do_is_read_behind_what_else_there_is)
{
    constexpr std::size_t many = 20;
    std::string reads;
    boost::asio::io_context io;
    chatroom::room room;
    const chatroom::tcp_wire wire{.make_stream = [&] { return std::make_unique<noting_stream>(reads); }};
    chatroom::tcp_room tcp{io.get_executor(), room, {}, {}, wire};
    const auto at = tcp.listen({boost::asio::ip::address_v4::loopback(), 0});
    boost::asio::co_spawn(io, tcp.run(), boost::asio::detached);
    const auto poll_until = [&](auto done) {
        for (int i = 0; i < 1000 && !done(); ++i, std::this_thread::sleep_for(1ms)) {
            io.poll();
        }
        return done();
    };

    test_client ann{at};
    ann.say("first\n");
    BOOST_TEST_REQUIRE(poll_until([&] { return ann.socket().available() != 0; }));
    std::vector<std::unique_ptr<test_client>> others;
    for (std::size_t i = 0; i < many; ++i) {
        others.push_back(std::make_unique<test_client>(at));
    }
    BOOST_TEST_REQUIRE(poll_until([&] { return room.members() == many + 1; }));
    reads.clear();
    for (const auto& one : others) {
        one->say("handshake\n");
    }
    ann.say("message\n");
    BOOST_TEST_REQUIRE(poll_until([&] { return reads.size() == many + 1; }));
    BOOST_TEST(reads.find('m') < 3u, "it was read behind " << reads.find('m') << " others");
    tcp.close();
    io.poll();
}

BOOST_AUTO_TEST_SUITE_END()
