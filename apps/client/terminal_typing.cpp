// SPDX-License-Identifier: BSL-1.0
// What is typed and pasted, before it is a line to be said.
#include "clusters.hpp"
#include "terminal.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace client {
namespace {

constexpr std::size_t most_lines = 16;  // typed or pasted; the rest waits in the terminal
constexpr std::size_t most_choices = 50;

}  // namespace

std::optional<std::size_t> terminal::drop_pasted()
{
    if (!std::exchange(pasted_, false)) {
        return std::nullopt;
    }
    return std::exchange(lines_, {}).size();
}

bool terminal::interrupt()
{
    if (paste_.asking()) {
        answer_question(L'n');
        return true;
    }
    const bool any = keyboard_.clear() || !editor_.text().empty() || !paste_.take().empty();
    interrupted_ = any && !ended_;
    return interrupted_;
}

std::optional<wchar_t> terminal::next_key()
{
    while (!ended_ && !context_.stopped()) {
        if (std::exchange(interrupted_, false)) {
            return editor::kill_line;
        }
        if (lines_.size() < most_lines) {
            if (const auto key = next_key_of_line()) {
                return key;
            }
        }
        draw();
        work();
    }
    return std::nullopt;
}

std::optional<wchar_t> terminal::next_key_of_line()
{
    if (!paste_.empty() && !paste_.asking() && !keyboard_.is_pasted()) {
        settle_paste();
        return std::nullopt;
    }
    const auto key = keyboard_.next();
    if (!key) {
        return key;
    }
    focus(true);
    if (paste_.asking()) {
        answer_question(*key);
        return std::nullopt;
    }
    return key;
}

void terminal::settle_paste()
{
    if (paste_.is_too_long()) {
        tell("not said, since more than a megabyte was pasted: chatroom-client < FILE says a file");
        (void)paste_.take();
    } else if (paste_.is_long()) {
        paste_.ask();
    } else {
        std::ranges::move(paste_.take(), std::back_inserter(lines_));
        lines_changed_.notify();
    }
}

void terminal::answer_question(wchar_t key)
{
    if (key == L'y' || key == L'Y') {
        lines_ = paste_.take();
        pasted_ = true;
        lines_changed_.notify();
    } else if (key == L'n' || key == L'N') {
        tell(std::to_string(paste_.count()) + " pasted lines are not said");
        (void)paste_.take();
    }
}

completion terminal::complete(std::wstring_view before)
{
    completion found;
    if (keyboard_.was_pasted()) {
        found.insert = L"\t";
        return found;
    }
    found = words_.complete(before);
    std::string choice;
    for (std::size_t i = 0; i < std::min(found.choice.size(), most_choices); ++i) {
        choice.append(choice.empty() ? "" : "  ").append(found.choice[i]);
    }
    if (found.choice.size() > most_choices) {
        choice += "  and " + std::to_string(found.choice.size() - most_choices) + " more";
    }
    if (!choice.empty()) {
        tell(choice);
    }
    return found;
}

bool terminal::may_remember(const std::wstring& line)
{
    return input_history::may_keep(to_utf8(line));
}

}  // namespace client
