// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/spaces.h"

namespace canto::test {

/// The space of the model in the folder beside this one.
Space fifthSpace(const std::filesystem::path& weights, const std::filesystem::path& library);

} // namespace canto::test
