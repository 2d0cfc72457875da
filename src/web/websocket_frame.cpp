// SPDX-License-Identifier: BSL-1.0
#include "websocket_frame.hpp"

#include <chatroom/wire/text.hpp>

namespace chatroom::detail {

namespace {

constexpr unsigned char mask_bit = 0x80;

void append_frame(std::string& out, opcode what, std::string_view payload)
{
    std::array<char, max_frame_header> header;
    out.append(header.data(), frame_header(header, what, payload.size()));
    out.append(payload);
}

std::string close_payload(std::uint16_t code, std::string_view reason)
{
    std::string payload;
    payload.push_back(static_cast<char>(code >> 8));
    payload.push_back(static_cast<char>(code & 0xff));
    payload.append(reason.substr(0, wire::prefix_within(reason, max_control_payload - payload.size())));
    return payload;
}

}  // namespace

std::size_t frame_header(std::span<char, max_frame_header> out, opcode what, std::uint64_t size) noexcept
{
    constexpr unsigned final_fragment = 0x80;
    out[0] = static_cast<char>(final_fragment | static_cast<unsigned>(what));
    if (size <= max_control_payload) {
        out[1] = static_cast<char>(size);
        return 2;
    }
    const std::size_t bytes = size <= 0xffff ? 2 : 8;
    out[1] = static_cast<char>(bytes == 2 ? 126 : 127);
    for (std::size_t i = 0; i < bytes; ++i) {
        out[2 + i] = static_cast<char>(size >> (8 * (bytes - 1 - i)) & 0xff);
    }
    return 2 + bytes;
}

void append_text_frame(std::string& out, std::string_view payload)
{
    append_frame(out, opcode::text, payload);
}

void append_control(std::string& out, opcode what, std::string_view payload)
{
    append_frame(out, what, payload.substr(0, max_control_payload));
}

void append_close(std::string& out, std::uint16_t code, std::string_view reason)
{
    append_frame(out, opcode::close, code == close_code::none ? std::string{} : close_payload(code, reason));
}

void append_masked_frame(std::string& out, opcode what, std::string_view payload, std::array<unsigned char, 4> mask)
{
    const auto start = out.size();
    std::array<char, max_frame_header> header;
    out.append(header.data(), frame_header(header, what, payload.size()));
    out[start + 1] = static_cast<char>(static_cast<unsigned char>(out[start + 1]) | mask_bit);
    out.append(mask.begin(), mask.end());
    const auto body = out.size();
    out.append(payload);
    apply_mask(std::span{out}.subspan(body), mask, 0);
}

void apply_mask(std::span<char> bytes, std::span<const unsigned char, 4> mask, std::size_t phase) noexcept
{
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bytes[i] = static_cast<char>(static_cast<unsigned char>(bytes[i]) ^ mask[(phase + i) % 4]);
    }
}

}  // namespace chatroom::detail
