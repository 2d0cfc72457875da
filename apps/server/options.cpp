// SPDX-License-Identifier: BSL-1.0
#include "options.hpp"

#include "config_file.hpp"
#include "conversation_options.hpp"
#include "option_table.hpp"
#include "process.hpp"
#include "quantity.hpp"
#include "tls_options.hpp"

#include <chatroom/version.hpp>

#include <boost/program_options.hpp>

#include <algorithm>
#include <map>

namespace po = boost::program_options;

namespace server {
namespace {

constexpr const char* see_help = "; see chatroom-server --help";

struct command_line {
    std::vector<given> values;
    std::optional<given> config;
    bool help = false;
    bool version = false;
    bool check = false;
    bool hash_password = false;
};

po::options_description description()
{
    po::options_description all{"General"};
    for (const auto& group : option_table()) {
        po::options_description part{group.title};
        for (const auto& one : group.members) {
            part.add_options()(one.name.c_str(), po::value<std::string>()->value_name(one.placeholder),
                               one.help.c_str());
        }
        all.add(part);
    }
    all.add_options()("config", po::value<std::string>()->value_name("FILE"),
                      "read options from a file of NAME = VALUE lines; the command line wins, and its list of "
                      "addresses or networks takes the place of the file's")(
        "check", "check all options, resolve the addresses, print what would be in force, and exit")(
        "hash-password", "read a password from the terminal or from standard input, print its hash, and exit")(
        "help,h", "print this and exit")("version", "print the version and exit");
    return all;
}

// What is said of an option whose value is missing.
std::string missing_value(const std::string& name)
{
    const auto* known = find_option(name);
    return "--" + name + ": " + (known != nullptr ? known->rule : name == "config" ? "a file" : "takes no value");
}

// "--rate: a whole number, 0 or more" where Boost has "the required argument for option '--rate' is missing".
std::string explain(const po::error& e)
{
    const auto* syntax = dynamic_cast<const po::invalid_command_line_syntax*>(&e);
    if (syntax == nullptr) {
        return e.what();
    }
    const auto written = syntax->get_option_name();
    return missing_value(written.substr(std::min(written.find_first_not_of('-'), written.size())));
}

command_line read(int argc, const char* const* argv, const po::options_description& all)
try {
    command_line line;
    const auto parsed = po::command_line_parser(argc, argv).options(all).run().options;
    line.hash_password = std::ranges::any_of(parsed, [](const auto& one) { return one.string_key == "hash-password"; });
    for (const auto& one : parsed) {
        const auto& name = one.string_key;
        const auto value = one.value.empty() ? std::string{} : one.value.front();
        if (one.position_key >= 0 && line.hash_password) {  // it would be told aloud
            throw option_error{2, "--hash-password: reads the password from the terminal or from standard input"};
        }
        if (one.position_key >= 0) {
            throw option_error{2, "unrecognised argument '" + value + "'" + see_help};
        }
        if (value.starts_with("--")) {  // Boost takes the next option for the value
            throw option_error{2, missing_value(name) + see_help};
        }
        if (name == "config") {
            if (line.config) {
                throw option_error{{name, value, {}}, "given twice"};
            }
            line.config = given{name, value, {}};
        } else if (name == "help") {
            line.help = true;
        } else if (name == "version") {
            line.version = true;
        } else if (name == "check") {
            line.check = true;
        } else if (name != "hash-password") {
            line.values.push_back({name, value, {}});
        }
    }
    return line;
} catch (const po::error& e) {
    throw option_error{2, explain(e) + see_help};
}

std::string first_place(const given& one)
{
    return one.file.empty() ? "given twice" : "given twice, first in line " + std::to_string(one.line);
}

// Applies the values of one source. Its lists take the place of those that an earlier source gave.
void apply_source(const std::vector<given>& values, options& o)
{
    std::map<std::string, given> seen;
    for (const auto& one : values) {
        const auto* known = find_option(one.name);
        if (known == nullptr) {
            throw option_error{one, "unrecognised option"};
        }
        const auto [first, is_first] = seen.try_emplace(one.name, one);
        if (!is_first && !known->is_list) {
            throw option_error{without_secret(one), first_place(first->second)};
        }
        if (!is_first && (one.value == automatic || first->second.value == automatic)) {
            throw option_error{without_secret(one), "auto stands alone, and not beside other values"};
        }
        try {
            if (is_first && known->is_list) {
                known->set(o, {one.name, std::string{automatic}, {}});
            }
            known->set(o, one);
        } catch (const std::invalid_argument& e) {
            throw option_error{without_secret(one), e.what()};
        }
    }
}

// The command line is later than the file: what it breaks is its own fault.
void check_expiry(const std::vector<given>& values, const options& o)
{
    const auto& m = o.udp_room;
    if (m.heartbeat_timeout > m.heartbeat_interval) {
        return;
    }
    const auto blamed = std::find_if(values.rbegin(), values.rend(),
                                     [](const given& one) { return one.name == "heartbeat" || one.name == "expiry"; });
    const auto limit = [](auto value) { return format(time, static_cast<std::uint64_t>(value.count())); };
    throw option_error{*blamed, blamed->name == "expiry"
                                    ? "a time longer than heartbeat, " + limit(m.heartbeat_interval)
                                    : "a time shorter than expiry, " + limit(m.heartbeat_timeout)};
}

}  // namespace

std::size_t members_over_tcp(const options& o)
{
    return o.tcp_room.members.max_members.value_or(members_by_descriptors());
}

std::vector<std::string> room_names(const options& o)
{
    return o.talk.rooms.empty() ? std::vector<std::string>{"lobby"} : o.talk.rooms;
}

std::optional<options> parse(int argc, const char* const* argv, std::ostream& out)
{
    const auto all = description();
    const auto line = read(argc, argv, all);
    if (line.help) {
        out << "chatroom-server: people and programs in one room, over TCP and UDP\n\n"
               "Usage: chatroom-server [OPTIONS]\n\n"
            << all
            << "\nSIGINT and SIGTERM drain the rooms and end the server; a second one closes it at once. SIGUSR1 logs "
               "the\n"
               "counters. SIGHUP reads the configuration file again, and with it the certificate, the page and the "
               "bans; "
               "the log\nsays which options need a restart.\n";
        return {};
    }
    if (line.version) {
        out << "chatroom-server " CHATROOM_VERSION "\n";
        return {};
    }
    options o;
    std::vector<given> values;
    if (line.config) {
        values = read_config_file(line.config->value);
        apply_source(values, o);
    }
    apply_source(line.values, o);
    values.insert(values.end(), line.values.begin(), line.values.end());
    check_expiry(values, o);
    check_conversation(values, o);
    check_tls(values, o);
    complete(o);
    o.check = line.check;
    o.hash_password = line.hash_password;
    return o;
}

}  // namespace server
