// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room_fixture.hpp"
#include "udp_room_fixture.hpp"

#include <chatroom/conversation.hpp>

#include <boost/asio/use_future.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

/// A conversation over TCP and UDP on loopback, served by two threads, whose clock is moved by hand.
class talk_fixture {
  public:
    explicit talk_fixture(const chatroom::conversation_options& options = {}, chatroom::tcp_room_options members = {},
                          chatroom::udp_room_options datagrams = {})
        : talk{io.get_executor(), options, events, time}
    {
        members.server.shards = 2;
        members.server.connections_per_shard = 0;
        members.members.rate = datagrams.members.rate = 0;
        datagrams.server.shards = 2;
        tcp.emplace(io.get_executor(), talk.entry(), members, time);
        udp.emplace(io.get_executor(), talk.entry(), datagrams, time);
        at = tcp->listen({boost::asio::ip::address_v4::loopback(), 0});
        udp_at = udp->listen({boost::asio::ip::address_v4::loopback(), 0});
        boost::asio::co_spawn(io, tcp->run(), boost::asio::detached);
        boost::asio::co_spawn(io, udp->run(), boost::asio::detached);
        for (int i = 0; i < 2; ++i) {
            threads_.emplace_back([this] { io.run(); });
        }
    }

    ~talk_fixture()
    {
        tcp->close();
        udp->close();
        talk.stop();
        io.stop();
        threads_.clear();
    }

    boost::asio::io_context io;
    std::shared_ptr<recording_observer> events = std::make_shared<recording_observer>();
    std::shared_ptr<chatroom::manual_clock> time = std::make_shared<chatroom::manual_clock>();
    chatroom::conversation talk;
    std::optional<chatroom::tcp_room> tcp;
    std::optional<chatroom::udp_room> udp;
    boost::asio::ip::tcp::endpoint at;
    boost::asio::ip::udp::endpoint udp_at;

  private:
    std::vector<std::jthread> threads_;
};

/// Somebody who comes over TCP. What it hears is written SENDER: TEXT.
class guest {
  public:
    /// One that is in the room: who comes next, on another thread, is not there before it.
    explicit guest(talk_fixture& house, const boost::asio::ip::address& from = {}) : guest{house.at, from}
    {
        BOOST_TEST(heard_nothing());
    }

    /// One that has connected, and may not have been let in yet.
    explicit guest(const boost::asio::ip::tcp::endpoint& at, const boost::asio::ip::address& from = {})
        : peer_{at, 0, from}
    {
    }

    /// One that has a name, and has heard of it.
    guest(talk_fixture& house, const std::string& name) : guest{house.at}
    {
        say("/name " + name);
        until("*: " + peer_.label() + " is now <" + name + ">");
    }

    void say(std::string_view line) { peer_.say(std::string{line} + '\n'); }

    std::string hear()
    {
        const auto sender = peer_.line();
        return sender.front() == '(' ? sender : sender + ": " + peer_.line();
    }

    /// Says a line, and returns what comes next.
    std::string ask(std::string_view line)
    {
        say(line);
        return hear();
    }

    /// Says a line, and returns the next two things it hears, the lesser first: an answer and an event have no order.
    std::pair<std::string, std::string> ask_two(std::string_view line)
    {
        auto first = ask(line);
        auto second = hear();
        if (second < first) {
            first.swap(second);
        }
        return {first, second};
    }

    /// Leaves, and is gone once the other end has seen that.
    void quit()
    {
        say("/quit");
        for (auto line = hear(); line != "(end)"; line = hear()) {
        }
        peer_.socket().close();
    }

    /// Hears on until `what`; returns what it heard before it. A test that waits in vain fails after ten seconds.
    std::vector<std::string> until(const std::string& what)
    {
        std::vector<std::string> heard;
        for (auto line = hear(); line != what; line = hear()) {
            heard.push_back(line);
            BOOST_TEST_REQUIRE(line.front() != '(', "before " << what << " came " << line);
        }
        return heard;
    }

    /// Whether nothing has come before an answer to a question.
    bool heard_nothing()
    {
        return ask("/nothing") == "*: no such command: /nothing (try /help; to say it, write //nothing)";
    }

    [[nodiscard]] std::string label() { return peer_.label(); }
    test_client& peer() { return peer_; }

  private:
    test_client peer_;
};
