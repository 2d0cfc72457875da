// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "datagrams.hpp"
#include "options.hpp"
#include "progress.hpp"
#include "target.hpp"
#include "wire.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include <netinet/in.h>

namespace load {

using steady = std::chrono::steady_clock;

/// Up to millions of members that only ping, on four sockets: each datagram bears a source address of its own out of
/// 127.0.0.0/8, set by IP_PKTINFO, and what the server sends there comes back to the same socket. Member 0 can speak.
/// Linux, and a server on loopback. Throws std::system_error or std::runtime_error.
class udp_client_swarm {
  public:
    static constexpr std::chrono::seconds heartbeat{5};
    static constexpr std::chrono::seconds expiry{10};

    explicit udp_client_swarm(const options& asked);
    ~udp_client_swarm();
    udp_client_swarm(const udp_client_swarm&) = delete;
    udp_client_swarm& operator=(const udp_client_swarm&) = delete;

    /// Everybody pings once a heartbeat, at an even pace.
    void ping_rounds(unsigned rounds);

    [[nodiscard]] std::uint64_t pings() const { return pings_; }

    struct roll {
        std::size_t heard = 0;  // members that heard the word
        std::uint64_t repeated = 0;
        std::uint64_t dropped = 0;  // found this program's buffers full
        double seconds = 0;         // from the word to its last copy
    };

    /// Member 0 says a word, and who hears it is a member. Nobody pings meanwhile.
    [[nodiscard]] roll count_members();

    struct silence {
        bool all = false;       // nobody is left but the speaker, who hears itself
        std::size_t early = 0;  // had a fifth of a second left, and did not hear the word
        std::uint64_t repeated = 0;
        double seconds_late = 0;  // when the last was found gone, counted from the end of its time
    };

    /// Nobody pings any more, but member 0 says a word ten times a second from just before the time of the last.
    [[nodiscard]] silence expire_all();

  private:
    static constexpr std::size_t sockets = 4;
    static constexpr std::size_t batch = 1024;
    static constexpr std::size_t control_size = CMSG_SPACE(sizeof(in_pktinfo));

    void send_pings(std::uint64_t count);
    void send_as(std::size_t member, std::size_t slot, iovec& text);
    void flush(std::size_t socket, std::size_t count);
    std::uint32_t say();
    std::size_t hear(std::uint32_t word);
    [[nodiscard]] std::uint64_t own_drops() const;
    void begin_word();

    options options_;
    target target_;
    codec codec_;
    std::array<int, sockets> sockets_{};
    incoming incoming_;
    std::vector<mmsghdr> out_;
    std::vector<std::array<char, control_size>> controls_;
    progress progress_;
    std::uint64_t pings_ = 0;
    std::uint64_t next_ = 0;  // the member that pings next
    std::uint32_t words_ = 0;
    std::vector<bool> heard_;  // by member, the word that was said last
    std::uint64_t repeated_ = 0;
    steady::time_point last_ping_;
    steady::duration round_{};  // what the last one took
};

}  // namespace load
