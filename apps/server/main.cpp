// SPDX-License-Identifier: BSL-1.0
#include "check.hpp"
#include "counters.hpp"
#include "hash_password.hpp"
#include "listeners.hpp"
#include "metrics.hpp"
#include "options.hpp"
#include "process.hpp"
#include "reload.hpp"
#include "rooms.hpp"
#include "service.hpp"
#include "supervisor.hpp"
#include "tls.hpp"
#include "transports.hpp"
#include "web.hpp"

#include <chatroom/serve/io_pool.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <exception>
#include <functional>
#include <iostream>
#include <optional>
#include <string>
#include <utility>

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

server::transports make_transports(chatroom::io_pool& pool, const server::rooms& rooms, const server::options& o,
                                   chatroom::tcp_wire wire)
{
    auto tcp = o.tcp_room;
    tcp.members.max_members = server::members_over_tcp(o);
    tcp.server.shards = pool.threads();
    tcp.members.shared = chatroom::shared_limits{0, std::exchange(tcp.members.max_members_per_address, {})};
    auto udp = o.udp_room;
    udp.server.shards = pool.threads();
    udp.members.max_members_per_address.reset();  // the shared limit holds instead
    udp.members.shared = tcp.members.shared;
    return {{pool.get_executor(), rooms.entry, tcp, {}, std::move(wire)}, {pool.get_executor(), rooms.entry, udp}};
}

// With what the certificate says.
chatroom::web_options web_options(const server::options& o, const server::tls& secured,
                                  std::function<std::string()> metrics)
{
    auto made = o.web;
    made.metrics = std::move(metrics);
    made.ca = secured.ca;
    if (secured.names) {
        const auto names = secured.names();
        made.hosts.insert(made.hosts.end(), names.begin(), names.end());
    }
    return made;
}

// After the transports nothing may keep the pool.
asio::awaitable<void> serve(server::transports* transports, const server::rooms* rooms, server::counters* counted)
{
    auto serving = server::transports::run(transports);
    co_await std::move(serving);
    rooms->stop();
    counted->end();
}

server::announced announced(const server::tls& secured, const server::options& o)
{
    server::announced how;
    if (secured.reload) {
        how.client_scheme = "tls://";
        how.client_options = secured.self_signed ? " --tls-pin " + secured.fingerprint : "";
        how.encrypted = o.tls_required ? "what goes over TCP is encrypted" : "what goes over TLS is encrypted";
    }
    if (o.http && server::missing_web_packages().empty()) {
        how.browser_scheme = secured.reload ? "https://" : "http://";
    }
    return how;
}

using reads_options = std::function<std::optional<server::options>()>;

// On SIGHUP.
void reload_options(const server::options& before, const reads_options& read_again, const server::rooms& rooms,
                    const server::tls& secured, const server::web& browsers,
                    const std::function<std::string()>& metrics, spdlog::logger& log)
try {
    server::reloadable parts;
    parts.log_level = [&](const server::options& now) {
        log.set_level(spdlog::level::from_str(now.log_level));
        return std::string{};
    };
    if (secured.reload) {
        parts.certificate = [&](const server::options& /*now*/) { return secured.reload(); };
    }
    if (browsers.set_options) {
        parts.web = [&](const server::options& now) {
            browsers.set_options(web_options(now, secured, metrics));
            return std::string{"read again: page, host, origin, metrics-from"};
        };
    }
    parts.bans = [&](const server::options& /*now*/) {
        const auto bans = rooms.read_bans();
        return before.talk.bans_file.empty() ? std::string{} : "bans in force: " + std::to_string(bans);
    };
    const auto now = read_again();
    if (!now) {
        return;
    }
    for (const auto& line : server::apply(parts, before, *now)) {
        log.log(line.is_warning ? spdlog::level::warn : spdlog::level::info, "SIGHUP: {}", line.text);
    }
} catch (const std::exception& failure) {
    log.error("SIGHUP: nothing is changed: {}", failure.what());
}

void run(const server::options& o, const reads_options& read_again)
{
    const auto log = make_log(o.log_level);
    const log_thread_end end_of_log;  // before the logger itself goes
    server::counters* reporter = nullptr;
    chatroom::io_pool pool{o.threads, [&](std::exception_ptr failure) { reporter->error("pool", {}, failure); }};
    const auto counted = std::make_shared<server::counters>(pool.get_executor(), log);
    reporter = counted.get();
    auto settings = o.talk;
    settings.on_moderation = [counted](std::string_view what) { counted->moderated(what); };
    const auto rooms = server::open_rooms(pool.get_executor(), settings, counted);
    const auto secured = server::open_tls(o, server::members_over_tcp(o) / 10);
    const server::transports* serving = nullptr;
    server::web browsers{secured.wire, {}, {}};
    std::function<std::string()> metrics;
    if (server::missing_metrics_packages().empty()) {
        metrics = [&] {
            return server::metrics_text({*counted, rooms, *serving, server::room_names(o), browsers.answers()});
        };
    }
    if (o.http) {
        browsers = server::open_web(rooms, web_options(o, secured, metrics), secured.wire);
    }
    auto transports = make_transports(pool, rooms, o, browsers.wire);
    serving = &transports;
    const auto log_counters = [&] {
        const auto now = rooms.statistics();
        log->info("members={} rooms={} log_bytes={} {}", now.members, now.rooms, now.log_bytes, counted->line());
    };
    const auto reload = [&] { reload_options(o, read_again, rooms, secured, browsers, metrics, *log); };
    const auto passed = server::take_passed_sockets();
    const auto wanted = server::resolve(o, passed);

    server::supervisor supervisor;  // before anybody is told that we are here
    const auto bound = server::open_listeners(transports, passed, wanted);
    std::cout << server::announcement(bound, announced(secured, o));
    if (secured.reload) {
        std::cout << "certificate sha256 " << secured.fingerprint << '\n';
    }
    std::cout << std::flush;
    supervisor.start(transports, pool.get_executor(), log_counters, reload);
    asio::co_spawn(pool.context(), serve(&transports, &rooms, counted.get()), asio::detached);
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
    if (options->hash_password) {
        std::cout << server::hash_password(server::read_password()) << '\n';
        return 0;
    }
    if (options->check) {
        std::cout << server::report(*options);
        return 0;
    }
    run(*options, [argc, argv] { return server::parse(argc, argv, std::cout); });
    return 0;
} catch (const server::option_error& e) {
    std::cerr << "chatroom-server: " << e.what() << '\n';
    return e.code();
} catch (const std::exception& e) {
    std::cerr << "chatroom-server: " << e.what() << '\n';
    return 1;
}
