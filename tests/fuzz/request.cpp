// SPDX-License-Identifier: BSL-1.0
#include <web/json_text.hpp>
#include <web/request.hpp>

#include <chatroom/wire/text.hpp>

#include <boost/json/parse.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace chatroom::detail;

// A frame is commands or none; and what a room says reads back as it was.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    if (const auto all = parse_requests(bytes)) {
        for (const auto& one : *all) {
            if (one.id <= 0 && one.what != method::send) {
                std::abort();
            }
            (void)answer_error(one, 100, one.text("channel"));
            (void)object_in(one.parameters, "data");
            (void)number_in(one.parameters, "offset");
        }
    }
    std::string clean;
    chatroom::wire::append_clean(clean, bytes);
    std::string written;
    append_json(written, clean);
    boost::json::error_code ec;
    const auto value = boost::json::parse({written.data(), written.size()}, ec);
    if (ec || value.as_string() != boost::json::string_view{clean.data(), clean.size()}) {
        std::abort();
    }
    return 0;
}
