// SPDX-License-Identifier: BSL-1.0
#include <chatroom/wire/text.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

namespace wire = chatroom::wire;

void require(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

// Whatever comes in, what goes out is clean, stays as it is when cleaned again, and is no more than three times as
// long.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string raw{reinterpret_cast<const char*>(data), size};
    std::string once;
    wire::append_clean(once, raw);
    require(wire::is_clean(once));
    require(once.size() <= 3 * raw.size());
    require(!wire::is_clean(raw) || once == raw);
    std::string twice;
    wire::append_clean(twice, once);
    require(once == twice);
    const auto limit = size / 2;
    require(wire::is_clean({once.data(), wire::prefix_within(once, limit)}));
    const auto complete = wire::complete_prefix(raw);
    require(complete <= size && size - complete <= 4);
    std::string parts;  // the same, cleaned in two parts
    wire::append_clean(parts, raw.substr(0, complete));
    wire::append_clean(parts, raw.substr(complete));
    require(parts == once);
    require(!wire::is_blank(once) || once.find_first_not_of(" \t\xc2\xa0\xe1\x9a\x80\xe2\x81\x9f\xe3") == once.npos ||
            once.find('\xe2') != once.npos);
    return 0;
}
