// SPDX-License-Identifier: BSL-1.0
#include "room/output.hpp"

#include <algorithm>
#include <array>

namespace chatroom::detail {
namespace {

std::size_t total(std::span<const std::string_view> pieces) noexcept
{
    std::size_t bytes = 0;
    for (const auto piece : pieces) {
        bytes += piece.size();
    }
    return bytes;
}

}  // namespace

std::size_t output::write(std::span<const std::string_view> pieces)
{
    const auto ahead = buffer_.view().size();
    std::array<std::string_view, 9> joined;
    auto all = pieces;
    if (ahead != 0) {
        joined[0] = buffer_.view();
        std::ranges::copy(pieces, joined.begin() + 1);
        all = {joined.data(), pieces.size() + 1};
    }
    const auto offered = total(all);
    if (offered == 0) {
        return 0;
    }
    const auto [taken, error] = send(all);
    if (error != 0) {
        on_failed(error);
        return 0;
    }
    if (taken < ahead) {
        buffer_.get().erase(0, taken);
    } else if (ahead != 0) {
        buffer_.clear();
    }
    if (taken < offered) {
        blocked_ = true;
        on_blocked();
    }
    return taken - std::min(taken, ahead);
}

bool output::flush()
{
    if (!blocked_ && !buffer_.empty()) {
        (void)write({});
    }
    return buffer_.empty();
}

}  // namespace chatroom::detail
