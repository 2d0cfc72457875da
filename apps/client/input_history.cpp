// SPDX-License-Identifier: BSL-1.0
#include "input_history.hpp"

#include "command_line.hpp"

#include <chatroom/wire/text.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>

namespace client {
namespace {

constexpr std::size_t most_bytes = 4 * 1024 * 1024;  // that are read: the file may be anything

// One write, so that the lines of several clients do not mix.
bool write_to(const std::string& file, int flags, const std::string& bytes)
{
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
    if (descriptor < 0) {
        return false;
    }
    const bool whole = ::fchmod(descriptor, 0600) == 0 &&
                       ::write(descriptor, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
    ::close(descriptor);
    return whole;
}

}  // namespace

std::vector<std::string> input_history::load() const
{
    std::vector<std::string> lines;
    std::error_code ec;
    const auto size =
        file_.empty() || !std::filesystem::is_regular_file(file_, ec) ? 0 : std::filesystem::file_size(file_, ec);
    if (size == 0 || ec) {
        return lines;
    }
    std::ifstream in{file_};
    if (size > most_bytes) {
        in.seekg(static_cast<std::streamoff>(size - most_bytes));
    }
    for (std::string line; std::getline(in, line);) {
        std::string clean;
        chatroom::wire::append_clean(clean, line);
        if (!clean.empty() && may_keep(clean)) {
            lines.push_back(std::move(clean));
        }
    }
    if (lines.size() <= most_lines && size <= most_bytes) {
        return lines;
    }
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(std::min(lines.size(), most_lines)));
    std::string shorter;
    for (const auto& line : lines) {
        shorter += line + '\n';
    }
    const auto beside = file_ + ".new";
    if (write_to(beside, O_TRUNC, shorter)) {
        std::filesystem::rename(beside, file_, ec);
    }
    return lines;
}

bool input_history::may_keep(std::string_view line)
{
    return without_secrets(line) == line;
}

void input_history::add(const std::string& line)
{
    if (file_.empty() || line.empty() || line == last_ || !may_keep(line)) {
        return;
    }
    last_ = line;
    (void)write_to(file_, O_APPEND, line + '\n');
}

std::string input_history_file()
{
    const auto* state = std::getenv("XDG_STATE_HOME");
    const auto* home = std::getenv("HOME");
    std::filesystem::path folder;
    if (state != nullptr && *state == '/') {
        folder = state;
    } else if (home != nullptr && *home == '/') {
        folder = std::filesystem::path{home} / ".local" / "state";
    } else {
        return {};
    }
    std::error_code ec;
    std::filesystem::create_directories(folder, ec);
    folder /= "chatroom";
    if (std::filesystem::create_directory(folder, ec)) {
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ec);
    }
    return folder / "client_history";
}

}  // namespace client
