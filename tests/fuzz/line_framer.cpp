// SPDX-License-Identifier: BSL-1.0
#include <chatroom/wire/line_framer.hpp>
#include <chatroom/wire/telnet_filter.hpp>
#include <chatroom/wire/text.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace wire = chatroom::wire;

namespace {

constexpr std::size_t limit = 100;

// What a session hears of `raw` when it arrives in pieces of `step` bytes.
std::vector<std::string> heard(const std::string& raw, std::size_t step)
{
    using result = wire::line_framer::result;
    wire::telnet_filter telnet;
    wire::line_framer framer{limit};
    std::vector<std::string> lines;
    const auto add = [&](std::string_view text) {
        std::string clean;
        wire::append_clean(clean, text);
        lines.push_back(clean.size() > limit ? "too long" : clean);
    };
    for (std::size_t at = 0; at < raw.size(); at += step) {
        auto piece = raw.substr(at, step);
        std::string_view bytes{piece.data(), telnet.filter(piece)};
        while (!bytes.empty()) {
            const auto r = framer.next(bytes);
            if (r == result::line) {
                add(framer.text());
            } else if (r == result::too_long) {
                lines.emplace_back("too long");
            } else if (r == result::endless) {
                return lines;
            }
        }
    }
    if (framer.finish() == result::line) {
        add(framer.text());
    }
    return lines;
}

}  // namespace

// However the network cuts the bytes, the lines are the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2 || size > 4096) {
        return 0;
    }
    const std::string raw{reinterpret_cast<const char*>(data) + 1, size - 1};
    if (heard(raw, raw.size()) != heard(raw, 1 + data[0] % 16u)) {
        std::abort();
    }
    return 0;
}
