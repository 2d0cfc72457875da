// SPDX-License-Identifier: BSL-1.0
#include "room/log.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace chatroom::detail {

class log_segment {
  public:
    struct entry {
        std::int64_t time_and_kind;  // microseconds since the epoch of the system clock, and in the low byte the kind
        member_id member;
        std::uint32_t offset;
        std::uint16_t sender;  // bytes
        std::uint16_t text;    // bytes
    };
    static_assert(sizeof(entry) == 24);

    /// Throws std::bad_alloc.
    log_segment(position first, std::size_t bytes)
        : first_{first},
          bytes_{bytes},
          block_{std::make_unique_for_overwrite<char[]>(bytes)}
    {
    }

    /// Whether a message fits an empty segment of that size.
    [[nodiscard]] static bool fits(std::size_t wire, std::size_t bytes) noexcept
    {
        return wire + sizeof(entry) <= bytes;
    }

    [[nodiscard]] position first() const noexcept { return first_; }
    [[nodiscard]] std::uint64_t last_byte() const noexcept { return first_.byte + used_; }
    [[nodiscard]] const char* data() const noexcept { return block_.get(); }

    [[nodiscard]] bool fits(std::size_t wire) const noexcept
    {
        return used_ + wire + (count_ + 1) * sizeof(entry) <= bytes_;
    }

    void append(const entry& header, std::string_view sender, std::string_view text) noexcept
    {
        assert(fits(sender.size() + text.size() + 2));
        auto e = header;
        e.offset = static_cast<std::uint32_t>(used_);
        std::memcpy(place(count_), &e, sizeof e);
        char* out = block_.get() + used_;
        out = std::copy(sender.begin(), sender.end(), out);
        *out++ = '\n';
        out = std::copy(text.begin(), text.end(), out);
        *out = '\n';
        used_ += sender.size() + text.size() + 2;
        ++count_;
    }

    [[nodiscard]] entry at(std::size_t index) const noexcept
    {
        entry e;
        std::memcpy(&e, place(index), sizeof e);
        return e;
    }

  private:
    [[nodiscard]] char* place(std::size_t index) const noexcept
    {
        return block_.get() + bytes_ - (index + 1) * sizeof(entry);
    }

    const position first_;
    const std::size_t bytes_;
    const std::unique_ptr<char[]> block_;
    std::size_t used_ = 0;  // with count_: the writer's, under the room's mutex; a view has its own tail
    std::size_t count_ = 0;
};

message_log::message_log(std::size_t bytes) : max_segments_{std::max<std::size_t>(2, bytes / segment_bytes)} {}
message_log::~message_log() = default;
message_log::message_log(message_log&&) noexcept = default;

void message_log::append(const room_entry& what, std::chrono::system_clock::time_point time)
{
    const auto wire = what.sender.size() + what.text.size() + 2;
    if (segments_.empty() || !segments_.back()->fits(wire)) {
        const bool small = segments_.empty() && log_segment::fits(wire, first_segment_bytes);
        segments_.push_back(std::make_shared<log_segment>(tail_, small ? first_segment_bytes : segment_bytes));
        if (segments_.size() > max_segments_) {
            segments_.pop_front();
        }
    }
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch());
    log_segment::entry e{};
    e.time_and_kind = since.count() * 256 + static_cast<std::int64_t>(what.kind);
    e.member = what.member;
    e.sender = static_cast<std::uint16_t>(what.sender.size());
    e.text = static_cast<std::uint16_t>(what.text.size());
    segments_.back()->append(e, what.sender, what.text);
    tail_ = {tail_.byte + wire, tail_.sequence + 1};
}

position message_log::oldest() const noexcept
{
    return segments_.empty() ? tail_ : segments_.front()->first();
}

void message_log::view_since(position from, log_view& view) const
{
    auto first = segments_.end();
    while (from.byte < tail_.byte && first != segments_.begin()) {
        --first;
        if ((*first)->first().byte <= from.byte) {
            break;
        }
    }
    view.assign(first, segments_.end(), oldest(), tail_);
}

std::size_t log_view::gather(position from, position end, std::size_t limit,
                             std::span<std::string_view> out) const noexcept
{
    std::size_t count = 0;
    auto byte = from.byte;
    const auto stop = std::min<std::uint64_t>(end.byte, byte + limit);
    for (const auto& segment : segments_) {
        if (byte >= stop || count == out.size()) {
            break;
        }
        // Only the last segment of the view still grows, and only beyond the view's tail.
        const auto last = &segment == &segments_.back() ? tail_.byte : segment->last_byte();
        if (byte < last) {
            out[count++] = {segment->data() + (byte - segment->first().byte), std::min(stop, last) - byte};
            byte = std::min(stop, last);
        }
    }
    return count;
}

namespace {

// The last of the segments that begins at or before the position.
const log_segment& segment_of(const std::vector<std::shared_ptr<const log_segment>>& segments,
                              std::uint64_t sequence) noexcept
{
    const auto next = std::upper_bound(segments.begin(), segments.end(), sequence,
                                       [](std::uint64_t s, const auto& x) { return s < x->first().sequence; });
    return **std::prev(next);
}

}  // namespace

position log_view::advance(position from, std::size_t bytes, std::string_view& rest) const noexcept
{
    rest = {};
    const auto target = from.byte + bytes;
    if (target == tail_.byte) {
        return tail_;
    }
    const auto next = std::upper_bound(segments_.begin(), segments_.end(), target,
                                       [](std::uint64_t b, const auto& x) { return b < x->first().byte; });
    const auto& segment = **std::prev(next);
    const auto first = segment.first();
    const auto past = next == segments_.end() ? tail_.sequence : (*next)->first().sequence;
    const auto offset = target - first.byte;
    // The first message of the segment whose end is at or beyond the target.
    std::size_t low = 0;
    std::size_t high = past - first.sequence;
    const auto end_of = [&](std::size_t index) {
        const auto e = segment.at(index);
        return std::uint64_t{e.offset} + e.sender + e.text + 2;
    };
    if (offset == 0) {
        return first;
    }
    while (low < high) {
        const auto middle = low + (high - low) / 2;
        if (end_of(middle) < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    const auto end = end_of(low);
    rest = {segment.data() + offset, end - offset};
    return {first.byte + end, first.sequence + low + 1};
}

message_view log_view::message_at(position at) const noexcept
{
    const auto& segment = segment_of(segments_, at.sequence);
    const auto e = segment.at(at.sequence - segment.first().sequence);
    const char* start = segment.data() + e.offset;
    return {at.sequence,
            std::chrono::system_clock::time_point{std::chrono::microseconds{e.time_and_kind >> 8}},
            e.member,
            {start, e.sender},
            {start + e.sender + 1, e.text},
            {start, std::size_t{e.sender} + e.text + 2},
            static_cast<entry_kind>(e.time_and_kind & 0xff),
            room_};
}

position log_view::position_of(std::uint64_t sequence) const noexcept
{
    if (sequence == tail_.sequence) {
        return tail_;
    }
    const auto& segment = segment_of(segments_, sequence);
    return {segment.first().byte + segment.at(sequence - segment.first().sequence).offset, sequence};
}

position log_view::back(position from, std::size_t messages) const noexcept
{
    if (segments_.empty() || from.sequence <= oldest_.sequence) {
        return from;
    }
    const auto sequence = std::max(oldest_.sequence, from.sequence - std::min<std::uint64_t>(messages, from.sequence));
    return sequence == from.sequence ? from : position_of(sequence);
}

}  // namespace chatroom::detail
