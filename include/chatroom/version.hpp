// SPDX-License-Identifier: BSL-1.0
#pragma once

/// The version of the headers. CMake reads it from here; there is no second place.
#define CHATROOM_VERSION "0.1.0"
