// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/endpoint.hpp>
#include <chatroom/tcp_room.hpp>

#include <boost/asio.hpp>
#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

/// A test_client at the far end: a blocking socket, whose reads give up after ten seconds so that a test fails and
/// never hangs.
class test_client {
  public:
    explicit test_client(const boost::asio::ip::tcp::endpoint& at, int receive_buffer = 0,
                         const boost::asio::ip::address& from = {})
        : socket_{*io_}
    {
        socket_.open(at.protocol());
        if (receive_buffer != 0) {
            socket_.set_option(boost::asio::socket_base::receive_buffer_size{receive_buffer});
        }
        if (!from.is_unspecified()) {
            socket_.bind({from, 0});
        }
        socket_.connect(at);
        const timeval limit{10, 0};
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    }

    void say(std::string_view bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }

    /// The next line, without its newline; "(end)" at the end, "(nothing)" after ten seconds, "(reset)". Throws when it
    /// is asked for more after one of these, so that no loop waits for ever for a peer that has gone.
    std::string line()
    {
        if (!ended_.empty()) {
            throw std::runtime_error{"a line was awaited after " + ended_};
        }
        for (;;) {
            const auto newline = read_.find('\n');
            if (newline != read_.npos) {
                auto found = read_.substr(0, newline);
                read_.erase(0, newline + 1);
                return found;
            }
            std::array<char, 64 * 1024> buffer;
            const auto n = ::recv(socket_.native_handle(), buffer.data(), buffer.size(), 0);
            if (n <= 0) {
                return ended_ = n == 0 ? "(end)" : errno == EAGAIN ? "(nothing)" : "(reset)";
            }
            read_.append(buffer.data(), static_cast<std::size_t>(n));
        }
    }

    /// The text of the next message.
    std::string hear()
    {
        auto sender = line();
        return sender.front() == '(' ? sender : line();
    }

    [[nodiscard]] std::string label() { return chatroom::to_label(socket_.local_endpoint()); }
    boost::asio::ip::tcp::socket& socket() { return socket_; }

    /// Leaves with a reset.
    void reset()
    {
        socket_.set_option(boost::asio::socket_base::linger{true, 0});
        socket_.close();
    }

  private:
    std::unique_ptr<boost::asio::io_context> io_ = std::make_unique<boost::asio::io_context>();
    boost::asio::ip::tcp::socket socket_;
    std::string read_;
    std::string ended_;
};

/// Remembers what happened, and waits for it.
class recording_observer : public chatroom::observer {
  public:
    void connected(chatroom::member_id, std::string_view) override { note("connected"); }
    void disconnected(chatroom::member_id, std::string_view, chatroom::disconnect_reason why) override
    {
        note("disconnected " + std::string{to_string(why)});
    }
    void joined(chatroom::member_id, std::string_view) override { note("joined"); }
    void left(chatroom::member_id, std::string_view, chatroom::disconnect_reason why) override
    {
        note("left " + std::string{to_string(why)});
    }
    void refused(std::string_view, chatroom::disconnect_reason why) override
    {
        note("refused " + std::string{to_string(why)});
    }
    void skipped(chatroom::member_id, std::uint64_t) override { note("skipped"); }
    void dropped(chatroom::member_id, chatroom::error_code) override { note("dropped"); }
    void throttled(chatroom::member_id) override { note("throttled"); }
    void receive_overflow(std::uint64_t) override { note("receive_overflow"); }
    void send_failed(std::uint64_t, chatroom::error_code) override { note("send_failed"); }
    void error(std::string_view where, std::string_view, const std::exception_ptr&) override
    {
        note("error " + std::string{where});
    }

    /// Whether `what` happened `times` times, within ten seconds.
    bool saw(const std::string& what, std::ptrdiff_t times = 1)
    {
        std::unique_lock lock{mutex_};
        return changed_.wait_for(lock, std::chrono::seconds{10}, [&] { return count(what) >= times; });
    }

    std::ptrdiff_t times(const std::string& what)
    {
        const std::scoped_lock lock{mutex_};
        return count(what);
    }

  private:
    void note(std::string what)
    {
        const std::scoped_lock lock{mutex_};
        events_.push_back(std::move(what));
        changed_.notify_all();
    }

    std::ptrdiff_t count(const std::string& what) const { return std::count(events_.begin(), events_.end(), what); }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> events_;
};

/// Moves the time a step at a time, and gives others the time to see it, until `done`. False after 200 steps.
template <typename Done>
bool advance_until(chatroom::manual_clock& time, chatroom::time_source::duration step, Done done)
{
    for (int i = 0; i < 200 && !done(); ++i) {
        time.advance(step);
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return done();
}

/// A room on loopback, served by two threads, whose clock is moved by hand.
class room_fixture {
  public:
    explicit room_fixture(chatroom::tcp_room_options members = {}, const chatroom::room_options& options = {},
                          chatroom::tcp_wire wire = {}, chatroom::room_policy policy = {},
                          std::shared_ptr<chatroom::sequencer> order = {})
        : room{options, events, std::move(policy), std::move(order)}
    {
        members.server.shards = 2;
        members.server.connections_per_shard = 0;
        tcp.emplace(io.get_executor(), room, members, time, std::move(wire));
        at = tcp->listen({boost::asio::ip::address_v4::loopback(), 0});
        boost::asio::co_spawn(io, tcp->run(), [this](std::exception_ptr) { ended = true; });
        for (int i = 0; i < 2; ++i) {
            threads_.emplace_back([this] { io.run(); });
        }
    }

    ~room_fixture()
    {
        if (tcp) {
            tcp->close();
        }
        join();
    }

    /// Waits until the context has run out of work.
    void join() { threads_.clear(); }

    /// A test_client who is in: its own word has come back.
    test_client enter(int receive_buffer = 0)
    {
        test_client p{at, receive_buffer};
        p.say("hello\n");
        while (p.line() != p.label()) {
            p.line();
        }
        p.line();
        return p;
    }

    boost::asio::io_context io;
    std::shared_ptr<recording_observer> events = std::make_shared<recording_observer>();
    std::shared_ptr<chatroom::manual_clock> time = std::make_shared<chatroom::manual_clock>();
    chatroom::room room;
    std::optional<chatroom::tcp_room> tcp;
    boost::asio::ip::tcp::endpoint at;
    std::atomic<bool> ended{false};

  private:
    std::vector<std::jthread> threads_;
};
