// SPDX-License-Identifier: BSL-1.0
#include <web/websocket_reader.hpp>

#include <utf8.h>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace chatroom::detail;

namespace {

constexpr std::size_t most = 300;

void require(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

// What a reader finds in `bytes` when they come in parts of `step` bytes.
std::vector<std::string> events(std::string_view bytes, std::size_t step, websocket_reader::peer from)
{
    using result = websocket_reader::result;
    websocket_reader reader{most, from};
    std::vector<std::string> found;
    bool ended = false;
    while (!bytes.empty()) {
        auto part = bytes.substr(0, step);
        bytes.remove_prefix(part.size());
        for (;;) {
            std::string_view payload;
            const auto what = reader.next(part, payload);
            if (what == result::need_more) {
                require(part.empty());
                break;
            }
            require(!ended);
            ended = what == result::close || what == result::violation;
            require(what == result::message ? payload.size() <= most : payload.size() <= max_control_payload);
            require((what != result::message && what != result::close) ||
                    utf8::is_valid(payload.begin(), payload.end()));
            found.push_back(std::to_string(static_cast<int>(what)) + ' ' + std::to_string(reader.close_code()) + ' ' +
                            std::string{payload});
        }
    }
    return found;
}

}  // namespace

// However the network cuts the bytes, the messages are the same, and what is written for them is read again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2 || size > 4096) {
        return 0;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto from = data[0] >= 128 ? websocket_reader::peer::server : websocket_reader::peer::client;
    require(events(bytes, bytes.size(), from) == events(bytes, 1 + data[0] % 16u, from));

    std::string out;
    const auto code = static_cast<std::uint16_t>(3000 + data[0]);
    const std::array<unsigned char, 4> mask{data[0], data[1], 7, 255};
    append_masked_frame(out, opcode::ping, bytes.substr(0, max_control_payload), mask);
    websocket_reader client{most};
    std::string_view rest{out};
    std::string_view payload;
    require(client.next(rest, payload) == websocket_reader::result::ping && rest.empty());
    require(payload == bytes.substr(0, max_control_payload));
    if (utf8::is_valid(bytes.begin(), bytes.end())) {
        out.clear();
        append_text_frame(out, bytes);
        append_close(out, code, bytes);
        websocket_reader server{bytes.size(), websocket_reader::peer::server};
        rest = out;
        require(server.next(rest, payload) == websocket_reader::result::message && payload == bytes);
        require(server.next(rest, payload) == websocket_reader::result::close && bytes.starts_with(payload));
        require(server.close_code() == code && rest.empty());
    }
    return 0;
}
