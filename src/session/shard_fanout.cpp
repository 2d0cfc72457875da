// SPDX-License-Identifier: BSL-1.0
#include "session/shard_fanout.hpp"

#include "room/member_collector.hpp"

#include <boost/asio/post.hpp>

#include <chrono>
#include <exception>
#include <utility>

namespace chatroom::detail {
namespace {

constexpr int last_round = 3;  // at some 128 sockets that the poller finds each time

}  // namespace

void shard_fanout::wake() noexcept
{
    coalesce(room().tail(), 0);
}

void shard_fanout::coalesce(position seen, int round) noexcept
{
    asio::post((*shards_)[index_]->get_executor(), [self = shared_from_this(), seen, round] {
        const auto tail = self->room().tail();
        if (tail == seen || round == last_round || tail.byte - self->flushed_to().byte > message_log::segment_bytes) {
            self->clear_scheduled();
            const auto began = std::chrono::steady_clock::now();
            self->flush(self->timer_.now());
            self->counters_->flushes.add(std::chrono::steady_clock::now() - began);
        } else {
            self->coalesce(tail, round + 1);
        }
    });
}

void shard_fanout::collect(std::shared_ptr<member_collector> into)
{
    asio::post((*shards_)[index_]->get_executor(), [self = shared_from_this(), into = std::move(into)] {
        try {
            self->add_members(*into);
        } catch (...) {
            self->room().observer().error("list", {}, std::current_exception());
        }
    });
}

}  // namespace chatroom::detail
