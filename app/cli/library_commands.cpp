// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/library_commands.h"

namespace canto::cli {

int finishLibrary(atlas::Atlas& atlas, bool ship, nlohmann::json figures) {
    if (ship) {
        if (auto ok = atlas.finalise(); !ok) {
            return report(ok.error());
        }
    }
    const auto digest = atlas.contentDigest();
    if (!digest) {
        return report(digest.error());
    }
    figures["digest"] = *digest;
    print(figures);
    return kGood;
}

} // namespace canto::cli
