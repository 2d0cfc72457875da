// SPDX-License-Identifier: BSL-1.0
#include "check.hpp"
#include "counters.hpp"
#include "listeners.hpp"
#include "options.hpp"
#include "process.hpp"
#include "service.hpp"
#include "supervisor.hpp"
#include "transports.hpp"

#include <chatroom/room/room_state.hpp>
#include <chatroom/serve/io_pool.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <iostream>

namespace {

namespace asio = boost::asio;

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

// Writes what is queued, and ends the log's thread.
struct log_thread_end {
    log_thread_end() = default;
    log_thread_end(const log_thread_end&) = delete;
    log_thread_end& operator=(const log_thread_end&) = delete;
    ~log_thread_end() { spdlog::shutdown(); }
};

server::transports make_transports(chatroom::io_pool& pool, const chatroom::room& room, const server::options& o)
{
    auto tcp = o.members;
    tcp.max_members = o.max_members.value_or(server::members_by_descriptors());
    tcp.server.shards = pool.threads();
    auto udp = o.udp_members;
    udp.server.shards = pool.threads();
    return {{pool.get_executor(), room, tcp}, {pool.get_executor(), room, udp}};
}

void run(const server::options& o)
{
    const auto log = make_log(o.log_level);
    const auto counted = std::make_shared<server::counters>(log);
    const log_thread_end end_of_log;  // before the logger itself goes
    chatroom::io_pool pool{o.threads, [&](std::exception_ptr failure) { counted->error("pool", {}, failure); }};
    const chatroom::room room{o.room, counted};
    auto transports = make_transports(pool, room, o);
    const auto log_counters = [&] {
        const auto& state = *room.state();
        log->info("members={} log_bytes={} {}", room.members(), state.tail().byte - state.oldest().byte,
                  counted->line());
    };
    const auto passed = server::take_passed_sockets();
    const auto wanted = server::resolve(o, passed);

    server::supervisor supervisor;  // before anybody is told that we are here
    std::cout << server::announcement("listening", server::open_listeners(transports, passed, wanted)) << std::flush;
    supervisor.start(transports, pool.get_executor(), log_counters);
    asio::co_spawn(pool.context(), server::transports::run(&transports), asio::detached);
    asio::post(pool.context(), [] { server::notify_ready(); });
    pool.run();
    log_counters();
}

}  // namespace

int main(int argc, char** argv)
try {
    server::prepare_process();
    const auto options = server::parse(argc, argv, std::cout);
    if (!options) {
        return 0;
    }
    if (options->check) {
        std::cout << server::report(*options);
        return 0;
    }
    run(*options);
    return 0;
} catch (const server::option_error& e) {
    std::cerr << "chatroom-server: " << e.what() << '\n';
    return e.code();
} catch (const std::exception& e) {
    std::cerr << "chatroom-server: " << e.what() << '\n';
    return 1;
}
