// SPDX-License-Identifier: BSL-1.0
#include "render.hpp"

#include "colour.hpp"

#include <chatroom/wire/text.hpp>

#include <nlohmann/json.hpp>

#include <array>
#include <cstdio>
#include <ctime>

namespace client {
namespace {

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

std::string as_json(const message& what)
{
    nlohmann::ordered_json object;
    object["time"] = utc(what.at);
    object["sender"] = clean(what.sender);
    object["text"] = clean(what.text);
    object["own"] = what.own;
    return object.dump() + '\n';
}

}  // namespace

std::string render(const message& what, const style& how)
{
    if (how.json) {
        return as_json(what);
    }
    std::string line;
    if (how.times) {
        line += how.colour ? std::string{faint} + local_time(what.at) + std::string{no_colour} : local_time(what.at);
    }
    if (how.colour) {
        line += what.own ? own_colour : colour_of(what.sender);
    }
    line += what.own && how.you ? "you" : clean(what.sender);
    if (how.colour) {
        line += no_colour;
    }
    return line += ": " + clean(what.text) + '\n';
}

std::string render_notice(std::string_view text, bool colour)
{
    auto line = "-- " + clean(text);
    return colour ? std::string{faint} + line + std::string{no_colour} + '\n' : line + '\n';
}

}  // namespace client
