// SPDX-License-Identifier: BSL-1.0
#pragma once

#include <boost/system/error_code.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace client {

/// What the program finds itself in.
struct environment {
    bool terminal_in = false;
    bool terminal_out = false;
    std::string term;
    std::string no_color;

    /// Whether a line can be edited here.
    [[nodiscard]] bool can_edit() const noexcept
    {
        return terminal_in && terminal_out && !term.empty() && term != "dumb";
    }
};

[[nodiscard]] environment detect();

/// Whether a standard descriptor failed because whoever was at its other end has gone, which is no trouble.
[[nodiscard]] bool is_hang_up(const boost::system::error_code& why) noexcept;

/// Puts /dev/null where a standard descriptor is closed, or a socket would take its place.
void hold_standard_descriptors();

/// The person's locale, or else C.UTF-8: what goes over the wire is UTF-8 anyhow.
void speak_utf8();

/// The lines of texts, which may hold several each.
[[nodiscard]] std::vector<std::string> lines_of(const std::vector<std::string>& texts);

/// Ends the program by `signal`, so that a shell knows.
[[noreturn]] void exit_by_signal(int signal);

}  // namespace client
