// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include "tls.hpp"
#include "websocket.hpp"

#include <chatroom/version.hpp>
#include <chatroom/wire/text.hpp>

#include <boost/program_options.hpp>

#include <ostream>
#include <stdexcept>

namespace client {
namespace {

namespace po = boost::program_options;

constexpr std::size_t most_history = 10'000;  // messages

constexpr const char* usage = R"(chatroom-client: talk in a chat room

Usage: chatroom-client [OPTIONS] [ADDRESS]
       chatroom-client -m TEXT [ADDRESS]
       chatroom-client --listen [ADDRESS] | grep WORD
       tail -f LOG | chatroom-client [ADDRESS]

ADDRESS is HOST, HOST:PORT, [V6]:PORT or PORT, with tcp://, tls:// or udp:// in
front if you like (127.0.0.1:9001); or ws://HOST:PORT/PATH, also wss://, whose
port is 9001 and path /connection/websocket unless given: there no line is lost
or doubled when a connection is, and the last lines are shown first.

Options)";

constexpr const char* end_of_help = R"(
On a terminal, what you type is edited as in a shell, with a history, and what
is said appears above it. Ctrl-D or /quit leaves; Ctrl-C clears the line, and
leaves on an empty one. If the connection is lost, it is made again, with pauses
of up to 30 s, and what you typed meanwhile (100 messages at most) is said then.
Keys can be bound in ~/.editrc (see editrc(5)). /help shows the commands, and
the tab key completes them, names and rooms. More than 10 pasted lines are said
only after a question; Ctrl-C stops them.

Elsewhere, lines of standard input are said, and what is heard is printed, each
line at once as SENDER: TEXT. A line /quit can't be said, nor can #ping# over
UDP: that is told, and is exit code 4. At the end of input it waits until what
was said has come back (5 s from the last that did), and leaves. When standard
output is closed, it ends quietly. Notices go to standard error. Nothing but
clean text is printed, whatever a server sends.

Environment: NO_COLOR, if not empty, means --color=never; TERM=dumb means
--plain; TZ, LANG; XDG_STATE_HOME (~/.local/state) has the history of what was
typed, in chatroom/client_history.

Exit codes: 0  left the room, and all that was said came back from it; or
               standard output was closed
            1  no connection could be made
            2  the command line is wrong
            3  the connection was lost, or the server closed it
            4  some of what was said did not come back, so nobody may have heard
               it; or could not be said
            5  standard input can't be read, or standard output can't be written
A signal that ends it (Ctrl-C is SIGINT) takes leave of the room first; a shell
sees 128 + the signal's number.
)";

colour_choice to_choice(const std::string& word)
{
    if (word == "auto") {
        return colour_choice::automatic;
    }
    if (word == "always") {
        return colour_choice::always;
    }
    if (word == "never") {
        return colour_choice::never;
    }
    throw std::invalid_argument("--color is auto, always or never");
}

std::size_t to_count(const std::string& text)
{
    if (text.empty() || text.size() > 9 || text.find_first_not_of("0123456789") != text.npos) {
        throw std::invalid_argument("--history needs a number");
    }
    return std::stoul(text);
}

void check(const options& o)
{
    if (o.server.tls && !missing_tls_packages().empty()) {
        throw std::invalid_argument("this client was built without " + std::string{missing_tls_packages()} +
                                    ", which tls:// and wss:// need");
    }
    if (o.server.over == transport::websocket && !missing_web_packages().empty()) {
        throw std::invalid_argument("this client was built without " + std::string{missing_web_packages()} +
                                    ", which ws:// and wss:// need");
    }
    if (o.history > most_history) {
        throw std::invalid_argument("--history is at most " + std::to_string(most_history));
    }
    if (!o.server.tls && !(o.tls_ca.empty() && o.tls_pin.empty())) {
        throw std::invalid_argument("--tls-ca and --tls-pin are for an address with tls:// or wss:// in front");
    }
    if (!o.tls_ca.empty() && !o.tls_pin.empty()) {
        throw std::invalid_argument("with --tls-pin nothing else is looked at: give --tls-ca or --tls-pin");
    }
    if (!chatroom::wire::is_clean(o.name) || o.name.find_first_of(" \t<>/") != std::string::npos) {
        throw std::invalid_argument("--name needs a name: no white space, and none of < > /");
    }
    if (o.listen && !o.messages.empty()) {
        throw std::invalid_argument("--listen says nothing and --message hears nothing: give one of them");
    }
    if (o.reconnect && !o.messages.empty()) {
        throw std::invalid_argument("--message does not reconnect: try the program again instead");
    }
    for (const auto& text : o.messages) {
        std::string clean;
        chatroom::wire::append_clean(clean, text);
        if (clean.find_first_not_of(" \t") == std::string::npos) {
            throw std::invalid_argument("--message needs a text");
        }
    }
}

std::string sentence(const std::exception& e)
{
    std::string text = e.what();
    for (auto& c : text) {
        c = c == '\n' ? ' ' : c;
    }
    std::string clean;
    chatroom::wire::append_clean(clean, text);
    return clean;
}

// The text of -m is the next word, whatever it looks like, as getopt has it; Boost takes `-m -j` for an omission.
std::vector<po::option> take_message(std::vector<std::string>& words)
{
    const auto& first = words.front();
    const bool is_long = first == "--message";
    const bool is_short = first.size() > 1 && first[0] == '-' && first[1] != '-' &&
                          first.find_first_not_of("hjlpr", 1) == first.size() - 1 && first.back() == 'm';
    if (words.size() < 2 || !(is_long || is_short)) {
        return {};
    }
    std::vector<po::option> found;
    for (const char letter : is_short ? std::string_view{first}.substr(1, first.size() - 2) : std::string_view{}) {
        found.emplace_back(std::string{'-', letter}, std::vector<std::string>{});
    }
    found.emplace_back("message", std::vector<std::string>{words[1]});
    found.back().original_tokens = {first, words[1]};
    words.erase(words.begin(), words.begin() + 2);
    return found;
}

}  // namespace

std::variant<options, exit_code> parse(int argc, const char* const* argv, std::ostream& out, std::ostream& err)
{
    options o;
    std::string colour = "auto";
    std::string server;
    std::string udp;
    std::string history = "20";
    po::options_description described{usage, 80, 48};
    auto add = described.add_options();
    add("message,m", po::value(&o.messages)->value_name("TEXT")->composing(),
        "say this, wait until it comes back, and leave; may be given several times");
    add("listen,l", po::bool_switch(&o.listen), "only listen; standard input is not read");
    add("name,n", po::value(&o.name)->value_name("NAME"),
        "ask the server for this name, again on each connection; one without names says that to everybody; over ws:// "
        "without it the login name");
    add("json,j", po::bool_switch(&o.json),
        "print one JSON object a line: time (UTC), sender, text, own, true for what we said, and kind; room, name and "
        "member where known");
    add("plain,p", po::bool_switch(&o.plain),
        "no colour and no cursor motion, for screen readers; the terminal's own line editing");
    add("color", po::value(&colour)->value_name("WHEN"), "auto, always or never: tell senders apart by colour (auto)");
    add("reconnect,r", po::bool_switch(&o.reconnect),
        "make a connection again, also the first; without it only on a terminal, and only one that was lost. Not once "
        "an operator has removed or banned you");
    add("tls-ca", po::value(&o.tls_ca)->value_name("FILE"),
        "over tls:// or wss://, trust those whose certificates are in this file (PEM), and not those that the system "
        "trusts");
    add("tls-pin", po::value(&o.tls_pin)->value_name("HEX"),
        "over tls:// or wss://, trust the certificate with this SHA-256 alone, whoever has signed it");
    add("udp", po::value(&udp)->value_name("ADDRESS"), "the same as udp://ADDRESS");
    add("history", po::value(&history)->value_name("N"),
        "over ws:// or wss://, show so many of the last messages first, but not with -m (20)");
    add("log", po::value(&o.log)->value_name("FILE"), "add the conversation to this file, with dates");
    add("hide-joins", po::bool_switch(&o.hide_joins),
        "don't show that people join, leave or change names who have been silent for 10 minutes");
    add("bell", po::bool_switch(&o.bell), "ring the terminal's bell for your name and for private messages");
    add("title", po::bool_switch(&o.title),
        "show the room, and how many messages are unread, in the title of the terminal's window");
    add("help,h", "print this and exit");
    add("version", "print the version and exit");
    po::options_description all;
    all.add(described);
    all.add_options()("address", po::value(&server));
    try {
        po::variables_map given;
        po::store(po::command_line_parser(argc, argv)
                      .options(all)
                      .extra_style_parser(take_message)
                      .positional(po::positional_options_description{}.add("address", 1))
                      .run(),
                  given);
        if (given.count("help") != 0) {
            out << described << end_of_help;
            return exit_code::ok;
        }
        if (given.count("version") != 0) {
            out << "chatroom-client " CHATROOM_VERSION "\n";
            return exit_code::ok;
        }
        po::notify(given);
        if (given.count("udp") != 0 && given.count("address") != 0) {
            throw std::invalid_argument("give one address");
        }
        if (given.count("udp") != 0) {
            o.server = parse_address(udp, transport::udp);
        } else if (given.count("address") != 0) {
            o.server = parse_address(server);
        }
        if (given.count("name") != 0 && o.name.empty()) {
            throw std::invalid_argument("--name needs a name");
        }
        o.history = to_count(history);
        o.colour = to_choice(colour);
        check(o);
    } catch (const std::exception& e) {
        err << "chatroom-client: " << sentence(e) << "; see chatroom-client --help\n";
        return exit_code::usage;
    }
    return o;
}

}  // namespace client
