// SPDX-License-Identifier: BSL-1.0
#include <chatroom/tcp_room.hpp>

#include "session/tcp_session.hpp"
#include "session/tcp_shard.hpp"

#include <chatroom/endpoint.hpp>
#include <chatroom/serve/tcp_server.hpp>

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <utility>
#include <vector>

namespace chatroom {
namespace {

tcp_server_options with_defaults(tcp_server_options options)
{
    options.connections_per_shard = options.connections_per_shard.value_or(1024);
    return options;
}

}  // namespace

class tcp_room::impl {
  public:
    impl(const asio::any_io_executor& executor, std::shared_ptr<detail::room_state> room,
         const tcp_room_options& options, std::shared_ptr<time_source> clock, tcp_wire wire)
        : room_{room},
          server_{executor,
                  [shards = shards_](connection accepted) {
                      const auto& shard = (*shards)[accepted.shard_index];
                      start_session(shard, std::move(accepted));
                  },
                  with_defaults(options.server), hooks(room)}
    {
        const auto context = std::make_shared<detail::tcp_context>(std::move(room), options, std::move(wire),
                                                                   std::move(clock), server_.shards(), server_.tasks());
        for (std::size_t i = 0; i < context->shards->size(); ++i) {
            shards_->push_back(std::make_shared<detail::tcp_shard>(context, i));
            shards_->back()->start();
        }
    }

    ~impl()
    {
        room_->forget(this);
        for (const auto& shard : *shards_) {
            shard->detach();
        }
    }

    tcp_server& server() noexcept { return server_; }

    [[nodiscard]] tcp_statistics statistics() const noexcept
    {
        tcp_statistics sum;
        for (const auto& shard : *shards_) {
            shard->add_to(sum);
        }
        return sum;
    }

    void on_each_shard(void (detail::tcp_shard::*act)() noexcept) noexcept
    {
        for (const auto& shard : *shards_) {
            ((*shard).*act)();
        }
    }

  private:
    static tcp_server_hooks hooks(const std::shared_ptr<detail::room_state>& room)
    {
        tcp_server_hooks h;
        h.error = [room](std::string_view where, const std::exception_ptr& what, const asio::ip::tcp::endpoint* peer) {
            room->observer().error(where, peer == nullptr ? std::string{} : to_label(*peer), what);
        };
        h.turned_away = [room](const asio::ip::tcp::endpoint& peer, error_code) {
            room->observer().refused(to_label(peer), disconnect_reason::no_descriptors);
        };
        return h;
    }

    static void start_session(const std::shared_ptr<detail::tcp_shard>& shard, connection accepted)
    {
        const auto executor = accepted.shard.get_executor();
        const auto& tasks = shard->context().tasks;
        const auto peer = accepted.peer.address();
        const boost::intrusive_ptr session{new detail::tcp_session{shard, std::move(accepted)}};
        auto running = shard->context().proxies.contain(peer) ? detail::tcp_session::read_header_and_run(session)
                       : shard->room().policy().admit         ? detail::tcp_session::ask_and_run(session)
                                                              : detail::tcp_session::run(session);
        tasks.add();
        try {
            // The spawned frame keeps several copies of this handler, for as long as the member is here: a word counts.
            asio::co_spawn(executor, std::move(running), [session](std::exception_ptr failure) {
                if (failure) {
                    session->shard().room().observer().error("session", session->address(), failure);
                }
                session->shard().context().tasks.remove();
            });
        } catch (...) {
            tasks.remove();
            throw;
        }
    }

    const std::shared_ptr<detail::room_state> room_;
    // Shared with the server's handler, which may still run on another thread while the room is destroyed. Filled by
    // the constructor, before the server listens.
    const std::shared_ptr<std::vector<std::shared_ptr<detail::tcp_shard>>> shards_ =
        std::make_shared<std::vector<std::shared_ptr<detail::tcp_shard>>>();
    tcp_server server_;
};

tcp_room::tcp_room(const asio::any_io_executor& executor, room room, const tcp_room_options& options,
                   std::shared_ptr<time_source> clock, tcp_wire wire)
{
    validate(options);
    if (!clock) {
        clock = std::make_shared<time_source>();
    }
    impl_ = std::make_shared<impl>(executor, room.state(), options, std::move(clock), std::move(wire));
    room.state()->on_close(impl_.get(), [weak = std::weak_ptr{impl_}] {
        if (const auto self = weak.lock()) {
            self->server().stop();  // the fanouts let the members go
        }
    });
}

tcp_room::~tcp_room()
{
    if (impl_) {
        close();
    }
}

tcp_room::tcp_room(tcp_room&&) noexcept = default;

tcp_room& tcp_room::operator=(tcp_room&& other) noexcept
{
    std::swap(impl_, other.impl_);
    return *this;
}

asio::ip::tcp::endpoint tcp_room::listen(const asio::ip::tcp::endpoint& at)
{
    return impl_->server().listen(at);
}

asio::ip::tcp::endpoint tcp_room::adopt(int descriptor)
{
    return impl_->server().adopt(descriptor);
}

asio::awaitable<void> tcp_room::run()
{
    return impl_->server().run();
}

tcp_statistics tcp_room::statistics() const noexcept
{
    return impl_->statistics();
}

void tcp_room::stop()
{
    impl_->server().stop();
    impl_->on_each_shard(&detail::tcp_shard::drain);
}

void tcp_room::close()
{
    impl_->server().stop();
    impl_->on_each_shard(&detail::tcp_shard::close_all);
}

}  // namespace chatroom
