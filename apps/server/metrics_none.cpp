// SPDX-License-Identifier: BSL-1.0
#include "metrics.hpp"

namespace server {

std::string_view missing_metrics_packages() noexcept
{
    return CHATROOM_MISSING_METRICS_PACKAGES;
}

std::string metrics_text(const measured& /*what*/)
{
    return {};
}

}  // namespace server
