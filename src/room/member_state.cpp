// SPDX-License-Identifier: BSL-1.0
#include "room/member_state.hpp"

#include <chatroom/wire/sender.hpp>
#include <chatroom/wire/text.hpp>

#include <new>
#include <utility>

namespace chatroom::detail {
namespace {

constexpr std::size_t longest_name = 128;  // bytes: 32 code points

bool is_usable(std::string_view name) noexcept
{
    return name.size() <= longest_name && name.find_first_of("<>\n") == name.npos && wire::is_clean(name);
}

std::string sender_of(std::string_view name)
{
    return std::string{"<"}.append(name).append(">");
}

}  // namespace

member_state::member_state(member_id id, chatroom::transport by, std::string address, bool encrypted)
    : id_{id},
      transport_{by},
      encrypted_{encrypted},
      address_{std::move(address)}
{
}

member_state::~member_state() = default;

std::string member_state::name() const
{
    const std::scoped_lock lock{mutex_};
    return name_;
}

std::string member_state::sender() const
{
    const std::scoped_lock lock{mutex_};
    return name_.empty() ? address_ : sender_of(name_);
}

void member_state::set_data(std::any data)
{
    const std::scoped_lock lock{mutex_};
    data_.swap(data);
}

std::any member_state::data() const
{
    const std::scoped_lock lock{mutex_};
    return data_;
}

error_code member_state::perform(action what)
{
    const std::scoped_lock lock{mutex_};
    if (gone_) {
        return error::not_a_member;
    }
    post_counted(std::move(what));
    return {};
}

void member_state::post_counted(action what)
{
    action counted = [this, what = std::move(what)](member_port& port) {
        what(port);
        --unsettled_;
    };
    ++unsettled_;
    try {
        post(std::move(counted));
    } catch (...) {
        --unsettled_;
        throw;
    }
}

error_code member_state::post_if_here(action what)
{
    const std::scoped_lock lock{mutex_};
    if (gone_) {
        return error::not_a_member;
    }
    post(std::move(what));
    return {};
}

void member_state::detach() noexcept
{
    const std::scoped_lock lock{mutex_};
    gone_ = true;
}

error_code member_state::send(std::string_view sender, std::string_view text)
{
    if (!wire::is_sender(sender)) {
        return error::invalid_sender;
    }
    if (text.find('\n') != text.npos) {
        return error::contains_newline;
    }
    std::string line;
    wire::append_clean(line, text);
    if (wire::is_blank(line)) {
        return error::empty_text;
    }
    const auto bytes = sender.size() + line.size() + 2;
    if (bytes > most_pending) {
        return error::text_too_long;
    }
    if (pending_.fetch_add(bytes) + bytes > most_pending) {
        take_pending(bytes);
        return error::would_block;
    }
    error_code ec;
    try {
        auto act = [from = std::string{sender}, text = std::move(line)](member_port& port) {
            port.send_line(from, text);
        };
        ec = post_if_here(std::move(act));
    } catch (const std::bad_alloc&) {
        ec = make_error_code(boost::system::errc::not_enough_memory);
    }
    if (ec) {
        take_pending(bytes);
    }
    return ec;
}

error_code member_state::rename(std::string_view name)
{
    if (!is_usable(name)) {
        return error::invalid_sender;
    }
    std::string changed{name};
    action change = [sender = name.empty() ? address_ : sender_of(name)](member_port& port) {
        port.set_sender(sender);
    };
    const std::scoped_lock lock{mutex_};
    if (gone_) {
        return error::not_a_member;
    }
    post_counted(std::move(change));
    name_.swap(changed);
    return {};
}

}  // namespace chatroom::detail
