// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/disconnect_reason.hpp>
#include <chatroom/member.hpp>

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace chatroom {

/// Whether a peer may come in, and if not, what it is told.
struct admission_verdict {
    bool admitted = true;  ///< Whether it may.
    std::string words;     ///< To a peer that is refused; empty: it is told nothing.

    /// It may.
    [[nodiscard]] static admission_verdict admit() { return {}; }
    /// It may not.
    [[nodiscard]] static admission_verdict refuse(std::string words = {}) { return {false, std::move(words)}; }
};

/// What becomes of a message that a member submits.
struct submission {
    /// What to do.
    enum class outcome : std::uint8_t {
        pass,     ///< It is published as it is.
        replace,  ///< Another text is published in its place; cleaned, as any.
        refuse,   ///< It is not published.
    };

    outcome what = outcome::pass;  ///< What to do.
    std::string text;              ///< The other text; or the sentence that the member is told, empty for none.

    /// Publishes it.
    [[nodiscard]] static submission pass() { return {}; }
    /// Publishes `text` in its place.
    [[nodiscard]] static submission replace(std::string text) { return {outcome::replace, std::move(text)}; }
    /// Publishes nothing.
    [[nodiscard]] static submission refuse(std::string words = {}) { return {outcome::refuse, std::move(words)}; }
};

/// The rules of a room that are yours. Each function may be empty. If one is a lambda that is a coroutine, its captures
/// live as long as the room. They are called on the strand of the member that they concern, several at the same time
/// for different members, and must not block; those that return an awaitable may wait, and run on that strand too. An
/// exception out of one goes to observer::error, and refuses what it was asked about. An awaitable that ignores its
/// cancellation keeps its peer's place, and run(), until it ends.
struct room_policy {
    /// Before a peer becomes a member, its address and how it comes. It may wait, at most 10 s, for at most 1,024 peers
    /// of a transport at once; what a peer sends meanwhile waits (over UDP it is dropped). When the time is up, the
    /// awaitable is cancelled (terminal), and the peer is refused with disconnect_reason::rejected.
    std::function<boost::asio::awaitable<admission_verdict>(std::string address, transport by)> admit = {};

    /// A member's message, cleaned, before it is published. room::publish() does not ask.
    std::function<submission(const member& from, std::string_view text)> submit = {};

    /// A line that begins with `/`, white space around it removed, but for `/quit`. Of a member's rooms, that one's
    /// function is called which the member came in by. It may wait: nothing more of that member is executed meanwhile
    /// (over UDP, what is above 64 lines or 16 KiB is dropped). When the member goes, the awaitable is cancelled
    /// (terminal). Where nothing is to be waited for it may return a default-made awaitable, which costs less. While
    /// this function is empty, such a line is a message; else `//x` says `/x`.
    std::function<boost::asio::awaitable<void>(member from, std::string line)> command = {};

    /// A member has joined: it gets every message from now on.
    std::function<void(const member& who)> joined = {};

    /// A member has left.
    std::function<void(const member& who, disconnect_reason why)> left = {};
};

}  // namespace chatroom
