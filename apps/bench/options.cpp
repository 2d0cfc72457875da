// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include "wire.hpp"

#include <chatroom/version.hpp>

#include <boost/program_options.hpp>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <stdexcept>

namespace load {
namespace {

namespace po = boost::program_options;

const std::map<std::string, mode> modes{{"fanout", mode::fanout}, {"rate", mode::rate}, {"storm", mode::storm},
                                        {"idle", mode::idle},     {"ping", mode::ping}, {"stalled", mode::stalled}};

void split_server(const std::string& text, options& result)
{
    const auto colon = text.rfind(':');
    if (colon == text.npos || colon == 0 || colon + 1 == text.size()) {
        throw std::invalid_argument("'" + text + "' is no HOST:PORT");
    }
    result.host = text.substr(0, colon);
    result.port = text.substr(colon + 1);
    if (result.host.front() == '[' && result.host.back() == ']') {
        result.host = result.host.substr(1, result.host.size() - 2);
    }
}

void validate(options& result)
{
    if (result.members == 0 || result.speakers == 0 || result.window == 0 || result.concurrent == 0) {
        throw std::invalid_argument("members, speakers, window and concurrent must be at least 1");
    }
    if (result.size < shortest_text || result.size > longest_text) {
        throw std::invalid_argument("size must be from " + std::to_string(shortest_text) + " to " +
                                    std::to_string(longest_text));
    }
    if (result.seconds.count() <= 0 || result.warm_up.count() < 0 || result.patience.count() <= 0 ||
        result.interval.count() < 0) {
        throw std::invalid_argument("a time must be above 0 (warm-up and interval may be 0)");
    }
    if (result.rate <= 0 || result.rate > 1e9) {
        throw std::invalid_argument("rate must be above 0");
    }
    if (result.mode == mode::stalled && result.stalled + result.speakers > result.members) {
        throw std::invalid_argument("members must be as many as speakers and stalled ones together");
    }
    const auto spoken = dialect_of(result.protocol, result.size);
    if (spoken.foreign && (result.udp || result.mode == mode::storm)) {
        throw std::invalid_argument("another protocol goes with fanout, rate, stalled, idle and ping over TCP");
    }
    if (!spoken.echo && result.mode == mode::ping) {
        throw std::invalid_argument("ping needs a server that sends a speaker its own messages");
    }
    if (result.tls && (result.udp || result.mode == mode::storm)) {
        throw std::invalid_argument("TLS goes with fanout, rate, stalled, idle and ping over TCP");
    }
    if (result.udp && result.mode != mode::fanout && result.mode != mode::idle) {
        throw std::invalid_argument("over UDP there are the modes fanout and idle");
    }
    if (result.udp && result.size > longest_datagram) {
        throw std::invalid_argument("over UDP, size is at most " + std::to_string(longest_datagram));
    }
    // A speaker with no message of its own to wait for would never speak.
    result.speakers = std::min({result.speakers, result.members, result.window});
}

// "10,100,1000"
std::vector<std::size_t> numbers(const std::string& text)
{
    std::vector<std::size_t> result;
    for (std::size_t from = 0; from <= text.size();) {
        const auto comma = std::min(text.find(',', from), text.size());
        const auto number = text.substr(from, comma - from);
        if (number.empty() || number.size() > 9 || number.find_first_not_of("0123456789") != number.npos) {
            throw std::invalid_argument("members: '" + text +
                                        "' is no number, and no list of numbers like 10,100,1000");
        }
        result.push_back(std::stoul(number));
        from = comma + 1;
    }
    return result;
}

std::vector<options> parse(int count, char** arguments)
{
    options result;
    std::string members;
    std::string server;
    std::string mode_name;
    double seconds = 0;
    double warm_up = 0;
    double patience = 0;
    std::int64_t interval = 0;
    bool websocket = false;
    po::options_description all{
        "chatroom-bench: loads a server that speaks the chat room's wire, and checks that every\n"
        "member hears every message of every speaker, once and in order\n\n"
        "fanout   as many messages as the server can: a speaker says the next when one is back\n"
        "rate     messages at fixed times; latency counts from the time, not from the sending\n"
        "stalled  the same, and some members stop reading\n"
        "storm    connect, one message, its echo, close, again and again\n"
        "idle     members that say nothing: what each costs; over UDP, up to millions that ping\n"
        "ping     the round trip of one message while little else happens\n\nOptions"};
    // clang-format off
    all.add_options()
        ("server", po::value(&server)->value_name("HOST:PORT")->default_value("127.0.0.1:9001"),
            "may be given without --server")
        ("mode", po::value(&mode_name)->value_name("MODE")->default_value("fanout"), "which of the above")
        ("members", po::value(&members)->value_name("N")->default_value(std::to_string(result.members)),
            "members of the room; several numbers, as 10,100,1000, are as many runs")
        ("speakers", po::value(&result.speakers)->value_name("N")->default_value(result.speakers),
            "how many of them speak")
        ("window", po::value(&result.window)->value_name("N")->default_value(result.window),
            "fanout: messages under way in total")
        ("rate", po::value(&result.rate)->value_name("N")->default_value(result.rate),
            "rate and stalled: messages per second in total")
        ("stalled", po::value(&result.stalled)->value_name("N")->default_value(result.stalled),
            "stalled: members that stop reading")
        ("size", po::value(&result.size)->value_name("N")->default_value(result.size), "bytes of a text")
        ("concurrent", po::value(&result.concurrent)->value_name("N")->default_value(result.concurrent),
            "storm: connections at a time")
        ("seconds", po::value(&seconds)->value_name("S")->default_value(result.seconds.count()),
            "how long to measure")
        ("warm-up", po::value(&warm_up)->value_name("S")->default_value(result.warm_up.count()),
            "seconds before that")
        ("patience", po::value(&patience)->value_name("S")->default_value(result.patience.count()),
            "seconds without a byte until what is owed is called lost")
        ("interval", po::value(&interval)->value_name("US")->default_value(result.interval.count()),
            "ping: microseconds between two")
        ("udp", po::bool_switch(&result.udp),
            "fanout and idle: over UDP, where a lost message is counted and is no failure")
        ("ws", po::bool_switch(&websocket), "all modes but storm: over WebSocket; short for --protocol websocket")
        ("tls", po::bool_switch(&result.tls),
            "all modes but storm: over TLS, whatever the server's certificate says; goes with --ws")
        ("protocol", po::value(&result.protocol)->value_name("NAME")->default_value(result.protocol),
            "all modes but storm: chatroom, websocket, or another kind of server: redis, nats, mqtt, irc (no ping)")
        ("pid", po::value(&result.pid)->value_name("N"), "the server's process, to measure its CPU and memory")
        ("plot", po::value(&result.plot)->value_name("FILE"),
            "an SVG file to draw latency over percentile into, and cost over members if there are several runs; by gnuplot")
        ("json", po::bool_switch(&result.json), "a line of JSON for each run instead of the table")
        ("help", "print this and exit")
        ("version", "print the version and exit");
    // clang-format on
    po::positional_options_description bare;
    bare.add("server", 1);
    po::variables_map given;
    po::store(po::command_line_parser(count, arguments).options(all).positional(bare).run(), given);
    po::notify(given);
    if (given.count("help") != 0) {
        std::cout << all;
        std::exit(0);
    }
    if (given.count("version") != 0) {
        std::cout << "chatroom-bench " CHATROOM_VERSION "\n";
        std::exit(0);
    }
    const auto found = modes.find(mode_name);
    if (found == modes.end()) {
        throw std::invalid_argument("there is no mode '" + mode_name + "'");
    }
    result.mode = found->second;
    result.seconds = std::chrono::duration<double>{seconds};
    result.warm_up = std::chrono::duration<double>{warm_up};
    result.patience = std::chrono::duration<double>{patience};
    result.interval = std::chrono::microseconds{interval};
    if (websocket) {
        result.protocol = "websocket";
    }
    split_server(server, result);
    std::vector<options> runs;
    for (const auto number : numbers(members)) {
        runs.push_back(result);
        runs.back().members = number;
        validate(runs.back());
    }
    return runs;
}

}  // namespace

std::vector<options> parse_options(int count, char** arguments)
{
    try {
        return parse(count, arguments);
    } catch (const std::exception& error) {
        std::cerr << "chatroom-bench: " << error.what() << "; see chatroom-bench --help\n";
        std::exit(2);
    }
}

}  // namespace load
