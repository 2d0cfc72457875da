// SPDX-License-Identifier: BSL-1.0
#include "wire/message_reader.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>

// Whatever a server sends, the client is given senders that are senders, and clean, unbroken texts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    namespace wire = chatroom::wire;
    wire::message_reader reader;
    std::string sender;
    std::string text;
    std::string_view rest{reinterpret_cast<const char*>(data), size};
    while (!rest.empty()) {
        const auto step = 1 + static_cast<unsigned char>(rest.front()) % 64u;
        reader.feed(rest.substr(0, step));
        if (step % 7 == 0) {
            reader.finish();
        }
        while (reader.next(sender, text)) {
            if (!wire::is_sender(sender) || !wire::is_clean(text) || text.empty()) {
                std::abort();
            }
        }
        rest.remove_prefix(std::min<std::size_t>(step, rest.size()));
    }
    return 0;
}
