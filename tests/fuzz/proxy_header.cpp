// SPDX-License-Identifier: BSL-1.0
#include <wire/proxy_header.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace chatroom::detail;

// Whatever comes is a header or bad within a bounded number of bytes, and more bytes never change what was found.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    proxy_header found;
    for (std::size_t end = 0; end <= size; ++end) {
        const auto header = read_proxy_header(bytes.substr(0, end));
        const bool known = found.what != proxy_header::result::need_more;
        if (known && (header.what != found.what || header.size != found.size || header.source != found.source)) {
            std::abort();
        }
        if (header.size > end || header.size > max_proxy_v2) {
            std::abort();
        }
        found = header;
    }
    if (found.what == proxy_header::result::need_more && size >= max_proxy_v2) {
        std::abort();
    }
    return 0;
}
