// SPDX-License-Identifier: BSL-1.0
#include "received.hpp"

#include <chatroom/wire/sender.hpp>

#include <optional>

namespace client {
namespace {

constexpr std::string_view arrow = " -> ";
constexpr std::string_view action = "/me ";

received event(std::string_view sentence)
{
    auto rest = sentence;
    received found{kind::notice, std::string{take_who(rest)}, {}, {}};
    if (found.who.empty()) {
        found.text = sentence;
        return found;
    }
    if (rest == " joined") {
        found.what = kind::joined;
    } else if (rest == " left") {
        found.what = kind::left;
    } else if (take(rest, " set the topic: ")) {
        found.what = kind::topic;
        found.text = rest;
    } else if (take(rest, " is now ")) {
        found.other = take_who(rest);
        found.what = rest.empty() && !found.other.empty() ? kind::renamed : kind::notice;
    } else if (take(rest, " was removed")) {
        if (take(rest, " by ")) {
            found.other = take_who(rest);
        }
        found.what = rest.empty() || take(rest, ": ") ? kind::removed : kind::notice;
        found.text = rest;
    }
    if (found.what == kind::notice) {
        return {kind::notice, {}, {}, std::string{sentence}};
    }
    return found;
}

std::optional<kind> to_kind(chatroom::received_kind what)
{
    using from = chatroom::received_kind;
    switch (what) {
    case from::text: return kind::message;
    case from::action: return kind::action;
    case from::private_message: return kind::private_message;
    case from::joined: return kind::joined;
    case from::left: return kind::left;
    case from::renamed: return kind::renamed;
    case from::topic: return kind::topic;
    case from::removed: return kind::removed;
    case from::notice:
    case from::gap:
    case from::accepted:
    case from::refused: return kind::notice;
    case from::unknown: break;
    }
    return std::nullopt;
}

}  // namespace

std::string_view to_word(kind what) noexcept
{
    switch (what) {
    case kind::message: return "message";
    case kind::action: return "action";
    case kind::private_message: return "private";
    case kind::joined: return "joined";
    case kind::left: return "left";
    case kind::renamed: return "renamed";
    case kind::topic: return "topic";
    case kind::removed: return "removed";
    case kind::notice: break;
    }
    return "notice";
}

bool take(std::string_view& text, std::string_view begin) noexcept
{
    const bool found = text.starts_with(begin);
    text.remove_prefix(found ? begin.size() : 0);
    return found;
}

std::string_view take_who(std::string_view& text)
{
    auto who = text.substr(0, text.starts_with('<') ? text.find('>') + 1 : text.find(' '));
    if (who.ends_with(':') || who.ends_with(',')) {
        who.remove_suffix(1);
    }
    if (who == chatroom::wire::server_name || !chatroom::wire::is_sender(who)) {
        return {};
    }
    text.remove_prefix(who.size());
    return who;
}

received classify(std::string_view sender, std::string_view text)
{
    if (sender == chatroom::wire::server_name) {
        return event(text);
    }
    const auto middle = sender.find(arrow);
    if (middle != sender.npos) {
        return {kind::private_message, std::string{sender.substr(0, middle)},
                std::string{sender.substr(middle + arrow.size())}, std::string{text}};
    }
    const bool acts = take(text, action);
    return {acts ? kind::action : kind::message, std::string{sender}, {}, std::string{text}};
}

received classify(const chatroom::received_message& what)
{
    const auto known = to_kind(what.kind);
    auto found = classify(what.sender, what.text);
    if (!known || found.what == *known) {
        return found;
    }
    const bool speaks = *known == kind::message || *known == kind::action;
    return {*known, speaks ? what.sender : std::string{}, {}, what.text};
}

std::string_view name_of(std::string_view who) noexcept
{
    return who.size() > 2 && who.starts_with('<') && who.ends_with('>') ? who.substr(1, who.size() - 2)
                                                                        : std::string_view{};
}

std::string_view word_of(std::string_view who) noexcept
{
    const auto name = name_of(who);
    return name.empty() ? who : name;
}

}  // namespace client
