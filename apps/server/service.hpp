// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chrono>
#include <vector>

/// What a service manager gives to the server, and wants to hear of it: systemd's protocol. Without libsystemd, and
/// without a manager, there are no sockets, nobody watches, and what is told goes nowhere.
namespace server {

/// Listening sockets that the manager has passed: sd_listen_fds(3). The caller owns them.
struct passed_sockets {
    std::vector<int> tcp;
    std::vector<int> udp;
};

/// Takes them; once, since the environment forgets them. Throws std::runtime_error, a sentence, if one of them is of a
/// kind that nobody here can use.
passed_sockets take_passed_sockets();

/// The server serves, or has begun to stop: sd_notify(3). Any thread.
void notify_ready() noexcept;
void notify_stopping() noexcept;

/// How long the manager waits for notify_watchdog() before it takes the server for hung; 0 if it does not wait.
std::chrono::microseconds watchdog_time() noexcept;
void notify_watchdog() noexcept;

}  // namespace server
