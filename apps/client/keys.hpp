// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <cwchar>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace client {

/// Turns what a terminal sends into characters. An escape sequence gets through only whole, and only if a command is
/// bound to it. Between the marks of a bracketed paste only text, tabs and line ends get through, so that what one
/// pastes types no commands. Needs a UTF-8 locale.
class keys {
  public:
    /// `bound` tells whether a command is bound to an escape sequence; `position` takes a cursor position report, and
    /// returns false if none was asked for; `focus` is told that the window has the focus (true) or has lost it.
    keys(std::function<bool(const std::string&)> bound, std::function<bool(std::size_t, std::size_t)> position,
         std::function<void(bool)> focus = {});

    /// Returns whether any of it got through.
    bool feed(std::string_view bytes);

    [[nodiscard]] std::optional<wchar_t> next();

    /// Whether the last key that next() gave was pasted, and whether the next one is, as far as is known.
    [[nodiscard]] bool was_pasted() const noexcept { return was_pasted_; }
    [[nodiscard]] bool is_pasted() const noexcept { return keys_.empty() ? pasting_ : keys_.front().pasted; }

    /// Whether more is expected: the rest of a sequence, or the end of a paste.
    [[nodiscard]] bool incomplete() const noexcept { return pasting_ || !sequence_.empty(); }
    [[nodiscard]] bool pasting() const noexcept { return pasting_; }

    /// What is expected has not come in time: an escape alone is a key, the rest of a sequence is dropped, and a paste
    /// has ended.
    void time_out();

    /// Forgets what is not read yet. Returns whether there was anything.
    bool clear();

  private:
    void take(char byte);
    void take_sequence();
    void decode(char byte);
    void put(wchar_t key);

    std::function<bool(const std::string&)> bound_;
    std::function<bool(std::size_t, std::size_t)> position_;
    std::function<void(bool)> focus_;
    std::mbstate_t state_{};
    std::string sequence_;  // as much of an escape sequence as has come
    bool pasting_ = false;
    bool after_return_ = false;
    bool was_pasted_ = false;
    struct one_key {
        wchar_t key;
        bool pasted;
    };
    std::deque<one_key> keys_;  // the caller feeds again when it is empty
};

inline constexpr std::string_view paste_on = "\033[?2004h";  ///< Asks the terminal for the marks.
inline constexpr std::string_view paste_off = "\033[?2004l";
inline constexpr std::string_view focus_on = "\033[?1004h";  ///< Asks it to tell of its focus.
inline constexpr std::string_view focus_off = "\033[?1004l";

}  // namespace client
