// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "talk_fixture.hpp"

#include <array>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

/// A message that was heard.
struct sighting {
    std::string sender;
    std::string text;
};

/// Somebody over TCP or UDP; begin() begins the next membership once one has ended.
class walkers_peer {
  public:
    walkers_peer(talk_fixture& house, chatroom::transport over) : house_{house}, over_{over} { begin(); }

    void begin()
    {
        if (over_ == chatroom::transport::tcp) {
            tcp_.emplace(house_.at);
        } else {
            udp_ = udp_ ? std::move(udp_) : std::make_unique<udp_test_client>(house_.udp_at);
            udp_->say("#ping#");
        }
    }

    void say(const std::string& line)
    {
        try {
            tcp_ ? tcp_->say(line + "\n") : udp_->say(line);
        } catch (const boost::system::system_error&) {  // it has been kicked, and will hear of that
        }
    }

    [[nodiscard]] std::string label() { return tcp_ ? tcp_->label() : udp_->label(); }

    // The sender is "(end)" at the end of a membership, and "(nothing)" if nothing comes.
    sighting hear()
    {
        if (tcp_) {
            auto sender = tcp_->line();
            return sender.front() == '(' ? sighting{sender, {}} : sighting{sender, tcp_->line()};
        }
        const auto datagram = udp_->hear();
        const auto end = datagram.find('\n');
        if (end == datagram.npos || datagram.starts_with("*\nyou were removed")) {
            return {end == datagram.npos ? datagram : "(end)", {}};
        }
        return {datagram.substr(0, end), datagram.substr(end + 1)};
    }

  private:
    talk_fixture& house_;
    const chatroom::transport over_;
    std::optional<test_client> tcp_;
    std::unique_ptr<udp_test_client> udp_;
};

/// Somebody who does anything at random, in a thread of its own. What it says is numbered, WHO.NUMBER.ROOM, so that one
/// can tell afterwards where it
// belongs.
class walker {
  public:
    static constexpr std::array names{"ann", "bob", "Ann", "eve", "zoe"};
    static constexpr std::array rooms{"lobby", "den", "attic"};
    static constexpr int steps = 150;

    walker(talk_fixture& house, unsigned id, unsigned seed, bool comes_back)
        : peer_{house, id % 3 == 2 ? chatroom::transport::udp : chatroom::transport::tcp},
          id_{id},
          random_{seed},
          comes_back_{comes_back}
    {
        called.insert(peer_.label());
        thread_ = std::jthread{[this] { walk(); }};
    }

    void join() { thread_.join(); }

    // Hears all that comes before the answer to a question of its own.
    void settle()
    {
        const auto question = "q" + std::to_string(number_++);
        const auto answer = "no such command: /" + question + " (try /help; to say it, write //" + question + ")";
        say("/" + question);
        while (!broken && (heard.empty() || heard.back().text != answer)) {
            hear();
            if (heard.back().text == "again") {
                say("/" + question);
            }
        }
        if (!broken) {
            heard.pop_back();
        }
    }

    // Once all have ended, and their rooms have been told the end: hears what is still on its way.
    void finish()
    {
        while (!broken && (heard.empty() || heard.back().text != "the end")) {
            hear();
        }
        settle();
    }

    // In the order of arrival.
    std::vector<sighting> heard;
    std::set<std::string> called;        // its addresses, and `<NAME>` of all its names
    std::vector<std::string> said;       // aloud
    std::vector<std::string> whispered;  // to a name, and told to have arrived
    bool broken = false;

  private:
    unsigned pick(std::size_t below) { return static_cast<unsigned>(random_() % below); }

    void say(const std::string& line) { peer_.say(line); }

    void hear()
    {
        const auto [sender, text] = peer_.hear();
        if (sender == "*" && text.starts_with("you are <")) {
            called.insert(text.substr(8));
        }
        if (sender.front() == '(') {
            broken = !comes_back_ || sender == "(nothing)";
            peer_.begin();
            called.insert(peer_.label());
            room_ = "lobby";
            return heard.push_back({"*", "again"});
        }
        if (sender == "*" && text.starts_with("you are in ") && text.find(" already") == text.npos) {
            room_ = text.substr(11, text.find(',') - 11);
        }
        heard.push_back({sender, text + (sender == "*" ? "" : "@" + room_)});
    }

    void walk()
    {
        for (int i = 0; i < steps && !broken; ++i) {
            const auto mark = std::to_string(id_) + "." + std::to_string(number_++);
            switch (pick(10)) {
            case 0: say(std::string{"/name "} + names[pick(names.size())]); break;
            case 1: say(std::string{"/join "} + rooms[pick(rooms.size())]); break;
            case 2: say("/leave"); break;
            case 3:
            case 4:
                whispered.push_back(mark + ".w");
                say(std::string{"/msg "} + names[pick(names.size())] + " " + mark + ".w");
                break;
            default: said.push_back(mark + "." + room_); say(said.back());
            }
            settle();
        }
    }

    walkers_peer peer_;
    const unsigned id_;
    std::mt19937 random_;
    const bool comes_back_;
    unsigned number_ = 0;
    std::string room_ = "lobby";
    std::jthread thread_;
};
