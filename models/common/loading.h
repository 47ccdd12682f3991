// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

namespace canto::models {

/// Loads LibTorch and the networks where the program does not link to them (app/networks): the
/// window is there half a second earlier. Everything in models/ may be called without it, and then
/// loads them itself; but only this function returns an error, elsewhere the process ends. Does
/// nothing the second time, and nothing in programs that link to the networks.
/// Errors: NotFound (the file is not installed, or a library that it needs). Thread: any; takes a
/// second, so not the one of the interface.
Result<void> load();

/// Whether load() is done, or not needed. Thread: any.
bool loaded();

} // namespace canto::models
