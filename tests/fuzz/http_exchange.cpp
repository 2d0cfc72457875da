// SPDX-License-Identifier: BSL-1.0
#include <web/http_answer.hpp>
#include <web/http_reader.hpp>
#include <web/http_rules.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace chatroom::detail;

namespace {

void require(bool holds)
{
    if (!holds) {
        std::abort();
    }
}

struct outcome {
    http_reader reader;
    http_reader::result what = http_reader::result::need_more;
    std::size_t taken = 0;
};

outcome read(std::string_view bytes, std::size_t step)
{
    outcome found;
    while (found.taken < bytes.size() && found.what == http_reader::result::need_more) {
        auto part = bytes.substr(found.taken, step);
        const auto size = part.size();
        found.what = found.reader.next(part);
        found.taken += size - part.size();
    }
    return found;
}

}  // namespace

// However the network cuts the bytes, the request is the same; its answer is one answer, whose fields hold no line end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size < 2 || size > 10'000) {
        return 0;
    }
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    const auto whole = read(bytes, bytes.size());
    const auto parts = read(bytes, 1 + data[0] % 64u);
    require(whole.what == parts.what);
    const auto& request = whole.reader.request();
    if (whole.what == http_reader::result::bad) {
        const auto status = whole.reader.status();
        require(std::ranges::count(std::array{400u, 405u, 413u, 431u, 505u}, status) == 1);
        require(status == parts.reader.status());
        require(http_refusal(status, request.head).starts_with("HTTP/1.1 " + std::to_string(status)));
    }
    if (whole.what != http_reader::result::request) {
        return 0;
    }
    require(whole.taken == parts.taken && bytes.substr(0, whole.taken).ends_with("\r\n\r\n"));
    require(whole.taken <= http_reader::max_header && request.path.starts_with('/'));
    require(request.path == parts.reader.request().path && request.host == parts.reader.request().host);
    const auto refusal = request_refusal(request, {});
    require(std::ranges::count(std::array{0u, 400u, 403u, 404u, 421u, 426u}, refusal) == 1);
    if (upgrade_refusal(request) == 0) {
        const auto answer = upgrade_answer(request);
        require(answer.find("\r\n\r\n") + 4 == answer.size());
    }
    return 0;
}
