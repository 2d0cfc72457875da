// SPDX-License-Identifier: BSL-1.0
#include "environment.hpp"
#include "filter.hpp"
#include "options.hpp"
#include "session.hpp"
#include "signals.hpp"
#include "terminal.hpp"
#include "tls.hpp"
#include "transcript.hpp"
#include "websocket.hpp"

#include <chatroom/tcp_client.hpp>
#include <chatroom/udp_client.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <pwd.h>
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
        return std::make_unique<client::terminal>(
            context, client::terminal_options{look, o.bell, o.title, client::input_history_file()}, std::move(broken));
    }
    client::filter_options how;
    how.look = look;
    how.wraps = here.terminal_out;
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

std::string login_name()
{
    const auto* const user = ::getpwuid(::getuid());
    return user == nullptr ? std::string{} : std::string{user->pw_name};
}

std::unique_ptr<chatroom::client> make_link(const asio::any_io_executor& executor, const client::options& o,
                                            const chatroom::tcp_client_options& how,
                                            const std::shared_ptr<chatroom::websocket_place>& place)
{
    if (o.server.over == client::transport::udp) {
        return std::make_unique<chatroom::udp_client>(executor);
    }
    if (o.server.over == client::transport::websocket) {
        chatroom::websocket_client_options web;
        web.make_stream = how.make_stream;
        web.path = o.server.path;
        web.history = o.messages.empty() ? o.history : 0;
        web.place = place;
        return client::make_websocket_client(executor, web);
    }
    return std::make_unique<chatroom::tcp_client>(executor, how);
}

// The first signal takes leave, the second doesn't wait for that.
void obey(asio::io_context& context, asio::signal_set& signals, client::session& session, client::frontend& front,
          int& received)
{
    signals.async_wait([&](boost::system::error_code ec, int signal) {
        if (ec) {
            return;
        }
        const auto pasted = signal == SIGINT && received == 0 ? front.drop_pasted() : std::nullopt;
        if (pasted) {
            session.drop_waiting(*pasted);
            return obey(context, signals, session, front, received);
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

// Before anything else is done, as for what else is wrong with the command line.
std::unique_ptr<client::transcript> open_log(const std::string& file)
{
    try {
        return file.empty() ? nullptr : std::make_unique<client::transcript>(file);
    } catch (const std::system_error& e) {
        client::write_all(STDERR_FILENO, std::string{"chatroom-client: "} + e.what() + '\n');
        std::_Exit(static_cast<int>(client::exit_code::usage));
    }
}

// The same.
chatroom::tcp_client_options tcp_options(const client::options& o)
{
    chatroom::tcp_client_options how;
    try {
        if (o.server.tls) {
            how.make_stream = client::make_tls(o.tls_ca, o.tls_pin);
        }
    } catch (const std::exception& e) {
        client::write_all(STDERR_FILENO, std::string{"chatroom-client: "} + e.what() + '\n');
        std::_Exit(static_cast<int>(client::exit_code::usage));
    }
    return how;
}

[[noreturn]] void run(const client::options& o)
{
    const auto here = client::detect();
    const auto log = open_log(o.log);
    const auto how_over_tcp = tcp_options(o);
    asio::io_context context{1};
    client::session* talk = nullptr;
    const auto front = make_front(context, o, here, [&talk] { talk->stop(); });
    client::session_options how;
    how.server = o.server;
    how.name = o.name;
    if (o.server.over == client::transport::websocket) {
        how.place = std::make_shared<chatroom::websocket_place>();
        how.name = o.name.empty() ? login_name() : o.name;
    }
    how.hide_joins = o.hide_joins;
    how.log = log.get();
    how.first_too = o.reconnect;
    how.reconnect = o.reconnect || (here.terminal_in && !o.listen && o.messages.empty());
    if (o.server.over != client::transport::tcp) {
        how.pace = client::udp_pace;
    }
    how.echo_timeout = std::chrono::milliseconds{front->interactive() ? 1000 : 5000};
    const auto connect = [&] { return make_link(context.get_executor(), o, how_over_tcp, how.place); };
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
