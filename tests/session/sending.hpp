// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <initializer_list>

/// Answers sendmmsg in the kernel's place: loopback takes every datagram, and so never fills a send buffer.
namespace sending {

/// What one call does.
struct answer {
    int error;      ///< Fails with it; none if it is 0.
    unsigned most;  ///< Then so many datagrams are sent at most.
};

/// Answers the next calls, in turn; those after them reach the kernel untouched. Any thread.
void answer_next(std::initializer_list<answer> answers);

/// Fails every call with `error` until it is called with 0; before what is to be answered next. Any thread.
void refuse_all(int error) noexcept;

/// Answers that no call has come for yet. Any thread.
[[nodiscard]] std::size_t left();

}  // namespace sending
