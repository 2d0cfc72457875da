// SPDX-License-Identifier: BSL-1.0
#include "web/client/client_protocol.hpp"

#include <chatroom/wire/text.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace chatroom::detail;
using chatroom::wire::is_clean;

void require(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

constexpr std::string_view answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

struct outcome {
    std::string received;
    std::string sent;
    bool ended = false;
    bool operator==(const outcome&) const = default;
};

// Each line is a message of the server's, or what we say if it begins with `>`; or, as `raw`, all are its bytes.
outcome run(std::string_view bytes, std::size_t step, bool raw)
{
    chatroom::websocket_client_options options;
    options.history = 3;
    client_protocol protocol{options, [] { return std::array<unsigned char, 4>{1, 2, 3, 4}; }};
    protocol.begin({"host", "1", "/", "dGhlIHNhbXBsZSBub25jZQ=="});
    inbox to;
    const json_client::time_point now{std::chrono::hours{1}};
    const auto feed = [&](std::string_view some) {
        for (; !some.empty(); some.remove_prefix(std::min(step, some.size()))) {
            protocol.received(some.substr(0, step), now, to);
        }
    };
    if (raw) {
        feed(bytes);
    } else {
        feed(answer);
        while (!bytes.empty()) {
            const auto line = bytes.substr(0, bytes.find('\n'));
            bytes.remove_prefix(std::min(bytes.size(), line.size() + 1));
            std::string frame;
            append_text_frame(frame, line);
            if (line.starts_with('>')) {
                protocol.send(line.substr(1), "7", now, to);
            } else {
                feed(frame);
            }
        }
    }
    protocol.on_deadline(now + std::chrono::hours{2}, to);
    protocol.finish(to);
    outcome all{{}, protocol.output(), protocol.ended().has_value()};
    while (const auto one = to.take()) {
        require(is_clean(one->sender) && is_clean(one->text));
        all.received += one->sender + '|' + one->text + '\n';
    }
    return all;
}

}  // namespace

// However the network cuts the bytes, the messages and the answers are the same, and all of them are clean.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2 || size > 4096) {
        return 0;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const bool raw = data[0] >= 128;
    require(run(bytes, bytes.size() + 200, raw) == run(bytes, 1 + data[0] % 16u, raw));
    return 0;
}
