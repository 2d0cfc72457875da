// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "outgoing_line.hpp"

#include "client/inbox.hpp"

#include <chatroom/error.hpp>
#include <chatroom/websocket_client.hpp>

#include <boost/json/object.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatroom::detail {

/// The other end of the JSON protocol: connect, subscribe, the history, and then one line after the other. No I/O: the
/// caller tells the time.
class json_client {
  public:
    using time_point = std::chrono::steady_clock::time_point;
    static constexpr time_point never = time_point::max();

    json_client(std::shared_ptr<websocket_place> place, std::size_t history);

    /// The connection stands.
    void begin(time_point now);

    /// A message of the server's, of one or more JSON texts, a line each.
    void received(std::string_view message, time_point now, inbox& to);

    /// A clean line of ours; `id` may be empty.
    void send(std::string_view line, std::string id, time_point now, inbox& to);

    /// There is nothing more to come.
    void finish(inbox& to);

    /// What is to be sent, each as a message.
    [[nodiscard]] std::vector<std::string> take_output() { return std::exchange(output_, {}); }

    /// Whether we are in a room, or the server waits for its password.
    [[nodiscard]] bool settled() const noexcept { return subscribed_ || locked_; }

    /// Lines that are not answered.
    [[nodiscard]] std::size_t waiting() const noexcept { return lines_.size(); }

    /// `/quit` was sent, and all before it is answered.
    [[nodiscard]] bool leaves() const noexcept { return leaves_; }

    /// Why this can't go on; no error if it can.
    [[nodiscard]] error_code failure() const noexcept { return failure_; }

    /// When on_deadline() is due.
    [[nodiscard]] time_point deadline() const noexcept;
    void on_deadline(time_point now);

  private:
    enum class subject : std::uint8_t { connect, subscribe, unsubscribe, history, count, line };
    struct request {
        subject what;
        std::string text;
    };
    using object = boost::json::object;

    void ask(subject what, std::string_view method, object parameters);
    void ask_connect();
    void ask_subscribe(std::string room);
    void begin_history(std::size_t most, std::uint64_t behind);
    void ask_history();
    void ask_count();
    void send_next(inbox& to);
    void send_front(inbox& to);
    void send_password(inbox& to);

    void received_line(std::string_view line, time_point now, inbox& to);
    void received_push(const object& push, inbox& to);
    void received_publication(const object& from, std::string_view room, inbox& to);
    void received_answer(const request& to_what, const object& answer, inbox& to);
    void received_error(const request& to_what, const object& error, inbox& to);
    void connected(const object& answer, inbox& to);
    void subscribed(const object& answer, inbox& to);
    void received_history(const object& answer, inbox& to);
    void end_history(inbox& to);
    [[nodiscard]] std::string gap() const;
    void end_line(std::string_view refusal, inbox& to);
    void called(std::string_view user, inbox& to);
    [[nodiscard]] bool is_own(member_id member) const;
    void give(received_message what, inbox& to);

    std::shared_ptr<websocket_place> place_;
    std::size_t history_;  // messages
    std::vector<std::string> output_;
    std::map<std::int64_t, request> pending_;
    std::int64_t last_id_ = 0;
    std::vector<std::int64_t> again_;  // of pending_: refused for now
    time_point again_at_ = never;
    std::chrono::milliseconds again_delay_;
    std::deque<outgoing_line> lines_;
    bool line_under_way_ = false;         // the first of them
    std::string name_;                    // to ask for
    std::string sender_;                  // that the server calls us by
    std::string client_;                  // our number, as the server writes it
    std::uint64_t max_message_ = 0;       // bytes; 0: not told
    std::string joining_;                 // a room
    bool recovers_ = false;               // and goes on where it was
    bool same_epoch_ = false;             // as it was
    std::uint64_t oldest_ = 0;            // offset; of what the history has brought
    std::vector<received_message> past_;  // newest first
    std::vector<received_message> held_;  // until the history is there
    std::size_t most_past_ = 0;           // messages
    std::uint64_t floor_ = 0;             // offset: they are all behind it
    bool awaits_history_ = false;
    std::size_t known_moves_ = 0;  // that are still to come again
    bool catches_up_ = false;      // the history is what was said since the last connection
    bool locked_ = false;
    bool subscribed_ = false;
    bool leaves_ = false;
    std::chrono::seconds ping_{0};
    time_point heard_ = never;
    error_code failure_;
};

}  // namespace chatroom::detail
