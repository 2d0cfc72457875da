// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <termios.h>
#include <unistd.h>

namespace client {

/// The modes of the terminal at standard input: as they were found, and as they are for editing. Signal keys go on to
/// work as they did.
class tty_modes {
  public:
    tty_modes() { ::tcgetattr(STDIN_FILENO, &found_); }

    [[nodiscard]] const termios& found() const noexcept { return found_; }

    void edit() const
    {
        auto modes = found_;
        modes.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | IEXTEN);
        // The kernel would throw away, at Ctrl-C, what is on its way to the screen.
        modes.c_lflag |= ISIG | NOFLSH;
        // In case another program has left the terminal raw.
        modes.c_iflag |= ICRNL;
        modes.c_oflag |= OPOST | ONLCR;
        modes.c_cc[VMIN] = 1;
        modes.c_cc[VTIME] = 0;
        ::tcsetattr(STDIN_FILENO, TCSADRAIN, &modes);
    }

    void restore() const { ::tcsetattr(STDIN_FILENO, TCSADRAIN, &found_); }

  private:
    termios found_{};
};

}  // namespace client
