// SPDX-License-Identifier: BSL-1.0
// Members that name the rooms themselves, and may be in several.
#include "sentences.hpp"
#include "talk.hpp"

#include <algorithm>
#include <utility>

namespace chatroom::detail {
namespace {

namespace asio = boost::asio;
using entry_outcome = entry_verdict::outcome;

constexpr std::size_t most_rooms = 20;  // of one member

place* find_place(const std::vector<place*>& places, std::string_view name)
{
    const auto found = std::ranges::find_if(places, [&](const auto* one) { return one->name.text == name; });
    return found == places.end() ? nullptr : *found;
}

}  // namespace

chatroom::directory talk::by_request()
{
    const auto weak = weak_from_this();
    chatroom::directory made;
    made.enter = [weak](member who, credentials given) {
        return enter_by_request(weak.lock(), std::move(who), std::move(given));
    };
    made.join = [weak](const member& who, std::string_view name) {
        const auto self = weak.lock();
        return self ? self->join_by_request(who, name) : found_room{};
    };
    made.leave = [weak](const member& who, const room& which) {
        if (const auto self = weak.lock()) {
            self->leave_by_request(who, which.name());
        }
    };
    made.command = [weak](const member& who, std::string_view room_name, std::string_view line) {
        const auto self = weak.lock();
        if (!self) {
            return asio::awaitable<void>{};
        }
        if (!self->options_.commands) {
            self->refuse(who, sentences::no_commands);
            return asio::awaitable<void>{};
        }
        if (!room_name.empty() && !self->speaks_in(who, room_name)) {
            self->refuse(who, sentences::not_in(room_name));
            return asio::awaitable<void>{};
        }
        return execute(self, who, line);
    };
    made.gone = [weak](const member& who, disconnect_reason why) {
        if (const auto self = weak.lock()) {
            self->end_by_request(who, why);
        }
    };
    return made;
}

asio::awaitable<entry_verdict> talk::enter_by_request(self_ptr self, member who, credentials given)
{
    if (!self) {
        co_return entry_verdict{};
    }
    {
        const lock_guard lock{self->mutex_};
        if (const auto* const banned = self->bans_.find(host_of(who.address()), ban::clock_now())) {
            co_return entry_verdict{entry_outcome::refused, sentences::banned_yourself(*banned)};
        }
        auto* const known = self->directory_.find(who.id());
        auto& one = known != nullptr ? *known : self->directory_.add(who, nullptr);
        one.outside = self->gate_ != nullptr;
        one.time = self->gate_ ? self->now() + password_time : person::time_point::min();
    }
    if (self->gate_) {
        if (given.password.empty()) {
            co_return entry_verdict{entry_outcome::wrong_password, std::string{sentences::password_missing}};
        }
        auto checking = check_password(self, who, std::move(given.password));
        if (auto refusal = co_await std::move(checking)) {
            co_return entry_verdict{entry_outcome::wrong_password, std::move(*refusal)};
        }
    }
    {
        const lock_guard lock{self->mutex_};
        auto* const one = self->directory_.find(who.id());
        if (one == nullptr || one->removed) {
            co_return entry_verdict{entry_outcome::refused, {}};
        }
        if (std::exchange(one->outside, false)) {
            one->time = person::time_point::min();
        }
    }
    self->apply_mutes(who);
    if (!given.name.empty()) {
        const auto checked = check_name(given.name);
        if (const auto* const wrong = std::get_if<name_error>(&checked)) {
            co_return entry_verdict{entry_outcome::wrong_name, sentences::wrong_name(*wrong, given.name)};
        }
        auto refusal = self->claim_name(who, std::get<valid_name>(checked), given.key, false, nullptr);
        if (!refusal || !refusal->empty()) {
            co_return entry_verdict{entry_outcome::wrong_name, refusal.value_or(std::string{})};
        }
    }
    self->welcome(who);
    co_return entry_verdict{};
}

found_room talk::join_by_request(const member& who, std::string_view name)
{
    const auto checked = check_name(name);
    if (const auto* const wrong = std::get_if<name_error>(&checked)) {
        return {{}, sentences::wrong_name(*wrong, name)};
    }
    found_place found;
    {
        const lock_guard lock{mutex_};
        auto* const one = directory_.find(who.id());
        if (one == nullptr || one->removed || one->outside) {
            return {{}, std::string{sentences::password_missing}};
        }
        if (directory_.places_of(*one).size() >= most_rooms) {
            return {{}, std::string{sentences::in_too_many_rooms}};
        }
        found = find_or_make_locked(std::get<valid_name>(checked), host_network(host_of(who.address())).base);
        if (found.place) {
            directory_.enter(*one, *found.place);
        }
    }
    if (found.gone) {
        close_when_empty(found.gone);
    }
    return found.place ? found_room{found.place->room, {}} : found_room{{}, found.refusal};
}

void talk::leave_by_request(const member& who, std::string_view room_name)
{
    place_ptr empty;
    place_ptr where;
    std::string sender;
    {
        const lock_guard lock{mutex_};
        auto* const one = directory_.find(who.id());
        auto* const from = one != nullptr ? find_place(directory_.places_of(*one), room_name) : nullptr;
        if (from == nullptr) {
            return;
        }
        where = directory_.find(from->name);
        sender = one->name && !one->removed ? one->sender() : std::string{};
        empty = exit_locked(*one, *from);
    }
    if (empty) {
        close_when_empty(empty);
    } else if (where && !sender.empty()) {
        announce_move(*where, entry_kind::left, who.id(), sender);
    }
}

// Its connection has left the rooms already.
void talk::end_by_request(const member& who, disconnect_reason why)
{
    std::vector<place_ptr> empty;
    std::vector<place_ptr> left;
    std::string sender;
    {
        const lock_guard lock{mutex_};
        auto* const one = directory_.find(who.id());
        if (one == nullptr) {
            return;
        }
        sender = one->name && !one->removed ? one->sender() : std::string{};
        for (auto* const from : directory_.places_of(*one)) {
            auto where = directory_.find(from->name);
            if (auto gone = exit_locked(*one, *from)) {
                empty.push_back(std::move(gone));
            } else {
                left.push_back(std::move(where));
            }
        }
        if (one->removed) {
            removals_->fetch_sub(1, std::memory_order_relaxed);
        }
        const auto name = one->name;
        directory_.remove(*one);
        if (name) {
            names_.release(name, why != disconnect_reason::quit && why != disconnect_reason::removed, now());
        }
    }
    for (const auto& one : empty) {
        close_when_empty(one);
    }
    for (const auto& where : left) {
        if (where && !sender.empty()) {
            announce_move(*where, entry_kind::left, who.id(), sender);
        }
    }
}

// From now on, if it is in that room.
bool talk::speaks_in(const member& who, std::string_view room_name)
{
    const lock_guard lock{mutex_};
    auto* const one = directory_.find(who.id());
    auto* const where = one != nullptr ? find_place(directory_.places_of(*one), room_name) : nullptr;
    if (where != nullptr) {
        directory_.enter(*one, *where);
    }
    return where != nullptr;
}

}  // namespace chatroom::detail
