// SPDX-License-Identifier: BSL-1.0
#include "request.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace chatroom::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t deepest = 8;         // levels
constexpr std::size_t most_at_once = 100;  // commands of a frame

struct method_name {
    std::string_view name;
    method what;
};

constexpr std::array methods{method_name{"connect", method::connect},
                             method_name{"subscribe", method::subscribe},
                             method_name{"unsubscribe", method::unsubscribe},
                             method_name{"publish", method::publish},
                             method_name{"presence", method::presence},
                             method_name{"presence_stats", method::presence_stats},
                             method_name{"history", method::history},
                             method_name{"ping", method::ping},
                             method_name{"rpc", method::rpc},
                             method_name{"send", method::send}};

std::string_view name_of(method what)
{
    const auto found = std::ranges::find(methods, what, &method_name::what);
    return found == methods.end() ? std::string_view{} : found->name;
}

const json::value* find(const json::object& in, std::string_view name)
{
    return in.if_contains(view(name));
}

// Nullopt if it is no command.
std::optional<request> to_request(json::object&& object)
{
    request made;
    for (const auto& [name, what] : methods) {
        if (auto* const found = object.if_contains(view(name)); found != nullptr && found->is_object()) {
            made.what = what;
            made.parameters = std::move(found->get_object());
            break;
        }
    }
    if (made.what == method::send) {
        return made;
    }
    made.id = number_in(object, "id").value_or(0);
    return made.id > 0 ? std::optional{std::move(made)} : std::nullopt;
}

}  // namespace

std::string_view request::text(std::string_view name) const
{
    return text_in(parameters, name);
}

std::string_view text_in(const json::object& from, std::string_view name)
{
    const auto* const found = find(from, name);
    if (found == nullptr || !found->is_string()) {
        return {};
    }
    return {found->get_string().data(), found->get_string().size()};
}

const json::object& object_in(const json::object& from, std::string_view name)
{
    static const json::object none;
    const auto* const found = find(from, name);
    return found != nullptr && found->is_object() ? found->get_object() : none;
}

bool is_true(const json::object& from, std::string_view name)
{
    const auto* const found = find(from, name);
    return found != nullptr && found->is_bool() && found->get_bool();
}

std::optional<std::int64_t> number_in(const json::object& from, std::string_view name)
{
    const auto* const found = find(from, name);
    return found != nullptr && found->is_int64() ? std::optional{found->get_int64()} : std::nullopt;
}

std::optional<std::vector<request>> parse_requests(std::string_view frame)
{
    std::vector<request> all;
    while (!frame.empty()) {
        const auto line = frame.substr(0, frame.find('\n'));
        frame.remove_prefix(std::min(frame.size(), line.size() + 1));
        if (line.find_first_not_of(" \t\r") == line.npos) {
            continue;
        }
        json::error_code ec;
        auto value = json::parse({line.data(), line.size()}, ec, {}, {.max_depth = deepest});
        if (ec || !value.is_object()) {
            return std::nullopt;
        }
        if (value.get_object().empty()) {
            continue;
        }
        auto made = to_request(std::move(value.get_object()));
        if (!made || all.size() == most_at_once) {
            return std::nullopt;
        }
        all.push_back(std::move(*made));
    }
    return all;
}

std::string answer(const request& to, const json::object& result)
{
    return answer_text(to, json::serialize(result));
}

std::string answer_text(const request& to, std::string_view result)
{
    std::string line = R"({"id":)" + std::to_string(to.id) + ",\"";
    line.append(name_of(to.what)).append("\":").append(result).append("}");
    return line;
}

std::string answer_error(const request& to, int code, std::string_view message, bool temporary)
{
    json::object error{{"code", code}, {"message", view(message)}};
    if (temporary) {
        error["temporary"] = true;
    }
    return json::serialize(json::object{{"id", to.id}, {"error", std::move(error)}});
}

}  // namespace chatroom::detail
