// SPDX-License-Identifier: BSL-1.0
#include "hash_password.hpp"

#include <chatroom/wire/text.hpp>

#include <termios.h>
#include <unistd.h>

#include <csignal>
#include <iostream>
#include <stdexcept>

namespace server {
namespace {

constexpr std::size_t longest_password = 256;

// Takes the echo from a terminal; signals that would leave it so wait.
class silent_terminal {
  public:
    silent_terminal()
    {
        sigset_t signals{};
        sigemptyset(&signals);
        for (const int one : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) {
            sigaddset(&signals, one);
        }
        ::pthread_sigmask(SIG_BLOCK, &signals, &mask_);
        if (::tcgetattr(STDIN_FILENO, &modes_) != 0) {
            throw std::runtime_error{"can't take the echo from the terminal"};
        }
        auto silent = modes_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
        silent.c_lflag |= ICANON | ECHONL;
        if (::tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) != 0) {
            throw std::runtime_error{"can't take the echo from the terminal"};
        }
    }
    silent_terminal(const silent_terminal&) = delete;
    silent_terminal& operator=(const silent_terminal&) = delete;
    ~silent_terminal()
    {
        ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &modes_);
        ::pthread_sigmask(SIG_SETMASK, &mask_, nullptr);
    }

  private:
    termios modes_{};
    sigset_t mask_{};
};

std::string read_line()
{
    std::string line;
    std::getline(std::cin, line);
    if (line.ends_with('\r')) {
        line.pop_back();
    }
    return line;
}

std::string ask(const char* what)
{
    std::cerr << what << std::flush;
    return read_line();
}

}  // namespace

std::string read_password()
{
    std::string password;
    if (::isatty(STDIN_FILENO) != 0) {
        const silent_terminal silent;
        password = ask("Password: ");
        if (!password.empty() && ask("Once more: ") != password) {
            throw std::runtime_error{"the two are not the same"};
        }
    } else {
        password = read_line();
    }
    if (password.empty()) {
        throw std::runtime_error{"no password was given"};
    }
    if (!chatroom::wire::is_clean(password) || chatroom::wire::trimmed(password) != password ||
        password.size() > longest_password) {
        throw std::runtime_error{
            "a password is UTF-8 of at most 256 bytes, without controls and without white space at its ends"};
    }
    return password;
}

}  // namespace server
