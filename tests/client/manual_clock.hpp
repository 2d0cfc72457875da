// SPDX-License-Identifier: BSL-1.0
#pragma once

#include "clock.hpp"

/// Moves the time of client::clock, which stands still otherwise.
void pass(client::clock::duration by);
