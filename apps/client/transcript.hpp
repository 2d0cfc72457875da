// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "render.hpp"

#include <optional>
#include <string>

namespace client {

/// The conversation in a file: `2026-11-27 19:00:00 SENDER: TEXT` a line, local time, appended. Written at once, on the
/// caller's thread.
class transcript {
  public:
    /// Opens the file, or makes it for the person alone. Throws std::system_error.
    explicit transcript(std::string file);
    ~transcript();
    transcript(const transcript&) = delete;
    transcript& operator=(const transcript&) = delete;

    /// Returns what went wrong, as a sentence, the first time that something does.
    std::optional<std::string> add(const message& what);

  private:
    std::string file_;
    int descriptor_;
    bool failed_ = false;
    bool broken_line_ = false;  // the last one is not whole
};

}  // namespace client
