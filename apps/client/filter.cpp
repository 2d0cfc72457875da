// SPDX-License-Identifier: BSL-1.0
#include "filter.hpp"

#include "environment.hpp"
#include "screen_line.hpp"

#include <unistd.h>

#include <utility>

namespace client {
namespace {

constexpr std::size_t longest = 60'000;  // bytes of a line: what a server takes at the most

}  // namespace

filter::filter(boost::asio::io_context& context, filter_options options, std::function<void()> broken)
    : context_{context},
      options_{std::move(options)},
      out_{context.get_executor(), STDOUT_FILENO, std::move(broken)},
      lines_changed_{context.get_executor()},
      lines_{options_.given.begin(), options_.given.end()},
      ended_{options_.source == line_source::given},
      in_{context.get_executor(), [this](const std::string& piece, boost::system::error_code why) { take(piece, why); }}
{
}

boost::asio::awaitable<std::optional<std::string>> filter::next_line()
{
    if (lines_.empty() && !ended_ && options_.source == line_source::standard_input) {
        in_.read_on();
    }
    while (lines_.empty() && !ended_) {
        auto waiting = lines_changed_.wait();
        co_await std::move(waiting);
    }
    if (lines_.empty()) {
        co_return std::nullopt;
    }
    auto line = std::move(lines_.front());
    lines_.pop_front();
    co_return line;
}

void filter::take(const std::string& piece, boost::system::error_code why)
{
    unreadable_ = why;
    if (piece.empty()) {
        ended_ = true;
        if (!open_.empty()) {
            lines_.push_back(std::exchange(open_, {}));
        }
    }
    for (const char c : piece) {
        if (c == '\n' || open_.size() == longest) {
            lines_.push_back(std::exchange(open_, {}));
        }
        if (c != '\n') {
            open_.push_back(c);
        }
    }
    if (lines_.empty() && !ended_) {
        return in_.read_on();
    }
    lines_changed_.notify();
}

boost::asio::awaitable<void> filter::show(message what)
{
    if (what.hidden) {
        co_return;
    }
    if (options_.source == line_source::given) {
        if (what.means.what == kind::notice && !what.expected) {
            tell(what.text);
        }
        co_return;
    }
    auto look = options_.look;
    look.columns = options_.wraps ? size_now().columns : 0;
    out_.put(render(what, look));
    while (out_.full() && !aborted_) {
        auto waiting = out_.room();
        co_await std::move(waiting);
    }
}

void filter::tell(const std::string& notice)
{
    message own;
    own.sender = "chatroom-client";
    own.text = notice;
    write_all(STDERR_FILENO, render(own, {}));
}

void filter::update(const link_status&) {}

void filter::end_lines()
{
    ended_ = true;
    lines_.clear();
    lines_changed_.notify();
}

void filter::abort_output()
{
    aborted_ = true;
    out_.notify();
}

void filter::run()
{
    context_.run();
}

std::string filter::close()
{
    out_.flush(aborted_ ? std::chrono::milliseconds{200} : std::chrono::hours{24});
    const auto unwritable = out_.failure();
    if (unwritable && !is_hang_up(unwritable)) {
        return "standard output can't be written: " + unwritable.message();
    }
    if (unreadable_ && !is_hang_up(unreadable_)) {
        return "standard input can't be read: " + unreadable_.message();
    }
    return {};
}

}  // namespace client
