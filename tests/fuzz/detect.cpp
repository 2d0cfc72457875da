// SPDX-License-Identifier: BSL-1.0
#include <web/detect.hpp>

#include <chatroom/wire/command.hpp>

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace chatroom::detail;

// Once it is known what a peer speaks, more bytes never change it; and HTTP is a request line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    auto known = detected::need_more;
    for (std::size_t end = 0; end <= size; ++end) {
        const auto what = detect(bytes.substr(0, end));
        if (known != detected::need_more && what != known) {
            std::abort();
        }
        known = what;
    }
    if (known == detected::http && !chatroom::wire::is_http_request(bytes.substr(0, bytes.find('\n')))) {
        std::abort();
    }
    if (size >= max_detect && known == detected::need_more) {
        std::abort();
    }
    return 0;
}
