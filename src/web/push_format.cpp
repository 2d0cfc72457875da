// SPDX-License-Identifier: BSL-1.0
#include "push_format.hpp"

#include "json_text.hpp"
#include "websocket_frame.hpp"

#include <chatroom/wire/sender.hpp>

#include <string_view>

namespace chatroom::detail {
namespace {

std::string_view kind_of(entry_kind kind) noexcept
{
    switch (kind) {
    case entry_kind::action: return "action";
    case entry_kind::renamed: return "renamed";
    case entry_kind::topic: return "topic";
    case entry_kind::removed: return "removed";
    case entry_kind::text:
    case entry_kind::joined:
    case entry_kind::left: break;
    }
    return {};
}

void append_info(std::string& out, std::string_view name, member_id id)
{
    out += R"("info":{"user":)";
    append_json(out, name_in(name));
    out += R"(,"client":")" + std::to_string(id) + "\"}";
}

// A sentence begins or ends with the sender that it is about: `<alice> joined`, `127.0.0.1:5000 is now <alice>`.
std::string_view first_word(std::string_view sentence) noexcept
{
    return sentence.substr(0, sentence.find(' '));
}

std::string_view last_word(std::string_view sentence) noexcept
{
    return sentence.substr(sentence.find_last_of(' ') + 1);
}

std::string_view behind_colon(std::string_view sentence) noexcept
{
    const auto colon = sentence.find(": ");
    return colon == sentence.npos ? std::string_view{} : sentence.substr(colon + 2);
}

}  // namespace

bool append_publication(std::string& out, const message_view& message)
{
    if (message.kind == entry_kind::joined || message.kind == entry_kind::left) {
        return false;
    }
    const bool acts = message.kind == entry_kind::action && message.text.starts_with(action_command);
    out += R"({"data":{"text":)";
    append_json(out, acts ? message.text.substr(action_command.size()) : message.text);
    out += R"(,"time":")" + utc_time(message.time) + '"';
    if (const auto kind = kind_of(message.kind); !kind.empty()) {
        out.append(R"(,"kind":")").append(kind).append("\"");
    }
    if (message.kind == entry_kind::topic) {
        out += R"(,"topic":)";
        append_json(out, behind_colon(message.text));
    }
    out += R"(},"offset":)" + std::to_string(message.sequence + 1);
    if (message.sender != wire::server_name) {
        out.push_back(',');
        append_info(out, message.sender, message.member);
    } else if (message.kind == entry_kind::renamed) {
        out.push_back(',');
        append_info(out, last_word(message.text), message.member);
    }
    out.push_back('}');
    return true;
}

void push_format::append(std::string& out, const message_view& message) const
{
    std::string push = R"({"push":{"channel":)";
    append_json(push, message.room);
    if (message.kind == entry_kind::joined || message.kind == entry_kind::left) {
        if (message.member == server_id) {
            return;  // the counts of many, which presence tells
        }
        push += message.kind == entry_kind::joined ? R"(,"join":{)" : R"(,"leave":{)";
        append_info(push, first_word(message.text), message.member);
        push.push_back('}');
    } else {
        push += R"(,"pub":)";
        (void)append_publication(push, message);
    }
    push += "}}";
    append_text_frame(out, push);
}

}  // namespace chatroom::detail
