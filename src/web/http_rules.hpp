// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "http_request.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace chatroom::detail {

/// Where a request goes.
enum class http_route : std::uint8_t { page, websocket, healthz, metrics, ca, not_found };

/// By its path alone, which has to be the very one. Any thread.
[[nodiscard]] http_route route(const http_request& request) noexcept;

/// Whether `host`, with a port or without, is an IP literal, `localhost` or one of `names`: this machine's, those of
/// its certificate (`*.example.org` stands for one label) and the configured ones. A page of another name that leads
/// here (DNS rebinding) must not be served: 421. Any thread.
[[nodiscard]] bool host_allowed(std::string_view host, std::span<const std::string> names);

/// Whether an Origin is that of `host` or one of `listed`: else 403. A request without an Origin is none of a browser's
/// page, and is allowed. Any thread.
[[nodiscard]] bool origin_allowed(const std::optional<std::string>& origin, std::string_view host,
                                  std::span<const std::string> listed);

/// 0 if the request may be upgraded to WebSocket; else the status of its answer, 400 or 426. Any thread.
[[nodiscard]] unsigned upgrade_refusal(const http_request& request);

/// Who may ask.
struct http_rules {
    std::span<const std::string> host_names;
    std::span<const std::string> origins;
};

/// 0 if a request is to be served at route(request); else the status of its answer. In turn: Host (but for HTTP/1.0
/// without one, which no browser sends), route, Origin, upgrade. Any thread.
[[nodiscard]] unsigned request_refusal(const http_request& request, const http_rules& rules);

}  // namespace chatroom::detail
