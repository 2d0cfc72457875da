// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include <chatroom/version.hpp>

#include <boost/program_options.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <fstream>
#include <limits>
#include <optional>
#include <ostream>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace po = boost::program_options;

namespace server {
namespace {

using std::chrono::milliseconds;

/// `100ms`, `10s`, `2min`, or seconds.
struct duration {
    milliseconds value;
};

/// `4096`, `64K`, `4M`: K is 1,024 bytes.
struct bytes {
    std::size_t value;
};

/// A whole number that is not negative: Boost would take "-1" for the largest there is.
struct count {
    std::uint32_t value;
};

/// `disconnect` or `skip`.
struct policy {
    chatroom::slow_policy value;
};

std::pair<std::uint64_t, std::string_view> number_and_unit(const std::string& text)
{
    std::uint64_t number = 0;
    const auto [rest, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (ec != std::errc{}) {
        throw po::validation_error(po::validation_error::invalid_option_value);
    }
    return {number, {rest, static_cast<std::size_t>(text.data() + text.size() - rest)}};
}

std::uint64_t scaled(const std::string& text, std::initializer_list<std::pair<std::string_view, std::uint64_t>> units,
                     std::uint64_t most)
{
    const auto [number, unit] = number_and_unit(text);
    for (const auto& [name, factor] : units) {
        if (unit == name && number <= most / factor) {
            return number * factor;
        }
    }
    throw po::validation_error(po::validation_error::invalid_option_value);
}

void validate(boost::any& out, const std::vector<std::string>& words, duration*, int)
{
    po::validators::check_first_occurrence(out);
    constexpr std::uint64_t a_year = 365ull * 24 * 60 * 60 * 1000;
    const auto value = scaled(po::validators::get_single_string(words),
                              {{"ms", 1}, {"s", 1000}, {"", 1000}, {"min", 60'000}, {"h", 3'600'000}}, a_year);
    out = duration{milliseconds{value}};
}

void validate(boost::any& out, const std::vector<std::string>& words, bytes*, int)
{
    po::validators::check_first_occurrence(out);
    out = bytes{scaled(po::validators::get_single_string(words), {{"", 1}, {"K", 1024}, {"M", 1024 * 1024}},
                       std::uint64_t{1} << 40)};
}

void validate(boost::any& out, const std::vector<std::string>& words, count*, int)
{
    po::validators::check_first_occurrence(out);
    out = count{static_cast<std::uint32_t>(scaled(po::validators::get_single_string(words), {{"", 1}}, 1'000'000'000))};
}

void validate(boost::any& out, const std::vector<std::string>& words, policy*, int)
{
    po::validators::check_first_occurrence(out);
    const auto& word = po::validators::get_single_string(words);
    if (word != "disconnect" && word != "skip") {
        throw po::validation_error(po::validation_error::invalid_option_value);
    }
    out = policy{word == "skip" ? chatroom::slow_policy::skip : chatroom::slow_policy::disconnect};
}

template <typename T, typename Set>
po::typed_value<T>* sets(Set set, const char* what)
{
    return po::value<T>()->value_name(what)->notifier(std::move(set));
}

po::options_description general_options(options& o)
{
    po::options_description d{"Server"};
    d.add_options()(
        "tcp",
        po::value<std::vector<std::string>>()->value_name("ADDRESS:PORT")->composing()->notifier([&o](const auto& v) {
            o.tcp = v;
        }),
        "listen here for members over TCP; may be given several times; a host name or a bare port will do, port 0 "
        "picks one, and [::] serves IPv4 too; with neither --tcp nor --udp: the sockets that systemd passes, or both "
        "at 127.0.0.1:9001")(
        "udp",
        po::value<std::vector<std::string>>()->value_name("ADDRESS:PORT")->composing()->notifier([&o](const auto& v) {
            o.udp = v;
        }),
        "and here for members over UDP")("log-level",
                                         sets<std::string>([&o](const auto& v) { o.log_level = v; }, "LEVEL"),
                                         "trace, debug, info, warn, error, critical or off (info)")(
        "threads", sets<count>([&o](count v) { o.threads = v.value; }, "N"),
        "threads, and shards; 0 is as many as CPUs may be used (0)")(
        "connections-per-shard", sets<count>([&o](count v) { o.members.server.connections_per_shard = v.value; }, "N"),
        "members over TCP that a shard takes before the next is given any; once all have so many, they fill evenly; 0 "
        "spreads them from the first on (1024)")(
        "drain", sets<duration>([&o](duration v) { o.members.drain = v.value; }, "TIME"),
        "how long a member that leaves may take to receive what is owed to it; 0 is at once (10s)");
    return d;
}

po::options_description member_options(options& o)
{
    auto& m = o.members;
    po::options_description d{"Members (0 is no limit)"};
    d.add_options()(
        "max-members",
        sets<count>(
            [&o](count v) {
                o.members.max_members = v.value;
                o.max_members_given = true;
            },
            "N"),
        "members at once over each of TCP and UDP (TCP: as many as the descriptors allow, less 32; UDP: 1000000)")(
        "max-members-per-address", sets<count>([&m](count v) { m.max_members_per_address = v.value; }, "N"),
        "members at once from one address; an IPv6 /64 is one (64, and no limit for loopback unless this is given)")(
        "rate", sets<count>([&m](count v) { m.rate = v.value; }, "N"),
        "messages per second that a member may say (20)")(
        "burst", sets<count>([&m](count v) { m.burst = v.value; }, "N"),
        "messages that it may say at once (100)")("replay", sets<count>([&m](count v) { m.replay = v.value; }, "N"),
                                                  "messages of the past that a member hears on joining (0)")(
        "slow", sets<policy>([&m](policy v) { m.slow = v.value; }, "POLICY"),
        "disconnect or skip: what becomes of a member over TCP that falls off the log; over UDP it always skips "
        "(disconnect)");
    return d;
}

po::options_description udp_options(options& o)
{
    auto& m = o.udp_members;
    po::options_description d{"Members over UDP"};
    d.add_options()("heartbeat", sets<duration>([&m](duration v) { m.heartbeat = v.value; }, "TIME"),
                    "how often a member is to send #ping# (5s)")(
        "expiry", sets<duration>([&m](duration v) { m.expiry = v.value; }, "TIME"),
        "a member not heard from for longer than this is no longer one (10s)")(
        "udp-trust",
        po::value<std::vector<std::string>>()->value_name("ADDRESS/BITS")->composing()->notifier([&m](const auto& v) {
            m.trust = v;
        }),
        "networks whose bare #ping# makes a member, since the source of a datagram can be forged; may be given several "
        "times (loopback, the private and the link-local networks)");
    return d;
}

po::options_description wire_options(options& o)
{
    auto& m = o.members;
    po::options_description d{"Messages (sizes in bytes, or with K or M; times as 100ms, 10s, 2min)"};
    d.add_options()("max-message", sets<bytes>([&o](bytes v) { o.room.max_message = v.value; }, "SIZE"),
                    "longest message, 64 to 60000 (4096)")(
        "log-bytes", sets<bytes>([&o](bytes v) { o.room.log_bytes = v.value; }, "SIZE"),
        "messages kept for members to catch up with, at least 256K (4M)")(
        "quiet-gap", sets<duration>([&m](duration v) { m.quiet_gap = v.value; }, "TIME"),
        "silence that ends a text of a peer that sends no newlines (100ms)")(
        "line-time", sets<duration>([&m](duration v) { m.line_time = v.value; }, "TIME"),
        "how long a line may take (30s)")("discard", sets<bytes>([&m](bytes v) { m.discard = v.value; }, "SIZE"),
                                          "what is still read, and thrown away, from a member that is let go (1M)")(
        "peer-timeout", sets<duration>([&m](duration v) { m.server.peer_timeout = v.value; }, "TIME"),
        "how long a peer that acknowledges nothing keeps its connection, at least 8s (120s)")(
        "send-buffer",
        sets<bytes>([&m](bytes v) { m.server.send_buffer = static_cast<int>(std::min<std::size_t>(v.value, 1 << 30)); },
                    "SIZE"),
        "kernel's send buffer of a socket; 0 leaves it to the kernel (0)")(
        "receive-buffer",
        sets<bytes>(
            [&m](bytes v) { m.server.receive_buffer = static_cast<int>(std::min<std::size_t>(v.value, 1 << 30)); },
            "SIZE"),
        "and its receive buffer; for UDP, 0 asks for 8M (0)");
    return d;
}

// What is said once holds for both transports.
void settle(options& o)
{
    const auto max_members = o.max_members_given ? o.members.max_members : o.udp_members.max_members;
    static_cast<chatroom::member_options&>(o.udp_members) = o.members;
    o.udp_members.max_members = max_members;
    o.udp_members.drain = o.members.drain;
    o.udp_members.server.send_buffer = o.members.server.send_buffer;
    o.udp_members.server.receive_buffer = o.members.server.receive_buffer;
}

// One sentence, whatever Boost has to say.
std::string sentence(const std::exception& e)
{
    std::string text = e.what();
    for (auto& c : text) {
        c = c == '\n' ? ' ' : c;
    }
    return text;
}

}  // namespace

std::variant<options, exit_code> parse(int argc, const char* const* argv, std::ostream& out, std::ostream& err)
{
    options o;
    std::string file;
    po::options_description configurable;
    configurable.add(general_options(o)).add(member_options(o)).add(udp_options(o)).add(wire_options(o));
    po::options_description all{"General"};
    all.add(configurable);
    all.add_options()("config", po::value(&file)->value_name("FILE"),
                      "read options from a file of NAME = VALUE lines; the command line wins")(
        "help,h", "print this and exit")("version", "print the version and exit");

    po::variables_map given;
    try {
        po::store(po::command_line_parser(argc, argv).options(all).positional({}).run(), given);
        if (given.count("help") != 0) {
            out << "chatroom-server: people and programs in one room, over TCP and UDP\n\n"
                   "Usage: chatroom-server [OPTIONS]\n\n"
                << all
                << "\nSIGINT and SIGTERM drain the room and end the server; a second one insists. SIGUSR1 logs the "
                   "counters.\n";
            return exit_code::ok;
        }
        if (given.count("version") != 0) {
            out << "chatroom-server " CHATROOM_VERSION "\n";
            return exit_code::ok;
        }
    } catch (const std::exception& e) {
        err << "chatroom-server: " << sentence(e) << "; see chatroom-server --help\n";
        return exit_code::usage;
    }
    try {
        if (given.count("config") != 0) {
            const auto path = given["config"].as<std::string>();
            std::ifstream in{path};
            if (!in) {
                throw std::runtime_error("can't read it");
            }
            po::store(po::parse_config_file(in, configurable), given);
        }
    } catch (const std::exception& e) {
        err << "chatroom-server: configuration file " << given["config"].as<std::string>() << ": " << sentence(e)
            << (dynamic_cast<const po::error*>(&e) != nullptr ? "; see chatroom-server --help" : "") << "\n";
        return exit_code::failure;
    }
    try {
        po::notify(given);
        chatroom::validate(o.room);
        chatroom::validate(o.members);
        settle(o);
        chatroom::validate(o.udp_members);
    } catch (const std::exception& e) {
        err << "chatroom-server: " << sentence(e) << "; see chatroom-server --help\n";
        return exit_code::usage;
    }
    return o;
}

}  // namespace server
