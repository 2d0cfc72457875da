// SPDX-License-Identifier: BSL-1.0
#include "counters.hpp"

#include <algorithm>
#include <array>

namespace server {
namespace {

// An error's text, without memory.
class text_of {
  public:
    explicit text_of(chatroom::error_code what) noexcept : text_{what.message(buffer_.data(), buffer_.size())} {}
    text_of(const text_of&) = delete;
    text_of& operator=(const text_of&) = delete;
    [[nodiscard]] const char* c_str() const noexcept { return text_; }

  private:
    std::array<char, 128> buffer_;
    const char* text_;
};

}  // namespace

std::uint32_t counters::age() const noexcept
{
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(clock::now() - started_).count());
}

void counters::connected(chatroom::member_id member, std::string_view address)
{
    ++joined_;
    arrivals_.add(member, age());
    visits_log_.info("{} joined, #{}", address, member);
}

void counters::disconnected(chatroom::member_id member, std::string_view address, chatroom::disconnect_reason why)
{
    ++left_[static_cast<std::size_t>(why)];
    visits_log_.info("{} left after {} s, #{}: {}", address, age() - arrivals_.second_of(member), member,
                     to_string(why));
}

void counters::refused(std::string_view address, chatroom::disconnect_reason why)
{
    ++refused_[static_cast<std::size_t>(why)];
    visits_log_.info("{} refused: {}", address, to_string(why));
}

void counters::skipped(chatroom::member_id member, std::uint64_t messages)
{
    skipped_ += messages;
    log_->debug("member {} skipped {} messages", member, messages);
}

void counters::dropped(chatroom::member_id member, chatroom::error_code why)
{
    ++dropped_;
    log_->debug("a message of member {} was dropped: {}", member, text_of{why}.c_str());
}

void counters::throttled(chatroom::member_id member)
{
    ++throttled_;
    log_->trace("member {} is above its rate", member);
}

void counters::receive_overflow(std::uint64_t datagrams)
{
    receive_overflow_ += datagrams;
    log_->debug("the kernel dropped {} datagrams", datagrams);
}

void counters::send_failed(std::uint64_t datagrams, chatroom::error_code why)
{
    send_failed_ += datagrams;
    log_->debug("{} datagrams could not be sent: {}", datagrams, text_of{why}.c_str());
}

// An observer must not throw, least of all when it is told that memory was refused.
void counters::error(std::string_view where, std::string_view address, const std::exception_ptr& what)
try {
    // The first of each hundred: what fails thousands of times a second must not fill the log as well.
    if (const auto before = errors_.fetch_add(1); before % 100 == 0) {
        log_->warn("{}{}{}: {} (error {})", where, address.empty() ? "" : " of ", address, chatroom::describe(what),
                   before + 1);
    }
} catch (const std::bad_alloc&) {  // counted, and not logged
}

void counters::end()
{
    visits_log_.end();
    moderation_log_.end();
}

event_counts counters::counts() const
{
    event_counts now{started_on_, joined_, skipped_, dropped_, throttled_, receive_overflow_, send_failed_, errors_};
    std::ranges::copy(left_, now.left.begin());
    std::ranges::copy(refused_, now.refused.begin());
    return now;
}

std::string counters::line() const
{
    const auto now = counts();
    std::string text = "joined=" + std::to_string(now.joined) + " skipped=" + std::to_string(now.skipped) +
                       " dropped=" + std::to_string(now.dropped) + " throttled=" + std::to_string(now.throttled) +
                       " receive_overflow=" + std::to_string(now.receive_overflow) +
                       " send_failed=" + std::to_string(now.send_failed) + " errors=" + std::to_string(now.errors);
    const auto add = [&text](const char* what, const auto& by_reason) {
        for (std::size_t i = 0; i < by_reason.size(); ++i) {
            const auto name = to_string(static_cast<chatroom::disconnect_reason>(i));
            text.append(" ").append(what).append(".").append(name).append("=").append(std::to_string(by_reason[i]));
        }
    };
    add("left", now.left);
    add("refused", now.refused);
    return text;
}

}  // namespace server
