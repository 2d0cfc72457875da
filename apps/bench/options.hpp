// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include <sys/types.h>

namespace load {

enum class mode { fanout, rate, storm, idle, ping, stalled };

/// What the command line asks for. The names are the options' own.
struct options {
    std::string host = "127.0.0.1";
    std::string port = "9001";
    load::mode mode = mode::fanout;
    std::size_t members = 100;
    std::size_t speakers = 64;    // at most as many as members; each (member, speaker) pair costs 4 bytes
    std::size_t window = 256;     // messages under way, of all speakers together
    std::size_t size = 64;        // bytes of a text, without its newline
    double rate = 1000;           // messages a second, of all speakers together, where the mode has a fixed rate
    std::size_t stalled = 10;     // members that stop reading
    std::size_t concurrent = 32;  // connections at a time in a storm
    std::chrono::duration<double> seconds{5};
    std::chrono::duration<double> warm_up{1};
    std::chrono::duration<double> patience{10};  // nothing came for so long: what is still owed is lost
    std::chrono::microseconds interval{1000};    // between two pings
    pid_t pid = 0;                               // the server's, 0: not measured
    std::string protocol = "chatroom";
    std::string plot;  // an SVG file to draw latencies into
    bool udp = false;
    bool tls = false;
    bool json = false;
};

/// One for each run: --members may name several numbers. Prints what is to be said (help, or what is wrong) and ends
/// the program if there is nothing to run.
std::vector<options> parse_options(int count, char** arguments);

}  // namespace load
