// SPDX-License-Identifier: BSL-1.0
// Who and what is where, and the way from one room to another.
#include "pager.hpp"
#include "sentences.hpp"
#include "talk.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <charconv>
#include <iterator>

namespace chatroom::detail {
namespace {

// Who is there, from an id on. Returns how to go on, if not all fit the page.
std::string fill(pager& page, const place& where, member_id from)
{
    page.begin(sentences::who(where.name.text, where.people.size()));
    for (auto next = where.people.lower_bound(from); next != where.people.end(); ++next) {
        const auto id = std::to_string(next->first);
        const auto* const mark = next->second->is_operator ? " operator" : "";
        if (!page.add(next->second->sender() + " #" + id + mark)) {
            const auto rest = std::distance(next, where.people.end());
            return sentences::more(static_cast<std::size_t>(rest), "/who " + where.name.text + " #" + id);
        }
    }
    return {};
}

}  // namespace

void talk::list_people(const member& from, const command_line& line)
{
    auto room_name = line.words[0];
    auto first = line.words[1];
    if (room_name.starts_with('#')) {
        first = std::exchange(room_name, {});
    }
    member_id from_id = 0;
    if (!first.empty()) {
        (void)std::from_chars(first.data() + 1, first.data() + first.size(), from_id);
    }
    const bool datagram = from.transport() == transport::udp;
    pager page{datagram};
    std::string last;
    bool known = false;
    {
        const lock_guard lock{mutex_};
        const auto* const one = directory_.find(from.id());
        const auto* where = one != nullptr ? one->in : nullptr;
        place_ptr other;
        if (!room_name.empty()) {
            const auto name = check_name(room_name);
            const auto* const valid = std::get_if<valid_name>(&name);
            other = valid != nullptr ? directory_.find(*valid) : place_ptr{};
            where = other.get();
        }
        known = where != nullptr;
        if (known) {
            last = fill(page, *where, from_id);
        }
    }
    if (!known) {
        return refuse(from, sentences::no_such_room(room_name));
    }
    auto lines = page.take(datagram ? std::string{} : last);
    if (datagram && !last.empty()) {
        lines.back() += "; " + last;
    }
    tell(from, lines);
}

void talk::list_rooms(const member& from, const command_line& line)
{
    const bool datagram = from.transport() == transport::udp;
    pager page{datagram};
    page.begin(sentences::rooms);
    std::string last;
    {
        const lock_guard lock{mutex_};
        const auto& places = directory_.places();
        for (auto next = places.lower_bound(std::string{line.words[0]}); next != places.end(); ++next) {
            if (!page.add(sentences::room_count(next->first, next->second->people.size()))) {
                const auto rest = std::distance(next, places.end());
                last = sentences::more(static_cast<std::size_t>(rest), "/rooms " + next->first);
                break;
            }
        }
    }
    auto lines = page.take(datagram ? std::string{} : last);
    if (datagram && !last.empty()) {
        lines.back() += "; " + last;
    }
    tell(from, lines);
}

void talk::join_room(const member& from, std::string_view asked)
{
    auto checked = check_name(asked);
    if (const auto* const wrong = std::get_if<name_error>(&checked)) {
        return refuse(from, sentences::wrong_name(*wrong, asked));
    }
    found_place found;
    place_ptr gone;
    std::optional<room> left;
    {
        const lock_guard lock{mutex_};
        auto* const one = directory_.find(from.id());
        if (one == nullptr || one->in == nullptr) {
            return;
        }
        found = find_or_make_locked(std::get<valid_name>(checked), host_network(host_of(from.address())).base);
        if (found.place.get() == one->in) {
            found.refusal = sentences::already_in(found.place->name.text);
        } else if (found.place) {
            left = one->in->room;
            gone = move_locked(*one, found.place.get());
        }
    }
    if (found.gone) {
        close_when_empty(found.gone);
    }
    if (!left) {
        return refuse(from, found.refusal);
    }
    enter(from, found.place, *left, gone);
}

// No room, and the sentence that says why. What looks like a room is that room.
talk::found_place talk::find_or_make_locked(const valid_name& name, const boost::asio::ip::address& maker)
{
    if (auto there = directory_.find(name)) {
        return {.place = std::move(there)};
    }
    if (!options_.any_room) {
        return {.refusal = sentences::no_such_room(name.text)};
    }
    if (directory_.made_from(maker) >= options_.max_rooms_per_address) {
        return {.refusal = std::string{sentences::too_many_of_yours}};
    }
    found_place found{.place = make_place(name, false)};
    found.place->stays = false;
    found.place->maker = maker;
    if (directory_.places().size() >= options_.max_rooms) {
        found.gone = directory_.take_longest_empty();
        if (!found.gone) {
            return {.refusal = std::string{sentences::too_many_rooms}};
        }
    }
    directory_.add(found.place);
    return found;
}

void talk::leave_room(const member& from)
{
    place_ptr gone;
    std::optional<room> left;
    {
        const lock_guard lock{mutex_};
        auto* const one = directory_.find(from.id());
        if (one == nullptr) {
            return;
        }
        if (one->in != lobby_.get()) {
            left = one->in->room;
            gone = move_locked(*one, lobby_.get());
        }
    }
    if (!left) {
        return refuse(from, sentences::already_in(lobby_->name.text));
    }
    enter(from, lobby_, *left, gone);
}

// The member is in the one room before it leaves the other: from the last it would be disconnected.
void talk::enter(const member& who, const place_ptr& to, const room& from, const place_ptr& gone)
{
    std::string topic;
    std::size_t count = 0;
    {
        const lock_guard lock{mutex_};
        topic = to->topic;
        count = to->people.size();
    }
    (void)who.join(to->room);
    (void)who.leave(from);
    if (gone) {
        close_when_empty(gone);
    }
    std::vector<std::string> lines{sentences::now_in(to->name.text, count)};
    if (!topic.empty()) {
        lines.push_back(sentences::topic(to->name.text, topic));
    }
    tell(who, lines);
}

void talk::topic(const member& from, const command_line& line)
{
    std::string event;
    std::string answer;
    std::string wrong;
    std::optional<room> where;
    std::string text;
    wire::append_clean(text, line.rest);
    {
        const lock_guard lock{mutex_};
        auto* const one = directory_.find(from.id());
        if (one == nullptr || one->in == nullptr) {
            return;
        }
        auto& there = *one->in;
        if (line.rest.empty()) {
            answer = there.topic.empty() ? sentences::no_topic(there.name.text)
                                         : sentences::topic(there.name.text, there.topic);
        } else if (!one->name) {
            wrong = sentences::name_first;
        } else if (one->time > now()) {
            wrong = sentences::muted;
        } else if (wire::is_blank(text)) {
            wrong = sentences::nothing_to_say;
        } else {
            event = sentences::topic_set(one->sender(), text);
            where = there.room;
            // The room checks the text, with more before it.
            if (event.size() > options_.room.max_message) {
                wrong = sentences::too_long;
            } else {
                there.topic = text;
            }
        }
    }
    if (!wrong.empty()) {
        return refuse(from, wrong);
    }
    if (!answer.empty()) {
        return tell(from, {answer});
    }
    const room_entry entry{.kind = entry_kind::topic, .member = from.id(), .sender = wire::server_name, .text = event};
    if (where && where->publish(entry)) {
        tell(from, {event});  // the room is too busy to hear it now
    }
}

}  // namespace chatroom::detail
