// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/room_state.hpp"
#include "session/admission.hpp"
#include "session/own_endpoints.hpp"
#include "session/stop_request.hpp"
#include "session/traffic_counters.hpp"
#include "session/udp_handle.hpp"
#include "session/udp_share.hpp"

#include <chatroom/networks.hpp>
#include <chatroom/observer.hpp>
#include <chatroom/options.hpp>
#include <chatroom/serve/clock.hpp>
#include <chatroom/serve/shard.hpp>
#include <chatroom/serve/udp_server.hpp>
#include <chatroom/wire/token_bucket.hpp>

#include <boost/asio/cancellation_signal.hpp>

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chatroom::detail {

/// What the shards of one udp_room share. Nothing in it changes, but for the last three, which see to themselves.
struct udp_context {
    udp_context(std::shared_ptr<room_state> r, const udp_room_options& o, std::shared_ptr<time_source> c)
        : room{std::move(r)},
          options{o},
          clock{std::move(c)}
    {
    }

    const std::shared_ptr<room_state> room;
    const udp_room_options options;
    const std::shared_ptr<time_source> clock;
    const wire::token_rate rate{options.members.rate, options.members.burst};
    const networks trusted{options.trusted_networks};
    detail::own_endpoints own_endpoints;
    detail::admission admission{options.members, udp_room_options::default_max_members};
    pending_admissions asking;  // peers for which the policy is being asked
};

/// What one port serves: its members, each in one room, and what they send. Everything runs on the port's strand, but
/// for what says otherwise.
class udp_shard final : public std::enable_shared_from_this<udp_shard> {
  public:
    udp_shard(std::shared_ptr<udp_context> context, std::shared_ptr<udp_port> port);
    ~udp_shard();

    /// Starts the timer, and begins to read the room. Any thread, once, before the port receives.
    void start();

    /// Reads no room any more. Any thread, once nothing else runs here.
    void detach() noexcept;

    /// Hears no more; sends what is owed and the last word, lets everybody go and closes the port, within the drain
    /// time. Any thread.
    void drain() noexcept { request_stop(stop_mode::drain); }

    /// Lets everybody go, and closes the port, at once. Any thread.
    void close_all() noexcept { request_stop(stop_mode::close); }

    /// What came together, in order.
    void receive(const receive_batch& batch) noexcept;

    /// Something was published in the room of the share, or a stop was asked for.
    void flush(const std::shared_ptr<udp_share>& share) noexcept;

    /// Has the share's members added to the collection. Any thread.
    void collect(std::shared_ptr<udp_share> share, std::shared_ptr<member_collector> into);

    // What a handle asks for; nothing happens if its member has gone. post() from any thread.
    void post(std::function<void()> what) noexcept;
    void send_line(const udp_handle& to, std::string_view sender, std::string_view text);
    void remove(const udp_handle& which, std::string_view last_words);
    void set_sender(udp_handle& of, std::string_view sender);
    void move(udp_handle& which, const std::shared_ptr<room_state>& to);
    void leave(const udp_handle& which, const room_state& room);

    [[nodiscard]] time_source::time_point now() const noexcept { return timer_.now(); }

    /// What it has counted. Any thread may read it.
    [[nodiscard]] const traffic_counters& counters() const noexcept { return counters_; }

  private:
    // A peer for which the policy is being asked.
    struct asking {
        local_address local;
        time_source::time_point until;
        asio::cancellation_signal cancel;
    };

    /// The room that peers come in by, whose policy admits and has the commands.
    [[nodiscard]] room_state& room() const noexcept { return *context_->room; }
    [[nodiscard]] chatroom::observer& observer() const noexcept { return context_->room->observer(); }

    // Rooms.
    [[nodiscard]] udp_member* find(const asio::ip::udp::endpoint& from) noexcept;
    [[nodiscard]] udp_share& share_of(const udp_member& member) noexcept;
    [[nodiscard]] room_state& room_of(const udp_member& member) noexcept { return share_of(member).room(); }
    [[nodiscard]] std::shared_ptr<udp_share> share_for(const std::shared_ptr<room_state>& room);
    void drop_if_empty(const udp_share& share) noexcept;
    void report_joined(udp_share& share, const udp_member& member) noexcept;
    template <typename Function>
    void for_each_share(Function function)
    {
        function(*main_);
        for (auto next = others_.begin(); next != others_.end();) {  // which it may take out
            const auto share = (next++)->second;
            function(*share);
        }
    }

    // Receiving.
    void receive(const datagram& one, time_source::time_point now);
    udp_member* join(const datagram& from, time_source::time_point now);
    udp_member* admit(const asio::ip::udp::endpoint& from, const local_address& local, time_source::time_point now);
    void ask_policy(const datagram& from, time_source::time_point now);
    void on_verdict(const asio::ip::udp::endpoint& from, const std::exception_ptr& failure,
                    const admission_verdict& answer);
    void cancel_late_questions(time_source::time_point now);
    [[nodiscard]] std::shared_ptr<udp_handle> handle_of(const udp_member& member);
    [[nodiscard]] udp_member* member_of(const udp_handle& which) noexcept;
    void say(udp_member& member, std::string_view text, time_source::time_point now);
    [[nodiscard]] error_code publish(udp_member& member, std::string_view text, time_source::time_point now,
                                     std::string& words);
    [[nodiscard]] bool execute(udp_member& member, const wire::command& line, time_source::time_point now);
    [[nodiscard]] udp_handle* busy_handle(const udp_member& member) noexcept;
    void wait_for_command(udp_handle& handle, udp_member& member, const wire::command& line,
                          time_source::time_point now);
    void go_on_behind_command(const std::shared_ptr<udp_handle>& handle);
    void execute_waiting(udp_handle& handle);
    void run_command(udp_member& member, std::string_view line, time_source::time_point now);
    template <typename Function>
    void call_policy(std::string_view where, Function function) noexcept
    {
        try {
            function();
        } catch (...) {
            report_exception(where);
        }
    }
    void drop(udp_member& member, error_code why, std::string_view notice, time_source::time_point now);
    void ignore_server(udp_member& member);
    void refuse(const asio::ip::udp::endpoint& from, const local_address& local, disconnect_reason why,
                std::string_view words, time_source::time_point now);
    [[nodiscard]] address_table::key key_of(const asio::ip::udp::endpoint& from) const noexcept;
    void tell(const asio::ip::udp::endpoint& to, const local_address& from, std::string_view notice) noexcept;
    void quit(udp_member& member, disconnect_reason why, std::string_view last_words = {});
    void release_accounting(udp_share& share, udp_member& member) noexcept;
    void leave_room(udp_share& share, udp_member& member) noexcept;
    void leave(udp_member& member, disconnect_reason why) noexcept;
    void on_timer() noexcept;
    [[nodiscard]] time_source::time_point expiry_time(time_source::time_point heard) const noexcept;
    void expire(time_source::time_point now) noexcept;

    // Sweeps.
    void request_stop(stop_mode what) noexcept;
    [[nodiscard]] bool apply_stop_request() noexcept;
    [[nodiscard]] bool is_empty() noexcept;
    void begin_closing_sweeps() noexcept;
    void want_sweep(const std::shared_ptr<udp_share>& share);
    void start_sweeps();
    void sweep_later() noexcept;
    [[nodiscard]] static task<> sweep(std::shared_ptr<udp_shard> self);
    [[nodiscard]] bool begin_sweep();
    [[nodiscard]] error_code send_some();
    void end_sweep();
    void send_pending(udp_member& member);
    void clear_batch() noexcept;
    void disconnect_all() noexcept;
    void cancel_timer_if_done() noexcept;
    void report_exception(std::string_view where) noexcept;

    const std::shared_ptr<udp_context> context_;
    const std::shared_ptr<udp_port> port_;
    stop_request stop_request_;
    shard_timer timer_;
    std::shared_ptr<udp_share> main_;                                           // of room()
    std::unordered_map<const room_state*, std::shared_ptr<udp_share>> others_;  // those that members have moved to
    std::map<asio::ip::udp::endpoint, udp_share*> elsewhere_;                   // the members that are in one of these
    std::unordered_map<member_id, std::shared_ptr<udp_handle>> handles_;        // of those that one was asked for
    std::map<asio::ip::udp::endpoint, asking> asking_;
    wire::token_bucket refusals_;  // answered: whoever floods us with callers gets few words out of us

    traffic_counters counters_;
    send_batch batch_;
    std::deque<std::shared_ptr<udp_share>> due_;  // for a sweep
    std::shared_ptr<udp_share> current_;          // of the sweep that is under way
    bool sweeping_ = false;                       // the coroutine runs
    bool draining_ = false;
    time_source::time_point close_at_ = time_source::time_point::max();
};

}  // namespace chatroom::detail
