// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/model_store.h"

#include <string>
#include <vector>

namespace canto {

struct SpaceReport;

/// A latent space that the program can show: a model, and the library it is first shown with. What
/// only one space needs is in its folder beside this file.
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
    const SpaceReport* report = nullptr; ///< how its report is written; null: it has none
};

/// Names of the files of a space in the assets folder.
struct SpaceFiles {
    std::string weights;    ///< of models/<weights>.safetensors
    std::string library;    ///< file in atlas/
    std::string sound = {}; ///< of models/<sound>.safetensors, for Space::sound; empty: none
    /// The Debian package that the files come in.
    std::string package = "cantograph-data";
};

/// A space whose files ship. If its weights or its library are not in an assets folder, it says so.
/// Looks for files, opens none. Thread: any.
Space spaceOfAssets(std::string id, std::string title, std::string about, const SpaceFiles& files);

/// All spaces of this program, in the order in which they are offered; the first is the default for
/// a new user. As spaceOfAssets().
std::vector<Space> shippedSpaces();

} // namespace canto
