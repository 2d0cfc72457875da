// SPDX-License-Identifier: BSL-1.0
#include "wire/datagram.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

// Whatever a peer sends: no line holds a line break; without commands every byte but the breaks is in one (with them, a
// command loses the white space around it, and `//x` a slash); and what goes out again is in pieces that fit, cut
// nowhere inside a code point, and are the text when put together.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    namespace wire = chatroom::wire;
    const std::string_view whole{reinterpret_cast<const char*>(data), size};
    const auto commands = size % 2 == 0;
    auto rest = whole;
    std::string without_breaks;
    while (const auto line = wire::next_command(rest, commands)) {
        if (line->text.empty() || line->text.find('\n') != line->text.npos) {
            std::abort();
        }
        without_breaks += line->text;
        std::string clean;
        wire::append_clean(clean, line->text);
        std::string_view left{clean};
        std::string joined;
        while (!left.empty()) {
            const auto piece = wire::next_piece(left, 15);
            if (piece.empty() || piece.size() + 16 > wire::max_datagram || !wire::is_clean(piece)) {
                std::abort();
            }
            joined += piece;
        }
        if (joined != clean) {
            std::abort();
        }
    }
    std::string bytes{whole};
    std::erase(bytes, '\n');
    if (commands ? without_breaks.size() > bytes.size() : without_breaks != bytes) {
        std::abort();
    }
    auto from_server = whole;
    if (!wire::is_sender(wire::take_sender(from_server))) {
        std::abort();
    }
    return 0;
}
