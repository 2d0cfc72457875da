// SPDX-License-Identifier: BSL-1.0
#include "wire/line_framer.hpp"

#include <chatroom/wire/text.hpp>

#include <algorithm>

namespace chatroom::wire {
namespace {

constexpr std::size_t endless_line = 64 * 1024;  // bytes

}  // namespace

line_framer::result line_framer::next(std::string_view& bytes, std::string_view& line)
{
    release();
    const auto newline = bytes.find('\n');
    const auto size = std::min(newline, bytes.size());
    const auto piece = bytes.substr(0, size);
    if (newline == bytes.npos) {
        bytes.remove_prefix(size);
        if (raw_ + size > endless_line) {
            return result::endless;
        }
        raw_ += static_cast<std::uint32_t>(size);
        return add(piece) ? result::need_more : result::too_long;
    }
    bytes.remove_prefix(size + 1);
    sends_newlines_ = true;
    if (raw_ == 0) {
        // As if it had come in two pieces: what it means must not depend on that.
        if (is_clean(piece)) {
            line = piece;
            return line.size() <= limit_ ? result::line : result::too_long;
        }
        append_clean(partial_.get(), piece);
        return give_out(line);
    }
    const bool was_discarding = discarding_;
    const bool fits = add(piece);
    if (!was_discarding && !fits) {
        end_line();
        return result::too_long;
    }
    const auto what = finish(line);
    return what == result::need_more ? next(bytes, line) : what;
}

line_framer::result line_framer::finish(std::string_view& line)
{
    release();
    if (raw_ == 0 || discarding_) {
        end_line();
        return result::need_more;
    }
    append_clean(partial_.get(), {tail_, tail_size_});  // a code point that was cut becomes U+FFFD
    end_line();
    return give_out(line);
}

line_framer::result line_framer::give_out(std::string_view& line) noexcept
{
    line = partial_.view();
    given_out_ = true;
    return line.size() <= limit_ ? result::line : result::too_long;
}

// Adds to the open line; false when it has just become too long.
bool line_framer::add(std::string_view piece)
{
    if (discarding_) {
        return true;
    }
    std::string joined;
    if (tail_size_ != 0) {
        joined.assign(tail_, tail_size_).append(piece);
        piece = joined;
    }
    const auto complete = complete_prefix(piece);
    append_clean(partial_.get(), piece.substr(0, complete));
    tail_size_ = static_cast<std::uint8_t>(piece.size() - complete);
    piece.copy(tail_, tail_size_, complete);
    if (partial_.view().size() <= limit_) {
        return true;
    }
    discarding_ = true;
    tail_size_ = 0;
    partial_.clear();
    return false;
}

void line_framer::end_line() noexcept
{
    raw_ = 0;
    tail_size_ = 0;
    discarding_ = false;
}

void line_framer::release() noexcept
{
    if (given_out_) {
        given_out_ = false;
        partial_.clear();
    }
}

}  // namespace chatroom::wire
