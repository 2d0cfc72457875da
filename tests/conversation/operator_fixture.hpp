// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "talk_fixture.hpp"

#include <mutex>
#include <string>
#include <string_view>
#include <vector>

/// Hashed once: it takes some 100 ms.
inline const std::string& secret_hash()
{
    static const auto made = chatroom::hash_password("s3cret");
    return made;
}

inline chatroom::conversation_options with_operator()
{
    chatroom::conversation_options options;
    options.operators = {{"Root", secret_hash()}, {"Deputy", secret_hash()}};
    return options;
}

inline void log_in(guest& who, const std::string& name = "Root")
{
    who.say("/login " + name + " s3cret");
    who.until("*: you are <" + name + ">, and an operator");
    who.until("*: " + who.label() + " is now <" + name + ">");
}
