// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Synthetic clips: three composers, each with a loud band of its own.

#include "core/base/random.h"
#include "models/datasets/prepared_clips.h"

#include <string>

namespace canto::test {

/// One clip: noise, and a composer's band of eight mels above it.
inline tensors::PackedClip madeClip(int composer, std::uint64_t seed) {
    Random random(seed);
    audio::ClipFeatures features;
    features.mel = audio::Feature(64, 431);
    features.mfcc = audio::Feature(13, 431);
    features.chroma = audio::Feature(12, 431);
    for (int frame = 0; frame < 431; ++frame) {
        for (int row = 0; row < 64; ++row) {
            const bool loud = row / 8 == 1 + 2 * composer;
            features.mel.frame(frame)[static_cast<std::size_t>(row)] =
                static_cast<float>((loud ? -20 : -60) + 8 * random.normal());
        }
        for (int row = 0; row < 13; ++row) {
            features.mfcc.frame(frame)[static_cast<std::size_t>(row)] =
                static_cast<float>((row == 1 + composer ? 60 : -20) + 15 * random.normal());
        }
        for (int row = 0; row < 12; ++row) {
            features.chroma.frame(frame)[static_cast<std::size_t>(row)] =
                static_cast<float>((row == 4 * composer ? 0.7 : 0.2) + 0.1 * random.normal());
        }
    }
    return *tensors::pack(features, -20);
}

/// `works` works of each of `composers`, one movement of `clips` clips each; the last work is
/// "test", or "train" as all others unless `heldOut`. Works come from two archives in turn.
inline tensors::PreparedClips smallClips(int works, int clips, int composers = 2,
                                         bool heldOut = true) {
    tensors::PreparedClips set;
    for (int composer = 0; composer < composers; ++composer) {
        for (int work = 0; work < works; ++work) {
            std::vector<tensors::PackedClip> packed;
            std::vector<int> numbers;
            for (int clip = 0; clip < clips; ++clip) {
                packed.push_back(madeClip(
                    composer, static_cast<std::uint64_t>((composer * 100 + work) * 100 + clip)));
                numbers.push_back(clip);
            }
            const std::string name(1, static_cast<char>('A' + composer));
            const std::string number = std::to_string(work);
            set.addMovement({name + "/" + number + ".mid", name, name + number, "1",
                             work % 2 == 0 ? "even" : "odd",
                             heldOut && work == works - 1 ? "test" : "train", "made.sf2"},
                            packed, numbers);
        }
    }
    set.finish();
    return set;
}

} // namespace canto::test
