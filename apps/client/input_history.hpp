// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace client {

/// The lines that were typed, in a file for the person alone: the last thousand, also of other clients that run at the
/// same time. Lines with a password or a key are not kept.
class input_history {
  public:
    static constexpr std::size_t most_lines = 1000;

    /// `file` may be empty: then nothing is kept.
    explicit input_history(std::string file) : file_{std::move(file)} {}

    /// What is in the file. Makes it shorter if it has become too long.
    [[nodiscard]] std::vector<std::string> load() const;

    /// Whether a line may be kept at all, here or elsewhere.
    [[nodiscard]] static bool may_keep(std::string_view line);

    /// Adds a line that may be kept, unless it is the last one again. A file that can't be written is no trouble.
    void add(const std::string& line);

  private:
    std::string file_;
    std::string last_;
};

/// `$XDG_STATE_HOME/chatroom/client_history`, where it is `~/.local/state` if not set; empty without a home. Makes the
/// folders.
[[nodiscard]] std::string input_history_file();

}  // namespace client
