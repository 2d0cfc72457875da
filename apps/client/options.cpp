// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include <chatroom/version.hpp>
#include <chatroom/wire/text.hpp>

#include <boost/program_options.hpp>

#include <ostream>
#include <stdexcept>

namespace client {
namespace {

namespace po = boost::program_options;

constexpr const char* usage = R"(chatroom-client: talk in a chat room

Usage: chatroom-client [OPTIONS] [ADDRESS]
       chatroom-client -m TEXT [ADDRESS]
       chatroom-client --listen [ADDRESS] | grep WORD
       tail -f LOG | chatroom-client [ADDRESS]

ADDRESS is HOST, HOST:PORT, [V6]:PORT or PORT, with tcp:// or udp:// in front if
you like (127.0.0.1:9001).

Options)";

constexpr const char* rest = R"(
On a terminal, what you type is edited as in a shell, with a history, and what
is said appears above it. Ctrl-D or /quit leaves; Ctrl-C clears the line, and
leaves on an empty one. If the connection is lost, it is made again, with pauses
of up to 30 s, and what you typed meanwhile (100 messages at most) is said then.
Keys can be bound in ~/.editrc (see editrc(5)).

Elsewhere, lines of standard input are said, and what is heard is printed, each
line at once as SENDER: TEXT. A line /quit can't be said, nor can #ping# over
UDP: that is told, and is exit code 4. At the end of input it waits until what
was said has come back (5 s from the last that did), and leaves. When standard
output is closed, it ends quietly. Notices go to standard error. Nothing but
clean text is printed, whatever a server sends.

Environment: NO_COLOR, if not empty, means --color=never; TERM=dumb means
--plain; TZ, LANG.

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

void check(const options& o)
{
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
    po::options_description described{usage, 80, 48};
    auto add = described.add_options();
    add("message,m", po::value(&o.messages)->value_name("TEXT")->composing(),
        "say this, wait until it comes back, and leave; may be given several times");
    add("listen,l", po::bool_switch(&o.listen), "only listen; standard input is not read");
    add("json,j", po::bool_switch(&o.json),
        "print one JSON object a line: time (UTC), sender, text, and own, true for what we said");
    add("plain,p", po::bool_switch(&o.plain),
        "no colour and no cursor motion, for screen readers; the terminal's own line editing");
    add("color", po::value(&colour)->value_name("WHEN"), "auto, always or never: tell senders apart by colour (auto)");
    add("reconnect,r", po::bool_switch(&o.reconnect),
        "make a connection again, also the first; without it only on a terminal, and only one that was lost");
    add("udp", po::value(&udp)->value_name("ADDRESS"), "the same as udp://ADDRESS");
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
            out << described << rest;
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
        o.colour = to_choice(colour);
        check(o);
    } catch (const std::exception& e) {
        err << "chatroom-client: " << sentence(e) << "; see chatroom-client --help\n";
        return exit_code::usage;
    }
    return o;
}

}  // namespace client
