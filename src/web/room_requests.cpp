// SPDX-License-Identifier: BSL-1.0
#include "room_requests.hpp"

#include "json_text.hpp"
#include "push_format.hpp"
#include "wire/notices.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace chatroom::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_page = 32 * 1024;  // bytes of one answer

std::string publish_error(const request& what, error_code ec, const std::string& words)
{
    if (ec == error::rate_limited || ec == error::would_block) {
        return answer_error(what, code::too_many_requests, "too many requests", true);
    }
    if (ec == error::muted) {
        return answer_error(what, code::permission_denied, wire::notices::muted);
    }
    if (ec == error::text_too_long) {
        return answer_error(what, code::bad_request, wire::notices::too_long);
    }
    if (ec == error::refused) {
        return answer_error(what, code::permission_denied, words.empty() ? ec.message() : words);
    }
    return answer_error(what, ec == error::closed ? code::unknown_channel : code::bad_request, ec.message());
}

message_view view_of(const message& one, const room& where)
{
    return {.sequence = one.sequence,
            .time = one.time,
            .member = one.member,
            .sender = one.sender,
            .text = one.text,
            .wire = {},
            .kind = one.kind,
            .room = where.name()};
}

// The publications of some messages, as many as one answer holds; none only if there is none. Those that are left out
// are behind the ones that are in it.
std::string publications(const room& where, std::uint64_t from, std::size_t most, bool reverse)
{
    constexpr std::size_t step = 256;
    std::string list;
    std::size_t count = 0;
    const auto [oldest, tail] = where.extent();
    auto next = std::clamp(from, oldest, tail);
    while (count < most && list.size() < longest_page && (reverse ? next > oldest : next < tail)) {
        const auto begin = reverse ? next - std::min<std::uint64_t>(step, next - oldest) : next;
        const std::size_t stretch = reverse ? next - begin : step;
        auto some = where.read(begin, stretch);
        if (some.empty()) {
            break;
        }
        next = reverse ? begin : some.back().sequence + 1;
        if (reverse) {
            std::ranges::reverse(some);
        }
        for (const auto& one : some) {
            if (count == most || list.size() >= longest_page) {
                break;
            }
            const auto before = list.size();
            if (!list.empty()) {
                list.push_back(',');
            }
            if (append_publication(list, view_of(one, where))) {
                ++count;
            } else {
                list.resize(before);
            }
        }
    }
    return list;
}

}  // namespace

room* find_room(websocket_protocol& spoken, std::string_view channel)
{
    const auto found = std::ranges::find_if(spoken.rooms(), [&](const auto& one) { return one.name() == channel; });
    return found == spoken.rooms().end() ? nullptr : &*found;
}

std::string subscribe(peer& from, websocket_protocol& spoken, const request& what)
{
    const auto channel = what.text("channel");
    if (find_room(spoken, channel) != nullptr) {
        return answer_error(what, code::already_subscribed, "already subscribed");
    }
    const auto& rooms = spoken.state().rooms->names;
    auto found = rooms.join(spoken.self(), channel);
    if (!found.which) {
        return answer_error(what, code::unknown_channel, found.refusal.empty() ? "unknown channel" : found.refusal);
    }
    auto& room = *found.which;
    if (room.name() != channel) {  // a name that looks like it
        if (find_room(spoken, room.name()) == nullptr) {
            rooms.leave(spoken.self(), room);
        }
        return answer_error(what, code::unknown_channel, "that room is called " + room.name());
    }
    const bool recovers = is_true(what.parameters, "recover");
    const auto epoch = what.text("epoch");
    const auto offset = number_in(what.parameters, "offset").value_or(0);
    peer::place place;
    error_code ec;
    bool recovered = false;
    if (recovers && offset >= 0 && (epoch.empty() || epoch == room.epoch())) {
        ec = from.join(room, static_cast<std::uint64_t>(offset), place);
        recovered = !ec && place.missed == 0;
    }
    if (!recovered && (!recovers || place.next == 0)) {
        ec = from.join(room, std::nullopt, place);
    }
    if (ec) {
        rooms.leave(spoken.self(), room);
        return answer_error(what, code::unknown_channel, "unknown channel");
    }
    spoken.rooms().push_back(room);
    json::object result{{"recoverable", true}, {"positioned", true}, {"epoch", room.epoch()}, {"offset", place.next}};
    if (recovers) {
        result["was_recovering"] = true;
        result["recovered"] = recovered;
    }
    return answer(what, result);
}

std::string unsubscribe(peer& from, websocket_protocol& spoken, const request& what)
{
    if (auto* const found = find_room(spoken, what.text("channel")); found != nullptr) {
        const auto room = *found;
        spoken.rooms().erase(spoken.rooms().begin() + (found - spoken.rooms().data()));
        (void)from.leave(room);
        spoken.state().rooms->names.leave(spoken.self(), room);
    }
    return answer(what, {});
}

std::string publish(peer& from, websocket_protocol& spoken, const request& what)
{
    const auto* const found = find_room(spoken, what.text("channel"));
    if (found == nullptr) {
        return answer_error(what, code::permission_denied, "you are not in that room");
    }
    const auto& data = object_in(what.parameters, "data");
    const auto id = text_in(data, "id").substr(0, longest_key);
    auto& published = spoken.state().rooms->published;
    if (!id.empty() && !published.add(spoken.publisher(), id, std::chrono::steady_clock::now())) {
        return answer(what, {});  // it arrived the last time
    }
    std::string words;
    if (const auto ec = from.say(*found, text_in(data, "text"), words)) {
        if (!id.empty()) {
            published.remove(spoken.publisher(), id);
        }
        return publish_error(what, ec, words);
    }
    return answer(what, {});
}

std::string history(websocket_protocol& spoken, const request& what)
{
    const auto* const found = find_room(spoken, what.text("channel"));
    if (found == nullptr) {
        return answer_error(what, code::permission_denied, "you are not in that room");
    }
    const auto& since = object_in(what.parameters, "since");
    const auto epoch = text_in(since, "epoch");
    if (!epoch.empty() && epoch != found->epoch()) {
        return answer_error(what, code::unrecoverable_position, "unrecoverable position");
    }
    const auto limit = number_in(what.parameters, "limit").value_or(0);
    const bool reverse = is_true(what.parameters, "reverse");
    const auto tail = found->extent().second;
    const auto offset = number_in(since, "offset");
    // The message of offset N has the sequence N - 1.
    auto from = reverse ? tail : std::uint64_t{0};
    if (offset && *offset >= 0) {
        const auto n = static_cast<std::uint64_t>(*offset);
        from = reverse ? n - std::min<std::uint64_t>(n, 1) : n;
    }
    const auto most = limit < 0 ? tail : static_cast<std::uint64_t>(limit);
    std::string result = R"({"publications":[)" + publications(*found, from, static_cast<std::size_t>(most), reverse);
    result += R"(],"epoch":")" + found->epoch() + R"(","offset":)" + std::to_string(tail) + "}";
    return answer_text(what, result);
}

std::string presence_stats(websocket_protocol& spoken, const request& what)
{
    const auto* const found = find_room(spoken, what.text("channel"));
    if (found == nullptr) {
        return answer_error(what, code::permission_denied, "you are not in that room");
    }
    return answer(what, {{"num_clients", found->members()}, {"num_users", found->members()}});
}

std::string presence_answer(const std::vector<member>& members, const request& what)
{
    json::object all;
    for (const auto& one : members) {
        const auto id = std::to_string(one.id());
        const auto sender = one.sender();
        all[id] = json::object{{"client", id}, {"user", view(name_in(sender))}};
    }
    return answer(what, {{"presence", std::move(all)}});
}

}  // namespace chatroom::detail
