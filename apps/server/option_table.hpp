// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "options.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace server {

/// The value that leaves the choice to the server. A list is empty then.
constexpr std::string_view automatic = "auto";

/// One option that both the command line and the configuration file may give.
struct option {
    std::string name;
    std::string placeholder;
    std::string help;
    std::string rule;      ///< What a value has to be.
    bool is_list = false;  ///< It may be given several times.

    /// Throws std::invalid_argument with a rule.
    std::function<void(options&, const given&)> set;

    /// The values as set() takes them: one, or those of a list.
    std::function<std::vector<std::string>(const options&)> values;
};

struct option_group {
    std::string title;
    std::vector<option> members;
};

/// All of them, in the order of --help.
[[nodiscard]] const std::vector<option_group>& option_table();

/// nullptr: there is no such option.
[[nodiscard]] const option* find_option(const std::string& name);

/// Makes what is said once hold for both transports.
void share_between_transports(options& o);

}  // namespace server
