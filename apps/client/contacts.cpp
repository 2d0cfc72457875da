// SPDX-License-Identifier: BSL-1.0
#include "contacts.hpp"

#include "clusters.hpp"
#include "wide.hpp"

#include <algorithm>

namespace client {
namespace {

constexpr std::chrono::minutes silent_time{10};
constexpr std::size_t most_remembered = 1000;  // a server that makes people up takes no more memory than that

bool is_speech(kind what)
{
    return what == kind::message || what == kind::action || what == kind::private_message;
}

std::string folded(std::string_view word)
{
    return to_utf8(lower(to_wide(word)));
}

}  // namespace

void contacts::received_message(const received& what, bool own, time_point now)
{
    const std::string who{word_of(what.who)};
    if (is_speech(what.what)) {
        spoke_[who] = now;
        if (spoke_.size() > most_remembered) {
            const auto earlier = [](const auto& a, const auto& b) { return a.second < b.second; };
            spoke_.erase(std::min_element(spoke_.begin(), spoke_.end(), earlier));
        }
    }
    if (what.what == kind::private_message && !ignores(what)) {
        partner_ = own ? word_of(what.other) : who;
    }
    if (what.what == kind::renamed) {
        const std::string other{word_of(what.other)};
        if (unignore(who)) {
            ignore(other);
        }
        if (auto spoke = spoke_.extract(who)) {
            spoke.key() = other;
            spoke_.insert(std::move(spoke));
        }
        if (partner_ == who) {
            partner_ = other;
        }
    }
}

void contacts::ignore(std::string_view word)
{
    ignored_.insert_or_assign(folded(word_of(word)), std::string{word_of(word)});
}

bool contacts::unignore(std::string_view word)
{
    return ignored_.erase(folded(word_of(word))) != 0;
}

bool contacts::ignores(const received& what) const
{
    return is_speech(what.what) && !ignored_.empty() && ignored_.contains(folded(word_of(what.who)));
}

bool contacts::is_coming_and_going(const received& what, time_point now) const
{
    if (!is_aside(what.what)) {
        return false;
    }
    for (const auto& who : {what.who, what.other}) {
        const auto found = spoke_.find(std::string{word_of(who)});
        if (found != spoke_.end() && now < found->second + silent_time) {
            return false;
        }
    }
    return true;
}

std::optional<std::string> contacts::reply(std::string_view text) const
{
    if (partner_.empty()) {
        return std::nullopt;
    }
    return "/msg " + partner_ + ' ' + std::string{text};
}

}  // namespace client
