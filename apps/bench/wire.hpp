// SPDX-License-Identifier: BSL-1.0
// What this program says, and how it reads what comes back. It runs beside the server on the same machine, and every
// message comes back once per member, so reading one must cost next to nothing:
//
//   127.0.0.1:40000\n  SSSSSSSS NNNNNNNN xxxxxxxxxxx...x  \n      S: number of the speaker, N: of its message, 8 bytes
//   each, label of a speaker |<---------- --size ----------->|         each a hexadecimal digit in a letter, lowest
//   first
#pragma once

#include "dialect.hpp"
#include "websocket.hpp"

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace load {

inline constexpr std::size_t shortest_text = 16;
inline constexpr std::size_t longest_text = 4000;
inline constexpr std::size_t longest_datagram = 970;  // 1,024 less the longest label

struct mark {
    std::uint32_t speaker = 0;
    std::uint32_t number = 0;
};

/// The speaker of a message that belongs to no pair: it only tells its receivers that they are in.
inline constexpr std::uint32_t nobody = 0xFFFFFFFF;

inline void encode(std::uint32_t value, char* out)
{
    for (int i = 0; i < 8; ++i) {
        out[i] = static_cast<char>('@' + (value >> (4 * i) & 0xFU));
    }
}

/// All eight letters at once: a byte is 0x40 and a digit; digits are moved together in pairs, fours, and all.
inline std::optional<std::uint32_t> decode(const char* in)
{
    std::uint64_t v = 0;
    std::memcpy(&v, in, sizeof v);
    if ((v & 0xF0F0F0F0F0F0F0F0U) != 0x4040404040404040U) {
        return std::nullopt;
    }
    v &= 0x0F0F0F0F0F0F0F0FU;
    v = (v | v >> 4U) & 0x00FF00FF00FF00FFU;
    v = (v | v >> 8U) & 0x0000FFFF0000FFFFU;
    return static_cast<std::uint32_t>(v | v >> 16U);
}

/// Texts of one size.
class codec {
  public:
    explicit codec(std::size_t size, dialect spoken = {})
        : dialect_{std::move(spoken)},
          said_(size - shortest_text, 'x'),
          filler_{said_}
    {
        said_ += dialect_.foreign ? dialect_.say_after : "\n";
        filler_ += dialect_.foreign ? dialect_.heard_after : "\n";
    }

    /// The length of a text and its newline, as it is heard.
    [[nodiscard]] std::size_t line_size() const { return shortest_text + filler_.size(); }

    void append(std::string& out, mark what) const
    {
        char head[shortest_text];
        encode(what.speaker, head);
        encode(what.number, head + 8);
        if (dialect_.websocket) {
            append_frame(out, std::string{dialect_.say_before}.append(head, sizeof head).append(said_));
            return;
        }
        out.append(dialect_.say_before).append(head, sizeof head).append(said_);
    }

    /// Reads a text and its newline; nothing if it is none of ours, or was damaged.
    [[nodiscard]] std::optional<mark> read(const char* line) const
    {
        const auto speaker = decode(line);
        const auto number = decode(line + 8);
        if (!speaker || !number || std::memcmp(line + shortest_text, filler_.data(), filler_.size()) != 0) {
            return std::nullopt;
        }
        return mark{*speaker, *number};
    }

    /// Calls `seen(label, mark)` for each whole message of ours in `bytes`, and `other(label, text)` for any other;
    /// over WebSocket these are the server's own, a ping among them. Returns how many bytes were whole messages. Labels
    /// come without their newline.
    template <class Seen, class Other>
    std::size_t for_each(std::string_view bytes, Seen&& seen, Other&& other) const
    {
        if (dialect_.websocket) {
            return for_each_frame(bytes, seen, other);
        }
        if (dialect_.foreign) {
            return for_each_foreign(bytes, seen);
        }
        const char* const end = bytes.data() + bytes.size();
        const char* at = bytes.data();
        for (;;) {
            const auto* const label_end = find_newline(at, end);
            if (label_end == nullptr) {
                break;
            }
            const std::string_view label{at, static_cast<std::size_t>(label_end - at)};
            const char* const text = label_end + 1;
            if (static_cast<std::size_t>(end - text) >= line_size()) {
                if (const auto what = read(text)) {
                    seen(label, *what);
                    at = text + line_size();
                    continue;
                }
            }
            const auto* const text_end = find_newline(text, end);
            if (text_end == nullptr) {
                break;
            }
            other(label, std::string_view{text, static_cast<std::size_t>(text_end - text)});
            at = text_end + 1;
        }
        return static_cast<std::size_t>(at - bytes.data());
    }

  private:
    // Answers to commands are passed over.
    template <class Seen, class Other>
    std::size_t for_each_frame(std::string_view bytes, Seen& seen, Other& other) const
    {
        const std::string_view before = dialect_.heard_before;
        std::size_t at = 0;
        while (const auto found = read_frame(bytes.substr(at))) {
            at += found->size;
            const auto text = found->payload;
            const bool push = text.size() >= before.size() + line_size() && text.starts_with(before);
            const auto what = push ? read(text.data() + before.size()) : std::nullopt;
            if (what) {
                seen(std::string_view{}, *what);
            } else if (found->text && !text.starts_with(R"({"id":)")) {
                other(push ? std::string_view{} : std::string_view{"*"}, text);
            }
        }
        return at;
    }

    // What is between the messages, answers to commands mostly, is passed over.
    template <class Seen>
    std::size_t for_each_foreign(std::string_view bytes, Seen& seen) const
    {
        const std::string_view before = dialect_.heard_before;
        std::size_t at = 0;
        while (bytes.size() - at >= before.size() + line_size()) {
            if (bytes.compare(at, before.size(), before) == 0) {
                const auto what = read(bytes.data() + at + before.size());
                if (what) {
                    seen(std::string_view{}, *what);
                }
                at += what ? before.size() + line_size() : std::size_t{1};
                continue;
            }
            const auto* const found = memmem(bytes.data() + at, bytes.size() - at, before.data(), before.size());
            at = found != nullptr ? static_cast<std::size_t>(static_cast<const char*>(found) - bytes.data())
                                  : bytes.size() - before.size() + 1;
        }
        return at;
    }

    static const char* find_newline(const char* from, const char* end)
    {
        return from == end ? nullptr
                           : static_cast<const char*>(std::memchr(from, '\n', static_cast<std::size_t>(end - from)));
    }

    dialect dialect_;
    std::string said_;    // behind a text's head: the rest of it, and the newline, or what else ends a text
    std::string filler_;  // the same, as it is heard
};

}  // namespace load
