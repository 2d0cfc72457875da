// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "calendar.hpp"
#include "editor.hpp"
#include "frontend.hpp"
#include "input_history.hpp"
#include "keyboard.hpp"
#include "notifier.hpp"
#include "output.hpp"
#include "paste.hpp"
#include "screen_line.hpp"
#include "status.hpp"
#include "tty_modes.hpp"
#include "vocabulary.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <deque>
#include <functional>
#include <string>

namespace client {

struct terminal_options {
    style look;
    bool bell = false;         ///< Rings for one's name and for private messages.
    bool title = false;        ///< Shows the room, and how many messages are unread, in the window's title.
    std::string history_file;  ///< Of what was typed; empty: none.
};

/// A person at a terminal: a line to edit at the bottom, and what happens in the room above it.
///
/// libedit asks for a key, and waits for it inside that question; so that is where the program runs. What arrives
/// meanwhile is gathered, and drawn together with the line when nothing else is ready.
class terminal final : public frontend {
  public:
    /// `broken` is called when the terminal has gone. Throws std::system_error.
    terminal(boost::asio::io_context& context, terminal_options options, std::function<void()> broken);
    ~terminal() override;

    boost::asio::awaitable<std::optional<std::string>> next_line() override;
    boost::asio::awaitable<void> show(message what) override;
    void tell(const std::string& notice) override;
    void update(const link_status& now) override;
    [[nodiscard]] bool interactive() const override { return true; }
    void end_lines() override;
    std::optional<std::size_t> drop_pasted() override;
    bool interrupt() override;
    void abort_output() override;
    void run() override;
    std::string close() override;

  private:
    std::optional<wchar_t> next_key();
    std::optional<wchar_t> next_key_of_line();
    [[nodiscard]] completion complete(std::wstring_view before);
    [[nodiscard]] bool may_remember(const std::wstring& line);
    [[nodiscard]] std::string prompt() const;
    void settle_paste();
    void answer_question(wchar_t key);
    void focus(bool has_it);
    void set_title();
    void work();
    void draw();
    void clear();
    void watch_signals();
    void suspend();
    void take_up();
    bool answered(std::size_t row, std::size_t column);
    void await_answers();

    static constexpr std::size_t most_above = 64 * 1024;  // bytes that are gathered between two drawings

    boost::asio::io_context& context_;
    const terminal_options options_;
    tty_modes modes_;
    output out_;
    screen_line on_screen_;
    editor editor_;
    boost::asio::signal_set signals_;
    notifier lines_changed_;
    notifier shown_;
    std::deque<std::string> lines_;  // typed, and not taken yet
    paste paste_;
    input_history history_;
    vocabulary words_;
    calendar calendar_;
    std::string above_;  // to be printed above the line
    status status_;
    std::string title_;
    std::string drawn_prompt_;
    std::wstring drawn_text_;
    std::size_t drawn_cursor_ = 0;
    bool drawn_ = false;
    bool pasted_ = false;  // a long paste goes out: what lines_ are, or what waits in the session
    bool focused_ = true;
    bool ended_ = false;  // no more lines
    bool interrupted_ = false;
    bool aborted_ = false;
    keyboard keyboard_;
};

}  // namespace client
