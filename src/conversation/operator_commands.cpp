// SPDX-License-Identifier: BSL-1.0
// What operators do to others. Whether it is one who asks has been checked.
#include "duration.hpp"
#include "sentences.hpp"
#include "talk.hpp"

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
    std::string sender;
    std::optional<member> whom;
    {
        const lock_guard lock{mutex_};
        const auto* const one = directory_.find(from.id());
        const auto found = find_locked(line.words[0]);
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
            (*other)->time = lifts ? person::time_point::min() : now() + *duration;
        }
    }
    if (!whom) {
        return (void)from.send(wrong);
    }
    (void)whom->mute(*duration);
    (void)from.send(lifts ? sentences::unmuted(sender) : sentences::muted_for(sender, *duration));
    report(sentences::did(from.address(), by, "/mute " + sender + ' ' + to_string(*duration)));
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
