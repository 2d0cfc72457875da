// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/room_state.hpp"
#include "session/admission.hpp"
#include "session/shard_fanout.hpp"
#include "session/stop_request.hpp"
#include "wire/text_protocol.hpp"

#include <chatroom/networks.hpp>
#include <chatroom/options.hpp>
#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/shard.hpp>
#include <chatroom/serve/task_group.hpp>
#include <chatroom/tcp_wire.hpp>
#include <chatroom/wire/token_bucket.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <memory>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chatroom::detail {

class tcp_session;

/// What the shards of one tcp_room share. Nothing in it changes, but for the last two, which see to themselves.
struct tcp_context {
    tcp_context(std::shared_ptr<room_state> r, const tcp_room_options& o, tcp_wire w, std::shared_ptr<time_source> c,
                std::shared_ptr<shard_list> s, task_group t)
        : room{std::move(r)},
          options{o},
          wire{std::move(w)},
          clock{std::move(c)},
          shards{std::move(s)},
          tasks{std::move(t)}
    {
    }

    const std::shared_ptr<room_state> room;
    const tcp_room_options options;
    const tcp_wire wire;
    const chatroom::wire::text_rules text{room->options().max_message, options.message_gap, options.line_timeout,
                                          bool{room->policy().command}};
    const chatroom::wire::token_rate rate{options.members.rate, options.members.burst};
    const networks proxies{options.proxy_networks, "proxy_networks"};
    const std::shared_ptr<time_source> clock;
    const std::shared_ptr<shard_list> shards;
    const task_group tasks;
    detail::admission admission{options.members, 0};
    pending_admissions asking;  // peers for whom the policy is being asked
};

/// The connections of one strand: their deadlines, the fanouts of their rooms, and how they end. Everything on the
/// strand, but for what says otherwise.
class tcp_shard final : public std::enable_shared_from_this<tcp_shard> {
  public:
    tcp_shard(std::shared_ptr<tcp_context> context, std::size_t index);
    ~tcp_shard();
    tcp_shard(const tcp_shard&) = delete;
    tcp_shard& operator=(const tcp_shard&) = delete;

    /// Starts the timer, and adds the shard's fanout to the room's readers. Any thread, once, before the first session.
    void start();

    /// Takes the fanout from the room's readers. Any thread.
    void detach() noexcept { fanout_->detach(); }

    /// Starts the disconnect sequence of every session, later ones included. Any thread.
    void drain() noexcept { request_stop(stop_mode::drain); }

    /// Closes every session's connection. Any thread.
    void close_all() noexcept { request_stop(stop_mode::close); }

    [[nodiscard]] tcp_context& context() const noexcept { return *context_; }
    [[nodiscard]] room_state& room() const noexcept { return *context_->room; }
    [[nodiscard]] shard& home() const noexcept { return *(*context_->shards)[index_]; }
    [[nodiscard]] time_source::time_point now() const noexcept { return timer_.now(); }
    [[nodiscard]] bool draining() const noexcept { return stop_request_.furthest() != stop_mode::none; }
    [[nodiscard]] const std::shared_ptr<shard_fanout>& fanout() const noexcept { return fanout_; }
    [[nodiscard]] tcp_counters& counters() noexcept { return *counters_; }

    /// Adds what the shard has counted. Any thread.
    void add_to(tcp_statistics& sum) noexcept;

    /// The fanout of a room here, made for its first member. Throws std::bad_alloc.
    [[nodiscard]] shard_fanout& fanout_of(const std::shared_ptr<room_state>& room);

    /// Its last member may have gone. Not from within a flush.
    void drop_if_empty(const room_state& room) noexcept;

    /// Calls a function of the policy that returns nothing, and reports what it throws.
    template <typename Function>
    void call_policy(std::string_view where, std::string_view address, Function function) noexcept
    {
        try {
            function();
        } catch (...) {
            report_exception(where, address);
        }
    }

    /// A session is listed from its first byte to its last: a stop goes through the list. Throws std::bad_alloc.
    void add(tcp_session& session);
    void remove(tcp_session& session) noexcept;

    /// Has the session's take_turn() called. They go one by one, with what else there is for the strand in between: a
    /// handshake of TLS takes a millisecond, and many may come at once. Throws std::bad_alloc.
    void await_turn(tcp_session& session);

    /// Has the session's on_deadline called at `when`; `current`, which is the session's to keep, is forgotten. Throws
    /// std::bad_alloc.
    void set_deadline(tcp_session& session, time_source::time_point& current, time_source::time_point when);
    void clear_deadline(tcp_session& session, time_source::time_point& current) noexcept;

    /// Reports what stopped one turn of a loop, for the member at `address` if one is concerned; called within a catch
    /// block.
    void report_exception(std::string_view where, std::string_view address = {}) noexcept;

  private:
    void request_stop(stop_mode what) noexcept;
    void apply_stop_request() noexcept;
    void on_timer() noexcept;
    void post_turn();
    void run_turn() noexcept;
    void cancel_timer_if_done() noexcept;
    void count_buffered_bytes() noexcept;

    const std::shared_ptr<tcp_context> context_;
    const std::size_t index_;
    stop_request stop_request_;
    shard_timer timer_;
    const std::shared_ptr<tcp_counters> counters_ = std::make_shared<tcp_counters>();
    std::atomic<int> watched_{0};                 // for so many seconds more somebody wants to know the buffered bytes
    const std::shared_ptr<shard_fanout> fanout_;  // of the room that peers come in by
    std::unordered_map<const room_state*, std::shared_ptr<shard_fanout>> other_fanouts_;
    std::vector<tcp_session*> sessions_;
    std::deque<tcp_session*> turns_;
    bool turn_posted_ = false;
    std::set<std::pair<time_source::time_point, tcp_session*>> deadlines_;
};

}  // namespace chatroom::detail
