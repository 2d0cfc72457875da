// SPDX-License-Identifier: BSL-1.0
#include <chatroom/endpoint.hpp>
#include <chatroom/tcp_client.hpp>
#include <chatroom/version.hpp>
#include <chatroom/wire/command.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/program_options.hpp>

#include <unistd.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

namespace asio = boost::asio;
namespace po = boost::program_options;

/// The lines of standard input, read by a thread of its own, since a file can't be polled. It hands out one line at a
/// time and reads on only when that one is taken: nothing is queued.
class input {
  public:
    explicit input(asio::io_context& context) : event_{context, asio::steady_timer::time_point::max()}
    {
        std::thread{[this] { read_all(); }}.detach();  // a read that waits can't be ended: the program ends without it
    }

    /// Completes with the next line, or with nothing at the end.
    asio::awaitable<std::optional<std::string>> next()
    {
        for (;;) {
            {
                const std::scoped_lock lock{mutex_};
                if (line_) {
                    auto line = std::exchange(line_, std::nullopt);
                    taken_.notify_one();
                    co_return line;
                }
                if (ended_) {
                    co_return std::nullopt;
                }
            }
            boost::system::error_code ignored;
            auto waiting = event_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
            co_await std::move(waiting);
        }
    }

    /// Makes next() complete with nothing. On the context's thread.
    void end()
    {
        const std::scoped_lock lock{mutex_};
        ended_ = true;
        event_.cancel();
    }

  private:
    void read_all()
    {
        std::array<char, 16 * 1024> buffer;
        std::string open;
        for (;;) {
            const auto n = ::read(STDIN_FILENO, buffer.data(), buffer.size());
            if (n < 0 && errno == EINTR) {
                continue;
            }
            if (n <= 0) {
                break;
            }
            for (const char c : std::string_view{buffer.data(), static_cast<std::size_t>(n)}) {
                if (c == '\n' || open.size() == longest) {
                    hand_out(std::exchange(open, {}));
                }
                if (c != '\n') {
                    open.push_back(c);
                }
            }
        }
        if (!open.empty()) {
            hand_out(std::move(open));
        }
        asio::post(event_.get_executor(), [this] { end(); });
    }

    void hand_out(std::string line)
    {
        std::unique_lock lock{mutex_};
        line_ = std::move(line);
        asio::post(event_.get_executor(), [this] { event_.cancel(); });
        taken_.wait(lock, [this] { return !line_; });
    }

    static constexpr std::size_t longest = 60'000;  // bytes: what a server takes at the most

    asio::steady_timer event_;  // never expires; cancelled to say "look again"
    std::mutex mutex_;
    std::condition_variable taken_;
    std::optional<std::string> line_;
    bool ended_ = false;
};

/// Says the lines of standard input, and takes leave at their end; `leaving_now` tells from when on.
asio::awaitable<void> speak(input* lines, chatroom::tcp_client* client, bool* leaving_now)
{
    for (;;) {
        auto reading = lines->next();
        const auto line = co_await std::move(reading);
        if (!line || chatroom::wire::is_quit(*line)) {
            break;
        }
        auto saying = client->say(*line);
        co_await std::move(saying);
    }
    *leaving_now = true;
    auto leaving = client->leave();
    co_await std::move(leaving);
}

/// Prints what arrives, until the connection ends.
asio::awaitable<void> listen(chatroom::tcp_client* client)
{
    const bool terminal = ::isatty(STDOUT_FILENO) == 1;
    for (;;) {
        auto hearing = client->hear();
        const auto heard = co_await std::move(hearing);
        if (!heard) {
            co_return;
        }
        std::cout << (terminal ? "\r\033[K" : "") << heard->sender << ": " << heard->text << '\n' << std::flush;
    }
}

struct outcome {
    bool left = false;  // by our own will
    std::string complaint;
};

asio::awaitable<void> talk(asio::io_context* context, chatroom::host_port server, outcome* result)
{
    chatroom::tcp_client client{context->get_executor()};
    try {
        auto connecting = client.connect(server.host, server.port);
        co_await std::move(connecting);
    } catch (const boost::system::system_error& e) {
        result->complaint = "can't connect to " + server.host + " port " + server.port + ": " + e.code().message() +
                            "; is chatroom-server running there?";
        co_return;
    }
    static input* lines = new input{*context};  // its thread may outlive this coroutine
    asio::signal_set signals{*context, SIGINT, SIGTERM};
    signals.async_wait([](boost::system::error_code ec, int) {
        if (!ec) {
            lines->end();
        }
    });
    auto speaking = speak(lines, &client, &result->left);
    asio::co_spawn(*context, std::move(speaking), [](std::exception_ptr) {});
    auto listening = listen(&client);
    co_await std::move(listening);
    const bool by_our_will = result->left;
    const auto end = client.end_of();
    client.close();
    lines->end();
    signals.cancel();
    if (end && !by_our_will) {
        result->complaint = "the server went away: " + end.message();
    } else if (!by_our_will) {
        result->complaint = "the server closed the connection";
    }
}

}  // namespace

int main(int argc, char** argv)
{
    std::string address = "127.0.0.1:9001";
    po::options_description described{
        "chatroom-client: talk in a chat room\n\nUsage: chatroom-client [HOST[:PORT]]   (127.0.0.1:9001)\n\nOptions"};
    described.add_options()("help,h", "print this and exit")("version", "print the version and exit");
    po::options_description hidden;
    hidden.add_options()("address", po::value(&address));
    po::options_description all;
    all.add(described).add(hidden);
    chatroom::host_port server;
    try {
        po::variables_map given;
        po::store(po::command_line_parser(argc, argv)
                      .options(all)
                      .positional(po::positional_options_description{}.add("address", 1))
                      .run(),
                  given);
        if (given.count("help") != 0) {
            std::cout << described
                      << "\nLines of standard input are said; what is heard is printed. End of input or /quit leaves.\n"
                         "Exit codes: 0 left the room, 1 no connection or lost it, 2 usage.\n";
            return 0;
        }
        if (given.count("version") != 0) {
            std::cout << "chatroom-client " CHATROOM_VERSION "\n";
            return 0;
        }
        po::notify(given);
        server = chatroom::parse_host_port(address, {"127.0.0.1", "9001"});
    } catch (const std::exception& e) {
        std::cerr << "chatroom-client: " << e.what() << "; see chatroom-client --help\n";
        return 2;
    }
    std::signal(SIGPIPE, SIG_IGN);
    outcome result;
    asio::io_context context{1};
    asio::co_spawn(context, talk(&context, server, &result), [&context](std::exception_ptr) { context.stop(); });
    context.run();
    if (!result.complaint.empty()) {
        std::cerr << "chatroom-client: " << result.complaint << '\n';
    }
    std::cout.flush();
    std::_Exit(result.complaint.empty() ? 0 : 1);  // the thread that reads standard input may never return
}
