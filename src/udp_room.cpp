// SPDX-License-Identifier: BSL-1.0
#include <chatroom/udp_room.hpp>

#include "session/udp_shard.hpp"

#include <chatroom/serve/udp_server.hpp>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace chatroom {
namespace {

// No text that is longer than max_message may pass, and cleaning rarely makes one so much shorter.
udp_server_options server_options(const udp_room_options& options, const room_options& limits)
{
    constexpr std::size_t longest_datagram = 65'507;
    constexpr std::size_t spare = 4096;
    auto server = options.server;
    server.max_datagram = std::min(limits.max_message + spare, longest_datagram);
    return server;
}

}  // namespace

class udp_room::impl {
  public:
    impl(const asio::any_io_executor& executor, std::shared_ptr<detail::room_state> room,
         const udp_room_options& options, std::shared_ptr<time_source> clock)
        : context_{std::make_shared<detail::udp_context>(room, options, std::move(clock))},
          server_{executor, [this](const std::shared_ptr<udp_port>& port) { return open(port); },
                  server_options(options, room->options()), hooks(room)}
    {
    }

    ~impl()
    {
        context_->room->forget(this);
        for (const auto& shard : shards_) {
            shard->detach();
        }
    }

    udp_server& server() noexcept { return server_; }

    [[nodiscard]] traffic statistics() noexcept
    {
        const std::scoped_lock lock{mutex_};
        traffic sum;
        for (const auto& shard : shards_) {
            shard->counters().add_to(sum);
        }
        return sum;
    }

    void on_each_shard(void (detail::udp_shard::*act)() noexcept) noexcept
    {
        const std::scoped_lock lock{mutex_};
        for (const auto& shard : shards_) {
            ((*shard).*act)();
        }
    }

  private:
    static udp_server_hooks hooks(const std::shared_ptr<detail::room_state>& room)
    {
        udp_server_hooks h;
        h.error = [room](std::string_view where, const std::exception_ptr& what) {
            room->observer().error(where, {}, what);
        };
        h.receive_overflow = [room](std::uint64_t datagrams) { room->observer().receive_overflow(datagrams); };
        return h;
    }

    datagram_handler open(const std::shared_ptr<udp_port>& port)
    {
        context_->own_endpoints.add(port->socket().local_endpoint());
        auto shard = std::make_shared<detail::udp_shard>(context_, port);
        shard->start();
        const std::scoped_lock lock{mutex_};
        shards_.push_back(shard);
        // The shard owns the port, and so the port's handler must not own the shard.
        return [weak = std::weak_ptr{shard}](const receive_batch& batch, send_batch&) {
            if (const auto alive = weak.lock()) {
                alive->receive(batch);
            }
        };
    }

    const std::shared_ptr<detail::udp_context> context_;
    udp_server server_;
    std::mutex mutex_;  // guards the list
    std::vector<std::shared_ptr<detail::udp_shard>> shards_;
};

udp_room::udp_room(const asio::any_io_executor& executor, room room, const udp_room_options& options,
                   std::shared_ptr<time_source> clock)
{
    validate(options);
    if (!clock) {
        clock = std::make_shared<time_source>();
    }
    impl_ = std::make_shared<impl>(executor, room.state(), options, std::move(clock));
    room.state()->on_close(impl_.get(), [weak = std::weak_ptr{impl_}] {
        if (const auto self = weak.lock()) {
            self->server().release_ports();
            self->on_each_shard(&detail::udp_shard::drain);
        }
    });
}

udp_room::~udp_room()
{
    if (impl_) {
        close();
    }
}

udp_room::udp_room(udp_room&&) noexcept = default;

udp_room& udp_room::operator=(udp_room&& other) noexcept
{
    std::swap(impl_, other.impl_);
    return *this;
}

asio::ip::udp::endpoint udp_room::listen(const asio::ip::udp::endpoint& at)
{
    return impl_->server().listen(at);
}

asio::ip::udp::endpoint udp_room::adopt(int descriptor)
{
    return impl_->server().adopt(descriptor);
}

asio::awaitable<void> udp_room::run()
{
    return impl_->server().run();
}

traffic udp_room::statistics() const noexcept
{
    return impl_->statistics();
}

void udp_room::stop()
{
    impl_->server().release_ports();
    impl_->on_each_shard(&detail::udp_shard::drain);
}

void udp_room::close()
{
    impl_->server().release_ports();
    impl_->on_each_shard(&detail::udp_shard::close_all);
}

}  // namespace chatroom
