// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What models of sound offer beside LatentModel. No LibTorch here.

#include "models/common/latent_model.h"

#include <cstdint>
#include <span>

namespace canto::models {

/// What latents sound like, and the picture that the sound was made from.
struct SoundClip {
    std::vector<float> samples;  ///< one channel, within [-1, 1]
    double rate = 22050;         ///< samples a second
    int mels = 0;                ///< rows of the picture, the lowest first
    int frames = 0;              ///< 23 ms each
    std::vector<float> decibels; ///< (mels, frames), 0 is the loudest there can be
    /// How far the sound's spectrum is from the picture's: 0 is perfect.
    double convergence = 0;
};

/// Turns sound into latents: a model whose points are clips of sound.
class SoundEncoder {
  public:
    virtual ~SoundEncoder() = default;
    virtual double clipSeconds() const = 0;
    /// Samples a second that encodeSound wants.
    virtual double soundRate() const = 0;
    /// One latent for each whole clip (a shorter sound is one clip, ended with silence).
    /// @param samples  one channel. Errors: BadInput (no sound), Cancelled. Thread: as LatentModel.
    virtual Result<std::vector<Latent>> encodeSound(std::span<const float> samples,
                                                    const CancelToken& cancel) const = 0;
};

/// Makes sound of latents. A latent is a part of a picture; parts lie one above another (the lowest
/// first) and one after another. Thread: as LatentModel.
class SoundDecoder {
  public:
    virtual ~SoundDecoder() = default;
    virtual int partSize() const = 0;    ///< numbers of one part's latent
    virtual int partRows() const = 0;    ///< parts one above another in a whole picture
    virtual int clipWindows() const = 0; ///< parts one after another in a clip
    virtual double windowSeconds() const = 0;

    /// The picture alone, without samples: some milliseconds.
    /// @param parts  (rows, windows, partSize) row-major, rows 1..partRows(), windows 1..1,000.
    /// Errors: BadShape; BadInput (not finite).
    virtual Result<SoundClip> drawParts(std::span<const float> parts, int rows) const = 0;
    /// Picture and sound, of which one second takes about a tenth of a second. Errors: Cancelled
    /// too.
    virtual Result<SoundClip> decodeParts(std::span<const float> parts, int rows,
                                          std::uint64_t seed, const CancelToken& cancel) const = 0;
};

/// What a LatentModel of sound, not of notes, is besides. Both live as long as this.
class SoundModel {
  public:
    virtual ~SoundModel() = default;
    virtual const SoundEncoder* soundEncoder() const = 0; ///< null: it cannot listen
    virtual const SoundDecoder* soundDecoder() const = 0; ///< null: it makes no sound
};

/// Null where the model (which may be null) is none of sound, or does not do this.
inline const SoundEncoder* soundEncoderOf(const LatentModel* model) {
    const auto* sound = dynamic_cast<const SoundModel*>(model);
    return sound != nullptr ? sound->soundEncoder() : nullptr;
}
inline const SoundDecoder* soundDecoderOf(const LatentModel* model) {
    const auto* sound = dynamic_cast<const SoundModel*>(model);
    return sound != nullptr ? sound->soundDecoder() : nullptr;
}

} // namespace canto::models
