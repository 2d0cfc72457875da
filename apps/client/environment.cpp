// SPDX-License-Identifier: BSL-1.0
#include "environment.hpp"

#include <fcntl.h>
#include <langinfo.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <sstream>

namespace client {
namespace {

std::string variable(const char* name)
{
    const auto* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

}  // namespace

environment detect()
{
    return {::isatty(STDIN_FILENO) == 1, ::isatty(STDOUT_FILENO) == 1, variable("TERM"), variable("NO_COLOR")};
}

bool is_hang_up(const boost::system::error_code& why) noexcept
{
    return why.value() == EPIPE || why.value() == EIO;
}

void hold_standard_descriptors()
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
        if (::fcntl(descriptor, F_GETFD) < 0) {
            ::open("/dev/null", O_RDWR);  // takes the lowest number that is free: this one
        }
    }
}

void speak_utf8()
{
    std::setlocale(LC_CTYPE, "");
    if (std::string_view{::nl_langinfo(CODESET)} != "UTF-8") {
        std::setlocale(LC_CTYPE, "C.UTF-8");
    }
}

std::vector<std::string> lines_of(const std::vector<std::string>& texts)
{
    std::vector<std::string> lines;
    for (const auto& text : texts) {
        std::istringstream in{text};
        for (std::string line; std::getline(in, line);) {
            lines.push_back(line);
        }
    }
    return lines;
}

void exit_by_signal(int signal)
{
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);  // Ctrl-\ ends an orderly program
    std::signal(signal, SIG_DFL);
    std::raise(signal);
    std::_Exit(128 + signal);
}

}  // namespace client
