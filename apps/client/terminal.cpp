// SPDX-License-Identifier: BSL-1.0
#include "terminal.hpp"

#include "clusters.hpp"
#include "signals.hpp"
#include "wide.hpp"

#include <csignal>
#include <utility>

namespace client {
namespace {

// xterm's, which others have too: the title is kept, and put back.
constexpr std::string_view title_push = "\033[22;2t";
constexpr std::string_view title_pop = "\033[23;2t";

std::vector<std::wstring> all_wide(const std::vector<std::string>& lines)
{
    std::vector<std::wstring> wide;
    wide.reserve(lines.size());
    for (const auto& line : lines) {
        wide.push_back(to_wide(line));
    }
    return wide;
}

}  // namespace

terminal::terminal(boost::asio::io_context& context, terminal_options options, std::function<void()> broken)
    : context_{context},
      options_{std::move(options)},
      out_{context.get_executor(), STDOUT_FILENO, std::move(broken)},
      editor_{{[this] { return next_key(); }, [this] { clear(); },
               [this](std::wstring_view before) { return complete(before); },
               [this](const std::wstring& line) { return may_remember(line); }},
              modes_.found(),
              all_wide(input_history{options_.history_file}.load())},
      signals_{context, SIGWINCH, SIGCONT},
      lines_changed_{context.get_executor()},
      shown_{context.get_executor()},
      history_{options_.history_file},
      calendar_{std::chrono::system_clock::now()},
      keyboard_{context.get_executor(),
                keys{[this](const std::string& sequence) { return editor_.bound(sequence); },
                     [this](std::size_t row, std::size_t column) { return answered(row, column); },
                     [this](bool has_it) { focus(has_it); }},
                [this] { end_lines(); }}
{
    add_unless_ignored(signals_, SIGTSTP);
    modes_.edit();
    out_.put(paste_on);
    out_.put(focus_on);
    out_.put(options_.title ? title_push : "");
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
    words_.received_message(what.means, what.room);
    if (what.hidden) {
        co_return;
    }
    if (const auto day = calendar_.turn_to(what.at)) {
        tell(*day);
    }
    auto look = options_.look;
    look.columns = size_now().columns;
    above_ += render(what, look);
    if (options_.bell && !what.history && (what.to_me || !what.mentioned.empty()) && !what.own) {
        above_ += '\a';
    }
    const bool speech =
        what.means.what == kind::message || what.means.what == kind::action || what.means.what == kind::private_message;
    if (!focused_ && speech && !what.own && !what.history) {
        ++status_.unread;
        set_title();
    }
    while ((above_.size() >= most_above || out_.full()) && !aborted_) {
        auto waiting = shown_.wait();
        co_await std::move(waiting);
    }
}

void terminal::tell(const std::string& notice)
{
    above_ += render_notice(notice, options_.look.colour, size_now().columns);
}

void terminal::update(const link_status& now)
{
    status_.link = now;
    pasted_ = pasted_ && (!lines_.empty() || now.busy);
    set_title();
}

void terminal::end_lines()
{
    ended_ = true;
    lines_changed_.notify();
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
        auto text = to_utf8(*line);
        words_.typed(text);
        if (keyboard_.was_pasted()) {
            paste_.add(std::move(text));
            continue;
        }
        history_.add(text);
        lines_.push_back(std::move(text));
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
    out_.put(focus_off);
    out_.put(options_.title ? title_pop : "");
    out_.flush(std::chrono::milliseconds{aborted_ ? 200 : 2000});
    await_answers();
    modes_.restore();
    return {};  // a terminal fails only by going away
}

// Waits for something to do, and does what else is ready, unless that is so much that it should be seen.
void terminal::work()
{
    context_.run_one();
    while (above_.size() < most_above && context_.poll_one() != 0) {
    }
}

}  // namespace client
