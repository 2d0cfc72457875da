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
    std::string rule;        ///< What a value has to be.
    bool is_list = false;    ///< It may be given several times.
    bool is_secret = false;  ///< Its value is shown nowhere.

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

/// The same without the value, if that is one to be shown nowhere.
[[nodiscard]] given without_secret(given one);

/// Fills in what follows from the options that were given: what is said once holds for both transports.
void complete(options& o);

}  // namespace server
