// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What models of sound offer in addition to LatentModel. No LibTorch here.

#include "models/common/latent_model.h"

#include <cstdint>
#include <span>

namespace canto::models {

/// Decoded sound, and the spectrogram it was computed from.
struct SoundClip {
    std::vector<float> samples;  ///< one channel, within [-1, 1]
    double rate = 22050;         ///< samples a second
    int mels = 0;                ///< rows of the spectrogram, the lowest first
    int frames = 0;              ///< 23 ms each
    std::vector<float> decibels; ///< (mels, frames), 0 is the loudest possible
    /// How far the sound's spectrum is from the spectrogram: 0 is perfect.
    double convergence = 0;
};

/// Encodes sound to latents: for a model whose points are clips of sound.
class SoundEncoder {
  public:
    virtual ~SoundEncoder() = default;
    virtual double clipSeconds() const = 0;
    /// Sample rate that encodeSound expects, Hz.
    virtual double soundRate() const = 0;
    /// One latent for each whole clip (a shorter sound is one clip, padded with silence).
    /// @param samples  one channel. Errors: BadInput (no sound), Cancelled. Thread: as LatentModel.
    virtual Result<std::vector<Latent>> encodeSound(std::span<const float> samples,
                                                    const CancelToken& cancel) const = 0;
};

/// Decodes latents to sound. A latent is a tile of a spectrogram; tiles are stacked from low to
/// high frequency and follow one another in time. Thread: as LatentModel.
class SoundDecoder {
  public:
    virtual ~SoundDecoder() = default;
    virtual int partSize() const = 0;    ///< size of the latent of one tile
    virtual int partRows() const = 0;    ///< tiles stacked in a whole spectrogram
    virtual int clipWindows() const = 0; ///< tiles one after another in a clip
    virtual double windowSeconds() const = 0;

    /// The spectrogram alone, without samples: some milliseconds.
    /// @param parts  (rows, windows, partSize) row-major, rows 1..partRows(), windows 1..1,000.
    ///               Errors: BadShape; BadInput (not finite).
    virtual Result<SoundClip> drawParts(std::span<const float> parts, int rows) const = 0;
    /// Spectrogram and sound, about a tenth of a second for each second. Errors: Cancelled too.
    virtual Result<SoundClip> decodeParts(std::span<const float> parts, int rows,
                                          std::uint64_t seed, const CancelToken& cancel) const = 0;
};

/// Additional interface of a LatentModel of sound. Encoder and decoder live as long as this.
class SoundModel {
  public:
    virtual ~SoundModel() = default;
    virtual const SoundEncoder* soundEncoder() const = 0; ///< null: it cannot encode sound
    virtual const SoundDecoder* soundDecoder() const = 0; ///< null: it cannot decode sound
};

/// Null if the model (which may be null) is not a model of sound or cannot encode.
inline const SoundEncoder* soundEncoderOf(const LatentModel* model) {
    const auto* sound = dynamic_cast<const SoundModel*>(model);
    return sound != nullptr ? sound->soundEncoder() : nullptr;
}
inline const SoundDecoder* soundDecoderOf(const LatentModel* model) {
    const auto* sound = dynamic_cast<const SoundModel*>(model);
    return sound != nullptr ? sound->soundDecoder() : nullptr;
}

} // namespace canto::models
