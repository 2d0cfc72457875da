// SPDX-License-Identifier: BSL-1.0
#include "identity.hpp"

#include "command_line.hpp"
#include "listing.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace client {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view lobby = "lobby";

constexpr std::size_t most_listed = 18;  // of a larger room it is asked only how many there are
constexpr std::string_view size_question = "/who #18446744073709551615";  // from the last member on
constexpr std::string_view now_in = "you are in ";
constexpr std::string_view password_needed = "this server has a password: /pass ";
constexpr std::string_view password_right = "welcome";

bool mentions(std::string_view text, std::string_view word)
{
    return text.find(word) != text.npos;
}

// Whether `/name` can be answered so: a welcome and an announcement speak of names, too.
bool refuses_name(std::string_view text)
{
    constexpr std::array sentences{" is taken, or looks like ",
                                   " has just lost its connection, and is free in ",
                                   " is the name of an operator: ",
                                   "nobody may be called ",
                                   "a name has ",
                                   "a name is letters",
                                   "a letter has at most two marks: ",
                                   "the letters and digits of a name ",
                                   "you are muted: your name stays",
                                   " before the next KEY",
                                   "no such command: /name "};
    return std::ranges::any_of(sentences, [&](const auto* one) { return mentions(text, one); });
}

// `wait 4s before the next KEY`; 0 of any other text.
std::chrono::seconds key_pause_in(std::string_view text)
{
    if (!take(text, "wait ") || !mentions(text, " before the next KEY")) {
        return {};
    }
    int number = 0;
    const auto [unit, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
    return ec != std::errc{} ? 0s : *unit == 'm' ? std::chrono::minutes{number} : std::chrono::seconds{number};
}

}  // namespace

void identity::connected()
{
    key_pause_ = {};
    name_.clear();
    asked_ = {};
    asked_room_ = {};
    refused_ = false;
    locked_ = opening_ = false;
    asks_again_ = introduced_ = false;
    here_.reset();
    nameless_.clear();
    asked_size_ = asked_list_ = has_list_ = false;
    if (!room_.empty()) {
        return_to_ = std::exchange(room_, {});
    }
    if (commands_ != commands::absent) {
        commands_ = commands::unknown;
    }
}

void identity::introduced(const std::string& room)
{
    introduced_ = true;
    asked_ = {wanted_, false};
    asked_room_ = {room, false};
}

std::vector<std::string> identity::greeting()
{
    std::vector<std::string> lines;
    asks_again_ = false;
    const bool name_alone = std::exchange(key_pause_, 0s) > 0s;
    if (commands_ == commands::absent) {
        return lines;
    }
    if (!wanted_.empty()) {
        lines.push_back(sent("/name " + wanted_, false));
    }
    if (!name_alone && !return_to_.empty() && return_to_ != lobby) {
        lines.push_back(sent("/join " + return_to_, false));
    }
    return lines;
}

std::string identity::sent(const std::string& line, bool typed)
{
    const auto command = parse_command(line);
    if ((command.verb == "/name" || command.verb == "/nick") && !command.rest.empty() && is_one_word(command.rest)) {
        asked_ = {command.rest, typed};
        return "/name " + command.rest + (commands_ == commands::absent ? std::string{} : ' ' + key_);
    }
    opening_ = opening_ || (locked_ && has_password(line));
    asked_who_ = command.verb == "/who" && command.rest.empty();
    if (command.verb == "/join" && !command.rest.empty()) {
        asked_room_ = {command.rest, typed};
    } else if (command.verb == "/leave" && commands_ == commands::present) {
        asked_room_ = {std::string{lobby}, typed};
    }
    return line;
}

std::string identity::question()
{
    if (commands_ != commands::present || name_.empty() || asking() || !asked_room_.what.empty() || asked_size_ ||
        asked_list_) {
        return {};
    }
    if (!here_) {
        asked_size_ = true;
        return std::string{size_question};
    }
    if (has_list_ || *here_ < 2 || *here_ > most_listed) {
        return {};
    }
    asked_list_ = has_list_ = true;
    return "/who";
}

// Of the list itself a person wants to know.
identity::answer identity::to_own_question(const received& what)
{
    std::string_view rest = what.text;
    const bool has_size = take_room_size(rest).has_value();
    if (asked_size_ && has_size && rest.starts_with(':') && listed_members(what.text).empty()) {
        asked_size_ = false;
        asked_who_ = true;
        count_here(what.text);
        return answer::to_question;
    }
    if (asked_list_ && !listed_members(what.text).empty()) {
        asked_list_ = false;
        count_here(what.text);
        return answer::to_greeting;
    }
    return answer::none;
}

identity::answer identity::done(request& pending)
{
    if (pending.what.empty()) {
        return answer::none;
    }
    return std::exchange(pending, {}).typed ? answer::to_line : answer::to_greeting;
}

identity::answer identity::received_message(const received& what, bool about_me)
{
    sees_names_ = sees_names_ || what.what != kind::notice || mentions(what.text, "/help");
    if (what.what == kind::renamed && about_me) {
        return granted(what.other);
    }
    opening_ = opening_ && what.text == password_right;
    if (what.what != kind::notice) {
        count(what, about_me);
        return answer::none;
    }
    if (const auto own = to_own_question(what); own != answer::none) {
        return own;
    }
    std::string_view text = what.text;
    if (take(text, "you are <")) {
        const auto who = '<' + std::string{text.substr(0, text.find('>') + 1)};
        if (text.ends_with(">, and an operator")) {  // by /login, and not by /name the next time
            name_ = name_of(who);
            return answer::to_line;
        }
        return granted(who);
    }
    if (text != "you are in already" && take(text, now_in)) {
        room_ = text.substr(0, text.find_first_of(", "));
        asks_again_ = std::exchange(locked_, false) && !introduced_;
        if (!asks_again_) {
            return_to_ = room_;
        }
        commands_ = commands::present;
        has_list_ = false;
        count_here(text);
        return done(asked_room_);
    }
    count_here(text);
    if (text.starts_with(password_needed)) {
        locked_ = true;
        commands_ = commands::present;
        return asking() ? done(asked_) : done(asked_room_);
    }
    if (asking() && refuses_name(text)) {
        commands_ = commands::present;
        refused_ = true;
        key_pause_ = key_pause_in(text);
        return done(asked_);
    }
    if (mentions(text, "/pass ") || mentions(text, "/login ")) {
        commands_ = commands::present;  // it knows them, and keeps them to itself
    }
    return !asked_room_.what.empty() && mentions(text, asked_room_.what) ? done(asked_room_) : answer::none;
}

identity::answer identity::granted(std::string_view who)
{
    name_ = wanted_ = name_of(who);
    refused_ = false;
    commands_ = commands::present;
    return done(asked_);
}

// `ROOM, 3 here`, with more behind it or not: of our room, which the answer to our `/who` tells if nothing else did.
void identity::count_here(std::string_view text)
{
    const auto all = text;
    const auto size = take_room_size(text);
    if (size && (room_.empty() ? asked_who_ : size->room == room_)) {
        room_ = size->room;
        here_ = size->members;
        nameless_.clear();
        for (const auto who : listed_members(all)) {
            if (name_of(who).empty()) {
                nameless_.emplace(who);
            }
        }
    }
}

// Members without a name come and go without a word, so this is what is known at best: one that gets a name has come
// since the last list, unless it stands there.
void identity::count(const received& what, bool about_me)
{
    if (!here_ || about_me) {
        return;
    }
    const bool is_new = what.what == kind::renamed && name_of(what.who).empty() && nameless_.erase(what.who) == 0;
    if (what.what == kind::joined || is_new) {
        ++*here_;
    } else if ((what.what == kind::left || what.what == kind::removed) && *here_ > 1) {
        --*here_;
    }
}

bool identity::hide_key(std::string& text) const
{
    for (const auto* key : {&key_, &spoken_key_}) {
        const auto at = key->empty() ? text.npos : text.find(' ' + *key);
        if (at != text.npos) {
            text.erase(at, 1 + key->size());
            return true;
        }
    }
    return false;
}

void identity::said_aloud(std::string new_key)
{
    asked_ = {};
    commands_ = commands::absent;
    spoken_key_ = std::exchange(key_, std::move(new_key));
}

}  // namespace client
