// SPDX-License-Identifier: BSL-1.0
// Names, and what is said otherwise than as a message.
#include "sentences.hpp"
#include "talk.hpp"

#include <chatroom/wire/text.hpp>

namespace chatroom::detail {
namespace {

constexpr std::size_t shortest_key = 8;  // bytes; what is shorter can be guessed, or is the second half of a name

bool is_unprintable(std::string_view text)
{
    std::string clean;
    wire::append_clean(clean, text);
    return wire::is_blank(clean);
}

}  // namespace

void talk::take_name(const member& from, const command_line& line)
{
    const auto checked = check_name(line.words[0]);
    if (const auto* const wrong = std::get_if<name_error>(&checked)) {
        return refuse(from, sentences::wrong_name(*wrong, line.words[0]));
    }
    (void)grant_name(from, std::get<valid_name>(checked), line.words[1], false, &sentences::name_given);
}

// Whether it has the name now; it is told.
bool talk::grant_name(const member& who, const valid_name& name, std::string_view key, bool proven,
                      std::string (*words)(std::string_view))
{
    const auto refusal = claim_name(who, name, key, proven, words);
    if (refusal && !refusal->empty()) {
        refuse(who, *refusal);
    }
    return refusal && refusal->empty();
}

// With `proven` its account is the member's, which is an operator then; without that it is none any more. It is told in
// `words`, if there are any, before the others. Returns the sentence that refuses it, empty if it has the name now;
// null if it is going.
std::optional<std::string> talk::claim_name(const member& who, const valid_name& name, std::string_view key,
                                            bool proven, std::string (*words)(std::string_view))
{
    using outcome = name_registry::answer::outcome;
    name_registry::answer answer;
    std::string before;
    std::optional<member> replaced;
    std::vector<place_ptr> left;  // by the one that is replaced
    std::string refusal;
    const auto source = host_network(host_of(who.address())).base;
    {
        const lock_guard lock{mutex_};
        auto* const one = directory_.find(who.id());
        if (one == nullptr || one->removed) {
            return std::nullopt;
        }
        before = one->sender();
        // A free name has no key to be guessed.
        const bool guesses = !key.empty() && names_.is_claimed(name, one->name, now());
        const auto wait = guesses ? key_pauses_.wait(source, now()) : std::chrono::seconds{0};
        if (!key.empty() && key.size() < shortest_key) {
            refusal = sentences::short_key;
        } else if (!proven && one->time > now()) {
            refusal = sentences::muted_name;
        } else if (!proven && bans_.find(name, ban::clock_now()) != nullptr) {
            refusal = sentences::name_banned(name.text);
        } else if (wait.count() > 0) {
            refusal = sentences::wait_for_key(wait);
        } else {
            if (const auto claimed = names_.find(name)) {
                left = places_of_locked(claimed->holder);
            }
            answer = names_.request(name, who.id(), one->name, key, now(), proven);
        }
        if (!key.empty() && (answer.what == outcome::taken || answer.what == outcome::kept)) {
            (void)key_pauses_.failed(source, now());
        }
        if (answer.granted) {
            one->name = answer.granted;
            one->is_operator = proven;
            if (auto* const older = directory_.find(answer.replaced); older != nullptr) {
                older->name = nullptr;
                older->is_operator = false;
                remove_locked(*older);
                replaced = older->who;
            }
        }
    }
    switch (answer.what) {
    case outcome::granted: break;
    case outcome::taken: refusal = sentences::name_taken(name.text); break;
    case outcome::kept: refusal = sentences::name_kept(name.text, answer.wait); break;
    case outcome::account: refusal = sentences::name_of_account(name.text); break;
    }
    if (!refusal.empty()) {
        names_refused_.fetch_add(1, std::memory_order_relaxed);
        return refusal;
    }
    if (replaced) {
        (void)replaced->rename({});
        (void)replaced->disconnect(sentences::replaced);
        for (const auto& where : left) {
            announce_move(*where, entry_kind::left, replaced->id(), '<' + name.text + '>');
        }
    }
    (void)who.rename(name.text);
    apply_mutes(who);
    if (words != nullptr) {
        (void)who.send(words(name.text));
    }
    if (const auto now_called = '<' + name.text + '>'; before != now_called) {
        tell_event(entry_kind::renamed, who.id(), sentences::renamed(before, now_called));
    }
    return refusal;
}

void talk::send_private(const member& from, const command_line& line)
{
    std::string arrow;
    std::string to_whom;
    std::string wrong;
    std::optional<member> to;
    {
        const lock_guard lock{mutex_};
        const auto* const one = directory_.find(from.id());
        const auto found = find_locked(line.words[0]);
        if (const auto* const other = std::get_if<person*>(&found); other != nullptr && one != nullptr) {
            to = (*other)->who;
            to_whom = (*other)->sender();
            arrow = one->sender() + " -> " + to_whom;
            wrong = one->time > now() ? std::string{sentences::muted} : std::string{};
        } else if (one != nullptr) {
            wrong = std::get<std::string>(found);
        }
    }
    if (line.rest.size() > options_.room.max_message) {
        wrong = sentences::too_long;
    }
    if (wrong.empty() && is_unprintable(line.rest)) {
        wrong = sentences::nothing_to_say;
    }
    if (!wrong.empty() || !to) {
        return refuse(from, wrong);
    }
    const auto failed = to->send(arrow, line.rest);
    if (!failed && *to != from) {
        (void)from.send(arrow, line.rest);
    } else if (failed) {
        refuse(from, failed == error::not_a_member ? sentences::has_left(to_whom) : sentences::not_reached(to_whom));
    }
}

// As a message; its tokens are the core's: rate and burst count commands too.
void talk::act(const member& from, const command_line& line)
{
    if (is_unprintable(line.rest)) {
        return refuse(from, sentences::nothing_to_say);
    }
    std::optional<room> where;
    decltype(place::submit) submit;
    std::string sender;
    bool muted = false;
    {
        const lock_guard lock{mutex_};
        const auto* const one = directory_.find(from.id());
        if (one == nullptr || one->in == nullptr) {
            return;
        }
        muted = one->time > now();
        where = one->in->room;
        submit = one->in->submit;
        sender = one->sender();
    }
    if (muted) {
        return refuse(from, sentences::muted);
    }
    const auto text = "/me " + std::string{line.rest};
    if (const auto verdict = submit(from, text); verdict.what == submission::outcome::refuse) {
        return refuse(from, verdict.text);
    }
    const auto failed =
        where->publish({.kind = entry_kind::action, .member = from.id(), .sender = sender, .text = text});
    if (failed) {
        refuse(from, failed == error::text_too_long ? sentences::too_long : sentences::too_busy);
    }
}

}  // namespace chatroom::detail
