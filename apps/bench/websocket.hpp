// SPDX-License-Identifier: BSL-1.0
// The frames of RFC 6455, as far as this program sends and the server may send them: whole messages of text, no
// extension.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace load {

/// The JSON protocol's ping and pong.
inline constexpr std::string_view empty_object = "{}";

/// Appends a frame of text with a mask, as a client must send it. `payload` is at most 65,535 bytes.
void append_frame(std::string& out, std::string_view payload);

struct frame {
    std::string_view payload;
    std::size_t size = 0;  // of the frame, header and all
    bool text = false;     // else a control frame, or nothing that a server should send
};

/// The first frame of `bytes`, or the answer to the upgrade as a frame without text; nothing if its end is not there.
inline std::optional<frame> read_frame(std::string_view bytes)
{
    constexpr unsigned final_text = 0x81;
    constexpr unsigned two_bytes = 126;
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
    if (bytes.size() < 2) {
        return std::nullopt;
    }
    if (bytes[0] == 'H') {  // of HTTP/1.1; no frame begins so
        const auto end = bytes.find("\r\n\r\n");
        return end == bytes.npos ? std::nullopt : std::optional{frame{{}, end + 4, false}};
    }
    std::size_t header = 2;
    std::size_t length = byte(1);
    if (length >= two_bytes) {
        const std::size_t more = length == two_bytes ? 2 : 8;
        header += more;
        if (bytes.size() < header) {
            return std::nullopt;
        }
        length = 0;
        for (std::size_t i = 2; i < header; ++i) {
            length = length << 8U | byte(i);
        }
    }
    if (bytes.size() - header < length) {
        return std::nullopt;
    }
    return frame{bytes.substr(header, length), header + length, byte(0) == final_text};
}

}  // namespace load
