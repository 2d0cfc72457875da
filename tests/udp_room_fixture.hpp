// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room_fixture.hpp"

#include <chatroom/udp_room.hpp>

#include <sys/socket.h>
#include <sys/time.h>

/// A test_client who comes over UDP: a connected socket, whose reads give up after ten seconds so that a test fails and
/// never hangs.
class udp_test_client {
  public:
    explicit udp_test_client(const boost::asio::ip::udp::endpoint& at) : socket_{*io_}
    {
        socket_.connect(at);
        const timeval limit{10, 0};
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    }

    void say(std::string_view bytes) { socket_.send(boost::asio::buffer(bytes)); }

    /// The next datagram; "(nothing)" after ten seconds. Throws when it is asked for more after that.
    std::string hear()
    {
        if (silent_) {
            throw std::runtime_error{"a datagram was awaited after ten silent seconds"};
        }
        std::array<char, 2048> buffer;
        const auto n = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
        silent_ = n < 0;
        return silent_ ? "(nothing)" : std::string{buffer.data(), static_cast<std::size_t>(n)};
    }

    /// Whether nothing has come: of use once something that was sent later has.
    bool heard_nothing()
    {
        char byte;
        return ::recv(socket_.native_handle(), &byte, 1, MSG_DONTWAIT | MSG_PEEK) < 0;
    }

    [[nodiscard]] std::string label() { return chatroom::to_label(socket_.local_endpoint()); }
    boost::asio::ip::udp::socket& socket() { return socket_; }

  private:
    std::unique_ptr<boost::asio::io_context> io_ = std::make_unique<boost::asio::io_context>();
    boost::asio::ip::udp::socket socket_;
    bool silent_ = false;
};

/// What members hear when `who` says it.
inline std::string by(udp_test_client& who, std::string_view text)
{
    return who.label() + '\n' + std::string{text};
}

/// A room over UDP on loopback, whose clock is moved by hand, served by `shards` threads; with none, the test runs
/// `io`.
class udp_room_fixture {
  public:
    explicit udp_room_fixture(chatroom::udp_room_options members = {}, const chatroom::room_options& options = {},
                              std::size_t shards = 2, chatroom::room_policy policy = {})
        : room{options, events, std::move(policy)}
    {
        members.server.shards = std::max<std::size_t>(shards, 1);
        udp.emplace(io.get_executor(), room, members, time);
        at = udp->listen({boost::asio::ip::address_v4::loopback(), 0});
        boost::asio::co_spawn(io, udp->run(), [this](std::exception_ptr) { ended = true; });
        for (std::size_t i = 0; i < shards; ++i) {
            threads_.emplace_back([this] { io.run(); });
        }
    }

    ~udp_room_fixture()
    {
        if (udp) {
            udp->close();
        }
        join();
    }

    /// Waits until the context has run out of work.
    void join()
    {
        if (threads_.empty()) {
            io.run();
        }
        threads_.clear();
    }

    /// A test_client who is in.
    udp_test_client enter()
    {
        udp_test_client p{at};
        p.say("#ping#");
        BOOST_REQUIRE(events->saw("joined", ++joined_));
        return p;
    }

    /// Where the test runs `io`: does everything that can be done now. A wait to write would end again and again as
    /// long as a send is refused, so this has an end of its own.
    void settle()
    {
        for (int i = 0; i < 2000; ++i) {
            io.poll_one();
        }
    }

    boost::asio::io_context io;
    std::shared_ptr<recording_observer> events = std::make_shared<recording_observer>();
    std::shared_ptr<chatroom::manual_clock> time = std::make_shared<chatroom::manual_clock>();
    chatroom::room room;
    std::optional<chatroom::udp_room> udp;
    boost::asio::ip::udp::endpoint at;
    std::atomic<bool> ended{false};

  private:
    std::vector<std::jthread> threads_;
    std::ptrdiff_t joined_ = 0;
};
