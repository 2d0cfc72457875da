// SPDX-License-Identifier: BSL-1.0
#include "supervisor.hpp"

#include "service.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <exception>
#include <utility>

namespace server {
namespace {

namespace asio = boost::asio;

bool is_ignored(int signal)
{
    struct sigaction now{};
    return ::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

// Whether the process has a terminal that it belongs to: one that has hung up is gone.
bool has_terminal()
{
    const int fd = ::open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0) {
        ::close(fd);
    }
    return fd >= 0;
}

// Without the one that serves signals the process could not be stopped: better that it ends.
void end_process(std::exception_ptr failure)
{
    if (failure) {
        std::rethrow_exception(failure);  // out of the thread: std::terminate
    }
}

}  // namespace

supervisor::supervisor()
{
    for (const int signal : {SIGINT, SIGHUP}) {
        if (!is_ignored(signal)) {
            signals_.add(signal);
        }
    }
}

supervisor::~supervisor()
{
    context_.stop();
}

void supervisor::start(transports& rooms, asio::any_io_executor pool, std::function<void()> log_counters,
                       std::function<void()> reload)
{
    asio::co_spawn(context_, handle_signals(this, &rooms, std::move(log_counters), std::move(reload)), end_process);
    if (const auto patience = watchdog_time(); patience.count() > 0) {
        asio::co_spawn(context_, watchdog_loop(this, std::move(pool), patience), end_process);
    }
    thread_ = std::jthread{[this] { context_.run(); }};
}

asio::awaitable<void> supervisor::handle_signals(supervisor* self, transports* rooms,
                                                 std::function<void()> log_counters, std::function<void()> reload)
{
    const bool began_at_terminal = has_terminal();
    bool draining = false;
    for (;;) {
        auto waiting = self->signals_.async_wait(asio::use_awaitable);
        const auto signal = co_await std::move(waiting);
        if (signal == SIGUSR1) {
            log_counters();
        } else if (signal == SIGHUP && began_at_terminal == has_terminal()) {
            reload();
        } else if (!draining) {
            draining = true;
            notify_stopping();
            rooms->stop();
        } else {
            rooms->close();
        }
    }
}

// The pool itself has to say that it is alive: one that is stuck says nothing.
asio::awaitable<void> supervisor::watchdog_loop(supervisor* self, asio::any_io_executor pool,
                                                std::chrono::microseconds patience)
{
    for (;;) {
        if (!self->probing_.exchange(true)) {
            asio::post(pool, [self] {
                notify_watchdog();
                self->probing_ = false;
            });
        }
        self->watchdog_.expires_after(patience / 2);
        auto waiting = self->watchdog_.async_wait(asio::use_awaitable);
        co_await std::move(waiting);
    }
}

}  // namespace server
