// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "histogram.hpp"
#include "link.hpp"
#include "options.hpp"
#include "pair_check.hpp"
#include "progress.hpp"
#include "target.hpp"
#include "wire.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>

namespace load {

using steady = std::chrono::steady_clock;

/// The members of a room, on one thread and one poller. Some of them speak; each hears everything and checks it. Silent
/// members own no buffer. Throws std::system_error, or std::runtime_error with what the server did not do.
class client_pool {
  public:
    explicit client_pool(const options& asked);
    ~client_pool();
    client_pool(const client_pool&) = delete;
    client_pool& operator=(const client_pool&) = delete;

    /// Connects everybody, and waits till everybody is in.
    void join();

    /// Waits until everybody has heard one more message, whatever else they heard before. False if that does not come.
    [[nodiscard]] bool all_hear_one();

    /// Sends `count` messages of this speaker, at once.
    void say(std::size_t speaker, std::size_t count);

    /// Reads what has come, from everybody once; waits for it at most so long.
    void poll_once(std::chrono::nanoseconds wait);

    /// Turns until that time.
    void run_until(steady::time_point end);

    /// Turns until everybody has heard everything, or nothing has come for `patience`.
    void settle();

    /// Waits for this speaker's socket alone, and reads it.
    void turn_of(std::size_t speaker, std::chrono::milliseconds wait);

    /// From now on message n of speaker s is due n * speakers() + s steps after the start; whenever one is heard, by
    /// anybody, the time since it was due goes into `times`, if it was due at `from` or later.
    struct pace {
        steady::time_point start;
        std::chrono::nanoseconds step{0};
        steady::time_point from;
        histogram* times = nullptr;
    };
    void measure(const pace& by) { pace_ = by; }

    /// The last `count` members read no more; nothing is owed to them from then on.
    void stall(std::size_t count);

    /// The stalled ones read again until nothing more comes to them, or they were cut off; returns how many were.
    [[nodiscard]] std::size_t wake_stalled();

    /// Called when messages of a speaker have come back to itself: which speaker, how many.
    std::function<void(std::size_t, std::size_t)> on_echo = [](std::size_t, std::size_t) {};

    [[nodiscard]] std::size_t speakers() const { return speakers_.size(); }
    [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }
    [[nodiscard]] std::uint64_t echoes() const { return echoes_; }
    [[nodiscard]] std::uint64_t notices() const { return notices_; }

    /// What was lost so far; of use after settle().
    [[nodiscard]] violations found() const;

  private:
    struct member_state {
        load::link link;
        std::uint32_t speaker = nobody;
        std::uint32_t echo = nobody;  // the speaker whose messages are back when this member hears them
        bool in = false;              // has heard a probe: what came before is what the server replays
        bool counted = false;         // has heard the probe that is being waited for
        std::string unfinished;
    };

    struct speaker_state {
        std::size_t member = 0;
        std::string label;
        std::string send_failed;  // what the socket did not take
    };

    void connect(std::size_t index);
    void greet(std::size_t index);
    [[nodiscard]] std::size_t copies() const;
    [[nodiscard]] bool wait_for_probe(std::size_t members, bool again);
    void ready(std::size_t index, std::uint32_t events);
    [[nodiscard]] bool read(std::size_t index);
    void read_all(std::size_t index);
    void answer_ping(std::size_t index);
    [[nodiscard]] std::size_t parse(std::size_t index, std::string_view bytes, std::size_t& own);
    void send(speaker_state& who);
    void lose(member_state& who);
    void watch(int operation, std::size_t index, std::uint32_t events) const;

    options options_;
    target target_;
    dialect dialect_;
    codec codec_;
    int poller_;
    std::vector<member_state> members_;
    std::vector<speaker_state> speakers_;
    std::vector<std::uint32_t> said_;  // by speaker
    pair_check pairs_;
    std::vector<epoll_event> events_;
    std::vector<char> buffer_;  // everybody's: an unfinished message is put before what is read
    pace pace_;
    std::size_t stalled_ = 0;
    progress progress_;
    std::uint64_t deliveries_ = 0;
    std::uint64_t echoes_ = 0;
    std::uint64_t notices_ = 0;
    std::uint64_t damaged_ = 0;
    std::uint64_t cut_off_ = 0;
    std::uint32_t probe_ = 0;    // number of the last one
    std::uint32_t awaited_ = 0;  // number of the first one that counts
    std::size_t counted_ = 0;    // members that have heard it or a later one
};

}  // namespace load
