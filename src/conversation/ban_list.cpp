// SPDX-License-Identifier: BSL-1.0
#include "ban_list.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <system_error>

namespace chatroom::detail {
namespace {

using subject = std::variant<valid_name, network>;

constexpr std::string_view header = "# Bans of chatroom-server: SUBJECT, the end in seconds since 1970 or `never`, by "
                                    "whom, why; tabs between them.\n";

std::string line_of(const ban& one)
{
    const auto end = one.until == ban::time_point::max() ? std::string{"never"}
                                                         : std::to_string(one.until.time_since_epoch().count());
    return one.subject() + '\t' + end + '\t' + one.by + '\t' + one.why + '\n';
}

std::string_view next_field(std::string_view& rest)
{
    const auto tab = rest.find('\t');
    const auto field = rest.substr(0, tab);
    rest = tab == rest.npos ? std::string_view{} : rest.substr(tab + 1);
    return field;
}

ban parse_line(std::string_view line)
{
    ban made;
    auto parsed = ban_list::parse_subject(next_field(line));
    if (const auto* const wrong = std::get_if<ban_error>(&parsed)) {
        throw std::invalid_argument{*wrong == ban_error::everybody ? "a ban of everybody"
                                                                   : "neither a name nor an address nor a network"};
    }
    made.whom = std::move(std::get<subject>(parsed));
    if (const auto end = next_field(line); end != "never") {
        std::int64_t seconds = 0;
        const auto [rest, ec] = std::from_chars(end.data(), end.data() + end.size(), seconds);
        if (ec != std::errc{} || rest != end.data() + end.size()) {
            throw std::invalid_argument{"the end is a number of seconds, or `never`"};
        }
        made.until = ban::time_point{std::chrono::seconds{seconds}};
    }
    made.by = next_field(line);
    made.why = line;
    return made;
}

// Writes all, and has it on the disk.
void write_durably(const std::string& file, std::string_view bytes)
{
    const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    int error = fd < 0 ? errno : 0;
    while (error == 0 && !bytes.empty()) {
        const auto n = ::write(fd, bytes.data(), bytes.size());
        if (n >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(n));
        } else if (errno != EINTR) {
            error = errno;
        }
    }
    if (error == 0 && ::fsync(fd) != 0) {
        error = errno;
    }
    if (fd >= 0) {
        ::close(fd);
    }
    if (error != 0) {
        throw std::system_error{error, std::generic_category(), file};
    }
}

}  // namespace

bool is_same_subject(const subject& a, const subject& b)
{
    if (const auto* const name = std::get_if<valid_name>(&a)) {
        const auto* const other = std::get_if<valid_name>(&b);
        return other != nullptr && name->keys[0] == other->keys[0];
    }
    return std::holds_alternative<network>(b) && std::get<network>(a) == std::get<network>(b);
}

std::string ban::subject() const
{
    const auto* const name = std::get_if<valid_name>(&whom);
    return name != nullptr ? name->text : to_string(std::get<network>(whom));
}

std::variant<subject, ban_error> ban_list::parse_subject(std::string_view text)
{
    if (const auto found = parse_network(text)) {
        return found->bits == 0 ? std::variant<subject, ban_error>{ban_error::everybody} : subject{*found};
    }
    auto name = check_name(text);
    return std::holds_alternative<name_error>(name) ? std::variant<subject, ban_error>{ban_error::no_subject}
                                                    : subject{std::move(std::get<valid_name>(name))};
}

void ban_list::add(ban one)
{
    remove(one.whom);
    bans_.push_back(std::move(one));
}

void ban_list::drop_expired(ban::time_point now)
{
    std::erase_if(bans_, [now](const ban& one) { return one.until <= now; });
}

bool ban_list::remove(const subject& whom)
{
    return std::erase_if(bans_, [&](const ban& one) { return is_same_subject(one.whom, whom); }) > 0;
}

const ban* ban_list::find(const boost::asio::ip::address& address, ban::time_point now) const
{
    const auto found = std::ranges::find_if(bans_, [&](const ban& one) {
        const auto* const from = std::get_if<network>(&one.whom);
        return from != nullptr && one.until > now && from->contains(address);
    });
    return found == bans_.end() ? nullptr : &*found;
}

const ban* ban_list::find(const valid_name& name, ban::time_point now) const
{
    const auto found = std::ranges::find_if(bans_, [&](const ban& one) {
        const auto* const banned = std::get_if<valid_name>(&one.whom);
        return banned != nullptr && one.until > now &&
               std::ranges::find_first_of(banned->keys, name.keys) != banned->keys.end();
    });
    return found == bans_.end() ? nullptr : &*found;
}

std::vector<ban> ban_list::list(ban::time_point now) const
{
    std::vector<ban> current;
    std::ranges::copy_if(bans_, std::back_inserter(current), [&](const ban& one) { return one.until > now; });
    return current;
}

ban_list ban_list::load(const std::string& file)
{
    ban_list made;
    std::ifstream in{file};
    if (!in) {
        if (errno == ENOENT) {
            return made;
        }
        throw std::system_error{errno, std::generic_category(), file};
    }
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        if (line.empty() || line.front() == '#') {
            continue;
        }
        try {
            made.add(parse_line(line));
        } catch (const std::invalid_argument& wrong) {
            throw std::runtime_error{file + ':' + std::to_string(number) + ": " + wrong.what()};
        }
    }
    if (in.bad()) {
        throw std::system_error{errno, std::generic_category(), file};
    }
    return made;
}

void ban_list::save(const std::string& file, const std::vector<ban>& bans)
{
    std::string bytes{header};
    for (const auto& one : bans) {
        bytes += line_of(one);
    }
    const auto written = file + ".new";
    write_durably(written, bytes);
    if (::rename(written.c_str(), file.c_str()) != 0) {
        throw std::system_error{errno, std::generic_category(), file};
    }
}

}  // namespace chatroom::detail
