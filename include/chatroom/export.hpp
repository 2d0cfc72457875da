// SPDX-License-Identifier: BSL-1.0
#pragma once

/// What a program may link of the library. Everything else is built with hidden visibility, whether the library is
/// static or shared, so that what is inside never meets what the program has inside.
#define CHATROOM_EXPORT __attribute__((visibility("default")))
