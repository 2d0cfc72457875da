// SPDX-License-Identifier: BSL-1.0
// The kinds of options that the table has.
#pragma once

#include "option_table.hpp"
#include "quantity.hpp"

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace server {

template <typename T>
std::uint64_t to_number(const T& field)
{
    if constexpr (std::is_same_v<T, std::chrono::milliseconds>) {
        return static_cast<std::uint64_t>(field.count());
    } else {
        return static_cast<std::uint64_t>(field);
    }
}

/// `field` is a function from the options to the member that the option sets.
template <typename Field>
option number(const char* name, const quantity& kind, range allowed, const char* help, Field field)
{
    return {.name = name,
            .placeholder = std::string{kind.placeholder},
            .help = help,
            .rule = rule(kind, allowed),
            .set =
                [&kind, allowed, field](options& o, const given& one) {
                    auto& target = field(o);
                    target = std::remove_reference_t<decltype(target)>(parse(kind, allowed, one.value));
                },
            .values = [&kind, field](const options& o) -> std::vector<std::string> {
                return {format(kind, to_number(field(o)))};
            }};
}

/// A whole number, or `auto`, which leaves the field unset.
template <typename Field>
option number_or_auto(const char* name, const char* help, Field field)
{
    auto made = number(name, whole_number, {}, help, [](auto& o) -> auto& { return o.threads; });
    made.rule = "auto, or " + made.rule;
    made.set = [rule = made.rule, field](options& o, const given& one) {
        field(o).reset();
        if (one.value != automatic) {
            try {
                field(o) = parse(whole_number, {}, one.value);
            } catch (const std::invalid_argument&) {
                throw std::invalid_argument(rule);
            }
        }
    };
    made.values = [field](const options& o) -> std::vector<std::string> {
        return {field(o) ? format(whole_number, *field(o)) : std::string{automatic}};
    };
    return made;
}

/// One of a few words.
option one_of(const char* name, const char* placeholder, const char* help, const char* rule,
              std::vector<std::string> allowed, std::function<void(options&, const std::string&)> set,
              std::function<std::string(const options&)> value);

/// A text, for which set() may throw std::invalid_argument; `auto` is an empty one.
option single(const char* name, const char* placeholder, const char* help, const std::string& rule,
              std::function<void(options&, const std::string&)> set, std::function<std::string(const options&)> value);

/// Addresses to listen at.
option addresses(const char* name, const char* help, std::vector<given> options::* field);

/// Texts for which `fits` holds.
template <typename Field>
option texts(const char* name, const char* placeholder, const char* help, std::string rule,
             bool (*fits)(const std::string&), Field field)
{
    return {
        .name = name,
        .placeholder = placeholder,
        .help = help,
        .rule = rule,
        .is_list = true,
        .set =
            [rule, fits, field](options& o, const given& one) {
                if (one.value == automatic) {
                    return field(o).clear();
                }
                if (!fits(one.value)) {
                    throw std::invalid_argument(rule);
                }
                field(o).push_back(one.value);
            },
        .values =
            [field](const options& o) { return field(o).empty() ? std::vector{std::string{automatic}} : field(o); }};
}

/// Whether `text` is ADDRESS/BITS or a bare address.
bool is_network(const std::string& text);

/// Networks.
template <typename Field>
option networks(const char* name, const char* help, Field field)
{
    return texts(name, "ADDRESS/BITS", help, "auto, or a network as ADDRESS/BITS, e.g. 192.168.0.0/16", is_network,
                 field);
}

}  // namespace server
