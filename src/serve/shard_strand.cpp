// SPDX-License-Identifier: BSL-1.0
#include <chatroom/serve/shard_strand.hpp>

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace chatroom::detail {

void out_of_memory() noexcept
{
    static constexpr std::string_view sentence = "chatroom: no memory for a strand or the reactor: the process ends\n";
    (void)!::write(STDERR_FILENO, sentence.data(), sentence.size());
    std::abort();
}

void shard_strand::start_work() noexcept
{
    const std::scoped_lock lock{mutex_};
    if (work_++ == 0) {
        tracked_ = asio::prefer(executor_, asio::execution::outstanding_work.tracked);
        self_ = shared_from_this();
    }
}

void shard_strand::finish_work() noexcept
{
    // Both go outside of the lock: the one may stop the context, the other may destroy this.
    asio::any_io_executor tracked;
    std::shared_ptr<shard_strand> self;
    const std::scoped_lock lock{mutex_};
    if (--work_ == 0) {
        tracked = std::move(tracked_);
        self = std::move(self_);
    }
}

}  // namespace chatroom::detail
