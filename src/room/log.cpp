// SPDX-License-Identifier: BSL-1.0
#include <chatroom/room/log.hpp>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace chatroom {

class log_segment {
  public:
    struct entry {
        std::int64_t time;  // microseconds since the epoch of the system clock
        member_id member;
        std::uint32_t offset;
        std::uint16_t sender;  // bytes
        std::uint16_t text;    // bytes
    };
    static_assert(sizeof(entry) == 24);

    explicit log_segment(position first) noexcept : first_{first} {}

    [[nodiscard]] position first() const noexcept { return first_; }
    [[nodiscard]] std::uint64_t last_byte() const noexcept { return first_.byte + used_; }
    [[nodiscard]] const char* data() const noexcept { return block_; }

    [[nodiscard]] bool fits(std::size_t wire) const noexcept
    {
        return used_ + wire + (count_ + 1) * sizeof(entry) <= message_log::segment_bytes;
    }

    void append(const entry& header, std::string_view sender, std::string_view text) noexcept
    {
        assert(fits(sender.size() + text.size() + 2));
        auto e = header;
        e.offset = static_cast<std::uint32_t>(used_);
        std::memcpy(place(count_), &e, sizeof e);
        char* out = block_ + used_;
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
        std::memcpy(&e, const_cast<log_segment*>(this)->place(index), sizeof e);
        return e;
    }

  private:
    [[nodiscard]] char* place(std::size_t index) noexcept
    {
        return block_ + message_log::segment_bytes - (index + 1) * sizeof(entry);
    }

    const position first_;
    std::size_t used_ = 0;  // with count_: the writer's, under the room's mutex; a view has its own tail
    std::size_t count_ = 0;
    alignas(entry) char block_[message_log::segment_bytes];
};

message_log::message_log(std::size_t bytes) : max_segments_{std::max<std::size_t>(2, bytes / segment_bytes)} {}
message_log::~message_log() = default;
message_log::message_log(message_log&&) noexcept = default;

void message_log::append(member_id member, std::string_view sender, std::string_view text,
                         std::chrono::system_clock::time_point time)
{
    const auto wire = sender.size() + text.size() + 2;
    if (segments_.empty() || !segments_.back()->fits(wire)) {
        segments_.push_back(std::shared_ptr<log_segment>{new log_segment{tail_}});
        if (segments_.size() > max_segments_) {
            segments_.pop_front();
        }
    }
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(time.time_since_epoch());
    segments_.back()->append(
        {since.count(), member, 0, static_cast<std::uint16_t>(sender.size()), static_cast<std::uint16_t>(text.size())},
        sender, text);
    tail_ = {tail_.byte + wire, tail_.sequence + 1};
}

position message_log::oldest() const noexcept
{
    return segments_.empty() ? tail_ : segments_.front()->first();
}

void message_log::view_since(position from, log_view& view) const
{
    view.clear();
    view.oldest_ = oldest();
    view.tail_ = tail_;
    if (from.byte >= tail_.byte) {
        return;
    }
    auto first = segments_.end();
    while (first != segments_.begin()) {
        --first;
        if ((*first)->first().byte <= from.byte) {
            break;
        }
    }
    view.segments_.assign(first, segments_.end());
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
            std::chrono::system_clock::time_point{std::chrono::microseconds{e.time}},
            e.member,
            {start, e.sender},
            {start + e.sender + 1, e.text},
            {start, std::size_t{e.sender} + e.text + 2}};
}

position log_view::back(position from, std::size_t messages) const noexcept
{
    if (segments_.empty() || from.sequence <= oldest_.sequence) {
        return from;
    }
    const auto sequence = std::max(oldest_.sequence, from.sequence - std::min<std::uint64_t>(messages, from.sequence));
    if (sequence == from.sequence) {
        return from;
    }
    const auto& segment = segment_of(segments_, sequence);
    return {segment.first().byte + segment.at(sequence - segment.first().sequence).offset, sequence};
}

}  // namespace chatroom
