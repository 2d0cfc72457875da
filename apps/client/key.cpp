// SPDX-License-Identifier: BSL-1.0
#include "key.hpp"

#include <sys/random.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace client {

std::string make_key()
{
    std::array<unsigned char, 16> bits{};
    if (::getentropy(bits.data(), bits.size()) != 0) {
        throw std::system_error(errno, std::generic_category(), "no random numbers");
    }
    std::string key;
    for (const auto byte : bits) {
        key += "0123456789abcdef"[byte >> 4];
        key += "0123456789abcdef"[byte & 15];
    }
    return key;
}

}  // namespace client
