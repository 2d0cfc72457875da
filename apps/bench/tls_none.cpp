// SPDX-License-Identifier: BSL-1.0
// Built without OpenSSL.
#include "tls.hpp"

#include <stdexcept>

namespace load {

void tls_deleter::operator()(ssl_st* /*session*/) const noexcept {}

tls_session tls_connect(int /*socket*/)
{
    throw std::runtime_error("this program was built without libssl-dev, and speaks no TLS");
}

ssize_t tls_send(ssl_st& /*session*/, std::string_view /*bytes*/)
{
    return -1;
}

ssize_t tls_receive(ssl_st& /*session*/, char* /*into*/, std::size_t /*size*/)
{
    return -1;
}

}  // namespace load
