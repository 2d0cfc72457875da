// SPDX-License-Identifier: BSL-1.0
#include "wire/proxy_header.hpp"

#include <chatroom/endpoint.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

namespace chatroom::detail {
namespace {

namespace ip = boost::asio::ip;
using result = proxy_header::result;

constexpr std::string_view v1_begin = "PROXY ";
constexpr proxy_header bad{result::bad, 0, {}};

std::optional<ip::address> read_address(std::string_view text, bool v6)
{
    if (text.find('%') != text.npos) {  // a scope, which Asio would take
        return {};
    }
    boost::system::error_code error;
    const auto address = ip::make_address(std::string{text}, error);
    return !error && address.is_v6() == v6 ? std::optional{normalised(address)} : std::nullopt;
}

std::optional<unsigned short> read_port(std::string_view text) noexcept
{
    unsigned short port = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(end - text.size(), end, port);
    const bool padded = text.size() > 1 && text.starts_with('0');
    return read.ec == std::errc{} && read.ptr == end && !padded ? std::optional{port} : std::nullopt;
}

// The text up to the next space, which is taken too.
std::string_view take_word(std::string_view& text) noexcept
{
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    return word;
}

// `line`: without its beginning and its end.
proxy_header read_v1_line(std::string_view line, std::size_t size)
{
    const auto spaces = std::ranges::count(line, ' ');
    const auto protocol = take_word(line);
    if (protocol == "UNKNOWN") {  // whatever follows
        return {result::header, size, {}};
    }
    const bool v6 = protocol == "TCP6";
    if ((!v6 && protocol != "TCP4") || spaces != 4) {
        return bad;
    }
    const auto source = read_address(take_word(line), v6);
    const auto destination = read_address(take_word(line), v6);
    const auto source_port = read_port(take_word(line));
    const auto destination_port = read_port(take_word(line));
    if (!source || !destination || !source_port || !destination_port) {
        return bad;
    }
    return {result::header, size, ip::tcp::endpoint{*source, *source_port}};
}

proxy_header read_v1(std::string_view bytes)
{
    const auto text = bytes.substr(0, max_proxy_v1);
    const auto end = text.find_first_of("\r\n");
    if (end == text.npos || (end + 1 == text.size() && text[end] == '\r')) {
        return text.size() < max_proxy_v1 ? proxy_header{} : bad;
    }
    if (text.substr(end, 2) != "\r\n") {
        return bad;
    }
    return read_v1_line(text.substr(v1_begin.size(), end - v1_begin.size()), end + 2);
}

unsigned byte_at(std::string_view bytes, std::size_t at) noexcept
{
    return static_cast<unsigned char>(bytes[at]);
}

// The source, whose address is at the front and whose port is behind both addresses.
template <typename Address>
ip::tcp::endpoint read_source(std::string_view addresses)
{
    typename Address::bytes_type bytes;
    std::ranges::copy_n(addresses.begin(), bytes.size(), bytes.begin());
    const auto port = byte_at(addresses, 2 * bytes.size()) << 8 | byte_at(addresses, 2 * bytes.size() + 1);
    return normalised(ip::tcp::endpoint{Address{bytes}, static_cast<unsigned short>(port)});
}

proxy_header read_v2(std::string_view bytes)
{
    constexpr std::size_t fixed = 16;
    constexpr unsigned local = 0x20;  // version 2, command 0
    constexpr unsigned proxied = 0x21;
    enum : unsigned { unspecified = 0x00, tcp4 = 0x11, tcp6 = 0x21, unix_stream = 0x31 };
    constexpr std::size_t tcp4_size = 12;
    constexpr std::size_t tcp6_size = 36;
    constexpr std::size_t unix_size = 216;

    const auto at = proxy_v2_signature.size();
    if (bytes.size() > at && byte_at(bytes, at) != local && byte_at(bytes, at) != proxied) {
        return bad;
    }
    if (bytes.size() < fixed) {
        return {};
    }
    const bool is_local = byte_at(bytes, at) == local;
    const auto family = byte_at(bytes, at + 1);
    const std::size_t length = byte_at(bytes, at + 2) << 8 | byte_at(bytes, at + 3);
    const auto needed = family == tcp4 ? tcp4_size : family == tcp6 ? tcp6_size : family == unix_stream ? unix_size : 0;
    const bool known = needed != 0 || family == unspecified;
    if (fixed + length > max_proxy_v2 || (!is_local && (!known || length < needed))) {
        return bad;
    }
    if (bytes.size() < fixed + length) {
        return {};
    }
    proxy_header header{result::header, fixed + length, {}};
    const auto addresses = bytes.substr(fixed);
    if (!is_local && family == tcp4) {
        header.source = read_source<ip::address_v4>(addresses);
    } else if (!is_local && family == tcp6) {
        header.source = read_source<ip::address_v6>(addresses);
    }
    return header;
}

}  // namespace

proxy_header read_proxy_header(std::string_view bytes)
{
    for (const auto& [begin, read] : {std::pair{v1_begin, &read_v1}, std::pair{proxy_v2_signature, &read_v2}}) {
        if (bytes.starts_with(begin)) {
            return read(bytes);
        }
        if (begin.starts_with(bytes)) {
            return {};
        }
    }
    return bad;
}

}  // namespace chatroom::detail
