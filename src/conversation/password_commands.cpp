// SPDX-License-Identifier: BSL-1.0
// Passwords. A KEY is checked with its name.
#include "sentences.hpp"
#include "talk.hpp"

#include <algorithm>

namespace chatroom::detail {

namespace asio = boost::asio;

std::optional<std::string> talk::login_refusal(const member& from) const
{
    if (from.transport() == transport::udp) {
        return std::string{sentences::no_login_over_udp};
    }
    if (!options_.plain_login && !from.is_encrypted() && !host_of(from.address()).is_loopback()) {
        return std::string{sentences::login_needs_tls};
    }
    return std::nullopt;
}

std::optional<std::string> talk::begin_attempt(password_pauses& pauses, const member& from,
                                               password_pauses::attempt& made)
{
    const auto source = host_network(host_of(from.address())).base;
    const lock_guard lock{mutex_};
    if (const auto wait = pauses.wait(source, now()); wait.count() > 0) {
        return sentences::wait_for_password(wait);
    }
    made = pauses.failed(source, now());  // until it turns out to be right: else many could be tried at the same time
    return std::nullopt;
}

asio::awaitable<void> talk::log_in(self_ptr self, member from, std::string name, std::string password)
{
    password_pauses::attempt attempt;
    auto refusal = self->login_refusal(from);
    if (!refusal) {
        refusal = self->begin_attempt(self->login_pauses_, from, attempt);
    }
    if (refusal) {
        co_return self->refuse(from, *refusal);
    }
    const auto checked = check_name(name);
    const auto* const valid = std::get_if<valid_name>(&checked);
    const auto account = std::ranges::find_if(
        self->accounts_, [&](const auto& one) { return valid != nullptr && one.first.keys[0] == valid->keys[0]; });
    // Of nobody's account a password is checked too, so that the time tells no names.
    const auto hash = account != self->accounts_.end() ? account->second
                      : self->accounts_.empty()        ? std::string{}
                                                       : self->accounts_.front().second;
    auto checking = self->slow_.verify(hash, std::move(password));
    const auto right = co_await std::move(checking);
    if (!right) {
        {
            const lock_guard lock{self->mutex_};
            self->login_pauses_.undo(attempt);
        }
        co_return self->refuse(from, sentences::busy_with_passwords);
    }
    if (!*right || account == self->accounts_.end()) {
        self->passwords_refused_.fetch_add(1, std::memory_order_relaxed);
        self->report(sentences::tried_password(from.address()));
        co_return self->refuse(from, sentences::wrong_login);
    }
    {
        const lock_guard lock{self->mutex_};
        self->login_pauses_.succeeded(attempt);
    }
    if (self->grant_name(from, account->first, {}, true, &sentences::logged_in)) {
        self->report(sentences::did(from.address(), self->sender_of(from), "/login"));
    }
}

bool talk::is_inside(const member& who)
{
    const lock_guard lock{mutex_};
    const auto* const one = directory_.find(who.id());
    return one != nullptr && !one->outside;
}

// The sentence that refuses it; null if the password is right.
asio::awaitable<std::optional<std::string>> talk::check_password(self_ptr self, member from, std::string password)
{
    password_pauses::attempt attempt;
    if (auto refusal = self->begin_attempt(self->pass_pauses_, from, attempt)) {
        co_return refusal;
    }
    auto checking = self->slow_.verify(self->options_.password_hash, std::move(password));
    const auto right = co_await std::move(checking);
    if (right && !*right) {
        self->passwords_refused_.fetch_add(1, std::memory_order_relaxed);
        self->report(sentences::tried_password(from.address()));
        co_return std::string{sentences::wrong_password};
    }
    const lock_guard lock{self->mutex_};
    right ? self->pass_pauses_.succeeded(attempt) : self->pass_pauses_.undo(attempt);
    co_return right ? std::nullopt : std::optional<std::string>{sentences::busy_with_passwords};
}

asio::awaitable<void> talk::open_by_password(self_ptr self, member from, std::string password)
{
    if (!self->gate_ || self->is_inside(from)) {
        co_return self->refuse(from, self->gate_ ? sentences::inside_already : sentences::no_password);
    }
    auto checking = check_password(self, from, std::move(password));
    if (const auto refusal = co_await std::move(checking)) {
        co_return self->refuse(from, *refusal);
    }
    bool comes_in = false;
    {
        const lock_guard lock{self->mutex_};
        auto* const one = self->directory_.find(from.id());
        if (one != nullptr && one->outside && !one->removed) {
            one->outside = false;
            (void)self->move_locked(*one, self->lobby_.get());
            one->time = person::time_point::min();
            comes_in = true;
        }
    }
    (void)from.send(sentences::password_right);
    if (comes_in) {
        self->apply_mutes(from);
        self->enter(from, self->lobby_, self->gate_->room, {});
        self->welcome(from);
    }
}

}  // namespace chatroom::detail
