// SPDX-License-Identifier: BSL-1.0
// What operators do to others. Whether it is one who asks has been checked.
#include "duration.hpp"
#include "sentences.hpp"
#include "talk.hpp"

#include <algorithm>

namespace chatroom::detail {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds usual_mute = 10min;

}  // namespace

void talk::kick(const member& from, const command_line& line)
{
    std::string wrong;
    std::string by;
    std::string sender;
    std::optional<member> whom;
    {
        const lock_guard lock{mutex_};
        const auto* const one = directory_.find(from.id());
        const auto found = find_locked(line.words[0], true);
        auto* const* const other = std::get_if<person*>(&found);
        if (one == nullptr) {
            return;
        }
        if (other == nullptr) {
            wrong = std::get<std::string>(found);
        } else if (*other == one || (*other)->is_operator) {
            wrong = *other == one ? sentences::not_yourself : sentences::not_an_operator;
        } else {
            by = one->sender();
            sender = (*other)->sender();
            whom = (*other)->who;
            remove_locked(**other);
        }
    }
    if (!whom) {
        return refuse(from, wrong);
    }
    tell_event(entry_kind::removed, whom->id(), sentences::removed(sender, by, line.rest));
    (void)whom->disconnect(sentences::kicked(by, line.rest));
    (void)from.send(sentences::done_kick(sender));
    report(sentences::did(from.address(), by, "/kick " + sender + ' ' + std::string{line.rest}));
}

// A member without a name is muted as long as it is connected, a name or a network also when it comes again. What else
// is muted of somebody stays so.
talk::mute_change talk::change_mutes_locked(const person& by, std::string_view who, person::time_point until)
{
    mute_change change;
    std::vector<person*> meant;
    std::optional<std::variant<valid_name, network>> lasting;
    const auto found = find_locked(who);
    if (auto* const* const other = std::get_if<person*>(&found); other != nullptr) {
        if (*other == &by || (*other)->is_operator) {
            change.wrong = *other == &by ? sentences::not_yourself : sentences::not_an_operator;
            return change;
        }
        change.subject = (*other)->sender();
        meant.push_back(*other);
        if ((*other)->name) {
            lasting = std::get<valid_name>(check_name((*other)->name->text));
        }
    } else {
        const auto parsed = ban_list::parse_subject(who);
        const auto* const named = std::get_if<0>(&parsed);
        if (named == nullptr || (named->index() == 0 && !mutes_.contains(*named))) {
            change.wrong = std::get<std::string>(found);
            return change;
        }
        change.subject = who;
        lasting = *named;
        for (auto& [id, each] : directory_.people()) {
            if (&each != &by && !each.is_operator && !each.outside && is_meant_locked(*named, each)) {
                meant.push_back(&each);
            }
        }
    }
    if (lasting) {
        mutes_.set(*lasting, change.subject, until, now());
    }
    for (auto* const each : meant) {
        each->time = std::max(until, lasting_mute_locked(*each));
        change.members.emplace_back(each->who, each->time);
    }
    return change;
}

void talk::mute(const member& from, const command_line& line)
{
    const bool lifts = line.words[1] == "0";
    const auto duration = lifts                   ? std::optional{0s}
                          : line.words[1].empty() ? std::optional{usual_mute}
                                                  : parse_duration(line.words[1]);
    if (!duration) {
        return refuse(from, sentences::wrong_time(line.words[1]));
    }
    mute_change change;
    std::string by;
    {
        const lock_guard lock{mutex_};
        const auto* const one = directory_.find(from.id());
        if (one == nullptr) {
            return;
        }
        by = one->sender();
        change = change_mutes_locked(*one, line.words[0], lifts ? person::time_point::min() : now() + *duration);
    }
    if (!change.wrong.empty()) {
        return refuse(from, change.wrong);
    }
    for (const auto& [who, until] : change.members) {
        mute_until(who, until);
    }
    (void)from.send(lifts ? sentences::unmuted(change.subject) : sentences::muted_for(change.subject, *duration));
    report(sentences::did(from.address(), by, "/mute " + change.subject + ' ' + to_string(*duration)));
}

void talk::mute_until(const member& who, person::time_point until) const
{
    const auto time = now();
    (void)who.mute(std::chrono::ceil<std::chrono::milliseconds>(std::max(until, time) - time));
}

void talk::list_mutes(const member& from, const command_line& line)
{
    std::vector<std::string> all;
    {
        const lock_guard lock{mutex_};
        const auto tell_one = [&](std::string_view subject, person::time_point until) {
            all.push_back(sentences::muted_for(subject, std::chrono::ceil<std::chrono::seconds>(until - now())));
        };
        mutes_.drop_expired(now());
        for (const auto& one : mutes_.all()) {
            tell_one(one.subject, one.until);
        }
        for (const auto& [id, one] : directory_.people()) {
            if (!one.name && !one.outside && one.time > now() && one.time > lasting_mute_locked(one)) {
                tell_one(one.sender(), one.time);
            }
        }
    }
    all.empty() ? (void)from.send(sentences::no_mutes) : tell_page(from, all, line.words[0], "/mutes ");
}

// To a new member, or one with a new name.
void talk::apply_mutes(const member& who)
{
    auto until = person::time_point::min();
    {
        const lock_guard lock{mutex_};
        auto* const one = directory_.find(who.id());
        if (one == nullptr || one->is_operator || one->outside) {
            return;
        }
        until = lasting_mute_locked(*one);
        if (until <= std::max(one->time, now())) {
            return;
        }
        one->time = until;
    }
    mute_until(who, until);
}

person::time_point talk::lasting_mute_locked(const person& one) const
{
    auto until = person::time_point::min();
    for (const auto& each : mutes_.all()) {
        until = is_meant_locked(each.whom, one) ? std::max(until, each.until) : until;
    }
    return until;
}

void talk::announce(const member& from, const command_line& line)
{
    std::vector<room> all;
    std::string words;
    {
        const lock_guard lock{mutex_};
        const auto* const one = directory_.find(from.id());
        if (one == nullptr) {
            return;
        }
        words = sentences::announcement(one->sender(), line.rest);
        for (const auto& [name, where] : directory_.places()) {
            if (!where->people.empty()) {
                all.push_back(where->room);
            }
        }
    }
    error_code failed;
    for (auto& one : all) {
        const auto ec = one.publish(words);
        failed = ec ? ec : failed;
    }
    if (failed) {
        refuse(from, failed == error::text_too_long ? sentences::too_long : sentences::too_busy);
    }
}

}  // namespace chatroom::detail
