// SPDX-License-Identifier: BSL-1.0
#include "directory.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chatroom::detail {

person& directory::add(const member& who, place* in)
{
    // What may throw fills containers of its own, whose nodes the others take over without memory.
    decltype(people_) made;
    auto& one = made[who.id()];
    one.who = who;
    one.in = in;
    decltype(addresses_) address;
    address.emplace(one.who.address(), &one);
    if (in != nullptr) {
        in->people.emplace(who.id(), &one);
        in->empty_since = person::time_point::max();
    }
    people_.merge(made);
    addresses_.merge(address);
    return people_.find(who.id())->second;
}

void directory::remove(person& one) noexcept
{
    const auto [first, last] = addresses_.equal_range(one.who.address());
    const auto found = std::find_if(first, last, [&](const auto& entry) { return entry.second == &one; });
    addresses_.erase(found);
    const auto id = one.who.id();
    people_.erase(id);
}

person* directory::find(member_id id)
{
    const auto found = people_.find(id);
    return found == people_.end() ? nullptr : &found->second;
}

const person* directory::find(member_id id) const
{
    const auto found = people_.find(id);
    return found == people_.end() ? nullptr : &found->second;
}

std::vector<person*> directory::find_address(std::string_view address)
{
    std::vector<person*> found;
    const auto [first, last] = addresses_.equal_range(address);
    std::transform(first, last, std::back_inserter(found), [](const auto& entry) { return entry.second; });
    return found;
}

void directory::add(const place_ptr& one)
{
    decltype(place_keys_) keys;
    for (const auto& key : one->name.keys) {
        keys.emplace(key, one.get());
    }
    decltype(places_) named;
    named.emplace(one->name.text, one);
    decltype(made_) counted;
    if (!one->stays) {
        counted.emplace(one->maker, 0);
    }
    place_keys_.merge(keys);
    places_.merge(named);
    made_.merge(counted);
    if (!one->stays) {
        ++made_.at(one->maker);
    }
}

place_ptr directory::find(const valid_name& name) const
{
    for (const auto& key : name.keys) {
        if (const auto found = place_keys_.find(key); found != place_keys_.end()) {
            return places_.at(found->second->name.text);
        }
    }
    return {};
}

std::size_t directory::made_from(const boost::asio::ip::address& address) const
{
    const auto found = made_.find(address);
    return found == made_.end() ? 0 : found->second;
}

place_ptr directory::move(person& one, place* to, person::time_point now)
{
    if (to == one.in) {
        return {};
    }
    if (to != nullptr) {
        to->people.emplace(one.who.id(), &one);
        to->empty_since = person::time_point::max();
    }
    auto* const from = std::exchange(one.in, to);
    return from == nullptr ? place_ptr{} : take_out(one, *from, now);
}

place_ptr directory::take_out(const person& one, place& from, person::time_point now) noexcept
{
    from.people.erase(one.who.id());
    if (!from.people.empty() || from.stays) {
        return {};
    }
    if (from.spoken_in->load()) {
        from.empty_since = now;
        return {};
    }
    return take(from);
}

void directory::enter(person& one, place& to)
{
    if (one.in == &to) {
        return;
    }
    const auto id = one.who.id();
    const auto [first, last] = others_.equal_range(id);
    if (const auto known = std::find_if(first, last, [&](const auto& entry) { return entry.second == &to; });
        known != last) {
        known->second = one.in;
    } else {
        decltype(others_) before;
        if (one.in != nullptr) {
            before.emplace(id, one.in);
        }
        to.people.emplace(id, &one);
        others_.merge(before);
    }
    to.empty_since = person::time_point::max();
    one.in = &to;
}

place_ptr directory::exit(person& one, place& from, person::time_point now) noexcept
{
    const auto [first, last] = others_.equal_range(one.who.id());
    if (one.in == &from) {
        one.in = first == last ? nullptr : first->second;
        if (first != last) {
            others_.erase(first);
        }
        return take_out(one, from, now);
    }
    const auto known = std::find_if(first, last, [&](const auto& entry) { return entry.second == &from; });
    if (known == last) {
        return {};
    }
    others_.erase(known);
    return take_out(one, from, now);
}

std::vector<place*> directory::places_of(const person& one) const
{
    std::vector<place*> all;
    if (one.in != nullptr) {
        all.push_back(one.in);
    }
    const auto [first, last] = others_.equal_range(one.who.id());
    std::transform(first, last, std::back_inserter(all), [](const auto& entry) { return entry.second; });
    return all;
}

person::time_point directory::take_idle(person::time_point now, std::vector<place_ptr>& gone)
{
    gone.reserve(gone.size() + places_.size());
    auto next = person::time_point::max();
    for (auto one = places_.begin(); one != places_.end();) {
        const auto& which = (one++)->second;
        if (which->empty_since == person::time_point::max()) {
            continue;
        }
        if (const auto until = which->empty_since + idle_time; until > now) {
            next = std::min(next, until);
        } else {
            gone.push_back(which);
            (void)take(*which);
        }
    }
    return next;
}

place_ptr directory::take_longest_empty() noexcept
{
    const auto found =
        std::ranges::min_element(places_, {}, [](const auto& entry) { return entry.second->empty_since; });
    return found == places_.end() || found->second->empty_since == person::time_point::max() ? place_ptr{}
                                                                                             : take(*found->second);
}

place_ptr directory::take(const place& which) noexcept
{
    auto gone = places_.extract(which.name.text).mapped();
    for (const auto& key : which.name.keys) {
        if (const auto found = place_keys_.find(key); found != place_keys_.end() && found->second == &which) {
            place_keys_.erase(found);
        }
    }
    if (const auto made = made_.find(which.maker); made != made_.end() && --made->second == 0) {
        made_.erase(made);
    }
    return gone;
}

}  // namespace chatroom::detail
