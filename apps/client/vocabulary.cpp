// SPDX-License-Identifier: BSL-1.0
#include "vocabulary.hpp"

#include "clusters.hpp"
#include "command_line.hpp"
#include "listing.hpp"
#include "wide.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace client {
namespace {

constexpr std::size_t most_words = 1000;
constexpr std::wstring_view wide_white_space = L" \t";

// Those of the server, docs/conversation.md.
// Those for operators too: whether we are one, the server tells by what it answers.
constexpr std::array server_commands{L"/name", L"/nick",  L"/who",   L"/rooms", L"/join", L"/leave",
                                     L"/msg",  L"/me",    L"/topic", L"/login", L"/pass", L"/kick",
                                     L"/mute", L"/mutes", L"/ban",   L"/unban", L"/bans", L"/announce"};

std::vector<std::wstring> all_commands()
{
    std::vector<std::wstring> all{server_commands.begin(), server_commands.end()};
    for (const auto& one : local_commands) {
        const auto usage = to_wide(one.usage);
        all.push_back(usage.substr(0, usage.find(L' ')));
    }
    std::sort(all.begin(), all.end());
    return all;
}

bool begins_with(std::wstring_view word, std::wstring_view begin)
{
    return lower(word.substr(0, begin.size())) == lower(begin);
}

std::size_t common_size(std::wstring_view a, std::wstring_view b)
{
    const auto x = lower(a);
    const auto y = lower(b);
    return static_cast<std::size_t>(std::mismatch(x.begin(), x.end(), y.begin(), y.end()).first - x.begin());
}

// The most recent is the first; the least recent makes room.
void add(std::deque<std::wstring>& words, std::string_view word)
{
    auto wide = to_wide(word);
    if (wide.empty() || (!words.empty() && words.front() == wide)) {
        return;
    }
    std::erase(words, wide);
    words.push_front(std::move(wide));
    if (words.size() > most_words) {
        words.pop_back();
    }
}

// One of a list, which says nothing of what is recent, and may be longer than what is remembered.
void add_listed(std::deque<std::wstring>& words, std::string_view word)
{
    auto wide = to_wide(word);
    if (words.size() < most_words && std::find(words.begin(), words.end(), wide) == words.end()) {
        words.push_back(std::move(wide));
    }
}

}  // namespace

void vocabulary::received_message(const received& what, std::string_view room)
{
    for (const auto& who : {what.who, what.other}) {
        add(people_, word_of(who));
    }
    add(rooms_, room);
    if (what.what == kind::left || what.what == kind::removed || what.what == kind::renamed) {
        std::erase(people_, to_wide(word_of(what.who)));
    }
    if (what.what == kind::notice) {
        for (const auto who : listed_members(what.text)) {
            add_listed(people_, word_of(who));
        }
        for (const auto listed : listed_rooms(what.text)) {
            add_listed(rooms_, listed);
        }
    }
}

void vocabulary::typed(std::string_view line)
{
    const auto command = parse_command(line);
    if (command.verb == "/join") {
        add(rooms_, command.rest);
    }
}

completion vocabulary::complete(std::wstring_view before) const
{
    const auto begin = before.find_last_of(wide_white_space) + 1;
    const auto word = before.substr(begin);
    const auto first = lower(before.substr(0, before.find_first_of(wide_white_space)));
    const bool is_first = begin == 0;
    const bool is_argument = !is_first && first.starts_with(L'/') && !first.starts_with(L"//") &&
                             before.substr(0, begin).find_last_not_of(wide_white_space) + 1 == first.size();
    const bool is_verb = is_first && word.starts_with(L'/');
    std::vector<std::wstring> words;
    if (is_verb || (is_argument && first == L"/help" && word.starts_with(L'/'))) {
        words = all_commands();
    } else if (is_argument && (first == L"/join" || first == L"/who")) {
        words = {rooms_.begin(), rooms_.end()};
    } else if (!word.empty() || (is_argument && first != L"/me")) {
        words = {people_.begin(), people_.end()};
    }
    std::erase_if(words, [&](const auto& one) { return !begins_with(one, word); });
    completion found;
    if (words.empty()) {
        found.insert = word.empty() && !is_argument ? L"\t" : L"";
        return found;
    }
    auto common = words.front().size();
    for (const auto& one : words) {
        common = std::min(common, common_size(words.front(), one));
    }
    if (words.size() > 1 && common <= word.size()) {
        for (const auto& one : words) {
            found.choice.push_back(to_utf8(one));
        }
        return found;
    }
    found.erase = word.size();
    found.insert = words.front().substr(0, common);
    if (words.size() == 1) {
        found.insert += is_first && !is_verb ? L": " : L" ";
    }
    return found;
}

}  // namespace client
