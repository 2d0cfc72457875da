// SPDX-License-Identifier: BSL-1.0
#include <chatroom/tls.hpp>

#include <string>

namespace chatroom {
namespace {

// error_category has no virtual destructor, and is destroyed by nobody that knows the base alone.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"
class tls_category_type final : public boost::system::error_category {
  public:
    const char* name() const noexcept override { return "chatroom.tls"; }

    std::string message(int value) const override
    {
        switch (static_cast<tls_error>(value)) {
        case tls_error::failed: return "TLS has failed";
        case tls_error::no_tls: return "no TLS is spoken there";
        case tls_error::no_common_version: return "the two ends have no version of TLS in common";
        case tls_error::cut_off: return "the connection was cut off";
        case tls_error::handshake_timed_out: return "the TLS handshake took too long";
        case tls_error::refused_by_peer: return "the other end has refused TLS with this one";
        case tls_error::expired: return "the server's certificate has expired";
        case tls_error::not_yet_valid: return "the server's certificate is not valid yet";
        case tls_error::unknown_issuer: return "the server's certificate is signed by nobody who is trusted here";
        case tls_error::wrong_name: return "the server's certificate is for another host";
        case tls_error::wrong_pin: return "the server's certificate is not the pinned one";
        case tls_error::revoked: return "the server's certificate is revoked";
        case tls_error::not_trusted: return "the server's certificate can't be trusted";
        case tls_error::too_many: return "there are too many connections over TLS already";
        }
        return "unknown TLS error";
    }
};
#pragma GCC diagnostic pop

}  // namespace

const boost::system::error_category& tls_category() noexcept
{
    static const tls_category_type instance;
    return instance;
}

error_code make_error_code(tls_error e) noexcept
{
    return {static_cast<int>(e), tls_category()};
}

}  // namespace chatroom
