// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "http_request.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// Reads the one request of an HTTP connection, which is GET or HEAD and has no body.
class http_reader {
  public:
    static constexpr std::size_t max_header = 8192;  ///< Bytes of a request, its empty line included.

    enum class result : std::uint8_t {
        need_more,  ///< All bytes are taken.
        request,    ///< To be answered; see request().
        bad,        ///< To be answered with status().
    };

    /// Takes from the front of `bytes` up to the end of the request: what is left belongs to the protocol that the
    /// connection is upgraded to. After a request, or a bad one, all bytes are taken and ignored.
    [[nodiscard]] result next(std::string_view& bytes);

    /// After a bad request: 400, 405, 413, 431 or 505. `request().head` is known then, if the request said it.
    [[nodiscard]] unsigned status() const noexcept { return status_; }

    [[nodiscard]] const http_request& request() const noexcept { return request_; }

  private:
    [[nodiscard]] unsigned parse();

    std::string buffer_;
    http_request request_;
    unsigned status_ = 0;
    bool done_ = false;
};

}  // namespace chatroom::detail
