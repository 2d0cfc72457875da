// SPDX-License-Identifier: BSL-1.0
// What a pool does from first to last: come in, run, and wait for the end of what is owed.
#include "client_pool.hpp"

#include <stdexcept>
#include <utility>

#include <sys/socket.h>

namespace load {

// Groups, so that no server's backlog is overrun: a connection that finds it full tries again after a second.
void client_pool::join()
{
    constexpr std::size_t group = 500;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        connect(i);
        if (((i + 1) % group == 0 || i + 1 == members_.size()) && !wait_for_probe(i + 1, true)) {
            throw std::runtime_error("only " + std::to_string(counted_) + " of " + std::to_string(i + 1) +
                                     " members came in, " + std::to_string(cut_off_) + " were cut off");
        }
    }
    notices_ = 0;
    deliveries_ = 0;
}

bool client_pool::all_hear_one()
{
    return wait_for_probe(members_.size(), false);
}

// A member is in once it hears a probe. Who came after the last probe hears the next, hence `again`; a message to
// members that are in must need no second one.
bool client_pool::wait_for_probe(std::size_t members, bool again)
{
    awaited_ = probe_ + 1;
    for (auto& member : members_) {
        member.counted = false;
    }
    auto& first = members_[speakers_[0].member];
    first.in = first.in || !dialect_.echo;  // it won't hear its own
    first.counted = !dialect_.echo;
    counted_ = dialect_.echo ? 0 : 1;
    const auto give_up = steady::now() + std::chrono::duration_cast<steady::duration>(options_.patience);
    while (counted_ < members && steady::now() < give_up && cut_off_ == 0) {
        if (again || probe_ < awaited_) {
            codec_.append(speakers_[0].send_failed, {nobody, ++probe_});
            send(speakers_[0]);
        }
        const auto next = steady::now() + std::chrono::milliseconds{100};
        while (counted_ < members && steady::now() < next) {
            poll_once(next - steady::now());
        }
    }
    return counted_ >= members;
}

void client_pool::run_until(steady::time_point end)
{
    for (auto now = steady::now(); now < end; now = steady::now()) {
        poll_once(end - now);
        progress_.show(deliveries_, "deliveries");
    }
}

void client_pool::stall(std::size_t count)
{
    stalled_ = count;
    const int little = 4096;  // or the kernel takes megabytes for each
    for (std::size_t i = members_.size() - count; i < members_.size(); ++i) {
        watch(EPOLL_CTL_DEL, i, 0);
        setsockopt(members_[i].link.socket(), SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    }
}

std::size_t client_pool::wake_stalled()
{
    const auto cut_off = cut_off_;
    for (std::size_t i = members_.size() - stalled_; i < members_.size(); ++i) {
        watch(EPOLL_CTL_ADD, i, EPOLLIN);
    }
    for (auto before = deliveries_ - 1; before != deliveries_;) {
        before = deliveries_;
        run_until(steady::now() + std::chrono::milliseconds{500});
    }
    return static_cast<std::size_t>(cut_off_ - std::exchange(cut_off_, cut_off));
}

void client_pool::settle()
{
    std::uint64_t said = 0;
    for (const auto count : said_) {
        said += count;
    }
    const auto patience = std::chrono::duration_cast<steady::duration>(options_.patience);
    auto give_up = steady::now() + patience;
    while (deliveries_ < said * copies() && steady::now() < give_up && cut_off_ < members_.size()) {
        const auto before = deliveries_;
        poll_once(std::chrono::milliseconds{50});
        if (deliveries_ != before) {
            give_up = steady::now() + patience;
        }
    }
    // A message too many would come last.
    run_until(steady::now() + std::chrono::milliseconds{100});
}

}  // namespace load
