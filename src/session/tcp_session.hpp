// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/output.hpp"
#include "serve/handler_memory.hpp"
#include "session/address_table.hpp"
#include "session/membership.hpp"
#include "session/session_peer.hpp"
#include "session/tcp_member.hpp"
#include "session/tcp_shard.hpp"

#include <chatroom/disconnect_reason.hpp>
#include <chatroom/message.hpp>
#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/shard.hpp>
#include <chatroom/serve/stream.hpp>
#include <chatroom/serve/tcp_server.hpp>
#include <chatroom/wire/protocol.hpp>
#include <chatroom/wire/token_bucket.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace chatroom::detail {

/// A connection that is a member, or wants to be: a stream, a protocol, and memberships. It moves bytes and commands
/// between them, and knows no rule of the protocol. All of it runs on its shard's strand.
///
///     joining ──► undecided ◄─► talking ──► leaving ──► lingering ──► gone
///        │            │            │  leave()   │ all is sent:  │ end of file, or all is acknowledged: finish()
///        │            │            │            │ shutdown      │
///        └────────────┴────────────┴────────────┴───────────────┴──► gone at once: finish() on an error
///
/// It is joining while a proxy has yet to name it and while the policy is asked, and undecided until its stream carries
/// bytes and its protocol says that it is a member. One that has heard nothing yet may turn out to be none after all.
///
/// Counted in itself, and its members ordered by size: there may be many that only listen.
class tcp_session final : public boost::intrusive_ref_counter<tcp_session>, private output {
  public:
    tcp_session(std::shared_ptr<tcp_shard> shard, connection&& accepted);
    ~tcp_session();

    /// The session from its first byte to its last. Completes when the connection is closed.
    static task<> run(boost::intrusive_ptr<tcp_session> self);

    /// The same in a room whose policy decides who is admitted.
    static task<> ask_and_run(boost::intrusive_ptr<tcp_session> self);

    /// The same of a peer behind a proxy (tcp_room_options::proxy_networks).
    static task<> read_header_and_run(boost::intrusive_ptr<tcp_session> self);

    /// Starts the disconnect sequence: stops reading, and sends everything published so far and then `last_words`. The
    /// first reason counts; later calls do nothing. One that has not joined is refused with that reason.
    void leave(disconnect_reason why, std::string_view last_words) noexcept;
    void leave(disconnect_reason why) noexcept;

    /// Closes the connection at once.
    void finish(disconnect_reason why) noexcept;

    void on_deadline() noexcept;

    /// Its turn has come (tcp_shard::await_turn()).
    void take_turn() noexcept;

    /// One of the functions below, or a policy, threw. Called within the catch block.
    void on_exception() noexcept override;

    // What a handle asks for.
    void send_line(std::string_view sender, std::string_view text);
    void set_sender(std::string_view sender);
    void mute(std::chrono::milliseconds duration);
    void join(const std::shared_ptr<room_state>& room);
    void leave(room_state& room, disconnect_reason why = disconnect_reason::quit);

    // What a request asks for.
    [[nodiscard]] member handle() override;
    [[nodiscard]] error_code join(const std::shared_ptr<room_state>& room, const log_start& from, position& at);
    [[nodiscard]] membership* membership_in(const room_state& room) noexcept;
    [[nodiscard]] error_code say_in(membership& where, std::string_view text, std::string& words);
    void write(std::string_view bytes);

    [[nodiscard]] tcp_shard& shard() const noexcept { return *shard_; }

    /// The peer's ADDRESS:PORT, whatever its name.
    [[nodiscard]] const std::string& address() const noexcept;

    /// That it has read and not executed yet, or has to send beside the rooms' messages.
    [[nodiscard]] std::size_t buffered_bytes() const noexcept;

    /// Its place among the shard's sessions, for the shard.
    [[nodiscard]] std::uint32_t& shard_index() noexcept { return shard_index_; }

  private:
    struct readiness;
    enum class phase : std::uint8_t { joining, undecided, talking, leaving, lingering, gone };
    enum class pause : std::uint8_t { none, rate, backpressure, command, output };

    // What few sessions have, made when the first of it is.
    struct extras {
        std::unique_ptr<chatroom::stream> stream;  // null: plain_stream()
        std::unique_ptr<session_peer> requests;    // of a protocol that has them
        position came_at;                          // the room's tail, while undecided
        pending_admissions::place refused;         // undecided: it is to be told why_refused and last_words
        disconnect_reason why_refused{};
        boost::asio::cancellation_signal asked;  // of the policy, while joining or running a command
        std::shared_ptr<tcp_member> handle;
        std::string held;                                 // read, and waiting for the end of a pause
        std::vector<std::unique_ptr<membership>> others;  // beside room_; what the member says goes to the last
        std::uint32_t pending_lines = 0;                  // bytes of lines to this member alone, in the buffer
        bool flush_posted = false;
        time_source::time_point rate_told = time_source::time_point::min();
        time_source::time_point muted_until = time_source::time_point::min();

        // From leave() on:
        std::string last_words;
        time_source::time_point left_at;
        time_source::time_point acknowledged_since = time_source::time_point::max();  // lingering
        std::size_t discarded = 0;                                                    // lingering: bytes read
    };

    void speak_with(const asio::ip::tcp::endpoint& peer);
    static task<> read_header(boost::intrusive_ptr<tcp_session> self);
    void read_header_bytes();
    static task<> ask_policy(boost::intrusive_ptr<tcp_session> self);
    void cancel_policy() noexcept;
    void admit();
    [[nodiscard]] bool is_decided() const noexcept;
    void begin_undecided();
    void refuse(disconnect_reason why, std::string_view words) noexcept;
    [[nodiscard]] bool is_refused() const noexcept { return extras_ && extras_->refused; }
    void become_member();
    void take_back_membership();
    void look_at_stream();
    void look_at_protocol();
    void release_accounting() noexcept;
    void report_joined(room_state& room) noexcept;
    void leave_rooms() noexcept;
    void give_back_place() noexcept;
    [[nodiscard]] extras& more();
    [[nodiscard]] stream& io() const noexcept;
    [[nodiscard]] traffic_counters& traffic() const noexcept;
    [[nodiscard]] membership& spoken_in() noexcept;
    [[nodiscard]] bool is_here() const noexcept { return phase_ == phase::undecided || phase_ == phase::talking; }
    [[nodiscard]] bool all_ended() noexcept;
    template <typename Function>
    void for_each_membership(Function what)
    {
        if (room_) {
            what(room_);
        }
        if (extras_) {
            for (const auto& one : extras_->others) {
                what(*one);
            }
        }
    }

    // Input.
    [[nodiscard]] bool reads() const noexcept;
    void on_ready(error_code ec) noexcept;
    void read();
    void read_buffered();
    [[nodiscard]] bool may_shake_hands() const noexcept { return extras_ && extras_->stream && !heard_; }
    void on_end_of_file();
    void consume(std::string_view bytes);
    void on_result(wire::protocol::result what, const wire::command& found);
    void replace_protocol();
    void run_command(std::string_view line);
    void run_request(std::string_view request);
    void wait_for(boost::asio::awaitable<void> running, std::string_view where);
    void resume_behind_command();
    void say(std::string_view text);
    [[nodiscard]] error_code publish(membership& where, std::string_view text, std::string& words);
    [[nodiscard]] bool must_pause();
    void resume();
    void set_pause(pause why) noexcept;
    void set_deadline(time_source::time_point when);
    void look_at_input() noexcept;

    // Output.
    sent send(std::span<const std::string_view> pieces) noexcept override;
    void on_blocked() override;
    void on_writable() noexcept;
    void on_failed(int error) noexcept override;
    void on_delivered(std::uint64_t messages) noexcept override;
    void on_skipped(cursor& which, std::uint64_t messages) noexcept override;
    void append_gap(std::uint64_t messages) override;
    void on_slow_consumer(cursor& which) override;
    void on_end(cursor& which) override;
    void on_relieved(cursor& which) override;
    void on_room_closed(cursor& which) override;
    void wait_writable();
    void retry_send();
    void flush_lines_soon();
    bool flush_lines();
    void notify(std::string_view text);
    void notify_of_loss(std::string_view text);
    void say_goodbye();
    void start_linger();
    void linger();

    std::shared_ptr<tcp_shard> shard_;
    tcp_stream socket_;
    std::unique_ptr<wire::protocol> protocol_;
    std::string label_;  // the sender of its messages
    member_id id_ = server_id;
    membership room_;
    address_table::key address_;
    std::unique_ptr<extras> extras_;
    wire::token_bucket bucket_;
    time_source::time_point deadline_ = time_source::time_point::max();
    // Of the one wait of the coroutine: 24 bytes less than the heap's. What follows fills its last word.
    [[no_unique_address]] member_memory read_memory_;
    phase phase_ : 4 = phase::joining;
    pause pause_ : 4 = pause::none;
    disconnect_reason reason_ = disconnect_reason::failed;
    bool admitted_ : 1 = false;   // and so counted in the admission
    bool connected_ : 1 = false;  // a member; the observer knows it
    bool heard_ : 1 = false;      // bytes have gone out to it
    bool eof_ : 1 = false;
    bool told_of_loss_ : 1 = false;   // in the buffer is a notice that a message was not passed on
    bool awaits_header_ : 1 = false;  // joining: of a proxy
    bool shakes_hands_ : 1 = false;   // undecided: its stream carries nothing yet
    bool awaits_turn_ : 1 = false;    // to read
    bool awaits_writable_ : 1 = false;
    bool awaits_readable_ : 1 = false;      // what the coroutine waits for; else for an error
    bool send_needs_read_ : 1 = false;      // the stream is to read before it can send
    bool receive_needs_write_ : 1 = false;  // or the other way round
    std::uint32_t shard_index_ = 0;
};

}  // namespace chatroom::detail
