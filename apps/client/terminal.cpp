// SPDX-License-Identifier: BSL-1.0
#include "terminal.hpp"

#include "clusters.hpp"
#include "signals.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cwchar>
#include <utility>

namespace client {
namespace {

constexpr std::size_t most_lines = 16;         // typed or pasted; the rest waits in the terminal
constexpr std::size_t most_above = 64 * 1024;  // bytes that are gathered between two drawings

screen_size size_now()
{
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
        return {};
    }
    return {size.ws_col, size.ws_row};
}

std::string prompt_for(const link_status& now)
{
    // g++ 12 warns of a string literal before a temporary, from -O2 on (its bug 105651): each has a name.
    const auto pending = std::to_string(now.pending);
    const auto waiting = std::to_string(now.waiting);
    if (now.connected) {
        return now.pending == 0 ? "> " : "(" + pending + " pending) > ";
    }
    return now.waiting == 0 ? "(away) > " : "(away, " + waiting + " to say) > ";
}

}  // namespace

terminal::terminal(boost::asio::io_context& context, const style& look, std::function<void()> broken)
    : context_{context},
      look_{look},
      out_{context.get_executor(), STDOUT_FILENO, std::move(broken)},
      editor_{[this] { return next_key(); }, [this] { clear(); }, modes_.found()},
      signals_{context, SIGWINCH, SIGCONT},
      lines_changed_{context.get_executor()},
      shown_{context.get_executor()},
      keyboard_{context.get_executor(),
                keys{[this](const std::string& sequence) { return editor_.bound(sequence); },
                     [this](std::size_t row, std::size_t column) { return answered(row, column); }},
                [this] { end_lines(); }}
{
    add_unless_ignored(signals_, SIGTSTP);
    modes_.edit();
    out_.put(paste_on);
    watch_signals();
}

terminal::~terminal()
{
    modes_.restore();
}

boost::asio::awaitable<std::optional<std::string>> terminal::next_line()
{
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

boost::asio::awaitable<void> terminal::show(message what)
{
    above_ += render(what, look_);
    while ((above_.size() >= most_above || out_.full()) && !aborted_) {
        auto waiting = shown_.wait();
        co_await std::move(waiting);
    }
}

void terminal::tell(const std::string& notice)
{
    above_ += render_notice(notice, look_.colour);
}

void terminal::update(const link_status& now)
{
    prompt_ = prompt_for(now);
}

void terminal::end_lines()
{
    ended_ = true;
    lines_changed_.notify();
}

bool terminal::interrupt()
{
    const bool any = keyboard_.clear() || !editor_.text().empty();
    interrupted_ = any && !ended_;
    return interrupted_;
}

void terminal::abort_output()
{
    aborted_ = true;
    lines_.clear();
    shown_.notify();
}

void terminal::run()
{
    while (!ended_) {
        const auto line = editor_.edit();
        if (!line) {
            end_lines();
            break;
        }
        lines_.push_back(to_utf8(*line));
        lines_changed_.notify();
    }
    out_.put(on_screen_.erase(size_now()));
    while (!context_.stopped()) {
        work();
        out_.put(std::exchange(above_, {}));
        shown_.notify();
    }
}

std::string terminal::close()
{
    out_.put(on_screen_.erase(size_now()));
    out_.put(std::exchange(above_, {}));
    out_.put(paste_off);
    out_.flush(std::chrono::milliseconds{aborted_ ? 200 : 2000});
    await_answers();
    modes_.restore();
    return {};  // a terminal fails only by going away
}

bool terminal::answered(std::size_t row, std::size_t column)
{
    const bool asked = on_screen_.probe().answer(row, column);
    if (asked && !on_screen_.probe().awaits()) {
        drawn_ = false;  // the line can be drawn as it is
    }
    return asked;
}

// What the terminal was asked it would answer to the shell.
void terminal::await_answers()
{
    if (!on_screen_.probe().awaits() || !context_.stopped()) {
        return;
    }
    context_.restart();
    const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds{200};
    do {
        keyboard_.read_on();
    } while (on_screen_.probe().awaits() && context_.run_one_until(end) != 0);
}

std::optional<wchar_t> terminal::next_key()
{
    while (!ended_ && !context_.stopped()) {
        if (std::exchange(interrupted_, false)) {
            return editor::kill_line;
        }
        if (lines_.size() < most_lines) {
            if (const auto key = keyboard_.next()) {
                return key;
            }
        }
        draw();
        work();
    }
    return std::nullopt;
}

// Waits for something to do, and does what else is ready, unless that is so much that it should be seen.
void terminal::work()
{
    context_.run_one();
    while (above_.size() < most_above && context_.poll_one() != 0) {
    }
}

void terminal::draw()
{
    if (out_.full()) {
        return;  // it is rung when there is room
    }
    const auto text = editor_.text();
    const auto cursor = editor_.cursor();
    if (drawn_ && above_.empty() && text == drawn_text_ && cursor == drawn_cursor_ && prompt_ == drawn_prompt_) {
        return;
    }
    const auto size = size_now();
    auto bytes = on_screen_.erase(size);
    if (!above_.empty()) {
        bytes += std::exchange(above_, {});
        on_screen_.printed_above();
    }
    bytes += on_screen_.draw(prompt_, text, cursor, size);
    out_.put(bytes);
    drawn_ = true;
    drawn_text_ = text;
    drawn_cursor_ = cursor;
    drawn_prompt_ = prompt_;
    shown_.notify();
}

void terminal::clear()
{
    out_.put(on_screen_.erase(size_now()) + "\033[H\033[2J");
    on_screen_.disturbed();
    drawn_ = false;
}

void terminal::watch_signals()
{
    signals_.async_wait([this](boost::system::error_code ec, int signal) {
        if (ec) {
            return;
        }
        on_screen_.disturbed();
        if (signal == SIGTSTP) {
            suspend();
        }
        if (signal == SIGCONT) {
            take_up();
        }
        drawn_ = false;
        watch_signals();
    });
}

void terminal::suspend()
{
    out_.put(on_screen_.erase(size_now()));
    out_.put(paste_off);
    out_.flush(std::chrono::seconds{1});
    modes_.restore();
    on_screen_.probe().interrupted();
    // By the signal's own default, which stops nothing if no shell is there to continue it (an orphaned process group).
    signals_.remove(SIGTSTP);
    std::raise(SIGTSTP);
    signals_.add(SIGTSTP);
    take_up();
}

void terminal::take_up()
{
    modes_.edit();
    out_.put(paste_on);
    drawn_ = false;
}

}  // namespace client
