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
        return (void)from.send(wrong);
    }
    tell_event(entry_kind::removed, whom->id(), sentences::removed(sender, by, line.rest));
    (void)whom->disconnect(sentences::kicked(by, line.rest));
    (void)from.send(sentences::done_kick(sender));
    report(sentences::did(from.address(), by, "/kick " + sender + ' ' + std::string{line.rest}));
}

// The sentence that refuses it, empty if it is done. A member without a name is muted as long as it is connected, and a
// name or a network also when it comes again.
std::string talk::change_mutes_locked(const person& by, std::string_view who, person::time_point until,
                                      std::string& subject, std::vector<member>& whom)
{
    const auto found = find_locked(who);
    std::optional<std::variant<valid_name, network>> lasting;
    if (auto* const* const other = std::get_if<person*>(&found); other != nullptr) {
        if (*other == &by || (*other)->is_operator) {
            return std::string{*other == &by ? sentences::not_yourself : sentences::not_an_operator};
        }
        subject = (*other)->sender();
        if ((*other)->name) {
            lasting = std::get<valid_name>(check_name((*other)->name->text));
        }
        (*other)->time = until;
        whom.push_back((*other)->who);
    } else {
        const auto parsed = ban_list::parse_subject(who);
        const auto* const named = std::get_if<0>(&parsed);
        if (named == nullptr || (named->index() == 0 && !mutes_.contains(*named))) {
            return std::get<std::string>(found);
        }
        lasting = *named;
        subject = who;
        for (auto& [id, each] : directory_.people()) {
            if (&each != &by && !each.is_operator && !each.outside && is_meant_locked(*named, each)) {
                each.time = until;
                whom.push_back(each.who);
            }
        }
    }
    if (lasting) {
        mutes_.set(*lasting, subject, until, now());
    }
    return {};
}

void talk::mute(const member& from, const command_line& line)
{
    const bool lifts = line.words[1] == "0";
    const auto duration = lifts                   ? std::optional{0s}
                          : line.words[1].empty() ? std::optional{usual_mute}
                                                  : parse_duration(line.words[1]);
    if (!duration) {
        return (void)from.send(sentences::wrong_time(line.words[1]));
    }
    std::string wrong;
    std::string by;
    std::string subject;
    std::vector<member> whom;
    {
        const lock_guard lock{mutex_};
        const auto* const one = directory_.find(from.id());
        if (one == nullptr) {
            return;
        }
        by = one->sender();
        const auto until = lifts ? person::time_point::min() : now() + *duration;
        wrong = change_mutes_locked(*one, line.words[0], until, subject, whom);
    }
    if (!wrong.empty()) {
        return (void)from.send(wrong);
    }
    for (const auto& each : whom) {
        (void)each.mute(*duration);
    }
    (void)from.send(lifts ? sentences::unmuted(subject) : sentences::muted_for(subject, *duration));
    report(sentences::did(from.address(), by, "/mute " + subject + ' ' + to_string(*duration)));
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

// A new member, or one with a new name: what is said of those holds for it.
void talk::apply_mutes(const member& who)
{
    std::chrono::milliseconds duration{0};
    {
        const lock_guard lock{mutex_};
        auto* const one = directory_.find(who.id());
        if (one == nullptr || one->is_operator || one->outside) {
            return;
        }
        if (const auto until = lasting_mute_locked(*one); until > std::max(one->time, now())) {
            one->time = until;
            duration = std::chrono::ceil<std::chrono::milliseconds>(until - now());
        }
    }
    if (duration.count() > 0) {
        (void)who.mute(duration);
    }
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
        (void)from.send(failed == error::text_too_long ? sentences::too_long : sentences::too_busy);
    }
}

}  // namespace chatroom::detail
