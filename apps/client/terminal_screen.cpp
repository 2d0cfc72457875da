// SPDX-License-Identifier: BSL-1.0
// The line on the screen, and what the terminal tells of itself.
#include "terminal.hpp"

#include <csignal>
#include <utility>

namespace client {

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

void terminal::focus(bool has_it)
{
    focused_ = has_it;
    if (has_it && std::exchange(status_.unread, 0) != 0) {
        set_title();
    }
}

void terminal::set_title()
{
    auto title = status_.title();
    if (options_.title && title != title_) {
        out_.put("\033]2;" + title + '\a');
        title_ = std::move(title);
    }
}

std::string terminal::prompt() const
{
    return paste_.asking() ? paste_.question() : status_.prompt();
}

void terminal::draw()
{
    if (out_.full()) {
        return;  // it is rung when there is room
    }
    const auto text = editor_.text();
    const auto cursor = editor_.cursor();
    const auto prompt = this->prompt();
    if (drawn_ && above_.empty() && text == drawn_text_ && cursor == drawn_cursor_ && prompt == drawn_prompt_) {
        return;
    }
    const auto size = size_now();
    auto bytes = on_screen_.erase(size);
    if (!above_.empty()) {
        bytes += std::exchange(above_, {});
        on_screen_.printed_above();
    }
    bytes += on_screen_.draw(prompt, text, cursor, size);
    out_.put(bytes);
    drawn_ = true;
    drawn_text_ = text;
    drawn_cursor_ = cursor;
    drawn_prompt_ = prompt;
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
    out_.put(focus_off);
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
    out_.put(focus_on);
    drawn_ = false;
}

}  // namespace client
