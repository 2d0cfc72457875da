// SPDX-License-Identifier: BSL-1.0
#include "tls.hpp"

namespace server {

std::string_view missing_tls_packages() noexcept
{
    return CHATROOM_MISSING_TLS_PACKAGES;
}

tls open_tls(const options& /*o*/, std::size_t /*most*/)
{
    return {};
}

}  // namespace server
