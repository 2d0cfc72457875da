// SPDX-License-Identifier: BSL-1.0
#include "render.hpp"

#include "colour.hpp"
#include "mention.hpp"
#include "wrap.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <utility>
#include <vector>

namespace client {
namespace {

constexpr std::size_t narrow_indent = 2;  // where a sender takes more than half the row

std::string clean(std::string_view text)
{
    std::string out;
    chatroom::wire::append_clean(out, text);
    return out;
}

std::string local_time(std::chrono::system_clock::time_point at)
{
    const auto seconds = std::chrono::system_clock::to_time_t(at);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    std::array<char, 16> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%H:%M ", &parts)};
}

// RFC 3339, to the millisecond.
std::string utc(std::chrono::system_clock::time_point at)
{
    const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
    const auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(at - seconds).count();
    const auto time = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    ::gmtime_r(&time, &parts);
    std::array<char, 32> text{};
    std::string out{text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts)};
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ", static_cast<int>(rest % 1000));
    return out += fraction.data();
}

// Who says it, if that is a member.
std::string_view speaker(const message& what)
{
    return what.sender == chatroom::wire::server_name ? std::string_view{} : what.means.who;
}

// The member that an event is about, or the other of the two of a private message.
std::string_view member(const message& what)
{
    if (what.means.what == kind::private_message) {
        return what.own ? what.means.other : what.means.who;
    }
    return what.sender == chatroom::wire::server_name ? std::string_view{what.means.who} : std::string_view{};
}

std::string shown_sender(const message& what, const style& how)
{
    if (!how.you || what.means.what == kind::action) {
        return what.sender;
    }
    if (what.means.what == kind::private_message && what.to_me) {
        return what.own ? "you -> you" : what.means.who + " -> you";
    }
    if (what.means.what == kind::private_message && what.own) {
        return "you -> " + what.means.other;
    }
    return what.own ? "you" : what.sender;
}

// A row that stands at `at` of the text; a mention in the text may begin or end in another row.
std::string highlighted(const std::string& row, std::size_t at,
                        const std::vector<std::pair<std::size_t, std::size_t>>& mentions)
{
    std::string out;
    std::size_t done = 0;
    for (const auto& [begin, size] : mentions) {
        const auto from = std::clamp(begin, at, at + row.size()) - at;
        const auto to = std::clamp(begin + size, at, at + row.size()) - at;
        if (from < to) {
            out.append(row, done, from - done).append(strong).append(row, from, to - from).append(no_colour);
            done = to;
        }
    }
    return out.append(row, done);
}

std::string as_json(const message& what)
{
    nlohmann::ordered_json object;
    object["time"] = utc(what.at);
    object["sender"] = clean(what.sender);
    object["text"] = clean(what.text);
    object["own"] = what.own;
    object["kind"] = to_word(what.means.what);
    const auto put = [&object](const char* key, std::string_view value) {
        if (!value.empty()) {
            object[key] = clean(value);
        }
    };
    put("room", what.room);
    put("name", name_of(speaker(what)));
    put("member", word_of(member(what)));
    if (what.history) {
        object["history"] = true;
    }
    return object.dump() + '\n';
}

}  // namespace

std::string render(const message& what, const style& how)
{
    if (how.json) {
        return as_json(what);
    }
    const bool acts = how.you && what.means.what == kind::action;
    const bool dim = how.colour && is_aside(what.means.what);
    const auto time = how.times ? local_time(what.at) : std::string{};
    const auto sender = (acts ? "* " : "") + clean(shown_sender(what, how));
    const auto head = sender + (acts ? " " : ": ");
    const auto text = clean(acts ? what.means.text : what.text);
    std::string line;
    if (how.colour) {
        const auto colour = what.own ? own_colour : colour_of(what.means.who.empty() ? what.sender : what.means.who);
        line.append(time.empty() ? std::string_view{} : faint).append(time).append(time.empty() ? "" : no_colour);
        line.append(dim ? faint : colour).append(sender).append(dim ? "" : no_colour).append(acts ? " " : ": ");
    } else {
        line = time + head;
    }
    const auto width = how.columns == 0 ? 0 : most_cells(time + head);
    const auto indent = width > how.columns / 2 ? narrow_indent : width;
    const auto mentions = how.colour && !dim ? mentions_of(what.mentioned, text) : decltype(mentions_of({}, {})){};
    bool first = true;
    std::size_t at = 0;
    for (const auto& row : how.columns == 0 ? std::vector{text} : wrap(text, width, indent, how.columns)) {
        line += first ? std::string{} : '\n' + std::string(indent, ' ');
        at = text.find(row, at);  // only spaces are left out, at the end of a row
        line += highlighted(row, at, mentions);
        at += row.size();
        first = false;
    }
    return line.append(dim ? no_colour : "") + '\n';
}

std::string render_notice(std::string_view text, bool colour, std::size_t columns)
{
    std::string line = "-- ";
    const auto indent = line.size();
    bool first = true;
    for (const auto& row : columns == 0 ? std::vector{clean(text)} : wrap(clean(text), indent, indent, columns)) {
        line += (first ? std::string{} : '\n' + std::string(indent, ' ')) + row;
        first = false;
    }
    return colour ? std::string{faint} + line + std::string{no_colour} + '\n' : line + '\n';
}

}  // namespace client
