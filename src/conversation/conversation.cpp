// SPDX-License-Identifier: BSL-1.0
#include <chatroom/conversation.hpp>

#include "sodium.hpp"
#include "talk.hpp"

#include <array>
#include <new>

namespace chatroom {

conversation::conversation(const boost::asio::any_io_executor& executor, const conversation_options& options,
                           std::shared_ptr<observer> watcher, std::shared_ptr<time_source> clock)
    : talk_{std::make_shared<detail::talk>(executor, options, std::move(watcher), std::move(clock))}
{
    talk_->open();
}

conversation::~conversation()
{
    talk_->end();
}

room conversation::entry() const
{
    return talk_->entry();
}

directory conversation::directory()
{
    return talk_->by_request();
}

std::optional<room> conversation::find_room(std::string_view name) const
{
    return talk_->find_room(name);
}

member conversation::find(std::string_view name) const
{
    return talk_->find_member(name);
}

std::size_t conversation::rooms() const
{
    return talk_->rooms();
}

std::size_t conversation::read_bans()
{
    return talk_->read_bans();
}

conversation_statistics conversation::statistics() const
{
    return talk_->statistics();
}

void conversation::add_command(std::string name, std::string help, handler what)
{
    talk_->add_command(std::move(name), std::move(help), std::move(what));
}

void conversation::stop() noexcept
{
    talk_->stop();
}

namespace detail {

std::optional<room> talk::find_room(std::string_view name) const
{
    const auto checked = check_name(name);
    const auto* const valid = std::get_if<valid_name>(&checked);
    const lock_guard lock{mutex_};
    const auto found = valid != nullptr ? directory_.find(*valid) : place_ptr{};
    return found ? std::optional{found->room} : std::nullopt;
}

member talk::find_member(std::string_view name) const
{
    const auto checked = check_name(name);
    const auto* const valid = std::get_if<valid_name>(&checked);
    const lock_guard lock{mutex_};
    const auto claim = valid != nullptr ? names_.find(*valid) : name_registry::claim_ptr{};
    const auto* const one = claim ? directory_.find(claim->holder) : nullptr;
    return one != nullptr ? one->who : member{};
}

std::size_t talk::rooms() const
{
    const lock_guard lock{mutex_};
    return directory_.places().size();
}

conversation_statistics talk::statistics() const
{
    const auto all = all_rooms();
    conversation_statistics made{.rooms = rooms(),
                                 .commands_refused = commands_refused_.load(std::memory_order_relaxed),
                                 .names_refused = names_refused_.load(std::memory_order_relaxed),
                                 .passwords_refused = passwords_refused_.load(std::memory_order_relaxed)};
    for (const auto& one : all) {
        const auto figures = one.statistics();
        made.members += figures.members;
        made.log_bytes += figures.log_bytes;
    }
    return made;
}

}  // namespace detail

bool is_name(std::string_view text)
{
    return std::holds_alternative<detail::valid_name>(detail::check_name(text));
}

std::string hash_password(std::string_view password)
{
    detail::require_sodium();
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str(hash.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                          crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        throw std::bad_alloc{};
    }
    return hash.data();
}

bool is_password_hash(std::string_view text)
{
    detail::require_sodium();
    return text.starts_with("$argon2id$") && text.size() < crypto_pwhash_STRBYTES &&
           crypto_pwhash_str_needs_rehash(std::string{text}.c_str(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                          crypto_pwhash_MEMLIMIT_INTERACTIVE) >= 0;
}

}  // namespace chatroom
