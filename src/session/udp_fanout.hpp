// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room/log.hpp"
#include "room/log_reader.hpp"
#include "room/room_state.hpp"
#include "session/udp_roster.hpp"

#include <chatroom/export.hpp>
#include <chatroom/serve/datagrams.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace chatroom::detail {

/// One room over one UDP port: its members there, by address, and the sweep that gives each what it is owed. On the
/// port's strand. It has no socket: it fills batches, and whoever drives it sends them.
///
/// A sweep goes through the slots once and gives each member what it is owed up to the tail as the sweep found it, a
/// batch at a time; in between, members join, speak and leave.
class CHATROOM_EXPORT udp_fanout {
  public:
    explicit udp_fanout(std::shared_ptr<room_state> room);

    [[nodiscard]] room_state& room() const noexcept { return *room_; }
    [[nodiscard]] udp_roster& members() noexcept { return roster_; }

    /// Adds a member that is owed the last `replay` messages, and what comes. Throws std::bad_alloc, and nothing
    /// changed.
    udp_member& add(const udp_roster::endpoint_type& from, udp_roster::time_point now, std::size_t replay);

    /// Takes it out. Also while a sweep is going on.
    void remove(udp_member& member) noexcept;

    /// Begins a sweep up to the tail; a closing one, if it gets that far, says goodbye too. False if there is nobody to
    /// send anything to. Throws std::bad_alloc.
    [[nodiscard]] bool begin(bool closing);

    /// Fills the batch, which is empty, with what comes next in the sweep. What throws does so before a member's
    /// position has moved. `goodbye` is called with each member that the closing sweep has served; it removes it.
    template <typename Goodbye>
    void fill(send_batch& batch, Goodbye goodbye)
    {
        batch.clear();
        prepare(base_, goal_.sequence);
        while (auto* member = next_member()) {
            if (!append_pending(*member, fragment_, batch)) {
                return;
            }
            if (closing_) {
                if (batch.full()) {
                    return;
                }
                goodbye(*member, batch);
            }
            ++slot_;
        }
    }

    /// The batch is sent: whether the sweep goes on. It lets go of the log.
    [[nodiscard]] bool goes_on() noexcept;

    /// The sweep is over. False if another one is to follow at once.
    [[nodiscard]] bool end() noexcept;

    /// Gives up the sweep.
    void abandon() noexcept;

    /// Fills the batch with what this member is owed up to the tail; false if the batch is full before that.
    [[nodiscard]] bool append_all_pending(udp_member& member, std::size_t& fragment, send_batch& batch);

    /// How many pieces of the message that this member is owed next have been sent.
    [[nodiscard]] std::size_t fragment_of(const udp_member& member) const noexcept
    {
        return udp_roster::slot_of(member) == slot_ ? fragment_ : 0;
    }

    /// Lets go of the log.
    void clear_view() noexcept { view_.clear(); }

    /// What holds speakers back: see log_reader::set_backpressure_mark.
    [[nodiscard]] std::uint64_t backpressure_mark() const noexcept
    {
        return roster_.size() == 0 ? log_reader::no_mark : base_.byte;
    }

  private:
    static constexpr position no_joiners{std::numeric_limits<std::uint64_t>::max(),
                                         std::numeric_limits<std::uint64_t>::max()};

    [[nodiscard]] udp_member* next_member() noexcept;
    void prepare(position from, std::uint64_t to);
    void decode(std::uint64_t from, std::uint64_t to);
    [[nodiscard]] bool append_pending(udp_member& member, std::size_t& fragment, send_batch& batch) noexcept;

    const std::shared_ptr<room_state> room_;
    udp_roster roster_;
    log_view view_;                       // pinned as long as a batch is not sent
    std::vector<message_view> messages_;  // of view_, from the sequence first_ on
    std::uint64_t first_ = 0;
    position base_;                  // no member is owed anything before it, but for those of joiners_
    position goal_;                  // where the sweep ends
    position joiners_ = no_joiners;  // where the first of those begins that came in with a replay
    std::size_t slot_ = 0;           // the sweep has served the slots before this one
    std::size_t fragment_ = 0;       // and so many pieces of the message that this slot's member is owed next
    bool sweeping_ = false;
    bool again_ = false;    // the sweep does not reach the tail
    bool closing_ = false;  // the sweep says goodbye too
};

}  // namespace chatroom::detail
