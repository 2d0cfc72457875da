// SPDX-License-Identifier: BSL-1.0
#include "room/room_state.hpp"

#include <chatroom/wire/text.hpp>

#include <algorithm>
#include <chrono>
#include <new>
#include <random>
#include <utility>

namespace chatroom::detail {

namespace {

std::string make_epoch()
{
    std::random_device random;
    std::string digits;
    for (int i = 0; i < 12; ++i) {
        digits += "0123456789abcdefghijklmnopqrstuv"[random() % 32];
    }
    return digits;
}

}  // namespace

room_state::room_state(const room_options& options, std::shared_ptr<chatroom::observer> observer, room_policy policy,
                       std::shared_ptr<sequencer> order)
    : options_{options},
      policy_{std::move(policy)},
      observer_{std::move(observer)},
      sequencer_{std::move(order)},
      epoch_{make_epoch()},
      log_{options.log_bytes},
      readers_{std::make_shared<reader_list>()}
{
}

member_id room_state::next_id() noexcept
{
    static std::atomic<member_id> last{server_id};
    return last.fetch_add(1) + 1;
}

// `text` is clean then: what it was, or a view of `cleaned`.
error_code room_state::prepare(std::string_view& text, std::string& cleaned) const
{
    if (!wire::is_clean(text)) {
        if (text.find('\n') != text.npos) {
            return error::contains_newline;
        }
        wire::append_clean(cleaned, text);
        text = cleaned;
    }
    if (wire::is_blank(text)) {
        return error::empty_text;
    }
    return text.size() > options_.max_message ? error_code{error::text_too_long} : error_code{};
}

error_code room_state::decide(const room_entry& what)
{
    if (!sequencer_) {
        return append_clean(what, std::nullopt);
    }
    return closed_ ? error_code{error::closed} : sequencer_->propose(what);
}

error_code room_state::append_clean(const room_entry& what, std::optional<std::chrono::system_clock::time_point> time)
{
    std::shared_ptr<const reader_list> readers;
    {
        const std::scoped_lock lock{mutex_};
        if (closed_) {
            return error::closed;
        }
        log_.append(what, time ? *time : std::chrono::system_clock::now());
        readers = readers_;
    }
    for (const auto& reader : *readers) {
        reader->schedule();
    }
    return {};
}

error_code room_state::publish(const room_entry& what) noexcept
try {
    auto clean = what;
    std::string cleaned;
    const auto ec = prepare(clean.text, cleaned);
    return ec ? ec : decide(clean);
} catch (const std::bad_alloc&) {
    return make_error_code(boost::system::errc::not_enough_memory);
}

error_code room_state::append(const room_entry& what, std::chrono::system_clock::time_point time) noexcept
try {
    auto clean = what;
    std::string cleaned;
    const auto ec = prepare(clean.text, cleaned);
    return ec ? ec : append_clean(clean, time);
} catch (const std::bad_alloc&) {
    return make_error_code(boost::system::errc::not_enough_memory);
}

error_code room_state::submit(const member& from, std::string_view sender, std::string_view text,
                              std::string& words) noexcept
try {
    std::string cleaned;
    if (const auto ec = prepare(text, cleaned)) {
        return ec;
    }
    auto answer = policy_.submit(from, text);
    if (answer.what == submission::outcome::refuse) {
        words = std::move(answer.text);
        return error::refused;
    }
    room_entry what{.member = from.id(), .sender = sender, .text = text};
    if (answer.what == submission::outcome::pass) {
        return decide(what);
    }
    what.text = answer.text;
    return publish(what);
} catch (const std::bad_alloc&) {
    return make_error_code(boost::system::errc::not_enough_memory);
} catch (...) {
    observer_->error("submit", from.address(), std::current_exception());
    return error::refused;
}

void room_state::report(entry_kind kind, member_id who, std::string_view sender, std::string_view text) noexcept
try {
    if (!keeps_events_) {
        return;
    }
    message what;
    what.member = who;
    what.sender = sender;
    what.text = text;
    what.kind = kind;
    {
        const std::scoped_lock lock{mutex_};
        what.time = std::chrono::system_clock::now();
        what.sequence = log_.tail().sequence;
        events_.append(std::move(what));
    }
    schedule_readers();
} catch (...) {
    observer_->error("event", sender, std::current_exception());
}

std::uint64_t room_state::keep_events() noexcept
{
    keeps_events_ = true;
    const std::scoped_lock lock{mutex_};
    return events_.tail();
}

std::optional<message> room_state::view_since(position from, log_view& view, std::uint64_t& event) const
{
    view.set_room(options_.name);
    const std::scoped_lock lock{mutex_};
    log_.view_since(from, view);
    return events_.take(event, std::max(from.sequence, log_.oldest().sequence));
}

void room_state::add(std::shared_ptr<log_reader> reader)
{
    const std::scoped_lock lock{mutex_};
    auto readers = std::make_shared<reader_list>(*readers_);
    readers->push_back(std::move(reader));
    readers_ = std::move(readers);
}

void room_state::remove(const log_reader* reader) noexcept
{
    std::shared_ptr<const reader_list> old;  // lets go of the readers outside the lock
    try {
        const std::scoped_lock lock{mutex_};
        auto readers = std::make_shared<reader_list>(*readers_);
        std::erase_if(*readers, [reader](const auto& x) { return x.get() == reader; });
        old = std::exchange(readers_, std::move(readers));
    } catch (const std::bad_alloc&) {
        observer_->error("detach", {}, std::current_exception());
    }
}

void room_state::view_since(position from, log_view& view) const
{
    view.set_room(options_.name);
    const std::scoped_lock lock{mutex_};
    log_.view_since(from, view);
}

position room_state::tail() const noexcept
{
    const std::scoped_lock lock{mutex_};
    return log_.tail();
}

position room_state::oldest() const noexcept
{
    const std::scoped_lock lock{mutex_};
    return log_.oldest();
}

std::pair<position, position> room_state::extent() const noexcept
{
    const std::scoped_lock lock{mutex_};
    return {log_.oldest(), log_.tail()};
}

std::shared_ptr<const room_state::reader_list> room_state::readers() const noexcept
{
    const std::scoped_lock lock{mutex_};
    return readers_;
}

bool room_state::congested() const noexcept
{
    if (sequencer_ && sequencer_->congested()) {
        return true;
    }
    const std::scoped_lock lock{mutex_};
    const auto tail = log_.tail().byte;
    return std::any_of(readers_->begin(), readers_->end(), [&](const auto& reader) {
        const auto held = reader->backpressure_mark();
        return held < tail && tail - held > options_.log_bytes / 2;
    });
}

void room_state::resume_if_relieved() noexcept
{
    if (waiting_.load() && !congested() && waiting_.exchange(false)) {
        schedule_readers();
    }
}

void room_state::schedule_readers() const noexcept
{
    for (const auto& reader : *readers()) {
        reader->schedule();
    }
}

void room_state::close() noexcept
{
    decltype(on_close_) calls;
    {
        const std::scoped_lock lock{mutex_};
        closed_ = true;
        calls.swap(on_close_);
    }
    schedule_readers();
    for (const auto& [owner, call] : calls) {
        call();
    }
}

void room_state::on_close(const void* owner, std::function<void()> what)
{
    {
        const std::scoped_lock lock{mutex_};
        if (!closed_) {
            on_close_.emplace_back(owner, std::move(what));
            return;
        }
    }
    what();
}

void room_state::forget(const void* owner) noexcept
{
    const std::scoped_lock lock{mutex_};
    std::erase_if(on_close_, [owner](const auto& one) { return one.first == owner; });
}

}  // namespace chatroom::detail
