// SPDX-License-Identifier: BSL-1.0
#include "http_reader.hpp"

#include "http_fields.hpp"

#include <chatroom/wire/command.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <utility>

namespace chatroom::detail {
namespace {

namespace http = boost::beast::http;

constexpr unsigned ok = 0;
constexpr unsigned bad_request = 400;
constexpr unsigned method_not_allowed = 405;
constexpr unsigned content_too_large = 413;
constexpr unsigned header_too_large = 431;
constexpr unsigned version_not_supported = 505;

std::string_view first_line(std::string_view bytes) noexcept
{
    return bytes.substr(0, bytes.find('\n'));
}

bool has_bare_line_feed(std::string_view bytes, std::size_t from) noexcept
{
    for (auto at = bytes.find('\n', from); at != bytes.npos; at = bytes.find('\n', at + 1)) {
        if (at == 0 || bytes[at - 1] != '\r') {
            return true;
        }
    }
    return false;
}

// All lines of a list field; RFC 9110, section 5.3.
std::string joined(const http::fields& fields, http::field name)
{
    std::string out;
    const auto [begin, end] = fields.equal_range(name);
    for (auto it = begin; it != end; ++it) {
        out.append(out.empty() ? "" : ", ").append(it->value());
    }
    return out;
}

std::string single(const http::fields& fields, http::field name)
{
    return fields.count(name) == 1 ? std::string{fields[name]} : std::string{};
}

// Sets path, query and, of an absolute target, the host, which counts in place of the Host field (RFC 9112, section
// 3.2.2). False: the target is of neither form.
bool parse_target(std::string_view target, http_request& request)
{
    if (const auto scheme = target.find("://"); !target.starts_with('/') && scheme != target.npos) {
        target.remove_prefix(scheme + 3);
        const auto host = target.substr(0, target.find_first_of("/?"));
        if (host.empty() || host.find('@') != host.npos) {
            return false;
        }
        request.host = host;
        target.remove_prefix(host.size());
    } else if (!target.starts_with('/')) {
        return false;
    }
    const auto path = target.substr(0, target.find('?'));
    request.path = path.empty() ? "/" : path;
    request.query = target.substr(std::min(target.size(), path.size() + 1));
    return true;
}

void read_fields(const http::fields& fields, http_request& request)
{
    if (request.host.empty()) {
        request.host = fields[http::field::host];
    }
    if (fields.count(http::field::origin) != 0) {
        request.origin = fields[http::field::origin];
    }
    request.forwarded = fields.count(http::field::forwarded) != 0 || fields.count("X-Forwarded-For") != 0 ||
                        fields.count(http::field::via) != 0;
    request.upgrade = request.http_1_1 && upgrades_to_websocket(fields);
    request.websocket_version = single(fields, http::field::sec_websocket_version);
    request.websocket_key = single(fields, http::field::sec_websocket_key);
    request.subprotocols = joined(fields, http::field::sec_websocket_protocol);
}

}  // namespace

auto http_reader::next(std::string_view& bytes) -> result
{
    if (done_) {
        bytes = {};
        return result::need_more;
    }
    const auto old_size = buffer_.size();
    buffer_.append(bytes.substr(0, max_header + 1 - old_size));
    const auto end = buffer_.find(empty_line, old_size - std::min(old_size, empty_line.size() - 1));
    const auto header_end = end == buffer_.npos ? buffer_.size() : end + empty_line.size();
    const auto whole = end != buffer_.npos;
    buffer_.resize(header_end);
    bytes.remove_prefix(header_end - old_size);
    const auto line = first_line(buffer_);
    if ((line.size() < buffer_.size() && !wire::is_http_request(line)) || has_bare_line_feed(buffer_, old_size)) {
        status_ = bad_request;  // known before the rest comes
    } else if (buffer_.size() > max_header) {
        status_ = header_too_large;
    } else if (!whole) {
        return result::need_more;
    } else {
        status_ = parse();
    }
    done_ = true;
    std::string{}.swap(buffer_);
    return status_ == ok ? result::request : result::bad;
}

// The status of a bad request.
unsigned http_reader::parse()
{
    // Given the whole header, the parser is needed for this call only.
    http::request_parser<http::empty_body> parser;
    parser.header_limit(max_header);
    parser.body_limit(boost::none);
    boost::beast::error_code error;
    parser.put(boost::asio::buffer(buffer_), error);
    const auto& message = parser.get();
    request_.head = message.method() == http::verb::head;
    if (error) {
        return error == http::error::bad_version ? version_not_supported : bad_request;
    }
    request_.http_1_1 = message.version() == 11;
    const auto hosts = message.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && request_.http_1_1) || message.count(http::field::origin) > 1) {
        return bad_request;
    }
    if (message.count(http::field::transfer_encoding) != 0) {
        return bad_request;
    }
    if (!request_.head && message.method() != http::verb::get) {
        return method_not_allowed;
    }
    if (parser.content_length().value_or(0) != 0) {
        return content_too_large;
    }
    const auto target = message.target();
    if (!parse_target({target.data(), target.size()}, request_)) {
        return bad_request;
    }
    read_fields(message, request_);
    return ok;
}

}  // namespace chatroom::detail
