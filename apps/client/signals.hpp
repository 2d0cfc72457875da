// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <initializer_list>

namespace client {

/// Adds a signal, unless whoever started the program had it ignored, as nohup does and a shell script for a background
/// job: then it stays ignored.
inline void add_unless_ignored(boost::asio::signal_set& signals, int signal)
{
    struct sigaction found{};
    ::sigaction(signal, nullptr, &found);
    if (found.sa_handler != SIG_IGN) {
        signals.add(signal);
    }
}

/// A parent's mask of blocked signals is inherited; with these blocked, nothing but SIGKILL would end the program. For
/// before the first thread, which inherits it again.
inline void unblock_signals()
{
    sigset_t ours;
    ::sigemptyset(&ours);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH}) {
        ::sigaddset(&ours, signal);
    }
    ::pthread_sigmask(SIG_UNBLOCK, &ours, nullptr);
}

}  // namespace client
