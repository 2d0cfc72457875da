// SPDX-License-Identifier: BSL-1.0
#include "upgrade.hpp"

#include "http_answer.hpp"
#include "http_fields.hpp"

#include <chatroom/websocket_client.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>

namespace chatroom::detail {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t longest = 16 * 1024;  // bytes of a header
constexpr std::string_view beginning = "HTTP/1.1 ";

// As a URI has it: brackets around IPv6, and no interface.
std::string authority(std::string_view host, std::string_view port)
{
    const auto name = host.substr(0, host.find('%'));
    std::string out;
    if (name.find(':') != name.npos) {
        out.append("[").append(name).append("]");
    } else {
        out.append(name);
    }
    return out.append(":").append(port);
}

bool begins_as(std::string_view bytes, std::string_view begin)
{
    const auto size = std::min(bytes.size(), begin.size());
    return bytes.substr(0, size) == begin.substr(0, size);
}

}  // namespace

std::string upgrade_request::bytes() const
{
    std::string out = "GET " + path + " HTTP/1.1\r\nHost: " + authority(host, port);
    out += "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: " + key;
    return out += "\r\nSec-WebSocket-Version: 13\r\n\r\n";
}

upgrade_reader::upgrade_reader(std::string_view key) : accept_{websocket_accept(key)} {}

auto upgrade_reader::next(std::string_view& bytes) -> result
{
    const auto old_size = buffer_.size();
    buffer_.append(bytes.substr(0, longest + 1 - old_size));
    const auto end = buffer_.find(empty_line, old_size - std::min(old_size, empty_line.size() - 1));
    if (!begins_as(buffer_, beginning) || (end == buffer_.npos && buffer_.size() > longest)) {
        failure_ = websocket_error::no_websocket;
        return result::failed;
    }
    if (end == buffer_.npos) {
        bytes = {};
        return result::need_more;
    }
    buffer_.resize(end + empty_line.size());
    bytes.remove_prefix(buffer_.size() - old_size);
    failure_ = check();
    buffer_ = {};
    return failure_ ? result::failed : result::upgraded;
}

error_code upgrade_reader::check() const
{
    http::response_parser<http::empty_body> parser;
    parser.header_limit(longest);
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(buffer_), error);
    const auto& answer = parser.get();
    const auto status = answer.result_int();
    if (status != 101) {  // 0: what stands there is no status
        return status == 0 ? error_code{websocket_error::no_websocket}
                           : error_code{static_cast<int>(status), websocket_category()};
    }
    const bool right = !error && upgrades_to_websocket(answer) &&
                       answer.count(http::field::sec_websocket_accept) == 1 &&
                       answer[http::field::sec_websocket_accept] == accept_ &&
                       answer.count(http::field::sec_websocket_extensions) == 0 &&
                       answer.count(http::field::sec_websocket_protocol) == 0;
    return right ? error_code{} : error_code{websocket_error::wrong_accept};
}

}  // namespace chatroom::detail
