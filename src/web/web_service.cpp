// SPDX-License-Identifier: BSL-1.0
#include <chatroom/web.hpp>

#include "detector.hpp"
#include "page.hpp"
#include "page_policy.hpp"
#include "requests.hpp"
#include "web_state.hpp"

#include <boost/asio/ip/host_name.hpp>

#include <stdexcept>
#include <utility>

namespace chatroom {
namespace {

namespace asio = boost::asio;

directory directory_of(const room& only)
{
    directory made;
    made.enter = [](member, credentials) -> asio::awaitable<entry_verdict> { co_return entry_verdict{}; };
    made.join = [only](const member&, std::string_view name) {
        return name == only.name() ? found_room{only, {}} : found_room{{}, "there is no such room"};
    };
    made.leave = [](const member&, const room&) {};
    made.command = [](const member& who, const std::string&, const std::string&) {
        (void)who.send("this server has no commands");
        return asio::awaitable<void>{};
    };
    made.gone = [](const member&, disconnect_reason) {};
    return made;
}

void require(bool right, const char* words)
{
    if (!right) {
        throw std::invalid_argument{words};
    }
}

std::shared_ptr<const detail::web_state> make_state(std::shared_ptr<const detail::web_rooms> rooms,
                                                    const web_options& options)
{
    require(options.ping_interval >= std::chrono::seconds{1}, "ping_interval: at least 1 s");
    require(options.pong_timeout.count() > 0, "pong_timeout: more than 0");
    require(options.request_timeout.count() > 0, "request_timeout: more than 0");
    require(options.silence.count() > 0 && options.message_gap.count() > 0, "silence, message_gap: more than 0");
    auto names = options.hosts;
    error_code ignored;
    names.push_back(asio::ip::host_name(ignored));
    auto made = options;
    if (made.page.empty()) {
        made.page = detail::page();
    }
    const auto policy = detail::page_policy(made.page);
    return std::make_shared<detail::web_state>(detail::web_state{std::move(made),
                                                                 networks{options.metrics_networks, "metrics_networks"},
                                                                 std::move(names), policy, std::move(rooms)});
}

}  // namespace

web_service::web_service(directory rooms, const web_options& options)
{
    const auto lasting = std::make_shared<detail::web_rooms>();
    lasting->names = std::move(rooms);
    state_ = std::make_shared<detail::web_state_holder>(make_state(lasting, options));
}

void web_service::set_options(const web_options& options)
{
    state_->set(make_state(state_->get()->rooms, options));
}

std::vector<http_answers> web_service::answers() const
{
    return state_->get()->rooms->answers.counts();
}

web_service::web_service(const room& only, const web_options& options) : web_service{directory_of(only), options} {}

tcp_wire web_service::wire(tcp_wire below) const
{
    below.make_protocol = [state = state_](const asio::ip::tcp::endpoint& peer) {
        return std::make_unique<detail::detector>(state->get(), peer);
    };
    // Of these protocols WebSocket alone has requests.
    below.execute = [](peer& from, wire::protocol& spoken, const std::string& frame) {
        return detail::execute_requests(from, static_cast<detail::websocket_protocol&>(spoken), frame);
    };
    return below;
}

}  // namespace chatroom
