// SPDX-License-Identifier: BSL-1.0
#include "tls.hpp"

namespace client {

std::string_view missing_tls_packages() noexcept
{
    return CHATROOM_MISSING_TLS_PACKAGES;
}

std::function<std::unique_ptr<chatroom::stream>(const std::string& host)> make_tls(const std::string& /*ca_file*/,
                                                                                   const std::string& /*pin*/)
{
    return {};
}

std::string tls_advice(const chatroom::error_code& /*why*/)
{
    return {};
}

}  // namespace client
