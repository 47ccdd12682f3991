// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/model_store.h"

#include <string>
#include <vector>

namespace canto {

/// A latent space the program can show: a model, and the library it is shown with at first.
struct Space {
    std::string id;              ///< in settings, sessions and on the command line: "style"
    std::string title;           ///< shown
    std::string about;           ///< what it is, in a line
    std::filesystem::path atlas; ///< at the start; empty: none
    OpenModel open;              ///< empty: there is no model
    /// Why it cannot be shown, for people; empty: it can.
    std::string whyNot;
    /// Makes sound of the points where the model itself only describes them; empty: nothing does.
    OpenModel sound = {};
};

/// All spaces of this program, in the order in which they are offered; the first is the one a new
/// user meets. A space whose weights or library do not lie in an assets folder says so. Looks for
/// files, opens none. Thread: any.
std::vector<Space> shippedSpaces();

} // namespace canto
