// SPDX-License-Identifier: BSL-1.0
#include "connection.hpp"
#include "environment.hpp"
#include "filter.hpp"
#include "options.hpp"
#include "session.hpp"
#include "signals.hpp"
#include "terminal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>

namespace {

namespace asio = boost::asio;

client::style look_for(const client::options& o, const client::environment& here)
{
    client::style look;
    look.json = o.json;
    look.colour = !o.plain && wants_colour(o.colour, here.terminal_out, here.no_color, here.term);
    look.times = here.terminal_out && !o.plain;
    look.you = here.terminal_in && here.terminal_out && !o.listen;
    return look;
}

std::unique_ptr<client::frontend> make_front(asio::io_context& context, const client::options& o,
                                             const client::environment& here, std::function<void()> broken)
{
    const auto look = look_for(o, here);
    const bool filters = o.listen || o.json || o.plain || !o.messages.empty() || !here.can_edit();
    if (!filters) {
        return std::make_unique<client::terminal>(context, look, std::move(broken));
    }
    client::filter_options how;
    how.look = look;
    if (o.listen) {
        how.source = client::line_source::none;
    } else if (!o.messages.empty()) {
        how.source = client::line_source::given;
        how.given = client::lines_of(o.messages);
    } else {
        how.person = here.terminal_in;
    }
    return std::make_unique<client::filter>(context, std::move(how), std::move(broken));
}

// The first signal takes leave, the second doesn't wait for that.
void obey(asio::io_context& context, asio::signal_set& signals, client::session& session, client::frontend& front,
          int& received)
{
    signals.async_wait([&](boost::system::error_code ec, int signal) {
        if (ec) {
            return;
        }
        if (signal == SIGINT && received == 0 && front.interrupt()) {
            return obey(context, signals, session, front, received);
        }
        if (std::exchange(received, signal) != 0) {
            front.close();
            client::exit_by_signal(signal);
        }
        session.stop();
        if (!session.connected()) {
            context.stop();  // a name that is being looked up can't be told to stop
        }
        obey(context, signals, session, front, received);
    });
}

[[noreturn]] void run(const client::options& o)
{
    const auto here = client::detect();
    asio::io_context context{1};
    client::session* talk = nullptr;
    const auto front = make_front(context, o, here, [&talk] { talk->stop(); });
    client::session_options how;
    how.server = o.server;
    how.first_too = o.reconnect;
    how.reconnect = o.reconnect || (here.terminal_in && !o.listen && o.messages.empty());
    if (o.server.over == client::transport::udp) {
        how.pace = client::udp_pace;
    }
    how.echo_timeout = std::chrono::milliseconds{front->interactive() ? 1000 : 5000};
    const auto connect = [&] { return client::make_connection(context.get_executor(), o.server.over); };
    client::session session{context.get_executor(), how, *front, connect};
    talk = &session;

    int received = 0;
    asio::signal_set signals{context};
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        client::add_unless_ignored(signals, signal);
    }
    obey(context, signals, session, *front, received);
    asio::co_spawn(context, session.run(), [&](std::exception_ptr) { context.stop(); });
    front->run();
    const auto unusable = front->close();
    for (const auto& complaint : {session.complaint(), unusable}) {
        if (!complaint.empty()) {
            client::write_all(STDERR_FILENO, "chatroom-client: " + complaint + '\n');
        }
    }
    if (received != 0) {
        client::exit_by_signal(received);
    }
    const bool unused = session.result() == client::exit_code::ok && !unusable.empty();
    // The threads that read and write may never return.
    std::_Exit(static_cast<int>(unused ? client::exit_code::unusable : session.result()));
}

}  // namespace

int main(int argc, char** argv)
try {
    client::hold_standard_descriptors();
    client::speak_utf8();
    client::unblock_signals();
    std::signal(SIGPIPE, SIG_IGN);
    const auto parsed = client::parse(argc, argv, std::cout, std::cerr);
    if (const auto* code = std::get_if<client::exit_code>(&parsed)) {
        return static_cast<int>(*code);
    }
    run(std::get<client::options>(parsed));
} catch (const std::exception& e) {
    std::cerr << "chatroom-client: " << e.what() << '\n';
    return 1;
}
