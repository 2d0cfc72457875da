// SPDX-License-Identifier: BSL-1.0
#include "wire/telnet_filter.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

std::string filtered(std::string raw, std::size_t step)
{
    chatroom::wire::telnet_filter filter;
    std::string out;
    for (std::size_t at = 0; at < raw.size(); at += step) {
        auto piece = raw.substr(at, step);
        const auto kept = filter.filter(piece);
        require(kept <= piece.size());
        out.append(piece, 0, kept);
    }
    return out;
}

}  // namespace

// However the network cuts the bytes, the same are left: every newline and one for each CR NUL, and no IAC.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2 || size > 4096) {
        return 0;
    }
    const std::string raw{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto whole = filtered(raw, raw.size());
    require(whole == filtered(raw, 1 + data[0] % 16u));
    require(std::count(whole.begin(), whole.end(), '\n') >= std::count(raw.begin(), raw.end(), '\n'));
    require(whole.find(std::string_view{"\r\0", 2}) == whole.npos);
    require(whole.find('\xff') == whole.npos);
    require(raw.find('\xff') != raw.npos || raw.find('\0') != raw.npos || whole == raw);
    return 0;
}
