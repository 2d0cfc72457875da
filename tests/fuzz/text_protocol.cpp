// SPDX-License-Identifier: BSL-1.0
#include "wire/text_protocol.hpp"

#include <chatroom/wire/text.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

namespace wire = chatroom::wire;

namespace {

using result = wire::protocol::result;

constexpr std::size_t limit = 100;

// What a session takes from `raw` when it arrives in pieces of `step` bytes.
std::vector<std::string> commands(const std::string& raw, std::size_t step, bool slash_commands)
{
    const wire::text_rules rules{limit, std::chrono::milliseconds{100}, std::chrono::seconds{30}, slash_commands};
    const wire::protocol::time_point now{};
    wire::text_protocol peer{rules};
    std::vector<std::string> found;
    const auto add = [&](result what, const wire::command& one) {
        if (what == result::command) {
            std::string clean = std::to_string(static_cast<int>(one.what));
            const auto kind = clean.size();
            wire::append_clean(clean, one.text);
            found.push_back(clean.size() - kind > limit ? "too long" : clean);
        } else if (what == result::too_long) {
            found.emplace_back("too long");
        } else if (what == result::violation) {
            found.emplace_back(to_string(peer.violation()));
        }
        return what != result::violation;
    };
    wire::command one;
    for (std::size_t at = 0; at < raw.size(); at += step) {
        auto piece = raw.substr(at, step);
        auto bytes = peer.received(piece);
        while (!bytes.empty()) {
            const auto what = peer.next(bytes, now, one);
            if (!add(what, one)) {
                return found;
            }
        }
    }
    add(peer.finish(one), one);
    return found;
}

}  // namespace

// However the network cuts the bytes, the commands are the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2 || size > 4096) {
        return 0;
    }
    const std::string raw{reinterpret_cast<const char*>(data) + 1, size - 1};
    const bool slash_commands = data[0] >= 128;
    if (commands(raw, raw.size(), slash_commands) != commands(raw, 1 + data[0] % 16u, slash_commands)) {
        std::abort();
    }
    return 0;
}
