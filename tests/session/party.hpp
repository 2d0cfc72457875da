// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "room_fixture.hpp"

#include <boost/asio/use_future.hpp>

#include <condition_variable>
#include <mutex>
#include <utility>
#include <vector>

using namespace chatroom;
using namespace chatroom::detail;
using namespace std::chrono_literals;
namespace asio = boost::asio;

/// The handles of those that joined, in order.
class guests {
  public:
    void add(const member& one)
    {
        const std::scoped_lock lock{mutex_};
        all_.push_back(one);
        changed_.notify_all();
    }

    /// The guest of that number, waited for.
    member at(std::size_t index)
    {
        std::unique_lock lock{mutex_};
        BOOST_TEST_REQUIRE(changed_.wait_for(lock, 10s, [&] { return all_.size() > index; }));
        return all_[index];
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<member> all_;
};

/// A room over TCP whose test has the handles of its members.
struct party {
    explicit party(room_policy policy = {}, tcp_room_options options = {})
        : h{options, {}, {}, with_guests(std::move(policy), who)}
    {
    }

    static room_policy with_guests(room_policy policy, guests& who)
    {
        policy.joined = [&who](const member& one) { who.add(one); };
        return policy;
    }

    std::vector<member> list(std::size_t most = 10'000)
    {
        return asio::co_spawn(h.io, h.room.list(most), asio::use_future).get();
    }

    guests who;
    room_fixture h;
};
