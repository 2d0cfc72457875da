// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <chatroom/serve/stream.hpp>
#include <chatroom/wire/protocol.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>

/// A second protocol and a second stream, to prove that a room takes them as they are.
namespace toy {

/// A frame: a byte with the length, and the bytes.
inline void append_frame(std::string& out, std::string_view bytes)
{
    bytes = bytes.substr(0, 255);
    out.push_back(static_cast<char>(bytes.size()));
    out.append(bytes);
}

/// Messages are `#SEQUENCE TEXT`; what the server itself says in the room is not shown.
class frame_format final : public chatroom::wire::message_format {
  public:
    void append(std::string& out, const chatroom::message_view& message) const override
    {
        if (message.member != chatroom::server_id) {
            append_frame(out, "#" + std::to_string(message.sequence) + " " + std::string{message.text});
        }
    }
};

/// Frames with a message, or `bye`; an empty frame is a violation.
class frame_protocol final : public chatroom::wire::protocol {
  public:
    std::string_view received(std::span<char> bytes) override { return {bytes.data(), bytes.size()}; }

    result next(std::string_view& bytes, time_point, chatroom::wire::command& found) override
    {
        if (complete_) {
            frame_.clear();
            complete_ = false;
        }
        const auto wanted = frame_.empty() ? 1 : 1 + length() - frame_.size();
        frame_.append(bytes.substr(0, wanted));
        bytes.remove_prefix(std::min(wanted, bytes.size()));
        if (!frame_.empty() && length() == 0) {
            return result::violation;
        }
        complete_ = frame_.size() == 1 + length();
        if (!complete_) {
            return result::need_more;
        }
        using kind = chatroom::wire::command::kind;
        const auto text = std::string_view{frame_}.substr(1);
        found = {text == "bye" ? kind::quit : kind::text, text};
        return result::command;
    }

    result finish(chatroom::wire::command&) override { return result::need_more; }
    time_point deadline(time_point) const noexcept override { return time_point::max(); }
    result on_deadline(time_point, chatroom::wire::command&) override { return result::need_more; }
    void resume(time_point) noexcept override {}

    chatroom::disconnect_reason violation() const noexcept override
    {
        return chatroom::disconnect_reason::wrong_protocol;
    }

    void append_line(std::string& out, std::string_view sender, std::string_view text) override
    {
        append_frame(out, (sender == "*" ? "!" : "@") + std::string{text});
    }

    const chatroom::wire::message_format* format() const noexcept override
    {
        static const frame_format all;
        return &all;
    }

  private:
    std::size_t length() const noexcept { return static_cast<unsigned char>(frame_[0]); }

    std::string frame_;
    bool complete_ = false;
};

/// Turns each byte over, as a cipher would, and needs the other direction now and then: it sends no more than 16 bytes
/// until the peer has sent it a `+`, which is no byte of the protocol, and each third call of receive() wants to write
/// first.
class odd_stream final : public chatroom::stream {
  public:
    static constexpr std::size_t window = 16;
    static constexpr char token = '+';

    static void turn(std::span<char> bytes)
    {
        for (auto& byte : bytes) {
            byte = static_cast<char>(~byte);
        }
    }

    result receive(int descriptor, std::span<char> into) noexcept override
    {
        if (++receives_ % 3 == 0) {
            return {0, 0, wait::writable};
        }
        if (received_.empty()) {
            const auto got = pump(descriptor);
            if (received_.empty()) {
                return got;
            }
        }
        const auto n = received_.copy(into.data(), std::min<std::size_t>(into.size(), 5));
        received_.erase(0, n);
        return {n};
    }

    result send(int descriptor, std::span<const std::string_view> pieces) noexcept override
    {
        if (left_ == 0) {
            (void)pump(descriptor);
        }
        if (left_ == 0) {
            return {0, 0, wait::readable};
        }
        std::string bytes;
        for (const auto piece : pieces) {
            bytes += piece;
        }
        const auto offered = bytes.size();
        bytes.resize(std::min(bytes.size(), left_));
        turn(bytes);
        const std::string_view one{bytes};
        auto done = chatroom::plain_stream().send(descriptor, {&one, 1});
        left_ -= done.bytes;
        if (done.error == 0 && done.needs == wait::none && done.bytes < offered) {
            done.needs = wait::readable;
        }
        return done;
    }

    void shutdown(int descriptor) noexcept override { chatroom::plain_stream().shutdown(descriptor); }
    bool has_received() const noexcept override { return !received_.empty(); }

  private:
    // Reads what is there: tokens open the window again, and the rest is the protocol's.
    result pump(int descriptor) noexcept
    {
        char bytes[64];
        const auto got = chatroom::plain_stream().receive(descriptor, bytes);
        for (std::size_t i = 0; i < got.bytes; ++i) {
            if (bytes[i] == token) {
                left_ = window;
            } else {
                received_.push_back(static_cast<char>(~bytes[i]));
            }
        }
        return got.bytes != 0 && received_.empty() ? result{0, 0, wait::readable} : got;
    }

    std::string received_;
    std::size_t left_ = window;
    unsigned receives_ = 0;
};

/// Lines that are requests; what goes out is the room's own lines, and `bye REASON` at the end.
class asking_protocol final : public chatroom::wire::protocol {
  public:
    bool is_member() const noexcept override { return true; }
    bool has_requests() const noexcept override { return true; }
    std::string_view received(std::span<char> bytes) override { return {bytes.data(), bytes.size()}; }

    result next(std::string_view& bytes, time_point, chatroom::wire::command& found) override
    {
        const auto end = bytes.find('\n');
        line_ = bytes.substr(0, end);
        bytes.remove_prefix(std::min(bytes.size(), line_.size() + 1));
        found = {chatroom::wire::command::kind::request, line_};
        return result::command;
    }

    result finish(chatroom::wire::command&) override { return result::need_more; }
    time_point deadline(time_point) const noexcept override { return time_point::max(); }
    result on_deadline(time_point, chatroom::wire::command&) override { return result::need_more; }
    void resume(time_point) noexcept override {}
    chatroom::disconnect_reason violation() const noexcept override { return {}; }
    const chatroom::wire::message_format* format() const noexcept override { return nullptr; }

    void append_line(std::string& out, std::string_view sender, std::string_view text) override
    {
        out.append(sender).append("!").append(text).append("\n");
    }

    void append_goodbye(std::string& out, chatroom::disconnect_reason why, std::string_view) override
    {
        out.append("bye ").append(to_string(why)).append("\n");
    }

  private:
    std::string line_;
};

/// Waits for a byte: `?` is answered and let go, `@` goes on with requests, any other with text; so does a time of
/// silence.
class guessing_protocol final : public chatroom::wire::protocol {
  public:
    static constexpr auto silence = std::chrono::milliseconds{300};
    static inline std::atomic<int> begun{0};  // of all peers

    bool is_member() const noexcept override { return false; }
    bool has_output() const noexcept override { return first_ == '?'; }
    void append_output(std::string& out) override
    {
        out += "an answer\n";
        first_ = 0;
    }
    std::string_view received(std::span<char> bytes) override { return {bytes.data(), bytes.size()}; }

    result next(std::string_view& bytes, time_point, chatroom::wire::command&) override
    {
        first_ = bytes.front();
        bytes_ = std::exchange(bytes, {});
        return first_ == '?' ? result::violation : result::replaced;
    }

    chatroom::wire::replacement replace() override
    {
        if (first_ == '@') {
            return {std::make_unique<asking_protocol>(), bytes_.substr(1)};
        }
        return {nullptr, bytes_};
    }

    result finish(chatroom::wire::command&) override { return bytes_.empty() ? result::need_more : result::replaced; }
    time_point deadline(time_point) const noexcept override { return since_ + silence; }
    result on_deadline(time_point, chatroom::wire::command&) override { return result::replaced; }
    void resume(time_point now) noexcept override
    {
        since_ = now;
        ++begun;
    }
    chatroom::disconnect_reason violation() const noexcept override { return chatroom::disconnect_reason::answered; }
    void append_line(std::string&, std::string_view, std::string_view) override {}
    const chatroom::wire::message_format* format() const noexcept override { return nullptr; }

  private:
    time_point since_;
    char first_ = 0;
    std::string bytes_;
};

}  // namespace toy
