// SPDX-License-Identifier: BSL-1.0
#include "http_protocol.hpp"

#include "http_rules.hpp"
#include "websocket_protocol.hpp"

#include <array>
#include <utility>

namespace chatroom::detail {
namespace {

constexpr std::array plain_text{http_field{"Content-Type", "text/plain; charset=utf-8"},
                                http_field{"Cache-Control", "no-store"}};

}  // namespace

void http_protocol::append_output(std::string& out)
{
    out += std::exchange(answer_, {});
}

wire::protocol::result http_protocol::next(std::string_view& bytes, time_point /*now*/, wire::command& /*found*/)
{
    switch (reader_.next(bytes)) {
    case http_reader::result::need_more: return result::need_more;
    case http_reader::result::bad:
        answer_ = refusal(reader_.status(), reader_.request().head);
        return result::violation;
    case http_reader::result::request: break;
    }
    const auto& request = reader_.request();
    if (const auto status =
            request_refusal(request, {.host_names = state_->host_names, .origins = state_->options.origins});
        status != 0) {
        answer_ = refusal(status, request.head);
        return result::violation;
    }
    if (route(request) == http_route::websocket) {
        state_->rooms->answers.add(101);
        answer_ = upgrade_answer(request);
        rest_ = std::exchange(bytes, {});
        return result::replaced;
    }
    answer_ = answer_to(request);
    return result::violation;
}

wire::replacement http_protocol::replace()
{
    return {std::make_unique<websocket_protocol>(state_), std::move(rest_)};
}

wire::protocol::time_point http_protocol::deadline(time_point /*now*/) const noexcept
{
    return since_ + state_->options.request_timeout;
}

wire::protocol::result http_protocol::on_deadline(time_point /*now*/, wire::command& /*found*/)
{
    answer_ = refusal(408, false);
    return result::violation;
}

// To one that has had no answer.
void http_protocol::append_goodbye(std::string& out, disconnect_reason why, std::string_view words)
{
    if (why == disconnect_reason::rejected) {
        out += answer(403, plain_text, std::string{words}.append(1, '\n'), false);
    } else if (why == disconnect_reason::shutdown) {
        out += refusal(503, false);
    }
}

std::string http_protocol::answer_to(const http_request& request) const
{
    switch (route(request)) {
    case http_route::page: return page(request);
    case http_route::healthz:
        return serves_monitor(request) ? answer(200, plain_text, "ok\n", request.head) : refusal(404, request.head);
    case http_route::metrics:
        if (serves_monitor(request) && state_->options.metrics) {
            return answer(200, plain_text, state_->options.metrics(), request.head);
        }
        return refusal(404, request.head);
    case http_route::ca:
        if (!state_->options.ca.empty()) {
            static constexpr std::array certificate{http_field{"Content-Type", "application/x-x509-ca-cert"}};
            return answer(200, certificate, state_->options.ca, request.head);
        }
        break;
    case http_route::websocket:
    case http_route::not_found: break;
    }
    return refusal(404, request.head);
}

std::string http_protocol::answer(unsigned status, std::span<const http_field> fields, std::string_view body,
                                  bool head_only) const
{
    state_->rooms->answers.add(status);
    return http_answer(status, fields, body, head_only);
}

std::string http_protocol::refusal(unsigned status, bool head_only) const
{
    state_->rooms->answers.add(status);
    return http_refusal(status, head_only);
}

// `'self'` is not the WebSocket's scheme in every browser.
std::string http_protocol::page(const http_request& request) const
{
    auto policy = state_->page_policy;
    if (!request.host.empty()) {
        policy += " ws://" + request.host + " wss://" + request.host;
    }
    const std::array fields{http_field{"Content-Type", "text/html; charset=utf-8"},
                            http_field{"Cache-Control", "no-cache"}, http_field{"Content-Security-Policy", policy}};
    return answer(200, fields, state_->options.page, request.head);
}

// A proxy speaks for others.
bool http_protocol::serves_monitor(const http_request& request) const
{
    return is_monitor_ && !request.forwarded;
}

}  // namespace chatroom::detail
