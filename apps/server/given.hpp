// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <stdexcept>
#include <string>

namespace server {

/// An option's value as it was written, and where.
struct given {
    std::string name;
    std::string value;
    std::string file;      ///< Empty: on the command line.
    std::size_t line = 0;  ///< In the file.
};

/// A wrong option, in one line for people; the exit code is 1 for the configuration file, 2 for the command line.
class option_error : public std::runtime_error {
  public:
    option_error(int code, std::string text);

    /// `FILE:LINE: NAME = VALUE: RULE` or `--NAME VALUE: RULE`.
    option_error(const given& wrong, const std::string& rule);

    [[nodiscard]] int code() const noexcept { return code_; }

  private:
    int code_;
};

/// `FILE:LINE: NAME = VALUE` or `--NAME VALUE`.
[[nodiscard]] std::string to_string(const given& one);

}  // namespace server
