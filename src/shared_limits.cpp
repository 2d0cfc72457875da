// SPDX-License-Identifier: BSL-1.0
#include <chatroom/shared_limits.hpp>

#include "session/member_counter.hpp"

namespace chatroom {

shared_limits::shared_limits(std::size_t max_members, std::optional<std::size_t> max_members_per_address)
    : counter_{std::make_shared<detail::member_counter>(max_members, max_members_per_address)}
{
}

std::size_t shared_limits::members() const noexcept
{
    return counter_ ? counter_->members() : 0;
}

}  // namespace chatroom
