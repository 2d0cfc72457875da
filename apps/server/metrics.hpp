// SPDX-License-Identifier: BSL-1.0
// What the server tells Prometheus; where it was built without prometheus-cpp, it tells nothing.
#pragma once

#include "counters.hpp"
#include "rooms.hpp"
#include "transports.hpp"

#include <chatroom/web.hpp>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace server {

/// The packages whose absence at build time left metrics out; empty if the server has them.
[[nodiscard]] std::string_view missing_metrics_packages() noexcept;

/// What is measured. Has to outlive who asks.
struct measured {
    const counters& events;
    const rooms& all;
    const transports& served;
    std::vector<std::string> room_names;  ///< Those that are always there: others would be labels without a bound.
    std::vector<chatroom::http_answers> http;
};

/// The body of /metrics, in the text format of Prometheus. Empty where the server has no metrics. Any thread.
[[nodiscard]] std::string metrics_text(const measured& what);

}  // namespace server
