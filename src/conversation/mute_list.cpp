// SPDX-License-Identifier: BSL-1.0
#include "mute_list.hpp"

#include "ban_list.hpp"

#include <algorithm>

namespace chatroom::detail {

void mute_list::set(const std::variant<valid_name, network>& whom, std::string_view subject, time_point until,
                    time_point now)
{
    std::erase_if(mutes_, [&](const auto& one) { return is_same_subject(one.whom, whom); });
    drop_expired(now);
    if (until > now) {
        mutes_.push_back({whom, std::string{subject}, until});
    }
}

void mute_list::drop_expired(time_point now)
{
    std::erase_if(mutes_, [now](const auto& one) { return one.until <= now; });
}

bool mute_list::contains(const std::variant<valid_name, network>& whom) const
{
    return std::ranges::any_of(mutes_, [&](const auto& one) { return is_same_subject(one.whom, whom); });
}

}  // namespace chatroom::detail
