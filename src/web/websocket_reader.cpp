// SPDX-License-Identifier: BSL-1.0
#include "websocket_reader.hpp"

#include <utf8.h>

#include <algorithm>
#include <span>

namespace chatroom::detail {
namespace {

static_assert(sizeof(websocket_reader) <= 72);  // what an idle member costs

constexpr std::uint64_t max_length = 0x7fff'ffff'ffff'ffff;

// Whether some bytes behind `begin`, which is no valid UTF-8, make one valid code point of it. The first two bytes of a
// code point decide on it, and if any second byte does then the lowest or the highest.
bool begins_code_point(std::string_view begin) noexcept
{
    const auto lead = static_cast<unsigned char>(begin.front());
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (begin.size() >= size) {
        return false;
    }
    return std::ranges::any_of(std::string_view{"\x80\xbf"}, [&](char fill) {
        std::array<char, 4> whole;
        whole.fill(fill);
        std::ranges::copy(begin, whole.begin());
        return utf8::is_valid(whole.begin(), whole.begin() + size);
    });
}

bool is_utf8(std::string_view text) noexcept
{
    return utf8::is_valid(text.begin(), text.end());
}

// RFC 6455, section 7.4.2, and the codes that IANA has registered since.
bool is_close_code(unsigned code) noexcept
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
}

}  // namespace

websocket_reader::websocket_reader(std::size_t most, peer from) noexcept : most_{most}, from_{from} {}

auto websocket_reader::next(std::string_view& bytes, std::string_view& payload) -> result
{
    payload = {};
    if (closed_) {
        drop_buffer();
        bytes = {};
        return result::need_more;
    }
    if (header_size_ == 0) {  // what was given out
        buffer_.resize(fragmented_ ? buffer_.size() - control_ : 0);
        control_ = 0;
    }
    while (!bytes.empty()) {
        if (header_size_ < header_end()) {
            header_[header_size_++] = static_cast<unsigned char>(bytes.front());
            bytes.remove_prefix(1);
            if (const auto error = header_error(); error != 0) {
                return fail(error);
            }
            if (header_size_ < header_end()) {
                continue;
            }
            remaining_ = length();
        }
        if (!take_payload(bytes)) {
            return fail(close_code::invalid_payload);
        }
        if (remaining_ == 0) {
            if (const auto found = end_frame(payload); found != result::need_more) {
                return found;
            }
        }
    }
    if (buffer_.empty()) {
        drop_buffer();
    }
    return result::need_more;
}

std::size_t websocket_reader::length_end() const noexcept
{
    const auto seven_bits = header_size_ < 2 ? 0 : header_[1] & 0x7f;
    return seven_bits < 126 ? 2 : seven_bits == 126 ? 4 : 10;
}

std::size_t websocket_reader::header_end() const noexcept
{
    return length_end() + (from_ == peer::client ? 4 : 0);
}

std::uint64_t websocket_reader::length() const noexcept
{
    const auto end = length_end();
    if (end == 2) {
        return header_[1] & 0x7f;
    }
    std::uint64_t length = 0;
    for (std::size_t i = 2; i < end; ++i) {
        length = length << 8 | header_[i];
    }
    return length;
}

// What the newest byte of the header shows; 0: nothing is wrong.
std::uint16_t websocket_reader::header_error() const noexcept
{
    if (header_size_ == 1) {
        const bool reserved = (header_[0] & 0x70) != 0;
        const bool wrong = is_control() ? what() > opcode::pong || !is_final()
                                        : what() > opcode::binary || (what() == opcode::continuation) != fragmented_;
        return reserved || wrong          ? close_code::protocol_error
               : what() == opcode::binary ? close_code::unsupported_data
                                          : 0;
    }
    if (header_size_ == 2) {
        const bool masked = (header_[1] & 0x80) != 0;
        if (masked != (from_ == peer::client) || (is_control() && (header_[1] & 0x7f) > max_control_payload)) {
            return close_code::protocol_error;
        }
    }
    if (header_size_ != length_end() || is_control()) {
        return 0;
    }
    const auto size = length();
    const bool minimal = header_size_ == 2 || size > (header_size_ == 4 ? max_control_payload : 0xffff);
    return !minimal || size > max_length   ? close_code::protocol_error
           : size > most_ - buffer_.size() ? close_code::message_too_big
                                           : 0;
}

// False: the text is no UTF-8.
bool websocket_reader::take_payload(std::string_view& bytes)
{
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(remaining_, bytes.size()));
    const auto old_size = buffer_.size();
    buffer_.append(bytes.substr(0, count));
    if (from_ == peer::client) {
        const std::span<const unsigned char, 4> mask{&header_[length_end()], 4};
        apply_mask(std::span{buffer_}.subspan(old_size), mask, (length() - remaining_) % 4);
    }
    bytes.remove_prefix(count);
    remaining_ -= count;
    if (is_control()) {
        control_ = static_cast<std::uint8_t>(control_ + count);
        return true;
    }
    const auto text = std::string_view{buffer_}.substr(old_size - unfinished_);
    const auto rest =
        text.substr(static_cast<std::size_t>(utf8::find_invalid(text.begin(), text.end()) - text.begin()));
    if (!rest.empty() && !begins_code_point(rest)) {
        return false;
    }
    unfinished_ = static_cast<std::uint8_t>(rest.size());
    return true;
}

auto websocket_reader::end_frame(std::string_view& payload) -> result
{
    header_size_ = 0;
    if (is_control()) {
        payload = std::string_view{buffer_}.substr(buffer_.size() - control_);
        return what() == opcode::ping ? result::ping : what() == opcode::pong ? result::pong : end_by_close(payload);
    }
    fragmented_ = !is_final();
    if (fragmented_) {
        return result::need_more;
    }
    if (unfinished_ != 0) {
        return fail(close_code::invalid_payload);
    }
    payload = buffer_;
    return result::message;
}

auto websocket_reader::end_by_close(std::string_view& payload) -> result
{
    closed_ = true;
    close_code_ = close_code::none;
    if (payload.empty()) {
        return result::close;
    }
    const auto byte = [payload](std::size_t at) { return static_cast<unsigned char>(payload[at]); };
    if (payload.size() == 1 || !is_close_code(byte(0) * 256u + byte(1))) {
        payload = {};
        return fail(close_code::protocol_error);
    }
    close_code_ = static_cast<std::uint16_t>(byte(0) * 256u + byte(1));
    payload.remove_prefix(2);
    if (!is_utf8(payload)) {
        payload = {};
        return fail(close_code::invalid_payload);
    }
    return result::close;
}

auto websocket_reader::fail(std::uint16_t code) noexcept -> result
{
    closed_ = true;
    close_code_ = code;
    drop_buffer();
    return result::violation;
}

}  // namespace chatroom::detail
