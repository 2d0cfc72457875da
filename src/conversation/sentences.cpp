// SPDX-License-Identifier: BSL-1.0
#include "sentences.hpp"

#include "duration.hpp"

#include <ctime>
#include <initializer_list>

namespace chatroom::detail::sentences {
namespace {

// An argument that is shown again; it may have any length and any bytes.
std::string_view shortened(std::string_view text) noexcept
{
    constexpr std::size_t longest = 128;
    auto length = text.size() <= longest ? text.size() : longest;
    while (length < text.size() && length > 0 && (static_cast<unsigned char>(text[length]) & 0xc0) == 0x80) {
        --length;
    }
    return text.substr(0, length);
}

std::string join(std::initializer_list<std::string_view> parts)
{
    std::string made;
    for (const auto part : parts) {
        made += part;
    }
    return made;
}

std::string with_reason(std::string sentence, std::string_view why)
{
    return why.empty() ? sentence : sentence.append(": ").append(why);
}

std::string until(const ban& which)
{
    if (which.until == ban::time_point::max()) {
        return "for good";
    }
    const auto seconds = which.until.time_since_epoch();
    const std::time_t time = seconds.count();
    std::tm parts{};
    char text[32] = {};
    ::gmtime_r(&time, &parts);
    (void)std::strftime(text, sizeof text, "%Y-%m-%d %H:%M UTC", &parts);
    return join({"until ", text});
}

}  // namespace

std::string wrong_name(name_error why, std::string_view what)
{
    const auto text = shortened(what);
    switch (why) {
    case name_error::empty: return "a name has 1 to 32 letters or digits";
    case name_error::too_long: return "a name has at most 32 letters or digits";
    case name_error::bad_character: return join({"a name is letters, digits and -_.' only: ", text, " is none"});
    case name_error::no_letter: return join({"a name has a letter in it: ", text, " has none"});
    case name_error::misplaced_marks: return join({"a letter has at most two marks: ", text, " can be no name"});
    case name_error::mixed_scripts:
        return join({"the letters and digits of a name are of one script: ", text, " mixes them"});
    case name_error::reserved: return join({"nobody may be called ", text});
    }
    return {};
}

std::string name_taken(std::string_view name)
{
    return join({name, " is taken, or looks like a name that is"});
}

std::string name_kept(std::string_view name, std::chrono::seconds wait)
{
    return join({name, " has just lost its connection, and is free in ", to_string(wait)});
}

std::string name_of_account(std::string_view name)
{
    return join({name, " is the name of an operator: /login NAME PASSWORD"});
}

std::string name_banned(std::string_view name)
{
    return join({"nobody may be called ", name, " for now"});
}

std::string name_given(std::string_view name)
{
    return join({"you are <", name, ">"});
}

std::string wait_for_key(std::chrono::seconds wait)
{
    return join({"wait ", to_string(wait), " before the next KEY"});
}

std::string joined(std::string_view sender)
{
    return join({sender, " joined"});
}

std::string left(std::string_view sender)
{
    return join({sender, " left"});
}

std::string renamed(std::string_view before, std::string_view now)
{
    return join({before, " is now ", now});
}

std::string topic_set(std::string_view sender, std::string_view topic)
{
    return join({sender, " set the topic: ", topic});
}

std::string removed(std::string_view sender, std::string_view by, std::string_view why)
{
    return with_reason(join({sender, " was removed by ", by}), why);
}

std::string came_and_went(std::uint32_t came, std::uint32_t went)
{
    if (went == 0) {
        return join({std::to_string(came), " joined"});
    }
    return came == 0 ? join({std::to_string(went), " left"})
                     : join({std::to_string(came), " joined, ", std::to_string(went), " left"});
}

std::string no_such_command(std::string_view name)
{
    const auto text = shortened(name);
    return join({"no such command: /", text, " (try /help; to say it, write //", text, ")"});
}

std::string usage(const command_spec& what)
{
    return join({"usage: /", what.name, " ", what.arguments});
}

std::string help(const command_spec& what)
{
    return join({"/", what.name, what.arguments.empty() ? "" : " ", what.arguments, ": ", what.help,
                 what.alias.empty() ? "" : " (also /", what.alias, what.alias.empty() ? "" : ")"});
}

std::string help(std::string_view name, std::string_view words)
{
    return join({"/", name, ": ", words});
}

std::string nobody(std::string_view who)
{
    return join({"nobody here is ", shortened(who)});
}

std::string several(std::string_view address, std::string_view ids)
{
    return join({"several have the address ", address, ": say which, ", ids});
}

std::string not_reached(std::string_view sender)
{
    return join({sender, " did not get your message: too much waits there unread"});
}

std::string has_left(std::string_view sender)
{
    return join({sender, " has left, and did not get your message"});
}

std::string who(std::string_view room, std::size_t count)
{
    return join({room, ", ", std::to_string(count), " here: "});
}

std::string more(std::size_t count, std::string_view command)
{
    return join({std::to_string(count), " more: ", command});
}

std::string now_in(std::string_view room, std::size_t count)
{
    return join({"you are in ", room, ", ", std::to_string(count), " here"});
}

std::string already_in(std::string_view room)
{
    return join({"you are in ", room, " already"});
}

std::string no_such_room(std::string_view room)
{
    return join({"there is no room ", shortened(room), ": try /rooms"});
}

std::string topic(std::string_view room, std::string_view topic)
{
    return join({"the topic of ", room, ": ", topic});
}

std::string no_topic(std::string_view room)
{
    return join({room, " has no topic"});
}

std::string room_count(std::string_view room, std::size_t count)
{
    return join({room, " ", std::to_string(count)});
}

std::string announcement(std::string_view sender, std::string_view text)
{
    return join({sender, " announces: ", text});
}

std::string did(std::string_view address, std::string_view sender, std::string_view what)
{
    return join({address, " ", sender, ": ", what});
}

std::string tried_password(std::string_view address)
{
    return join({address, " gave a wrong password"});
}

std::string not_in(std::string_view room)
{
    return "you are not in " + std::string{room};
}

std::string wait_for_password(std::chrono::seconds wait)
{
    return join({"wait ", to_string(wait), " before the next password"});
}

std::string logged_in(std::string_view name)
{
    return join({"you are <", name, ">, and an operator"});
}

std::string kicked(std::string_view by, std::string_view why)
{
    return with_reason(join({"you were removed by ", by}), why);
}

std::string done_kick(std::string_view sender)
{
    return join({sender, " is removed"});
}

std::string muted_for(std::string_view sender, std::chrono::seconds duration)
{
    return join({sender, " is muted for ", to_string(duration)});
}

std::string unmuted(std::string_view sender)
{
    return join({sender, " is no longer muted"});
}

std::string banned(const ban& which)
{
    return join({which.subject(), " is banned ", until(which)});
}

std::string banned_yourself(const ban& which)
{
    return with_reason(join({"you are banned ", until(which)}), which.why);
}

std::string unbanned(std::string_view subject)
{
    return join({subject, " is no longer banned"});
}

std::string no_ban(std::string_view subject)
{
    return join({"there is no ban of ", shortened(subject)});
}

std::string wrong_ban(ban_error why, std::string_view subject)
{
    return why == ban_error::everybody ? join({shortened(subject), " would ban everybody"})
                                       : join({shortened(subject), " is neither a name nor an address nor a network"});
}

std::string describe(const ban& which)
{
    return with_reason(join({which.subject(), ", ", until(which), ", by ", which.by}), which.why);
}

std::string wrong_time(std::string_view text)
{
    return join({shortened(text), " is no time: write 90s, 10m, 2h or 1d"});
}

std::string not_saved(std::string_view why)
{
    return join({"it holds until the server ends only, since it could not be saved: ",
                 why.empty() ? "too much waits to be done" : why});
}

}  // namespace chatroom::detail::sentences
