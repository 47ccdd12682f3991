// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/spaces.h"

#include "app/spaces/arrangement/space.h"
#include "app/spaces/emotion/space.h"
#include "app/spaces/orchestra/space.h"
#include "app/spaces/style/space.h"

namespace canto {

Space spaceOfAssets(std::string id, std::string title, std::string about, const SpaceFiles& files) {
    Space space{std::move(id), std::move(title), std::move(about), {}, {}, {}};
    const auto weights = shippedWeights(files.weights);
    const auto atlas = findAsset(std::filesystem::path("atlas") / files.library);
    if (atlas) {
        space.atlas = *atlas;
    }
    if (weights) {
        space.open = sharedModel(*weights);
    }
    if (!files.sound.empty()) {
        if (const auto sound = shippedWeights(files.sound)) {
            space.sound = sharedModel(*sound);
        }
    }
    if (!weights || !atlas) {
        const std::string what = !weights && !atlas ? "weights and library are"
                                 : !weights         ? "weights are"
                                                    : "library is";
        space.whyNot =
            "The " + space.title + " space cannot be opened: its " + what + " not installed (" +
            (weights ? "atlas/" + files.library : "models/" + files.weights + ".safetensors") +
            "; on Debian the package " + files.package + ")";
    }
    return space;
}

// The only list of spaces, for the window, the tour and the command line.
std::vector<Space> shippedSpaces() {
    return {
        styleSpace(),
        emotionSpace(),
        orchestraSpace(),
        arrangementSpace(),
    };
}

} // namespace canto
