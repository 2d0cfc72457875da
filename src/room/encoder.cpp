// SPDX-License-Identifier: BSL-1.0
#include "room/encoder.hpp"

#include <algorithm>
#include <utility>

namespace chatroom::detail {

const encoded_stretch& log_encoder::gather(const log_view& view, position from, position end)
{
    if (stretch_.count == 0 || from_ != from || end_ != end) {
        from_ = from;
        end_ = end;
        stretch_.count = view.gather(from, end, bytes_per_turn, stretch_.pieces);
        stretch_.bytes = 0;
        for (const auto piece : stretch_.view()) {
            stretch_.bytes += piece.size();
        }
        stretch_.complete = stretch_.bytes == end.byte - from.byte;
    }
    return stretch_;
}

position log_encoder::advance(const log_view& view, position from, std::size_t sent, std::string_view& rest)
{
    return view.advance(from, sent, rest);
}

// At least one message, and then as many as a turn sends.
void batch_encoder::render(const log_view& view, std::uint64_t past, block& into) const
{
    const auto most = into.bytes.size() + bytes_per_turn;
    while (into.past() < past && into.bytes.size() < most) {
        format_.append(into.bytes, view.message_at({0, into.past()}));
        into.ends.push_back(static_cast<std::uint32_t>(into.bytes.size()));
    }
}

// A block takes more while it is small: few blocks, and few pieces for a member that is a little behind. No stretch
// refers to it now.
void batch_encoder::extend_ring(const log_view& view, std::uint64_t from, std::uint64_t past)
{
    if (!ring_.empty() && ring_.back().past() < from) {  // nobody asked for what lies between
        ring_.clear();
        ring_size_ = 0;
    }
    const auto first = ring_.empty() ? from : ring_.back().past();
    if (first >= past) {
        return;
    }
    if (ring_.empty() || ring_.back().size() >= block_bytes) {
        ring_.emplace_back().first = first;
    }
    auto& last = ring_.back();
    const auto size = last.size();
    const auto messages = last.ends.size();
    render(view, past, last);
    rendered_ += last.ends.size() - messages;
    ring_size_ += last.size() - size;
    while (ring_size_ > ring_bytes && ring_.size() > 1) {
        ring_size_ -= ring_.front().size();
        ring_.pop_front();
    }
}

const encoded_stretch& batch_encoder::gather(const log_view& view, position from, position end)
{
    if (stretch_.count != 0 && from_ == from.sequence && end_ == end.sequence) {
        return stretch_;
    }
    stretch_.clear();
    from_ = next_ = from.sequence;
    end_ = end.sequence;
    const auto before_ring = [this] { return !ring_.empty() && from_ < ring_.front().first; };
    if (!before_ring()) {
        extend_ring(view, from_, end_);  // which may push the member's place out at the front
    }
    if (from_ < end_ && before_ring()) {
        apart_ = {};
        apart_.first = from_;
        render(view, std::min(end_, ring_.front().first), apart_);
        rendered_apart_ += apart_.ends.size();
        add_piece(apart_);
    } else {
        const auto holds_next = [this](const block& one) { return one.past() > next_; };
        for (auto at = std::ranges::find_if(ring_, holds_next); at != ring_.end() && next_ < end_; ++at) {
            if (stretch_.count == stretch_.pieces.size() || stretch_.bytes >= bytes_per_turn) {
                break;
            }
            add_piece(*at);
        }
    }
    stretch_.complete = next_ == end_;
    return stretch_;
}

// What the block has from next_ on, up to end_.
void batch_encoder::add_piece(const block& from_block)
{
    const auto start = from_block.start_of(next_);
    next_ = std::min(end_, from_block.past());
    const auto piece = std::string_view{from_block.bytes}.substr(start, from_block.start_of(next_) - start);
    stretch_.pieces[stretch_.count++] = piece;
    stretch_.bytes += piece.size();
}

position batch_encoder::advance(const log_view& view, position from, std::size_t sent, std::string_view& rest)
{
    rest = {};
    auto sequence = from.sequence;
    const auto within = [&](const block& one) {
        const auto target = static_cast<std::uint32_t>(one.start_of(sequence) + sent);
        if (target > one.bytes.size()) {
            sent = target - one.bytes.size();
            sequence = one.past();
            return false;
        }
        // Messages that have no bytes in this protocol are behind the member with the one before them.
        const auto next = std::ranges::upper_bound(one.ends, target);
        const auto whole = static_cast<std::uint64_t>(next - one.ends.begin());
        sequence = std::max(sequence, one.first + whole);
        if (target > one.start_of(sequence)) {
            rest = std::string_view{one.bytes}.substr(target, *next - target);
            ++sequence;
        }
        return true;
    };
    if (!ring_.empty() && sequence >= ring_.front().first) {
        (void)std::ranges::find_if(ring_, [&](const block& one) { return one.past() > sequence && within(one); });
    } else {
        (void)within(apart_);
    }
    return view.position_of(sequence);
}

}  // namespace chatroom::detail
