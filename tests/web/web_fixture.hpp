// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room_fixture.hpp"
#include "web/websocket_frame.hpp"
#include "web/websocket_reader.hpp"

#include <chatroom/web.hpp>

#include <map>
#include <mutex>
#include <string>
#include <vector>

using namespace chatroom;
using namespace std::chrono_literals;
namespace asio = boost::asio;

/// A browser, or what looks like one.
class web_peer {
  public:
    explicit web_peer(const asio::ip::tcp::endpoint& at) : client_{at} {}

    test_client& raw() { return client_; }

    void ask(const std::string& target, const std::string& more = {})
    {
        client_.say("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n");
    }

    /// What comes until the end of the connection.
    std::string rest()
    {
        while (more()) {
        }
        return std::exchange(bytes_, {});
    }

    web_peer& upgrade(const std::string& behind = {})
    {
        client_.say("GET /connection/websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: "
                    "websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n" +
                    behind);
        while (bytes_.find("\r\n\r\n") == bytes_.npos && more()) {
        }
        BOOST_TEST_REQUIRE(bytes_.starts_with("HTTP/1.1 101 "));
        bytes_.erase(0, bytes_.find("\r\n\r\n") + 4);
        return *this;
    }

    static std::string frame(std::string_view text, detail::opcode what = detail::opcode::text)
    {
        std::string out;
        detail::append_masked_frame(out, what, text, {1, 2, 3, 4});
        return out;
    }

    web_peer& say(std::string_view text)
    {
        client_.say(frame(text));
        return *this;
    }

    /// The next frame: a text, `pong PAYLOAD`, or `close CODE REASON`; `(end)`.
    std::string hear()
    {
        for (;;) {
            std::string_view left{bytes_};
            std::string_view payload;
            const auto what = reader_.next(left, payload);
            std::string found{payload};
            bytes_.erase(0, bytes_.size() - left.size());
            using result = detail::websocket_reader::result;
            switch (what) {
            case result::message: return found;
            case result::pong: return "pong " + found;
            case result::ping: return "ping " + found;
            case result::close: return "close " + std::to_string(reader_.close_code()) + ' ' + found;
            case result::violation: return "(violation)";
            case result::need_more: break;
            }
            if (!more()) {
                return "(end)";
            }
        }
    }

    web_peer& connect(const std::string& name)
    {
        upgrade().say(R"({"connect":{"data":{"name":")" + name + R"("}},"id":1})");
        BOOST_TEST_REQUIRE(hear().starts_with(R"({"id":1,"connect":{)"));
        return *this;
    }

    web_peer& enter(const std::string& name, const std::string& channel = "lobby")
    {
        connect(name).say(R"({"subscribe":{"channel":")" + channel + R"("},"id":2})");
        BOOST_TEST_REQUIRE(hear().starts_with(R"({"id":2,"subscribe":{)"));
        return *this;
    }

  private:
    bool more()
    {
        std::array<char, 64 * 1024> buffer;
        const auto n = ::recv(client_.socket().native_handle(), buffer.data(), buffer.size(), 0);
        bytes_.append(buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0);
        return n > 0;
    }

    test_client client_;
    std::string bytes_;
    detail::websocket_reader reader_{1 << 20, detail::websocket_reader::peer::server};
};

/// A room on loopback with browsers. Its directory knows `lobby` and `b`, lets nobody be called `taken`, and runs
/// `/slow` after 20 ms; any other command is answered by itself.
class web_fixture {
  public:
    explicit web_fixture(web_options options = {}, tcp_room_options members = {}, room_policy policy = {})
        : rooms_{{"b", room{room_options{.name = "b"}}}},
          service{make_directory(*this), options},
          h{members, {.name = "lobby"}, service.wire(), std::move(policy)}
    {
    }

    room& lobby() { return h.room; }
    room& b() { return rooms_.at("b"); }

    bool saw(const std::string& what)
    {
        for (int i = 0; i < 1000; ++i, std::this_thread::sleep_for(10ms)) {
            const std::scoped_lock lock{mutex_};
            if (std::ranges::find(events_, what) != events_.end()) {
                return true;
            }
        }
        return false;
    }

  private:
    static directory make_directory(web_fixture& self)
    {
        directory made;
        made.enter = [](member who, credentials given) -> asio::awaitable<entry_verdict> {
            using outcome = entry_verdict::outcome;
            if (given.name == "taken") {
                co_return entry_verdict{outcome::wrong_name, "taken is taken"};
            }
            if (given.password == "wrong") {
                co_return entry_verdict{outcome::wrong_password, "that is wrong"};
            }
            if (given.name == "banned") {
                co_return entry_verdict{outcome::refused, "you are banned"};
            }
            (void)who.rename(given.name);
            co_return entry_verdict{};
        };
        made.join = [&self](const member&, std::string_view name) {
            if (name == "lobby") {
                return found_room{self.h.room, {}};
            }
            const auto found = self.rooms_.find(std::string{name});
            return found == self.rooms_.end() ? found_room{{}, "there is no such room"} : found_room{found->second, {}};
        };
        made.leave = [&self](const member& who, const room& which) { self.note(who.name() + " left " + which.name()); };
        made.command = [](const member& who, const std::string& room_name, const std::string& line) {
            (void)who.send(room_name + ": " + line);
            return line == "/slow" ? slow(who) : asio::awaitable<void>{};
        };
        made.gone = [&self](const member& who, disconnect_reason why) {
            self.note(who.name() + " gone " + std::string{to_string(why)});
        };
        return made;
    }

    static asio::awaitable<void> slow(member who)
    {
        asio::steady_timer timer{co_await asio::this_coro::executor, 20ms};
        auto waiting = timer.async_wait(asio::use_awaitable);
        co_await std::move(waiting);
        (void)who.send("done");
    }

    void note(std::string what)
    {
        const std::scoped_lock lock{mutex_};
        events_.push_back(std::move(what));
    }

    std::map<std::string, room> rooms_;
    std::mutex mutex_;
    std::vector<std::string> events_;

  public:
    web_service service;
    room_fixture h;
};
