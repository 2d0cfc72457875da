// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "http_counters.hpp"
#include "push_format.hpp"
#include "recent_ids.hpp"

#include <chatroom/networks.hpp>
#include <chatroom/web.hpp>

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace chatroom::detail {

/// What all peers of a web_service share. Nothing in it changes, but for what sees to itself.
struct web_rooms {
    chatroom::directory names;
    push_format pushes;
    mutable recent_ids published;
    mutable http_counters answers;
};

/// How a peer is served. Never changes: other options make another one.
struct web_state {
    web_options options;
    networks monitors;                    ///< web_options::metrics_networks
    std::vector<std::string> host_names;  ///< With this machine's.
    std::string page_policy;  ///< The Content-Security-Policy of the page, but for its sources of connections.
    std::shared_ptr<const web_rooms> rooms;
};

/// The state that peers who come now get. Any thread.
class web_state_holder {
  public:
    explicit web_state_holder(std::shared_ptr<const web_state> first) noexcept : state_{std::move(first)} {}

    [[nodiscard]] std::shared_ptr<const web_state> get() const
    {
        const std::scoped_lock lock{mutex_};
        return state_;
    }

    void set(std::shared_ptr<const web_state> next) noexcept
    {
        const std::scoped_lock lock{mutex_};
        state_.swap(next);
    }

  private:
    mutable std::mutex mutex_;  // a leaf
    std::shared_ptr<const web_state> state_;
};

}  // namespace chatroom::detail
