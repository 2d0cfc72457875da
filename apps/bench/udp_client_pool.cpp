// SPDX-License-Identifier: BSL-1.0
#include "udp_client_pool.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include <sys/socket.h>
#include <unistd.h>

namespace load {
namespace {

constexpr std::chrono::milliseconds tick{50};
constexpr std::chrono::milliseconds quiet{250};  // nothing came to anybody: what is under way is lost
constexpr std::chrono::seconds patience_of_a_speaker{2};
constexpr std::chrono::seconds heartbeat{2};  // oftener than a client's 5 s: one may be lost
constexpr int receive_buffer = 4 << 20;

}  // namespace

udp_client_pool::udp_client_pool(const options& asked)
    : options_{asked},
      target_{asked.host, asked.port},
      codec_{asked.size},
      poller_{check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
      members_(asked.members),
      speakers_(asked.speakers),
      said_(asked.speakers),
      pairs_{asked.members, asked.speakers},
      events_(std::max<std::size_t>(64, asked.members)),
      progress_{!asked.json}
{
    for (std::size_t i = 0; i < members_.size(); ++i) {
        members_[i].socket = target_.open_datagram();
        ask_receive_buffer(members_[i].socket, receive_buffer);
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = i;
        check(epoll_ctl(poller_, EPOLL_CTL_ADD, members_[i].socket, &event), "epoll_ctl");
    }
    for (std::size_t i = 0; i < speakers_.size(); ++i) {
        speakers_[i].member = i * members_.size() / speakers_.size();
        members_[speakers_[i].member].speaker = static_cast<std::uint32_t>(i);
        speakers_[i].label = label_of(members_[speakers_[i].member].socket);
    }
}

udp_client_pool::~udp_client_pool()
{
    for (const auto& member : members_) {
        if (member.socket >= 0) {
            send(member.socket, "/quit", 5, MSG_DONTWAIT);
            close(member.socket);
        }
    }
    close(poller_);
}

void udp_client_pool::ping_all()
{
    pinged_ = steady::now();
    for (const auto& member : members_) {
        send(member.socket, "#ping#", 6, MSG_DONTWAIT);
    }
}

void udp_client_pool::join()
{
    const auto give_up = steady::now() + std::chrono::duration_cast<steady::duration>(options_.patience);
    for (std::uint32_t probe = 0; in_ < members_.size() && steady::now() < give_up; ++probe) {
        if (probe % 10 == 0) {
            ping_all();
        }
        std::string text;
        codec_.append(text, {nobody, probe});
        send(members_[speakers_[0].member].socket, text.data(), text.size() - 1, MSG_DONTWAIT);
        for (const auto next = steady::now() + 2 * tick; in_ < members_.size() && steady::now() < next;) {
            poll_once(tick);
        }
    }
    if (in_ < members_.size()) {
        throw std::runtime_error("only " + std::to_string(in_) + " of " + std::to_string(members_.size()) +
                                 " members came in");
    }
}

void udp_client_pool::start()
{
    going_ = true;
    const auto window = options_.window;
    for (std::size_t i = 0; i < speakers_.size(); ++i) {
        speakers_[i].heard = steady::now();
        say(i, window * (i + 1) / speakers_.size() - window * i / speakers_.size());
    }
}

// What a full socket doesn't take is said, and lost.
void udp_client_pool::say(std::size_t speaker, std::size_t count)
{
    auto& who = speakers_[speaker];
    who.under_way += count;
    std::string text;
    who.said.insert(who.said.end(), count, steady::now());
    while (count-- > 0) {
        text.clear();
        codec_.append(text, {static_cast<std::uint32_t>(speaker), said_[speaker]++});
        send(members_[who.member].socket, text.data(), text.size() - 1, MSG_DONTWAIT);
    }
}

void udp_client_pool::poll_once(std::chrono::milliseconds wait)
{
    const int count =
        epoll_wait(poller_, events_.data(), static_cast<int>(events_.size()), static_cast<int>(wait.count()));
    for (int i = 0; i < count; ++i) {
        read(events_[static_cast<std::size_t>(i)].data.u64);
    }
}

void udp_client_pool::run_until(steady::time_point end)
{
    for (auto now = steady::now(); now < end; now = steady::now()) {
        look_after(now);
        progress_.show(deliveries_, "deliveries");
        poll_once(std::min(tick, std::chrono::ceil<std::chrono::milliseconds>(end - now)));
    }
}

void udp_client_pool::settle()
{
    for (auto before = deliveries_ - 1; before != deliveries_;) {
        before = deliveries_;
        run_until(steady::now() + std::chrono::seconds{1});
    }
}

// Keeps members members, and speakers speaking.
void udp_client_pool::look_after(steady::time_point now)
{
    if (now - pinged_ >= heartbeat) {
        ping_all();
    }
    if (deliveries_ != seen_) {
        seen_ = deliveries_;
        progressed_ = now;
    }
    for (std::size_t i = 0; going_ && i < speakers_.size(); ++i) {
        auto& who = speakers_[i];
        if (now - who.heard > patience_of_a_speaker || (now - progressed_ > quiet && now - who.heard > quiet)) {
            given_up_ += who.under_way;
            who.heard = now;
            say(i, std::exchange(who.under_way, 0));
        }
    }
}

void udp_client_pool::read(std::size_t index)
{
    pairs_.prefetch(index);
    const auto count = incoming_.receive(members_[index].socket);
    for (std::size_t i = 0; i < count; ++i) {
        take(index, incoming_[i]);
    }
}

void udp_client_pool::take(std::size_t index, std::string_view datagram)
{
    auto& member = members_[index];
    const auto seen = [&](std::string_view label, mark what) {
        if (member.in && what.speaker < speakers_.size() && label == speakers_[what.speaker].label) [[likely]] {
            pairs_.heard(index, what.speaker, what.number);
            ++deliveries_;
            if (what.speaker == member.speaker) {
                echo(member.speaker, what.number);
            }
        } else if (what.speaker == nobody && label == speakers_[0].label) {
            in_ += member.in ? 0U : 1U;
            member.in = true;
        } else {
            damaged_ += member.in ? 1U : 0U;  // else it is what the server replays
        }
    };
    const auto used =
        codec_.for_each(datagram, seen, [&](auto label, auto) { damaged_ += member.in && label != "*" ? 1U : 0U; });
    damaged_ += member.in && used != datagram.size() ? 1U : 0U;
}

void udp_client_pool::echo(std::size_t speaker, std::uint32_t number)
{
    auto& who = speakers_[speaker];
    ++echoes_;
    who.heard = steady::now();
    for (; who.oldest <= number && !who.said.empty(); ++who.oldest) {  // those before it are lost
        if (who.oldest == number && times_ != nullptr) {
            times_->add(static_cast<std::uint64_t>(std::chrono::nanoseconds{who.heard - who.said.front()}.count()));
        }
        who.said.pop_front();
    }
    if (who.under_way > 0) {  // else it was given up, and comes late
        --who.under_way;
        if (going_) {
            say(speaker, 1);
        }
    }
}

violations udp_client_pool::found() const
{
    auto result = pairs_.result(said_, members_.size());
    result.damaged += damaged_;
    return result;
}

}  // namespace load
