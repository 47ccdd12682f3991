// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/spaces/spaces.h"

#include <array>

namespace canto {
namespace {

struct Line {
    const char* id;
    const char* title;
    const char* about;
    const char* model; ///< id of its architecture
    const char* atlas; ///< below assets/atlas
    const char* sound; ///< weights that decode points to sound; null: none
};

/// The only list of spaces, for the window, the tour and the command line.
constexpr std::array kSpaces{
    Line{"style", "Style", "Songs of a band, by genre", "musae", "start.atlas", nullptr},
    Line{"emotion", "Emotion", "Piano music, by emotion; elements are carried between songs",
         "muser", "emotion.atlas", nullptr},
    Line{"orchestra", "Orchestra", "Orchestral sound, by composer", "orchestra", "orchestra.atlas",
         "orchestra-ali"},
    Line{"arrangement", "Arrangement", "Two bars for piano: chords, sound and texture", "arrange",
         "arrangement.atlas", nullptr},
};

} // namespace

std::vector<Space> shippedSpaces() {
    std::vector<Space> spaces;
    for (const Line& line : kSpaces) {
        Space space{line.id, line.title, line.about, {}, {}, {}};
        const auto weights = shippedWeights(line.model);
        const auto atlas = findAsset(std::filesystem::path("atlas") / line.atlas);
        if (atlas) {
            space.atlas = *atlas;
        }
        if (weights) {
            space.open = sharedModel(*weights);
        }
        if (line.sound != nullptr) {
            if (const auto sound = shippedWeights(line.sound)) {
                space.sound = sharedModel(*sound);
            }
        }
        if (!weights || !atlas) {
            const std::string what = !weights && !atlas ? "weights and library are"
                                     : !weights         ? "weights are"
                                                        : "library is";
            space.whyNot = "The " + space.title + " space cannot be opened: its " + what +
                           " not installed (" +
                           (weights ? std::string("atlas/") + line.atlas
                                    : std::string("models/") + line.model + ".safetensors") +
                           ")";
        }
        spaces.push_back(std::move(space));
    }
    return spaces;
}

} // namespace canto
