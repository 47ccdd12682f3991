// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Spaces with small libraries and models that are worked out by hand: notes, codes, sound.

#include "tests/support/element_model.h"
#include "tests/support/quiet_workspace.h"
#include "tests/support/small_library.h"
#include "tests/support/sound_models.h"

namespace canto::test {

/// FakeModel and the library of makeLibrary() in `folder`.
inline Result<Space> madeStyle(const std::filesystem::path& folder) {
    const auto atlas = makeLibrary(folder);
    if (!atlas) {
        return fail(atlas.error());
    }
    return Space{"style", "Style", "Songs of a band", *atlas, opened(std::make_shared<FakeModel>()),
                 {}};
}

/// ElementModel and the library of makeElementLibrary() in `folder`.
inline Result<Space> madeEmotion(const std::filesystem::path& folder) {
    const auto atlas = makeElementLibrary(folder);
    if (!atlas) {
        return fail(atlas.error());
    }
    return Space{
        "emotion", "Emotion", "Piano music", *atlas, opened(std::make_shared<ElementModel>()), {}};
}

/// AudioModel, SoundingModel and the library of makeClipLibrary() in `folder`.
inline Result<Space> madeSound(const std::filesystem::path& folder) {
    const auto atlas = makeClipLibrary(folder);
    if (!atlas) {
        return fail(atlas.error());
    }
    return Space{"sound",
                 "Sound",
                 "Clips",
                 *atlas,
                 opened(std::make_shared<AudioModel>()),
                 {},
                 opened(std::make_shared<SoundingModel>())};
}

/// All three, in this order.
inline Result<std::vector<Space>> madeSpaces(const std::filesystem::path& folder) {
    std::vector<Space> spaces;
    for (const auto make : {&madeStyle, &madeEmotion, &madeSound}) {
        auto space = make(folder);
        if (!space) {
            return fail(space.error());
        }
        spaces.push_back(std::move(*space));
    }
    return spaces;
}

} // namespace canto::test
