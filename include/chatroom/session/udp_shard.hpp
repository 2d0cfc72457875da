// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/observer.hpp>
#include <chatroom/options.hpp>
#include <chatroom/room/log.hpp>
#include <chatroom/room/log_reader.hpp>
#include <chatroom/room/room_state.hpp>
#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/handler_memory.hpp>
#include <chatroom/serve/udp_server.hpp>
#include <chatroom/session/address_table.hpp>
#include <chatroom/session/networks.hpp>
#include <chatroom/session/own_endpoints.hpp>
#include <chatroom/session/seats.hpp>
#include <chatroom/session/stop_request.hpp>
#include <chatroom/session/udp_roster.hpp>
#include <chatroom/wire/token_bucket.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

namespace chatroom {

/// What the shards of one udp_room share. Nothing in it changes, but for the last three, which see to themselves.
struct udp_context {
    using admission = std::function<bool(const asio::ip::udp::endpoint&)>;

    udp_context(std::shared_ptr<room_state> r, const udp_room_options& o, admission a, std::shared_ptr<time_source> c)
        : room{std::move(r)},
          options{o},
          admit{std::move(a)},
          clock{std::move(c)}
    {
    }

    const std::shared_ptr<room_state> room;
    const udp_room_options options;
    const admission admit;
    const std::shared_ptr<time_source> clock;
    const wire::token_rate rate{options.rate, options.burst};
    const networks trusted{options.trusted_networks};
    chatroom::own_endpoints own_endpoints;
    address_table addresses{options.max_members_per_address};
    chatroom::seats seats{options.max_members};
};

/// The share of a room that one port serves: its members, by address, and what they are owed. Everything but schedule()
/// runs on the port's strand.
///
/// A sweep goes through the slots once and gives each member what it is owed up to the tail as the sweep found it, a
/// batch at a time; in between, the strand reads and looks at its timer.
///
///     idle ──flush()──► sweeping ──step()──► … ──► idle       or, when the room closes: farewell, and then nobody
///                          │  ▲
///                          ▼  │ writable again, or 10 ms later
///                        blocked
class udp_shard final : public log_reader, public std::enable_shared_from_this<udp_shard> {
  public:
    udp_shard(std::shared_ptr<udp_context> context, std::shared_ptr<udp_port> port);
    ~udp_shard() override;

    /// Starts the timer, and adds the shard to the room's readers. Any thread, once, before the port receives.
    void start();

    /// Takes the shard from the room's readers. Any thread.
    void detach() noexcept;

    /// Hears no more; sends what is owed and the last word, lets everybody go and closes the port, within the drain
    /// time. Any thread.
    void drain() noexcept { request_stop(stop_mode::drain); }

    /// Lets everybody go, and closes the port, at once. Any thread.
    void close_all() noexcept { request_stop(stop_mode::close); }

    /// What came together, in order.
    void hear(const receive_batch& batch) noexcept;

  private:
    static constexpr std::string_view room_closing = "*\nthe room is closing";

    enum class sweep : std::uint8_t { idle, going, blocked };

    static constexpr position no_joiners{std::numeric_limits<std::uint64_t>::max(),
                                         std::numeric_limits<std::uint64_t>::max()};

    [[nodiscard]] room_state& room() const noexcept { return *context_->room; }
    [[nodiscard]] chatroom::observer& observer() const noexcept { return context_->room->observer(); }

    // Hearing.
    void hear(const datagram& one, time_source::time_point now);
    udp_member* join(const datagram& from, time_source::time_point now);
    void say(udp_member& member, std::string_view text, time_source::time_point now);
    void drop(udp_member& member, error_code why, std::string_view notice, time_source::time_point now);
    void ignore_server(udp_member& member);
    void refuse(const datagram& from, disconnect_reason why, std::string_view notice, time_source::time_point now);
    [[nodiscard]] position replayed_from() const;
    void quit(udp_member& member);
    void release_accounting(udp_member& member) noexcept;
    void leave(udp_member& member, disconnect_reason why) noexcept;
    void on_timer() noexcept;
    [[nodiscard]] time_source::time_point expiry_time(time_source::time_point heard) const noexcept;
    void expire(time_source::time_point now) noexcept;

    // Telling.
    void wake() noexcept override;
    [[nodiscard]] bool idle() const noexcept override;
    void request_stop(stop_mode what) noexcept;
    [[nodiscard]] bool apply_stop_request() noexcept;
    void begin_closing_pass() noexcept;
    void flush() noexcept;
    void begin_sweep();
    void step() noexcept;
    void fill();
    void decode(std::uint64_t from, std::uint64_t to);
    [[nodiscard]] bool append_pending(udp_member& member, std::size_t& piece) noexcept;
    void send();
    void pause() noexcept;
    void end_sweep() noexcept;
    void disconnect_all() noexcept;
    void cancel_timer_if_done() noexcept;
    void report_exception(std::string_view where) noexcept;

    const std::shared_ptr<udp_context> context_;
    const std::shared_ptr<udp_port> port_;
    stop_request stop_request_;
    std::atomic<bool> detached_{false};
    handler_memory wake_memory_;   // of the one wake that is under way
    handler_memory sweep_memory_;  // of the one step, or wait to write, that is
    shard_timer timer_;
    udp_roster roster_;
    wire::token_bucket refusals_;  // answered: whoever floods us with callers gets few words out of us

    send_batch batch_;
    log_view view_;                       // pinned as long as a batch is not sent
    std::vector<message_view> messages_;  // of view_, from the sequence first_ on
    std::uint64_t first_ = 0;
    sweep sweep_ = sweep::idle;
    position base_;                  // no member is owed anything before it, but for those of joiners_
    position goal_;                  // where the sweep ends
    position joiners_ = no_joiners;  // where the first of those begins that came in with a replay
    std::size_t slot_ = 0;           // the sweep has served the slots before this one
    std::size_t fragment_ = 0;       // and so many pieces of the message that this slot's member is owed next
    bool again_ = false;             // woken during the sweep
    bool waits_to_write_ = false;
    bool draining_ = false;
    bool closing_pass_ = false;  // the sweep says goodbye too
    time_source::time_point close_at_ = time_source::time_point::max();
};

}  // namespace chatroom
