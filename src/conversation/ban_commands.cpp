// SPDX-License-Identifier: BSL-1.0
// Bans, and the file of them. Whether it is an operator who asks has been checked.
#include "duration.hpp"
#include "sentences.hpp"
#include "talk.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <stdexcept>

namespace chatroom::detail {
namespace {

namespace asio = boost::asio;

constexpr std::size_t page_size = 32 * 1024;  // half of what may wait for a member

}  // namespace

void talk::list_bans(const member& from, const command_line& line)
{
    std::vector<ban> all;
    {
        const lock_guard lock{mutex_};
        all = bans_.list(ban::clock_now());
    }
    std::vector<std::string> told;
    std::ranges::transform(all, std::back_inserter(told), [](const ban& one) { return sentences::describe(one); });
    told.empty() ? (void)from.send(sentences::no_bans) : tell_page(from, told, line.words[0], "/bans ");
}

// From the one that was asked for on, as many as fit; `command` and a number go on.
void talk::tell_page(const member& from, const std::vector<std::string>& all, std::string_view asked,
                     std::string_view command)
{
    std::size_t at = 0;
    (void)std::from_chars(asked.data(), asked.data() + asked.size(), at);
    at = at > 0 && at <= all.size() ? at - 1 : 0;
    std::vector<std::string> lines;
    for (std::size_t bytes = 0; at < all.size(); ++at) {
        lines.push_back(all[at]);
        bytes += lines.back().size();
        if (bytes > page_size && lines.size() > 1) {
            lines.back() = sentences::more(all.size() - at, std::string{command} + std::to_string(at + 1));
            break;
        }
    }
    tell(from, lines);
}

bool talk::is_meant_locked(const std::variant<valid_name, network>& whom, const person& one) const
{
    if (const auto* const from = std::get_if<network>(&whom)) {
        return from->contains(host_of(one.who.address()));
    }
    const auto claim = names_.find(std::get<valid_name>(whom));
    return claim && claim == one.name;
}

talk::ban_change talk::change_bans(const member& from, std::string whom, std::string_view rest)
{
    ban_change change{.whom = std::move(whom)};
    std::string_view why = rest;
    auto until = ban::time_point::max();
    const auto now = ban::clock_now();
    auto after = why;
    const auto first = take_word(after);
    if (const auto duration = parse_duration(first)) {
        until = now + *duration;
        why = after;
    } else if (looks_like_duration(first)) {
        change.wrong = sentences::wrong_time(first);
        return change;
    }
    const lock_guard lock{mutex_};
    const auto* const one = directory_.find(from.id());
    if (one == nullptr) {
        return change;
    }
    // A member without a name stands for its address.
    const auto found = find_locked(change.whom, true);
    if (auto* const* const other = std::get_if<person*>(&found); other != nullptr) {
        change.whom = (*other)->name && !change.whom.starts_with('#')
                          ? (*other)->name->text
                          : to_string(host_network(host_of((*other)->who.address())));
    }
    auto parsed = ban_list::parse_subject(change.whom);
    if (const auto* const error = std::get_if<ban_error>(&parsed)) {
        change.wrong = sentences::wrong_ban(*error, change.whom);
    } else {
        ban made{std::get<0>(parsed), until, one->sender(), std::string{why}};
        if (one->name) {
            made.by = one->name->text;
        }
        change.words = sentences::banned_yourself(made);
        if (is_meant_locked(made.whom, *one)) {
            change.wrong = sentences::not_yourself;
        } else {
            for (auto& [id, other] : directory_.people()) {
                if (!other.is_operator && is_meant_locked(made.whom, other)) {
                    remove_locked(other);
                    change.removed.push_back(other.who);
                }
            }
            change.done = sentences::banned(made);
            bans_.drop_expired(now);
            bans_.add(std::move(made));
            bans_unsaved_ = true;
        }
    }
    return change;
}

asio::awaitable<void> talk::add_ban(self_ptr self, member from, std::string whom, std::string rest)
{
    const auto change = self->change_bans(from, std::move(whom), rest);
    if (change.done.empty()) {
        co_return self->refuse(from, change.wrong);
    }
    for (const auto& one : change.removed) {
        self->tell_event(entry_kind::removed, one.id(),
                         sentences::removed(self->sender_of(one), self->sender_of(from), {}));
        (void)one.disconnect(change.words);
    }
    (void)from.send(change.done);
    self->report(sentences::did(from.address(), self->sender_of(from), "/ban " + change.whom + ' ' + rest));
    auto saving = save_bans(self, from);
    co_await std::move(saving);
}

asio::awaitable<void> talk::remove_ban(self_ptr self, member from, std::string whom)
{
    const auto parsed = ban_list::parse_subject(whom);
    bool removed = false;
    if (parsed.index() == 0) {
        const lock_guard lock{self->mutex_};
        removed = self->bans_.remove(std::get<0>(parsed));
        self->bans_unsaved_ = self->bans_unsaved_ || removed;
    }
    if (!removed) {
        co_return self->refuse(from, sentences::no_ban(whom));
    }
    (void)from.send(sentences::unbanned(whom));
    self->report(sentences::did(from.address(), self->sender_of(from), "/unban " + whom));
    auto saving = save_bans(self, from);
    co_await std::move(saving);
}

// On a thread of the slow work. Returns what went wrong.
std::string talk::write_bans()
{
    const std::scoped_lock writing{file_mutex_};  // the later one has the newer list
    std::vector<ban> bans;
    {
        const lock_guard lock{mutex_};
        bans = bans_.list(ban::clock_now());
        bans_unsaved_ = false;
    }
    try {
        ban_list::save(options_.bans_file, bans);
    } catch (const std::exception& failure) {
        const lock_guard lock{mutex_};
        bans_unsaved_ = true;
        return failure.what();
    }
    return {};
}

std::size_t talk::read_bans()
{
    if (options_.bans_file.empty()) {
        return 0;
    }
    const std::scoped_lock reading{file_mutex_};
    auto read = ban_list::load(options_.bans_file);
    read.drop_expired(ban::clock_now());
    const lock_guard lock{mutex_};
    if (bans_unsaved_) {
        throw std::runtime_error{options_.bans_file +
                                 ": older than the bans of an operator, which are not written yet"};
    }
    bans_ = std::move(read);
    return bans_.list(ban::clock_now()).size();
}

asio::awaitable<std::optional<bool>> talk::start_writing(const std::shared_ptr<std::string>& why)
{
    std::function<bool()> write = [this, why] {
        *why = write_bans();
        return why->empty();
    };
    return slow_.run(std::move(write));
}

asio::awaitable<void> talk::save_bans(self_ptr self, member from)
{
    if (self->options_.bans_file.empty()) {
        co_return;
    }
    const auto why = std::make_shared<std::string>();
    auto writing = self->start_writing(why);
    const auto written = co_await std::move(writing);
    if (!written || !*written) {
        (void)from.send(sentences::not_saved(*why));
    }
}

}  // namespace chatroom::detail
