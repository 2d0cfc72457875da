// SPDX-License-Identifier: BSL-1.0
#include "key.hpp"
#include "mention.hpp"
#include "session.hpp"

#include <chatroom/wire/sender.hpp>

#include <utility>

namespace client {

// What a connection that answers each line has to say of them, or of messages that it could not get. Returns whether
// that is all.
bool session::take_answer(const chatroom::received_message& what)
{
    using chatroom::received_kind;
    if (what.kind == received_kind::gap) {
        frontend_.tell(what.text);
        return true;
    }
    if (what.kind != received_kind::accepted && what.kind != received_kind::refused) {
        return false;
    }
    if (what.kind == received_kind::refused) {
        outbox_.refused(what.id);
    } else {
        (void)outbox_.accepted(what.id);
    }
    progress_ = clock::now();
    silences_ = 0;
    work_.notify();
    update();
    return what.kind == received_kind::accepted;
}

message session::to_message(chatroom::received_message&& from) const
{
    message what;
    what.at = from.time == std::chrono::system_clock::time_point{} ? std::chrono::system_clock::now() : from.time;
    what.means = classify(from);
    what.room = std::move(from.room);
    what.own = from.own;
    what.history = from.history;
    what.sender = std::move(from.sender);
    what.text = std::move(from.text);
    return what;
}

void session::take_in(message& what)
{
    if (identity_.hide_key(what.sender)) {
        what.means = classify(what.sender, what.text);
    }
    if (!what.history) {
        receive(what);
    }
    if (what.room.empty()) {
        what.room = identity_.room();
    }
    const auto speech =
        what.means.what == kind::message || what.means.what == kind::action || what.means.what == kind::private_message;
    what.to_me = what.means.what == kind::private_message && outbox_.is_me(what.means.other);
    if (speech && !what.own && !mentions_of(identity_.name(), what.means.text).empty()) {
        what.mentioned = identity_.name();
    }
    const bool mine = what.own || outbox_.is_me(what.means.who) || outbox_.is_me(what.means.other);
    what.hidden = what.hidden || contacts_.ignores(what.means) ||
                  (options_.hide_joins && !mine && contacts_.is_coming_and_going(what.means, what.at));
    contacts_.received_message(what.means, what.own, what.at);
    if (what.hidden || what.history) {
        return;
    }
    if (const auto trouble = options_.log != nullptr ? options_.log->add(what) : std::nullopt) {
        frontend_.tell(*trouble);
    }
}

// What a message means for what was said, and whose it is.
void session::receive(message& what)
{
    const bool from_server = what.sender == chatroom::wire::server_name;
    const bool progress = from_server ? receive_from_server(what) : receive_from_member(what);
    if (progress) {
        progress_ = clock::now();
        silences_ = 0;
    }
    if (progress || from_server) {
        work_.notify();
        update();
    }
}

bool session::receive_from_server(message& what)
{
    (void)identity_.hide_key(what.text);
    (void)identity_.hide_key(what.means.text);
    const bool about_me = outbox_.is_me(what.means.who) ||
                          (what.means.what == kind::renamed && outbox_.is_me(what.means.other));  // behind NAT
    const bool was_locked = identity_.locked();
    const auto answer = identity_.received_message(what.means, about_me);
    if (identity_.locked() && !was_locked && frontend_.interactive()) {
        outbox_.take_back();  // it is refused, too, and is said once the password is given
    }
    if (!identity_.name().empty()) {
        outbox_.named('<' + identity_.name() + '>');
    }
    what.expected = answer == identity::answer::to_greeting && !identity_.name().empty();
    expelled_ = what.means.what == kind::notice &&
                (what.text.starts_with("you were removed by ") || what.text.starts_with("you are banned "));
    what.hidden = answer == identity::answer::to_question;
    const bool asked_by_itself = answer == identity::answer::to_greeting || what.hidden;
    // What is aside comes with an answer, or is about an older connection of ours.
    const bool may_answer = (about_me && !is_aside(what.means.what)) || what.means.what == kind::notice ||
                            answer == identity::answer::to_line;
    return !options_.place && may_answer && !asked_by_itself && outbox_.answered();
}

bool session::receive_from_member(message& what)
{
    if (options_.place) {
        return false;  // the connection tells which are ours, and answers each
    }
    if (what.means.what == kind::private_message) {
        what.own = outbox_.is_me(what.means.who);
        return what.own && outbox_.answered();
    }
    const bool said_aloud = identity_.hide_key(what.text);
    what.own = outbox_.heard(what.sender, what.text);
    if (said_aloud) {
        what.means.text = what.text;
        identity_.said_aloud(make_key());
        frontend_.tell("this server has no names, and has said " + what.text + " to everybody");
    }
    if (what.own && options_.server.over == transport::udp && name_of(what.sender).empty()) {
        identity_.lost_name();  // a server that has started again knows no names
        asks_ = 0;
    }
    return what.own;
}

}  // namespace client
