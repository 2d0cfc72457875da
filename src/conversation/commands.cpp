// SPDX-License-Identifier: BSL-1.0
// How a command finds what it does.
#include "pager.hpp"
#include "sentences.hpp"
#include "talk.hpp"

#include <charconv>

namespace chatroom::detail {

namespace asio = boost::asio;

// A default-made awaitable where nothing is to be waited for.
asio::awaitable<void> talk::execute(const self_ptr& self, const member& from, std::string_view line)
{
    const auto parsed = parse_command(line);
    return !self || self->run_at_once(from, parsed) ? asio::awaitable<void>{} : start(self, from, parsed);
}

// What may wait has copies of its own.
asio::awaitable<void> talk::start(const self_ptr& self, const member& from, const command_line& line)
{
    const std::string first{line.words[0]};
    const std::string rest{line.rest};
    if (line.spec == nullptr) {
        return run_extra(self, from, std::string{line.name}, rest);
    }
    if (line.spec->what == verb::login) {
        return log_in(self, from, first, rest);
    }
    if (line.spec->what == verb::pass) {
        return open_by_password(self, from, rest);
    }
    return line.spec->what == verb::ban ? add_ban(self, from, first, rest) : remove_ban(self, from, first);
}

// Whether that was all.
bool talk::run_at_once(const member& from, const command_line& line)
{
    bool outside = false;
    bool has_rights = false;
    bool is_extra = false;
    {
        const lock_guard lock{mutex_};
        const auto* const one = directory_.find(from.id());
        if (one == nullptr || one->removed) {
            return true;  // it has gone, or is going
        }
        outside = one->outside;
        has_rights = one->is_operator;
        is_extra = line.spec == nullptr && extra_.contains(line.name);
    }
    const auto what = line.spec != nullptr ? line.spec->what : verb::help;
    if (outside && (line.spec == nullptr || (what != verb::help && what != verb::pass))) {
        refuse(from, sentences::password_needed);
        return true;
    }
    if (line.spec == nullptr) {
        if (!is_extra) {
            refuse(from, sentences::no_such_command(line.name));
        }
        return !is_extra;
    }
    if (line.spec->for_operators && !has_rights) {
        refuse(from, sentences::operators_only);
        return true;
    }
    if (!line.complete) {
        refuse(from, sentences::usage(*line.spec));
        return true;
    }
    switch (what) {
    case verb::help: help(from, line); break;
    case verb::name: take_name(from, line); break;
    case verb::who: list_people(from, line); break;
    case verb::rooms: list_rooms(from, line); break;
    case verb::join:
    case verb::leave:
        if (from.transport() == transport::websocket) {
            refuse(from, sentences::rooms_by_subscription);
        } else {
            what == verb::join ? join_room(from, line.words[0]) : leave_room(from);
        }
        break;
    case verb::msg: send_private(from, line); break;
    case verb::me: act(from, line); break;
    case verb::topic: topic(from, line); break;
    case verb::kick: kick(from, line); break;
    case verb::mute: mute(from, line); break;
    case verb::mutes: list_mutes(from, line); break;
    case verb::bans: list_bans(from, line); break;
    case verb::announce: announce(from, line); break;
    case verb::quit: (void)from.disconnect(); break;  // with an argument: alone it does not come here
    case verb::login:
    case verb::pass:
    case verb::ban:
    case verb::unban: return false;
    }
    return true;
}

asio::awaitable<void> talk::run_extra(self_ptr self, member from, std::string name, std::string arguments)
{
    conversation::handler handle;
    {
        const lock_guard lock{self->mutex_};
        if (const auto found = self->extra_.find(name); found != self->extra_.end()) {
            handle = found->second.what;
        }
    }
    if (handle) {
        auto running = handle(std::move(from), std::move(arguments));
        co_await std::move(running);
    }
}

void talk::add_command(std::string name, std::string help, conversation::handler what)
{
    const bool wrong = name.empty() || name.find_first_of("/ \t\r\n\v\f") != name.npos || find_command(name) != nullptr;
    const lock_guard lock{mutex_};
    if (wrong || !extra_.try_emplace(name, extra_command{std::move(help), std::move(what)}).second) {
        throw std::invalid_argument{"'" + name + "' can't be a new command"};
    }
}

void talk::help(const member& from, const command_line& line)
{
    auto asked = line.words[0];
    if (asked.starts_with('/')) {
        asked.remove_prefix(1);
    }
    std::vector<std::pair<std::string, std::string>> extra;
    bool has_rights = false;
    {
        const lock_guard lock{mutex_};
        for (const auto& [name, one] : extra_) {
            extra.emplace_back(name, one.help);
        }
        const auto* const one = directory_.find(from.id());
        has_rights = one != nullptr && one->is_operator;
    }
    if (!asked.empty()) {
        if (const auto* const spec = find_command(asked)) {
            return tell(from, {sentences::help(*spec)});
        }
        for (const auto& [name, words] : extra) {
            if (name == asked) {
                return tell(from, {sentences::help(name, words)});
            }
        }
        return refuse(from, sentences::no_such_command(asked));
    }
    const bool datagram = from.transport() == transport::udp;  // whose answer is one
    pager names{datagram};
    bool all = true;
    std::vector<std::string> lines;
    for (const auto& spec : all_commands()) {
        if (!spec.for_operators || has_rights) {
            lines.push_back(sentences::help(spec));
            all = names.add(std::string{"/"}.append(spec.name)) && all;
        }
    }
    for (const auto& [name, words] : extra) {
        lines.push_back(sentences::help(name, words));
        all = names.add(std::string{"/"}.append(name)) && all;
    }
    if (datagram) {
        lines = names.take();
        lines.back() += all ? "" : ", ...";
    }
    tell(from, lines);
}

talk::found_person talk::find_locked(std::string_view who, bool everybody)
{
    const auto is_meant = [everybody](const person* one) { return one != nullptr && (everybody || !one->outside); };
    if (who.starts_with('<') && who.ends_with('>') && who.size() > 2) {
        who = who.substr(1, who.size() - 2);
    }
    if (who.starts_with('#')) {
        member_id id = 0;
        const auto* const end = who.data() + who.size();
        const auto [rest, ec] = std::from_chars(who.data() + 1, end, id);
        auto* const one = ec == std::errc{} && rest == end ? directory_.find(id) : nullptr;
        return is_meant(one) ? found_person{one} : sentences::nobody(who);
    }
    auto there = directory_.find_address(who);
    std::erase_if(there, [&](const auto* one) { return !is_meant(one); });
    if (there.size() == 1) {
        return there.front();
    }
    if (!there.empty()) {
        std::string ids;
        for (const auto* one : there) {
            ids += (ids.empty() ? "#" : " or #") + std::to_string(one->who.id());
        }
        return sentences::several(who, ids);
    }
    const auto name = check_name(who);
    const auto* const valid = std::get_if<valid_name>(&name);
    const auto claim = valid != nullptr ? names_.find(*valid) : name_registry::claim_ptr{};
    auto* const one = claim ? directory_.find(claim->holder) : nullptr;
    return is_meant(one) ? found_person{one} : sentences::nobody(who);
}

std::string talk::sender_of(const member& who)
{
    const lock_guard lock{mutex_};
    const auto* const one = directory_.find(who.id());
    return one != nullptr ? one->sender() : who.address();
}

}  // namespace chatroom::detail
