// SPDX-License-Identifier: BSL-1.0
#include "client_pool.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace load {
namespace {

constexpr std::size_t headroom = 2 * longest_text;  // an unfinished message, label and all
constexpr std::size_t read_size = 256U << 10U;

}  // namespace

client_pool::client_pool(const options& asked)
    : options_{asked},
      target_{asked.host, asked.port},
      dialect_{dialect_of(asked.protocol, asked.size)},
      codec_{asked.size, dialect_},
      poller_{check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")},
      members_(asked.members),
      speakers_(asked.speakers),
      said_(asked.speakers),
      pairs_{asked.members, asked.speakers},
      events_(std::max<std::size_t>(64, asked.members)),
      buffer_(headroom + read_size),
      progress_{!asked.json}
{
    // Spread over the room, so that no server is favoured by the order in which it serves its members. The last ones
    // are those that will stall.
    const auto readers = members_.size() - (asked.mode == mode::stalled ? asked.stalled : 0);
    for (std::size_t i = 0; i < speakers_.size(); ++i) {
        speakers_[i].member = i * readers / speakers_.size();
        members_[speakers_[i].member].speaker = static_cast<std::uint32_t>(i);
        members_[(speakers_[i].member + (dialect_.echo ? 0 : 1)) % members_.size()].echo =
            static_cast<std::uint32_t>(i);
    }
}

client_pool::~client_pool()
{
    close(poller_);
}

void client_pool::watch(int operation, std::size_t index, std::uint32_t events) const
{
    epoll_event event{};
    event.events = events;
    event.data.u64 = index;
    check(epoll_ctl(poller_, operation, members_[index].link.socket(), &event), "epoll_ctl");
}

void client_pool::connect(std::size_t index)
{
    auto& member = members_[index];
    member.link = load::link{target_.connect(index)};
    if (options_.tls) {
        member.link.begin_tls();
    }
    watch(EPOLL_CTL_ADD, index, EPOLLIN);
    if (dialect_.foreign) {
        greet(index);
    } else if (member.speaker != nobody) {
        speakers_[member.speaker].label = label_of(member.link.socket());
    }
}

void client_pool::greet(std::size_t index)
{
    auto& link = members_[index].link;
    pollfd one{link.socket(), POLLOUT, 0};
    const auto hello = dialect_.hello(std::string{"m"}.append(std::to_string(index)));
    if (poll(&one, 1, 5000) != 1 || link.send(hello) < 0) {
        throw std::system_error(errno, std::generic_category(), "greeting the server");
    }
}

// How many members hear each message.
std::size_t client_pool::copies() const
{
    return members_.size() - stalled_ - (dialect_.echo ? 0 : 1);
}

void client_pool::say(std::size_t index, std::size_t count)
{
    auto& who = speakers_[index];
    while (count-- > 0) {
        if (!dialect_.echo) {
            pairs_.heard(who.member, index, said_[index]);
        }
        codec_.append(who.send_failed, {static_cast<std::uint32_t>(index), said_[index]++});
    }
    send(who);
}

void client_pool::send(speaker_state& who)
{
    auto& link = members_[who.member].link;
    if (!link.is_open()) {
        who.send_failed.clear();
        return;
    }
    const auto sent = link.send(who.send_failed);
    if (sent >= 0) {
        who.send_failed.erase(0, static_cast<std::size_t>(sent));
    } else if (errno != EAGAIN) {
        lose(members_[who.member]);
        return;
    }
    if (!who.send_failed.empty()) {
        watch(EPOLL_CTL_MOD, who.member, EPOLLIN | EPOLLOUT);
    }
}

void client_pool::poll_once(std::chrono::nanoseconds wait)
{
    wait = std::max(wait, std::chrono::nanoseconds{0});
    const timespec limit{wait.count() / 1'000'000'000, wait.count() % 1'000'000'000};
    const int count = epoll_pwait2(poller_, events_.data(), static_cast<int>(events_.size()), &limit, nullptr);
    for (int i = 0; i < count; ++i) {
        const auto& event = events_[static_cast<std::size_t>(i)];
        ready(event.data.u64, event.events);
    }
}

void client_pool::ready(std::size_t index, std::uint32_t events)
{
    if ((events & EPOLLOUT) != 0) {
        watch(EPOLL_CTL_MOD, index, EPOLLIN);
        send(speakers_[members_[index].speaker]);
    }
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0 && members_[index].link.is_open()) {
        read_all(index);
    }
}

void client_pool::turn_of(std::size_t speaker, std::chrono::milliseconds wait)
{
    const auto index = speakers_[speaker].member;
    pollfd one{members_[index].link.socket(), POLLIN, 0};
    if (poll(&one, 1, static_cast<int>(wait.count())) == 1) {
        read_all(index);
    }
}

void client_pool::read_all(std::size_t index)
{
    while (read(index)) {
    }
}

// True if there may be more of which the poller does not know.
bool client_pool::read(std::size_t index)
{
    auto& member = members_[index];
    pairs_.prefetch(index);
    char* const fresh = buffer_.data() + headroom;
    const auto got = member.link.receive(fresh, read_size);
    if (got <= 0) {
        if (got == 0 || errno != EAGAIN) {
            lose(member);
        }
        return false;
    }
    const auto kept = member.unfinished.size();
    std::copy(member.unfinished.begin(), member.unfinished.end(), fresh - kept);
    const std::string_view bytes{fresh - kept, kept + static_cast<std::size_t>(got)};
    std::size_t own = 0;
    const auto rest = bytes.substr(parse(index, bytes, own));
    if (rest.size() > headroom) {
        damaged_ += member.in ? 1U : 0U;  // no line of this length was ever sent
        // The label stays: the next line is the rest of its text.
        member.unfinished.assign(rest.substr(0, std::min(rest.find('\n') + 1, headroom)));
    } else if (rest.empty()) {
        member.unfinished.clear();
    } else {
        member.unfinished.assign(rest);
    }
    if (own > 0) {
        echoes_ += own;
        on_echo(member.echo, own);
    }
    return member.link.is_tls() && static_cast<std::size_t>(got) == read_size;
}

std::size_t client_pool::parse(std::size_t index, std::string_view bytes, std::size_t& own)
{
    auto& member = members_[index];
    std::uint64_t heard = 0;
    const auto time = pace_.times == nullptr ? steady::time_point{} : steady::now();
    const auto seen = [&](std::string_view label, mark what) {
        if (member.in && what.speaker < speakers_.size() && label == speakers_[what.speaker].label) [[likely]] {
            pairs_.heard(index, what.speaker, what.number);
            own += what.speaker == member.echo ? 1U : 0U;
            ++heard;
            if (pace_.times != nullptr) {
                const auto due =
                    pace_.start +
                    (std::int64_t{what.number} * static_cast<std::int64_t>(speakers_.size()) + what.speaker) *
                        pace_.step;
                if (due >= pace_.from) {
                    pace_.times->add(static_cast<std::uint64_t>(std::max<std::int64_t>(0, (time - due).count())));
                }
            }
        } else if (what.speaker == nobody && label == speakers_[0].label) {
            member.in = true;
            counted_ += !member.counted && what.number >= awaited_ ? 1U : 0U;
            member.counted = member.counted || what.number >= awaited_;
        } else {
            damaged_ += member.in ? 1U : 0U;
        }
    };
    const auto used = codec_.for_each(bytes, seen, [&](std::string_view label, std::string_view text) {
        if (dialect_.websocket && text == empty_object) {
            answer_ping(index);
            return;
        }
        (label == "*" ? notices_ : damaged_) += member.in ? 1U : 0U;
    });
    deliveries_ += heard;
    return used;
}

// A member that gives no answer would be cut off.
void client_pool::answer_ping(std::size_t index)
{
    std::string pong;
    append_frame(pong, empty_object);
    auto& member = members_[index];
    if (member.speaker != nobody) {  // which may have sent half a message
        speakers_[member.speaker].send_failed += pong;
        send(speakers_[member.speaker]);
    } else {
        (void)member.link.send(pong);
    }
}

void client_pool::lose(member_state& who)
{
    who.link.close();
    ++cut_off_;
}

violations client_pool::found() const
{
    auto result = pairs_.result(said_, members_.size() - stalled_);
    result.damaged += damaged_;
    result.cut_off = cut_off_;
    return result;
}

}  // namespace load
