// SPDX-License-Identifier: BSL-1.0
#include "tls/tls_stream.hpp"

#include <chatroom/tls.hpp>

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

namespace chatroom {
namespace {

// Plain or TLS, as the first byte of the peer says. Once something has been sent to it, it is plain.
class either_stream final : public stream {
  public:
    explicit either_stream(tls_context context) noexcept : context_{std::move(context)} {}

    result receive(int descriptor, std::span<char> into) noexcept override
    {
        if (chosen_ == nullptr && !choose(descriptor)) {
            return {0, 0, wait::readable};
        }
        if (awaits_first_ && begins_handshake(descriptor)) {
            return {0, EPROTO};
        }
        return chosen_ == nullptr ? result{0, ENOMEM} : chosen_->receive(descriptor, into);
    }

    result send(int descriptor, std::span<const std::string_view> pieces) noexcept override
    {
        if (chosen_ == nullptr) {
            // It may have spoken although nobody has looked yet.
            if (!choose(descriptor)) {
                chosen_ = &plain_stream();
                awaits_first_ = true;
            } else if (chosen_ == nullptr) {
                return {0, ENOMEM};
            }
        }
        return chosen_->send(descriptor, pieces);
    }

    [[nodiscard]] std::chrono::steady_clock::time_point handshake_end() const noexcept override
    {
        return (chosen_ == nullptr ? plain_stream() : *chosen_).handshake_end();
    }

    [[nodiscard]] bool is_encrypted() const noexcept override { return tls_ != nullptr; }

    void shutdown(int descriptor) noexcept override
    {
        (chosen_ == nullptr ? plain_stream() : *chosen_).shutdown(descriptor);
    }

    [[nodiscard]] bool has_received() const noexcept override { return chosen_ != nullptr && chosen_->has_received(); }

    [[nodiscard]] error_code failure() const noexcept override
    {
        return chosen_ == nullptr ? error_code{} : chosen_->failure();
    }

  private:
    // TLS comes too late then, and is no text for others to see.
    bool begins_handshake(int descriptor) noexcept
    {
        std::array<char, 2> first{};
        const auto got = ::recv(descriptor, first.data(), first.size(), MSG_PEEK | MSG_DONTWAIT);
        awaits_first_ = got <= 0;
        return got == 2 && first[0] == detail::first_of_tls && first[1] == 3;
    }

    // False if the peer has yet to speak. Chooses nothing if there is no memory for it.
    bool choose(int descriptor) noexcept
    {
        char first = 0;
        const auto got = ::recv(descriptor, &first, 1, MSG_PEEK | MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
            return false;
        }
        if (got != 1 || first != detail::first_of_tls) {
            chosen_ = &plain_stream();  // which has the end or the error too
            return true;
        }
        try {
            tls_ = context_.make_stream();
            chosen_ = tls_.get();
        } catch (...) {
            chosen_ = nullptr;
        }
        return true;
    }

    tls_context context_;
    std::unique_ptr<stream> tls_;
    stream* chosen_ = nullptr;
    bool awaits_first_ = false;  // it was spoken to first, and so is plain, and has sent nothing yet
};

}  // namespace

tcp_wire tls_wire(tls_context context, tls_mode mode)
{
    tcp_wire wire;
    if (mode == tls_mode::required) {
        wire.make_stream = [context = std::move(context)] { return context.make_stream(); };
    } else {
        wire.make_stream = [context = std::move(context)]() -> std::unique_ptr<stream> {
            return std::make_unique<either_stream>(context);
        };
    }
    return wire;
}

}  // namespace chatroom
