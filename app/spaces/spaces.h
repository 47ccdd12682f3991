// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/model_store.h"

#include <string>
#include <vector>

namespace canto {

/// A latent space that the program can show: a model, and the library it is first shown with.
struct Space {
    std::string id;              ///< in settings, sessions and on the command line: "style"
    std::string title;           ///< shown
    std::string about;           ///< description in one line
    std::filesystem::path atlas; ///< at the start; empty: none
    OpenModel open;              ///< empty: there is no model
    /// Why it cannot be shown, for the user; empty: it can.
    std::string whyNot;
    /// Decodes points to sound if the model itself only encodes; empty: not possible.
    OpenModel sound = {};
};

/// All spaces of this program, in the order in which they are offered; the first is the default for
/// a new user. A space whose weights or library are not in an assets folder says so. Looks for
/// files, opens none. Thread: any.
std::vector<Space> shippedSpaces();

} // namespace canto
