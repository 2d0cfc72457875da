// SPDX-License-Identifier: BSL-1.0
#include "client_answer.hpp"

#include "push_format.hpp"
#include "request.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace chatroom::detail {
namespace {

namespace json = boost::json;

std::string clean(std::string_view text)
{
    std::string out;
    wire::append_clean(out, text);
    return out;
}

received_kind to_kind(std::string_view word)
{
    static constexpr std::array kinds{std::pair{std::string_view{"action"}, received_kind::action},
                                      std::pair{std::string_view{"renamed"}, received_kind::renamed},
                                      std::pair{std::string_view{"topic"}, received_kind::topic},
                                      std::pair{std::string_view{"removed"}, received_kind::removed}};
    const auto* const found = std::ranges::find(kinds, word, &std::pair<std::string_view, received_kind>::first);
    return found == kinds.end() ? received_kind::notice : found->second;
}

member_id to_member(std::string_view text)
{
    member_id id = server_id;
    (void)std::from_chars(text.data(), text.data() + text.size(), id);
    return id;
}

}  // namespace

std::string to_sender(std::string_view user)
{
    auto name = clean(user);
    if (name.empty()) {
        return std::string{wire::server_name};
    }
    return name.find(':') != name.npos ? name : '<' + name + '>';
}

std::chrono::system_clock::time_point to_time(std::string_view text)
{
    const std::string copy{text};
    int year = 0;
    unsigned month = 0;
    unsigned day = 0;
    int hours = 0;
    int minutes = 0;
    double seconds = 0;
    char zone = 0;
    if (std::sscanf(copy.c_str(), "%4d-%2u-%2uT%2d:%2d:%lf%c", &year, &month, &day, &hours, &minutes, &seconds,
                    &zone) != 7 ||
        zone != 'Z' || !(seconds >= 0 && seconds < 61)) {
        return {};
    }
    const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
    // The clock counts nanoseconds, in 64 bits.
    const bool in_range = year >= 1970 && year < 2200 && hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60;
    if (!date.ok() || !in_range) {
        return {};
    }
    return std::chrono::sys_days{date} + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
           std::chrono::milliseconds{std::llround(seconds * 1000)};
}

std::optional<publication> to_publication(const json::object& from, std::string_view room)
{
    const auto offset = number_in(from, "offset");
    const auto& data = object_in(from, "data");
    const auto* const text = data.if_contains("text");
    if (!offset || *offset <= 0 || text == nullptr || !text->is_string()) {
        return std::nullopt;
    }
    const auto kind = text_in(data, "kind");
    const auto& info = object_in(from, "info");
    publication made{static_cast<std::uint64_t>(*offset), {}};
    auto& what = made.what;
    what.room = room;
    what.time = to_time(text_in(data, "time"));
    what.member = to_member(text_in(info, "client"));
    const auto user = text_in(info, "user");
    what.kind = kind.empty() && !user.empty() ? received_kind::text : to_kind(kind);
    const bool speaks = what.kind == received_kind::text || what.kind == received_kind::action;
    what.sender = speaks ? to_sender(user) : std::string{wire::server_name};
    if (what.kind == received_kind::action) {
        what.text = action_command;
    }
    wire::append_clean(what.text, text_in(data, "text"));
    return made;
}

received_message to_move(const json::object& from, std::string_view room, bool joins)
{
    const auto& info = object_in(from, "info");
    received_message what{std::string{wire::server_name},
                          to_sender(text_in(info, "user")) + (joins ? " joined" : " left")};
    what.kind = joins ? received_kind::joined : received_kind::left;
    what.room = room;
    what.member = to_member(text_in(info, "client"));
    return what;
}

received_message to_message(const json::object& from)
{
    const auto& data = object_in(from, "data");
    auto what = to_notice(text_in(data, "notice"));
    if (const auto sender = text_in(data, "from"); !sender.empty()) {
        what.kind = received_kind::private_message;
        what.sender = to_sender(sender) + " -> " + to_sender(text_in(data, "to"));
        what.text = clean(text_in(data, "text"));
    }
    what.room = text_in(data, "room");
    what.time = to_time(text_in(data, "time"));
    return what;
}

received_message to_notice(std::string_view text)
{
    received_message what{std::string{wire::server_name}, clean(text)};
    what.kind = received_kind::notice;
    return what;
}

}  // namespace chatroom::detail
