// SPDX-License-Identifier: BSL-1.0
#include "transcript.hpp"

#include <chatroom/wire/text.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <string_view>
#include <system_error>
#include <utility>

namespace client {

transcript::transcript(std::string file)
    : file_{std::move(file)},
      // A pipe that nobody reads is an error, and nothing to wait for.
      descriptor_{::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600)}
{
    if (descriptor_ < 0) {
        throw std::system_error(errno, std::system_category(), "--log " + file_);
    }
}

transcript::~transcript()
{
    ::close(descriptor_);
}

std::optional<std::string> transcript::add(const message& what)
{
    const auto seconds = std::chrono::system_clock::to_time_t(what.at);
    std::tm parts{};
    ::localtime_r(&seconds, &parts);
    std::array<char, 32> time{};
    std::string line{broken_line_ ? "\n" : ""};
    line.append(time.data(), std::strftime(time.data(), time.size(), "%Y-%m-%d %H:%M:%S ", &parts));
    line.append(render(what, {}));
    const auto written = ::write(descriptor_, line.data(), line.size());
    if (written == static_cast<ssize_t>(line.size())) {
        broken_line_ = false;
        return std::nullopt;
    }
    const std::error_code why{written < 0 ? errno : ENOSPC, std::system_category()};
    broken_line_ = broken_line_ || written > 0;
    if (std::exchange(failed_, true)) {
        return std::nullopt;
    }
    return file_ + " can't be written: " + why.message() + "; it lacks what is said until it can";
}

}  // namespace client
