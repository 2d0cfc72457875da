// SPDX-License-Identifier: BSL-1.0
#include "session/udp_roster.hpp"

#include <algorithm>
#include <cstring>
#include <new>
#include <random>

namespace chatroom::detail {
namespace {

constexpr std::uint32_t slot_mask = (std::uint32_t{1} << 31) - 1;  // of the bits of udp_member::slot

std::uint64_t folded(std::uint64_t a, std::uint64_t b) noexcept
{
    __extension__ using wide = unsigned __int128;
    const auto product = static_cast<wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

// Keyed by a secret: who may forge addresses must not be able to choose those that collide.
std::size_t udp_roster::hash::operator()(const endpoint_type& endpoint) const noexcept
{
    constexpr std::uint64_t odd = 0x9e3779b97f4a7c15;
    if (endpoint.protocol() == endpoint_type::protocol_type::v4()) {
        const auto* const v4 = reinterpret_cast<const sockaddr_in*>(endpoint.data());
        return folded((std::uint64_t{v4->sin_addr.s_addr} << 16 | v4->sin_port) ^ secret, odd ^ secret);
    }
    const auto* const v6 = reinterpret_cast<const sockaddr_in6*>(endpoint.data());
    std::array<std::uint64_t, 2> halves;
    std::memcpy(halves.data(), &v6->sin6_addr, sizeof halves);
    return folded(folded(halves[0] ^ secret, halves[1] ^ odd) ^ v6->sin6_port, odd ^ secret);
}

udp_roster::udp_roster() : index_{0, hash{this, std::random_device{}() * 0x9e3779b97f4a7c15 | 1}, equal{this}} {}

udp_member* udp_roster::find(const endpoint_type& endpoint) noexcept
{
    const auto found = index_.find(endpoint);
    return found == index_.end() ? nullptr : &at(*found);
}

udp_roster::chunk& udp_roster::chunk_with_room()
{
    for (; maybe_room_ < chunks_.size(); ++maybe_room_) {
        if (auto& one = chunks_[maybe_room_]; one && one->used < chunk_size) {
            return *one;
        } else if (!one) {
            break;
        }
    }
    auto made = std::make_unique<chunk>();
    for (std::size_t i = chunk_size; i-- > 0;) {
        made->members[i].slot = static_cast<std::uint32_t>(maybe_room_ * chunk_size + i) & slot_mask;
        give_back(*made, made->members[i]);
    }
    if (maybe_room_ == chunks_.size()) {
        chunks_.emplace_back();
    }
    chunks_[maybe_room_] = std::move(made);
    return *chunks_[maybe_room_];
}

udp_member& udp_roster::add(const endpoint_type& endpoint, time_point now)
{
    auto& home = chunk_with_room();
    auto& member = at(home.first_free);
    const auto slot = member.slot;
    member.endpoint = endpoint;
    index_.insert(slot);
    home.first_free = member.less_recent;
    ++home.used;
    member = udp_member{};
    member.endpoint = endpoint;
    member.slot = slot & slot_mask;
    member.heard = now;
    append(member);
    return member;
}

void udp_roster::touch(udp_member& member, time_point now) noexcept
{
    member.heard = now;
    if (member.slot != most_recent_) {
        unlink(member);
        append(member);
    }
}

void udp_roster::remove(udp_member& member) noexcept
{
    unlink(member);
    index_.erase(index_.find(member.slot));
    const auto which = member.slot / chunk_size;
    auto& home = *chunks_[which];
    give_back(home, member);
    maybe_room_ = std::min(maybe_room_, which);
    if (--home.used == 0) {
        chunks_[which].reset();
        while (!chunks_.empty() && !chunks_.back()) {
            chunks_.pop_back();
        }
        maybe_room_ = std::min(maybe_room_, chunks_.size());
    }
    if (index_.empty()) {
        try {
            index_.rehash(0);  // gives the memory of a crowd back
        } catch (const std::bad_alloc&) {
        }
    }
}

udp_member* udp_roster::member_from(std::size_t slot) noexcept
{
    while (slot < slots()) {
        const auto& one = chunks_[slot / chunk_size];
        if (!one) {
            slot = (slot / chunk_size + 1) * chunk_size;
            continue;
        }
        if (auto& member = one->members[slot % chunk_size]; !is_free(member)) {
            return &member;
        }
        ++slot;
    }
    return nullptr;
}

void udp_roster::give_back(chunk& home, udp_member& slot) noexcept
{
    slot.more_recent = slot.slot;
    slot.less_recent = home.first_free;
    home.first_free = slot.slot;
}

void udp_roster::append(udp_member& member) noexcept
{
    member.less_recent = most_recent_;
    member.more_recent = none;
    (most_recent_ == none ? least_recent_ : at(most_recent_).more_recent) = member.slot;
    most_recent_ = member.slot;
}

void udp_roster::unlink(udp_member& member) noexcept
{
    (member.less_recent == none ? least_recent_ : at(member.less_recent).more_recent) = member.more_recent;
    (member.more_recent == none ? most_recent_ : at(member.more_recent).less_recent) = member.less_recent;
}

}  // namespace chatroom::detail
