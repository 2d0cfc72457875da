// SPDX-License-Identifier: BSL-1.0
#include "websocket.hpp"

#include <array>

namespace load {

void append_frame(std::string& out, std::string_view payload)
{
    constexpr std::array<unsigned char, 4> mask{0x37, 0xFA, 0x21, 0x3D};
    constexpr std::size_t longest_short = 125;
    out += '\x81';
    if (payload.size() <= longest_short) {
        out += static_cast<char>(0x80U | payload.size());
    } else {
        out += '\xFE';
        out += static_cast<char>(payload.size() >> 8U);
        out += static_cast<char>(payload.size() & 0xFFU);
    }
    out.append(mask.begin(), mask.end());
    for (std::size_t i = 0; i < payload.size(); ++i) {
        out += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % mask.size()]);
    }
}

}  // namespace load
