// SPDX-License-Identifier: BSL-1.0
// What is done when its time has come.
#include "sentences.hpp"
#include "talk.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace chatroom::detail {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto shortest_sleep = 1s;  // a tick looks at all rooms and people

}  // namespace

void talk::wake_by(person::time_point when)
{
    asio::post(strand_, [self = shared_from_this(), when] {
        const auto wakes_at = std::max(when, self->ticked_ + shortest_sleep);
        if (self->stopped_ || wakes_at >= self->wakes_at_) {
            return;
        }
        self->wakes_at_ = wakes_at;
        self->timer_.expires_after(std::max(wakes_at - self->now(), person::time_point::duration{0}));
        self->timer_.async_wait([weak = self->weak_from_this()](const error_code& ec) {
            const auto alive = weak.lock();
            if (!ec && alive && !alive->stopped_) {
                alive->tick();
            }
        });
    });
}

void talk::look()
{
    if (now() >= wakes_at_) {
        tick();
    }
}

void talk::tick()
{
    std::vector<std::pair<room, std::string>> lines;
    std::vector<member> late;
    std::vector<place_ptr> gone;
    const auto time = ticked_ = now();
    auto next = person::time_point::max();
    {
        const lock_guard lock{mutex_};
        next = directory_.take_idle(time, gone);
        for (const auto& [name, one] : directory_.places()) {
            if (auto line = one->news.take(time); !line.empty()) {
                lines.emplace_back(one->room, std::move(line));
            }
            next = std::min(next, one->news.due().value_or(next));
        }
        for (auto& [id, one] : directory_.people()) {
            if (!gate_) {
                break;
            }
            if (one.outside && one.time <= time) {
                late.push_back(one.who);
            } else if (one.outside) {
                next = std::min(next, one.time);
            }
        }
    }
    for (auto& [where, line] : lines) {
        (void)where.publish(line);
    }
    for (const auto& one : gone) {
        close_when_empty(one);
    }
    for (const auto& one : late) {
        (void)one.disconnect(sentences::password_too_late);
    }
    wakes_at_ = person::time_point::max();
    if (next != person::time_point::max()) {
        wake_by(next);
    }
}

void talk::cancel_timer()
{
    asio::post(strand_, [self = shared_from_this()] {
        self->stopped_ = true;
        self->wakes_at_ = person::time_point::max();
        self->timer_.cancel();
    });
}

}  // namespace chatroom::detail
