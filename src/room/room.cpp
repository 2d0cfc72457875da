// SPDX-License-Identifier: BSL-1.0
#include <chatroom/room/room.hpp>

#include <chatroom/room/room_state.hpp>
#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <algorithm>
#include <chrono>
#include <new>
#include <string>
#include <utility>

namespace chatroom {

room_state::room_state(const room_options& options, std::shared_ptr<chatroom::observer> observer)
    : options_{options},
      observer_{std::move(observer)},
      log_{options.log_bytes},
      readers_{std::make_shared<reader_list>()}
{
}

error_code room_state::publish(member_id member, std::string_view sender, std::string_view text) noexcept
try {
    std::string cleaned;
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
    if (text.size() > options_.max_message) {
        return error::text_too_long;
    }
    std::shared_ptr<const reader_list> readers;
    {
        const std::scoped_lock lock{mutex_};
        if (closed_) {
            return error::closed;
        }
        log_.append(member, sender, text, std::chrono::system_clock::now());
        readers = readers_;
    }
    for (const auto& reader : *readers) {
        reader->schedule();
    }
    return {};
} catch (const std::bad_alloc&) {
    return make_error_code(boost::system::errc::not_enough_memory);
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

std::shared_ptr<const room_state::reader_list> room_state::readers() const noexcept
{
    const std::scoped_lock lock{mutex_};
    return readers_;
}

bool room_state::congested() const noexcept
{
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
        for (const auto& reader : *readers()) {
            reader->schedule();
        }
    }
}

void room_state::close() noexcept
{
    {
        const std::scoped_lock lock{mutex_};
        closed_ = true;
    }
    for (const auto& reader : *readers()) {
        reader->schedule();
    }
}

room::room(const room_options& options, std::shared_ptr<observer> watcher)
{
    validate(options);
    struct unwatched final : observer {};
    if (!watcher) {
        watcher = std::make_shared<unwatched>();
    }
    state_ = std::make_shared<room_state>(options, std::move(watcher));
}

error_code room::publish(std::string_view sender, std::string_view text) noexcept
{
    if (!wire::is_sender(sender)) {
        return error::invalid_sender;
    }
    if (state_->congested()) {
        return error::would_block;
    }
    return state_->publish(server_id, sender, text);
}

error_code room::publish(std::string_view text) noexcept
{
    return publish(wire::server_name, text);
}

follower room::follow(const boost::asio::any_io_executor& executor, std::size_t replay)
{
    return follower{executor, state_, replay};
}

std::size_t room::members() const noexcept
{
    return state_->members();
}

void room::stop() noexcept
{
    state_->close();
}

}  // namespace chatroom
