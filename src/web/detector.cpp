// SPDX-License-Identifier: BSL-1.0
#include "detector.hpp"

#include "detect.hpp"
#include "http_protocol.hpp"

#include <utility>

namespace chatroom::detail {

wire::protocol::result detector::next(std::string_view& bytes, time_point now, wire::command& /*found*/)
{
    first_.get() += std::exchange(bytes, {});
    last_ = now;
    switch (detect(first_.view())) {
    case detected::need_more: return result::need_more;
    case detected::tls: return result::violation;  // where there is TLS, its stream has taken it
    case detected::http: is_http_ = true; break;
    case detected::text: break;
    }
    return result::replaced;
}

wire::protocol::result detector::finish(wire::command& /*found*/)
{
    return first_.empty() ? result::need_more : result::replaced;
}

wire::replacement detector::replace()
{
    return {is_http_ ? std::make_unique<http_protocol>(state_, is_monitor_) : nullptr, std::move(first_.get())};
}

wire::protocol::time_point detector::deadline(time_point /*now*/) const noexcept
{
    if (!first_.empty()) {
        return last_ + state_->options.message_gap;
    }
    return silent_ ? time_point::max() : last_ + state_->options.silence;
}

// To one that is refused: it is told as text, since most are.
void detector::append_line(std::string& out, std::string_view sender, std::string_view text)
{
    out.append(sender).append(1, '\n').append(text).append(1, '\n');
}

wire::protocol::result detector::on_deadline(time_point /*now*/, wire::command& /*found*/)
{
    silent_ = first_.empty();
    return silent_ ? result::need_more : result::replaced;
}

}  // namespace chatroom::detail
