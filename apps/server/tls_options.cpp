// SPDX-License-Identifier: BSL-1.0
#include "tls_options.hpp"

#include "option_kinds.hpp"
#include "tls.hpp"

#include <algorithm>
#include <cstdlib>

namespace server {
namespace {

constexpr std::string_view in_standard_place = "on";

// Of the directories that systemd keeps for the service, the first; else that of the user.
std::string state_directory()
{
    const auto value = [](const char* name) {
        const char* const found = std::getenv(name);
        return std::string{found == nullptr ? "" : found};
    };
    if (const auto all = value("STATE_DIRECTORY"); !all.empty()) {
        return all.substr(0, all.find(':'));
    }
    const auto state = value("XDG_STATE_HOME");
    return (state.empty() ? value("HOME") + "/.local/state" : state) + "/chatroom";
}

// Where the server has no TLS, a value is an error, and there is nothing to be in force.
option_group of_tls(option_group group)
{
    if (!missing_tls_packages().empty()) {
        for (auto& one : group.members) {
            one.set = [rule = "this server was built without " + std::string{missing_tls_packages()} +
                              ", which that needs"](options&, const given& value) {
                if (value.value != automatic) {
                    throw std::invalid_argument(rule);
                }
            };
        }
    }
    return group;
}

option text(const char* name, const char* placeholder, const char* help, const char* rule, std::string options::* field)
{
    return single(
        name, placeholder, help, rule, [field](options& o, const std::string& value) { o.*field = value; },
        [field](const options& o) { return o.*field; });
}

}  // namespace

option_group tls_group()
{
    return of_tls(
        {"TLS for members over TCP",
         {text("tls-cert", "FILE", "the server's certificate, and those between it and its root, in PEM; auto is none",
               "auto, or a file", &options::tls_certificate),
          text("tls-key", "FILE", "the certificate's private key, in PEM, without a password; auto is none",
               "auto, or a file", &options::tls_key),
          text("tls-self", "DIR",
               "instead of those, make a certificate for the names and addresses of this machine, once, and keep it in "
               "this directory; on: tls in the directory that systemd keeps for the service, or in "
               "~/.local/state/chatroom; auto is none",
               "auto, on, or a directory", &options::tls_self),
          number_or_auto(
              "max-tls",
              "connections over TLS at once, 15 kB each; 0: any number; auto: a tenth of the members over TCP",
              [](auto& o) -> auto& { return o.max_tls; }),
          single(
              "tls", "WORD",
              "required, or offered: members who speak no TLS may come too. There a client should send the first "
              "byte: what it is sent before is plain. auto: offered where there is a certificate",
              "auto, required or offered",
              [](options& o, const std::string& word) {
                  if (!word.empty() && word != "required" && word != "offered") {
                      throw std::invalid_argument("auto, required or offered");
                  }
                  o.tls_mode = word;
                  o.tls_required = word == "required";
              },
              [](const options& o) { return o.tls_mode; })}});
}

std::string tls_directory(const options& o)
{
    return o.tls_self == in_standard_place ? state_directory() + "/tls" : o.tls_self;
}

void check_tls(const std::vector<given>& values, const options& o)
{
    const bool certificate = !o.tls_certificate.empty();
    const bool key = !o.tls_key.empty();
    const bool self = !o.tls_self.empty();
    const auto blame = [&](std::string_view name, const char* rule) {
        const auto wrong =
            std::find_if(values.rbegin(), values.rend(), [&](const given& one) { return one.name == name; });
        throw option_error{*wrong, rule};
    };
    if (self && (certificate || key)) {
        blame("tls-self", "makes a certificate, and there is one: give one of them");
    }
    if (certificate && !key) {
        blame("tls-cert", "a certificate needs its key: --tls-key FILE");
    }
    if (key && !certificate) {
        blame("tls-key", "a key needs its certificate: --tls-cert FILE");
    }
    if (!o.tls_mode.empty() && !certificate && !self) {
        blame("tls", "TLS needs a certificate: --tls-cert and --tls-key, or --tls-self");
    }
}

}  // namespace server
