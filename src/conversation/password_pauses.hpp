// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <map>

namespace chatroom::detail {

/// After a wrong password an address waits a second before it may try again, then two, and so on up to a minute. The
/// addresses are those of host_network(). Not thread-safe.
class password_pauses {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    /// One that was counted as wrong.
    struct attempt {
        boost::asio::ip::address address;
        time_point until;  ///< The end of its pause.
        std::chrono::seconds length_before{0};
        time_point until_before;
    };

    /// How long the address has to wait still; 0 if not at all.
    [[nodiscard]] std::chrono::seconds wait(const boost::asio::ip::address& address, time_point now) const
    {
        const auto found = pauses_.find(address);
        const auto until = found == pauses_.end() ? now : found->second.until;
        return until > now ? std::chrono::ceil<std::chrono::seconds>(until - now) : std::chrono::seconds{0};
    }

    /// Its password was wrong.
    [[nodiscard]] attempt failed(const boost::asio::ip::address& address, time_point now)
    {
        forget(now);
        auto& one = pauses_[address];
        attempt made{address, {}, one.length, one.until};
        one.length = std::clamp(one.length * 2, shortest, longest);
        made.until = one.until = now + one.length;
        return made;
    }

    /// It was not checked after all: those before it count still, and so do those after it.
    void undo(const attempt& which)
    {
        const auto found = pauses_.find(which.address);
        if (found != pauses_.end() && found->second.until == which.until) {
            found->second = {which.length_before, which.until_before};
        }
    }

    /// It was right.
    void succeeded(const attempt& which) { pauses_.erase(which.address); }

    [[nodiscard]] std::size_t size() const noexcept { return pauses_.size(); }

  private:
    static constexpr std::chrono::seconds shortest{1};
    static constexpr std::chrono::seconds longest{60};
    static constexpr std::chrono::minutes remembered{10};
    static constexpr std::size_t forget_from = 1024;

    struct pause {
        std::chrono::seconds length{0};
        time_point until;
    };

    void forget(time_point now)
    {
        if (pauses_.size() >= forget_from && now >= forget_at_) {
            std::erase_if(pauses_, [now](const auto& one) { return one.second.until + remembered < now; });
            forget_at_ = now + std::chrono::minutes{1};
        }
    }

    std::map<boost::asio::ip::address, pause> pauses_;
    time_point forget_at_;
};

}  // namespace chatroom::detail
