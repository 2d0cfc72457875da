// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "vocabulary.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct termios;

namespace client {

/// A line editor: libedit, which edits but neither reads nor draws. It asks for keys, and what the line is may be
/// looked at whenever it does. It never touches the person's terminal: it has a pseudo-terminal of its own to set up.
class editor {
  public:
    struct hooks {
        std::function<std::optional<wchar_t>()> key;                   ///< The next one, or nothing at the end.
        std::function<void()> clear;                                   ///< The screen.
        std::function<completion(std::wstring_view before)> complete;  ///< The text before the cursor.
        std::function<bool(const std::wstring& line)> may_remember;    ///< Whether a line goes into the history.
    };

    /// `modes` are the person's terminal's, for its erase and kill keys; `history` is there from the start, the oldest
    /// first. Needs a UTF-8 locale. Throws std::system_error.
    editor(hooks calls, const termios& modes, const std::vector<std::wstring>& history);
    ~editor();
    editor(const editor&) = delete;
    editor& operator=(const editor&) = delete;

    /// Whether a command or a text is bound to an escape sequence.
    [[nodiscard]] bool bound(const std::string& sequence) const;

    /// The key that takes the whole line away; what it took comes back with Ctrl-Y.
    static constexpr wchar_t kill_line = 3;

    /// Edits a line. Returns it without its line end, or nothing at the end of the keys or for Ctrl-D on an empty line.
    std::optional<std::wstring> edit();

    [[nodiscard]] std::wstring_view text() const;
    [[nodiscard]] std::size_t cursor() const;

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

}  // namespace client
