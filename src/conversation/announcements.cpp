// SPDX-License-Identifier: BSL-1.0
#include "announcements.hpp"

#include "sentences.hpp"

#include <utility>

namespace chatroom::detail {

bool announcements::admit(kind what, time_point now)
{
    const bool pending = joined_ + left_ > 0;  // the numbers are told before anything else is
    if (!pending && now - begin_ >= std::chrono::seconds{1}) {
        begin_ = now;
        told_ = 0;
    }
    if (!pending && told_ < most_a_second) {
        ++told_;
        return true;
    }
    ++(what == kind::joined ? joined_ : left_);
    return false;
}

std::string announcements::take(time_point now)
{
    if (const auto when = due(); !when || now < *when) {
        return {};
    }
    begin_ = now;
    told_ = 1;
    return sentences::came_and_went(std::exchange(joined_, 0), std::exchange(left_, 0));
}

}  // namespace chatroom::detail
