// SPDX-License-Identifier: BSL-1.0
#include "counters.hpp"
#include "options.hpp"
#include "service.hpp"

#include <chatroom/endpoint.hpp>
#include <chatroom/room/room_state.hpp>
#include <chatroom/serve/io_pool.hpp>
#include <chatroom/tcp_room.hpp>
#include <chatroom/udp_room.hpp>

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <sys/resource.h>

#include <csignal>
#include <iostream>

namespace {

namespace asio = boost::asio;

// Raises the soft limit on descriptors to the hard one; returns how many members that allows.
std::size_t allow_descriptors()
{
    constexpr rlim_t spare = 32;
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur > spare + 1 ? limit.rlim_cur - spare : 1;
}

// Standard error by a thread of its own and a bounded queue: a log that is full or slow holds no member up.
std::shared_ptr<spdlog::logger> make_log(const std::string& level)
{
    spdlog::init_thread_pool(8192, 1);
    auto log =
        std::make_shared<spdlog::async_logger>("chatroom", std::make_shared<spdlog::sinks::stderr_sink_mt>(),
                                               spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
    log->set_error_handler([](const std::string&) {});  // a full disk behind standard error is no reason to end
    log->set_level(spdlog::level::from_str(level));
    return log;
}

template <typename Endpoint>
void announce(const char* transport, const Endpoint& bound)
{
    std::cout << "listening " << transport << ' ' << chatroom::to_label(bound) << std::endl;
}

// Resolves each of `places`, listens there and says so; throws std::runtime_error with a sentence.
template <typename Protocol, typename Room>
void listen(asio::io_context& context, Room& room, const char* transport, const std::vector<std::string>& places)
{
    using resolver = typename Protocol::resolver;
    for (const auto& where : places) {
        const auto at = chatroom::parse_host_port(where, {"127.0.0.1", "9001"});
        try {
            const auto found =
                resolver{context}.resolve(at.host, at.port, resolver::passive | resolver::numeric_service);
            announce(transport, room.listen(*found.begin()));
        } catch (const boost::system::system_error& e) {
            throw std::runtime_error("can't listen at " + where + " (" + transport + "): " + e.code().message());
        }
    }
}

// On the pool, so that a pool which is stuck is noticed.
asio::awaitable<void> reassure(asio::steady_timer* timer, std::chrono::microseconds patience, const bool* served)
{
    while (!*served) {
        server::tell_alive();
        timer->expires_after(patience / 2);
        boost::system::error_code ignored;
        auto waiting = timer->async_wait(asio::redirect_error(asio::use_awaitable, ignored));
        co_await std::move(waiting);
    }
}

// The room, and whoever serves it.
struct house {
    chatroom::tcp_room tcp;
    chatroom::udp_room udp;

    void stop()
    {
        tcp.stop();
        udp.stop();
    }
    void close()
    {
        tcp.close();
        udp.close();
    }
    static asio::awaitable<void> run(house* self)
    {
        auto tcp_ends = self->tcp.run();
        auto udp_ends = self->udp.run();  // both begin here
        co_await std::move(tcp_ends);
        co_await std::move(udp_ends);
    }
};

// What was asked for; else what the service manager passes, else the default.
void open_doors(asio::io_context& context, house& serving, const server::options& o)
{
    const auto passed = server::take_passed_sockets();
    for (const int fd : passed.tcp) {
        announce("tcp", serving.tcp.adopt(fd));
    }
    for (const int fd : passed.udp) {
        announce("udp", serving.udp.adopt(fd));
    }
    const bool nothing = passed.tcp.empty() && passed.udp.empty() && o.tcp.empty() && o.udp.empty();
    const std::vector<std::string> by_default(nothing ? 1 : 0, "127.0.0.1:9001");
    listen<asio::ip::tcp>(context, serving.tcp, "tcp", nothing ? by_default : o.tcp);
    listen<asio::ip::udp>(context, serving.udp, "udp", nothing ? by_default : o.udp);
}

// The first signal drains, the second insists; SIGUSR1 logs the counters.
asio::awaitable<void> obey_signals(asio::signal_set* signals, house* members, std::function<void()> log_counters,
                                   const bool* served)
{
    bool draining = false;
    while (!*served) {
        auto waiting = signals->async_wait(asio::use_awaitable);
        const auto signal = co_await std::move(waiting);
        if (signal == SIGUSR1) {
            log_counters();
        } else if (!draining) {
            draining = true;
            server::tell_stopping();
            members->stop();
        } else {
            members->close();
        }
    }
}

int run(const server::options& o)
{
    auto members = o.members;
    const auto allowed = allow_descriptors();
    if (!o.max_members_given) {
        members.max_members = allowed;
    }
    const auto log = make_log(o.log_level);
    const auto counted = std::make_shared<server::counters>(log);
    chatroom::io_pool pool{o.threads, [&](std::exception_ptr failure) { counted->error("pool", {}, failure); }};
    members.server.shards = pool.threads();
    auto udp_members = o.udp_members;
    udp_members.server.shards = pool.threads();
    chatroom::room room{o.room, counted};
    house serving{{pool.get_executor(), room, members}, {pool.get_executor(), room, udp_members}};
    const auto strand = asio::make_strand(pool.context());       // of what follows: the end of one ends the other
    asio::signal_set signals{strand, SIGINT, SIGTERM, SIGUSR1};  // before anybody is told that we are here
    open_doors(pool.context(), serving, o);
    const auto log_counters = [&] {
        const auto& state = *room.state();
        log->info("members={} log_bytes={} {}", room.members(), state.tail().byte - state.oldest().byte,
                  counted->line());
    };
    std::signal(SIGPIPE, SIG_IGN);
    bool served = false;
    asio::steady_timer heartbeat{strand};
    asio::co_spawn(strand, obey_signals(&signals, &serving, log_counters, &served), [](std::exception_ptr) {});
    asio::co_spawn(strand, house::run(&serving), asio::bind_executor(strand, [&](std::exception_ptr) {
                       served = true;
                       signals.cancel();
                       heartbeat.cancel();
                   }));
    if (const auto patience = server::watchdog_time(); patience.count() > 0) {
        asio::co_spawn(strand, reassure(&heartbeat, patience, &served), [](std::exception_ptr) {});
    }
    asio::post(strand, [] { server::tell_ready(); });
    pool.run();
    log_counters();
    spdlog::shutdown();
    return 0;
}

}  // namespace

int main(int argc, char** argv)
try {
    const auto parsed = server::parse(argc, argv, std::cout, std::cerr);
    if (const auto* code = std::get_if<server::exit_code>(&parsed)) {
        return static_cast<int>(*code);
    }
    return run(std::get<server::options>(parsed));
} catch (const std::invalid_argument& e) {
    std::cerr << "chatroom-server: " << e.what() << '\n';
    return 2;
} catch (const std::exception& e) {
    std::cerr << "chatroom-server: " << e.what() << '\n';
    return 1;
}
