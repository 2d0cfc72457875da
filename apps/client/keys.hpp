// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cwchar>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace client {

/// Turns what a terminal sends into characters. Between the marks of a bracketed paste only text, tabs and line ends
/// get through, so that what one pastes types no commands. Needs a UTF-8 locale.
class keys {
  public:
    void feed(std::string_view bytes);

    [[nodiscard]] std::optional<wchar_t> next();

  private:
    void take(char byte);
    void decode(char byte);
    void put(wchar_t key);

    std::mbstate_t state_{};
    std::string mark_;  // as much of a paste's mark as has come
    bool pasting_ = false;
    bool after_return_ = false;
    std::deque<wchar_t> keys_;  // the caller feeds again when it is empty
};

inline constexpr std::string_view paste_on = "\033[?2004h";  ///< Asks the terminal for the marks.
inline constexpr std::string_view paste_off = "\033[?2004l";

}  // namespace client
