// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <web/websocket_reader.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace websocket_script {

using namespace chatroom::detail;

using events = std::vector<std::string>;

inline constexpr std::size_t most = 70'000;
inline constexpr auto text_frame = 0x81u;
inline constexpr auto text_fragment = 0x01u;
inline constexpr auto fragment = 0x00u;
inline constexpr auto last_fragment = 0x80u;
inline constexpr auto close_frame = 0x88u;
inline constexpr auto ping = 0x89u;
inline constexpr auto pong = 0x8au;

/// One frame of a client, right or wrong: its first byte as it is, its length in as few bytes as can be.
inline std::string client_frame(unsigned first, std::string_view payload)
{
    std::string out;
    append_masked_frame(out, opcode::text, payload, {0x37, 0xfa, 0x21, 0x3d});
    out.front() = static_cast<char>(first);
    return out;
}

inline std::string raw_bytes(std::initializer_list<unsigned> bytes)
{
    std::string out;
    for (const auto byte : bytes) {
        out.push_back(static_cast<char>(byte));
    }
    return out;
}

/// What the reader finds in `bytes` when they come in parts of `step` bytes; each a word and its payload. Ends at a
/// violation or a close, as `violation CODE`, `close CODE REASON`.
inline events read_frames(websocket_reader& reader, std::string_view bytes, std::size_t step)
{
    using result = websocket_reader::result;
    events found;
    while (!bytes.empty()) {
        auto part = bytes.substr(0, step);
        bytes.remove_prefix(part.size());
        for (;;) {
            std::string_view payload;
            const auto what = reader.next(part, payload);
            const std::string content{payload};
            if (what == result::need_more) {
                break;
            }
            if (what == result::message) {
                found.push_back("message " + content);
            } else if (what == result::ping) {
                found.push_back("ping " + content);
            } else if (what == result::pong) {
                found.push_back("pong " + content);
            } else {
                const auto code = std::to_string(reader.close_code());
                found.push_back(what == result::close ? "close " + code + " " + content : "violation " + code);
            }
        }
    }
    return found;
}

/// `bytes` make these events, whole, in equal parts and cut into two; long ones are cut near their beginning only.
inline void check(const std::string& bytes, const events& expected, std::size_t limit = most)
{
    const auto steps = std::min<std::size_t>(bytes.size(), bytes.size() > 1000 ? 20 : 300);
    for (std::size_t step = 1; step <= steps; ++step) {
        websocket_reader reader{limit};
        const auto found = read_frames(reader, bytes, step == steps ? bytes.size() : step);
        BOOST_TEST_REQUIRE(found == expected, boost::test_tools::per_element());
    }
    for (std::size_t cut = 1; cut < steps; ++cut) {
        websocket_reader reader{limit};
        auto found = read_frames(reader, std::string_view{bytes}.substr(0, cut), cut);
        const auto rest = read_frames(reader, std::string_view{bytes}.substr(cut), bytes.size());
        found.insert(found.end(), rest.begin(), rest.end());
        BOOST_TEST_REQUIRE(found == expected, boost::test_tools::per_element());
    }
}

/// The last byte, and none before it, shows a violation of that code; what comes then is ignored.
inline void check_violation(const std::string& bytes, unsigned code, std::size_t limit = most)
{
    websocket_reader reader{limit};
    BOOST_TEST(read_frames(reader, bytes.substr(0, bytes.size() - 1), bytes.size()) == events{},
               boost::test_tools::per_element());
    BOOST_TEST(read_frames(reader, bytes.substr(bytes.size() - 1), 1) == events{"violation " + std::to_string(code)},
               boost::test_tools::per_element());
    BOOST_TEST(read_frames(reader, client_frame(text_frame, "ignored"), 1) == events{},
               boost::test_tools::per_element());
    check(bytes + client_frame(text_frame, "ignored"), {"violation " + std::to_string(code)}, limit);
}

inline std::string close_payload(unsigned code, std::string_view reason = {})
{
    return raw_bytes({code >> 8, code & 0xff}).append(reason);
}

}  // namespace websocket_script
