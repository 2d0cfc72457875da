// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "datagrams.hpp"
#include "histogram.hpp"
#include "options.hpp"
#include "pair_check.hpp"
#include "progress.hpp"
#include "target.hpp"
#include "wire.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include <sys/epoll.h>

namespace load {

using steady = std::chrono::steady_clock;

/// The members of a room over UDP, a socket each. A speaker says its next message when one has come back to it; as a
/// datagram may be lost, it also does so when nothing has come back for 2 s, or to nobody for 250 ms. Throws
/// std::system_error, or std::runtime_error with what the server did not do.
class udp_client_pool {
  public:
    explicit udp_client_pool(const options& asked);
    ~udp_client_pool();
    udp_client_pool(const udp_client_pool&) = delete;
    udp_client_pool& operator=(const udp_client_pool&) = delete;

    /// Pings, and waits till everybody is in.
    void join();

    /// Says the first `window` messages; each is followed by another until stop().
    void start();
    void stop() { going_ = false; }

    /// From now on the time from a message to its echo goes into `times`; nowhere, if it is null.
    void measure(histogram* times) { times_ = times; }

    void run_until(steady::time_point end);

    /// Runs until nothing has come for a second.
    void settle();

    [[nodiscard]] std::uint64_t deliveries() const { return deliveries_; }
    [[nodiscard]] std::uint64_t echoes() const { return echoes_; }

    /// How many messages a speaker gave up waiting for.
    [[nodiscard]] std::uint64_t given_up() const { return given_up_; }

    /// A loss is no violation here, but counted.
    [[nodiscard]] violations found() const;

  private:
    struct member_state {
        int socket = -1;
        std::uint32_t speaker = nobody;
        bool in = false;
    };

    struct speaker_state {
        std::size_t member = 0;
        std::size_t under_way = 0;
        std::deque<steady::time_point> said;  // when; the first is of message `oldest`
        std::uint32_t oldest = 0;
        std::string label;
        steady::time_point heard;
    };

    void ping_all();
    void say(std::size_t speaker, std::size_t count);
    void poll_once(std::chrono::milliseconds wait);
    void read(std::size_t index);
    void take(std::size_t index, std::string_view datagram);
    void echo(std::size_t speaker, std::uint32_t number);
    void look_after(steady::time_point now);

    options options_;
    target target_;
    codec codec_;
    int poller_;
    std::vector<member_state> members_;
    std::vector<speaker_state> speakers_;
    std::vector<std::uint32_t> said_;  // by speaker
    pair_check pairs_;
    std::vector<epoll_event> events_;
    incoming incoming_;
    progress progress_;
    histogram* times_ = nullptr;
    bool going_ = false;
    steady::time_point pinged_;
    steady::time_point progressed_;  // when deliveries were seen to have grown, to seen_
    std::uint64_t seen_ = 0;
    std::size_t in_ = 0;  // members that have heard a probe
    std::uint64_t deliveries_ = 0;
    std::uint64_t echoes_ = 0;
    std::uint64_t given_up_ = 0;
    std::uint64_t damaged_ = 0;
};

}  // namespace load
