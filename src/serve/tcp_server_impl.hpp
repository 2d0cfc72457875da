// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "serve/tcp_listener.hpp"

#include <chatroom/serve/tcp_server.hpp>

#include <atomic>
#include <chrono>
#include <mutex>

namespace chatroom {

/// The listeners of a server, and the accept loop of each (tcp_accepting.cpp), which deals its callers to the shards.
class tcp_server::impl : public std::enable_shared_from_this<tcp_server::impl> {
  public:
    impl(const asio::any_io_executor& executor, accept_handler handler, const tcp_server_options& options,
         const tcp_server_hooks& hooks)
        : options_{options},
          hooks_{hooks},
          handler_{std::move(handler)},
          strand_{std::make_shared<detail::shard_strand>(executor)}
    {
        validate(options);
        shards_ = make_shards(executor, options.shards);
    }

    void set_handler(accept_handler handler) { handler_ = std::move(handler); }
    [[nodiscard]] const std::shared_ptr<shard_list>& shards() const noexcept { return shards_; }
    [[nodiscard]] const task_group& tasks() const noexcept { return tasks_; }

    asio::ip::tcp::endpoint listen(const asio::ip::tcp::endpoint& at);
    asio::ip::tcp::endpoint adopt(int fd);
    [[nodiscard]] std::vector<asio::ip::tcp::endpoint> endpoints() const;
    void start();
    void stop() noexcept;

  private:
    using milliseconds = std::chrono::milliseconds;

    asio::ip::tcp::endpoint add(std::shared_ptr<tcp_listener> made);
    /// `peer` is null if it concerns no one connection.
    void report(std::string_view where, const std::exception_ptr& what,
                const asio::ip::tcp::endpoint* peer = nullptr) const noexcept;
    void report_turned_away(const asio::ip::tcp::endpoint& peer, error_code why) const noexcept;
    void spawn_accept_loop(std::shared_ptr<tcp_listener> one);
    static task<> accept_loop(std::shared_ptr<impl> self, std::shared_ptr<tcp_listener> one);
    milliseconds accept_all(tcp_listener& one, error_code ec) noexcept;
    milliseconds accept_some(tcp_listener& one);
    milliseconds turn_away(tcp_listener& one, error_code why);
    void deal(unique_fd fd, const asio::ip::tcp::endpoint& peer);
    [[nodiscard]] std::size_t connections() const noexcept;
    [[nodiscard]] std::size_t pick_shard() const noexcept;
    void hand_over(unique_fd fd, const asio::ip::tcp::endpoint& peer, std::size_t index, load_token place) noexcept;

    const tcp_server_options options_;
    const tcp_server_hooks hooks_;
    accept_handler handler_;
    const task_group tasks_;
    std::shared_ptr<shard_list> shards_;
    const std::shared_ptr<detail::shard_strand> strand_;  // of the acceptors
    std::atomic<bool> stopping_{false};

    mutable std::mutex mutex_;  // guards the list of listeners
    std::vector<std::shared_ptr<tcp_listener>> listeners_;
    std::vector<asio::ip::tcp::endpoint> endpoints_;
    bool running_ = false;
};

}  // namespace chatroom
