// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/message.hpp>
#include <chatroom/observer.hpp>
#include <chatroom/room/log.hpp>
#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/handler_memory.hpp>
#include <chatroom/serve/shard.hpp>
#include <chatroom/serve/tcp_server.hpp>
#include <chatroom/session/address_table.hpp>
#include <chatroom/session/tcp_shard.hpp>
#include <chatroom/wire/lazy_string.hpp>
#include <chatroom/wire/line_framer.hpp>
#include <chatroom/wire/telnet_filter.hpp>
#include <chatroom/wire/token_bucket.hpp>

#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace chatroom {

/// A connection that is a member, or that is being turned away. All of it runs on its shard's strand.
///
///     talking ──► leaving ──► lingering ──► gone
///        │  leave()   │ all is sent:  │ end of file, or all is acknowledged: finish()
///        │            │ shutdown      │
///        └────────────┴───────────────┴──► gone at once: finish() on an error
///
/// Counted in itself, and its members ordered by size: there may be many members who only listen.
class tcp_session : public boost::intrusive_ref_counter<tcp_session> {
  public:
    tcp_session(std::shared_ptr<tcp_shard> shard, connection&& accepted);
    ~tcp_session();
    tcp_session(const tcp_session&) = delete;
    tcp_session& operator=(const tcp_session&) = delete;

    /// The session from its first byte to its last. Completes when the connection is closed.
    static task<> run(boost::intrusive_ptr<tcp_session> self);

    /// Starts the disconnect sequence: stops reading, and sends everything published so far and then `last_words`.
    /// The first reason counts; later calls do nothing.
    void leave(disconnect_reason why, std::string_view last_words = {});

    /// Closes the connection at once.
    void finish(disconnect_reason why) noexcept;

    /// The same, for what a system call on its socket said.
    void fail(int error) noexcept;

    void on_deadline();

    [[nodiscard]] tcp_shard& shard() const noexcept { return *shard_; }
    [[nodiscard]] const std::string& label() const noexcept { return label_; }

  private:
    friend class tcp_shard;
    struct readiness;
    enum class phase : std::uint8_t { talking, leaving, lingering, gone };
    enum class pause : std::uint8_t { none, rate, backpressure };
    static constexpr auto behind_grace =
        std::chrono::seconds{1};  // so long a member that is behind holds the speakers back
    enum notice : std::uint8_t { notice_too_long = 1, notice_rate = 2 };

    void join();
    [[nodiscard]] bool enter();
    bool refuse(disconnect_reason why, std::string_view last_words) noexcept;
    void release_accounting() noexcept;

    // Hearing the peer.
    [[nodiscard]] bool reads() const noexcept;
    void on_ready(error_code ec);
    void read();
    void consume(std::string_view bytes);
    void hear(std::string_view line);
    void say(std::string_view text);
    void on_end_of_file();
    [[nodiscard]] bool must_pause();
    void hold_back(std::string_view bytes);
    void resume();
    void set_line_deadline();

    // Telling the peer. tcp_shard moves position_; what must go out before the log's bytes is in output_buffer_.
    void notify(notice kind, std::string_view text);
    void wait_writable() noexcept;
    void on_sent_all();
    void set_pause(pause why) noexcept;
    [[nodiscard]] bool needs_delivery(position tail) const noexcept
    {
        return position_ != goal(tail) || blocked_ || !output_buffer_.empty() || phase_ == phase::leaving;
    }
    [[nodiscard]] bool holds_speakers(time_source::time_point now) const noexcept
    {
        return phase_ == phase::talking &&
               (behind_since_ == time_source::time_point::max() || now - behind_since_ < behind_grace);
    }
    [[nodiscard]] bool in_log() const noexcept { return phase_ == phase::talking || phase_ == phase::leaving; }
    void linger();
    [[nodiscard]] position goal(position tail) const noexcept { return phase_ == phase::talking ? tail : end_; }

    std::uint32_t roster_index_ = 0;
    std::shared_ptr<tcp_shard> shard_;
    tcp_stream stream_;
    std::string label_;
    address_table::key address_;
    member_id id_ = server_id;

    position position_;
    position end_;  // once leaving: where what is owed ends
    wire::lazy_string output_buffer_;
    std::uint32_t skipped_ = 0;    // messages; told to the observer, and not yet to the peer
    std::uint32_t discarded_ = 0;  // lingering: bytes read

    wire::line_framer framer_;
    wire::token_bucket bucket_;
    wire::lazy_string
        pending_;  // talking: read, and waiting for a token or for room in the log; leaving: the last words

    time_source::time_point deadline_ = time_source::time_point::max();
    time_source::time_point since_;  // the open line's first byte; once leaving, when that began
    time_source::time_point behind_since_ =
        time_source::time_point::max();  // lingering: since when all is acknowledged
    time_source::time_point rate_told_ = time_source::time_point::min();

    std::unique_ptr<handler_memory> write_memory_;  // while it is blocked
    [[no_unique_address]] member_memory
        read_memory_;  // of the coroutine's wait; its last word has room for what follows
    wire::telnet_filter telnet_;
    phase phase_ = phase::talking;
    pause pause_ = pause::none;
    disconnect_reason reason_ = disconnect_reason::failed;
    std::uint8_t notices_ = 0;  // the kinds that wait in output_buffer_
    bool first_line_ : 1 = true;
    bool eof_ : 1 = false;
    bool in_roster_ : 1 = false;
    bool counted_ : 1 = false;  // in the address table
    bool member_ : 1 = false;   // in the room's count
    bool blocked_ : 1 = false;  // its socket takes no more for now
    bool armed_ : 1 = false;    // a wait for writability is under way
};

}  // namespace chatroom
