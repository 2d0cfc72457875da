// SPDX-License-Identifier: BSL-1.0
#include "name_registry.hpp"

#include "sodium.hpp"

#include <algorithm>
#include <new>

namespace chatroom::detail {

namespace {

template <typename Hash>
bool is_same(const std::optional<Hash>& a, const std::optional<Hash>& b) noexcept
{
    return a && b && sodium_memcmp(a->data(), b->data(), a->size()) == 0;
}

}  // namespace

name_registry::name_registry()
{
    require_sodium();
    randombytes_buf(secret_.data(), secret_.size());
}

name_registry::claim::hash name_registry::hash_of(std::string_view key) const
{
    claim::hash made;
    crypto_generichash(made.data(), made.size(), reinterpret_cast<const unsigned char*>(key.data()), key.size(),
                       secret_.data(), secret_.size());
    return made;
}

name_registry::answer name_registry::request(const valid_name& name, member_id who, const claim_ptr& former,
                                             std::string_view key, time_point now, bool proven)
{
    using outcome = answer::outcome;
    forget_kept(now);
    if (!proven && std::ranges::any_of(name.keys, [&](const auto& one) { return accounts_.contains(one); })) {
        return {outcome::account};
    }
    const auto hash = key.empty() ? std::nullopt : std::optional{hash_of(key)};
    claim_ptr earlier;
    for (const auto& one : name.keys) {
        const auto found = names_.find(one);
        if (found == names_.end() || found->second == former || found->second == earlier) {
            continue;
        }
        const auto& other = found->second;
        const bool same_key = is_same(hash, other->key_hash);
        if (earlier || (!proven && !same_key)) {
            const auto wait = std::chrono::ceil<std::chrono::seconds>(other->kept_until - now);
            return other->holder == server_id ? answer{outcome::kept, {}, server_id, wait} : answer{outcome::taken};
        }
        earlier = other;
    }
    auto made = std::make_shared<claim>();
    made->text = name.text;
    made->holder = who;
    made->key_hash = hash || !former || former->text != name.text ? hash : former->key_hash;
    answer granted{outcome::granted, made, earlier ? earlier->holder : server_id};
    erase(earlier);
    erase(former);
    for (const auto& one : name.keys) {
        if (const auto [place, is_new] = names_.emplace(one, made); is_new) {
            made->places[made->place_count++] = place;
        }
    }
    return granted;
}

bool name_registry::is_claimed(const valid_name& name, const claim_ptr& former, time_point now)
{
    forget_kept(now);
    return std::ranges::any_of(name.keys, [&](const auto& one) {
        const auto found = names_.find(one);
        return found != names_.end() && found->second != former;
    });
}

void name_registry::release(const claim_ptr& which, bool keep, time_point now)
{
    forget_kept(now);
    if (!keep || which->place_count == 0) {
        return erase(which);
    }
    try {
        kept_.emplace_back(now + hold_time, which);
    } catch (const std::bad_alloc&) {
        return erase(which);  // it is free at once
    }
    which->holder = server_id;
    which->kept_until = now + hold_time;
}

void name_registry::reserve(const valid_name& name)
{
    accounts_.insert(name.keys.begin(), name.keys.end());
}

name_registry::claim_ptr name_registry::find(const valid_name& name) const
{
    const auto found = names_.find(name.keys[0]);
    return found == names_.end() || found->second->holder == server_id ? claim_ptr{} : found->second;
}

// Does nothing to a claim that was taken over.
void name_registry::erase(const claim_ptr& which) noexcept
{
    if (which) {
        for (std::size_t i = 0; i < which->place_count; ++i) {
            names_.erase(which->places[i]);
        }
        which->place_count = 0;
        which->holder = server_id;
    }
}

void name_registry::forget_kept(time_point now)
{
    for (; !kept_.empty() && kept_.front().first <= now; kept_.pop_front()) {
        erase(kept_.front().second);
    }
}

}  // namespace chatroom::detail
