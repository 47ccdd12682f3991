// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/stft.h"

#include <memory>

namespace canto::audio {

/// Triangles on the Slaney mel scale (linear to 1 kHz, logarithmic above), each of area 2 / Hz as
/// in Slaney's Auditory Toolbox. Source: librosa.filters.mel, norm "slaney", htk false.
class MelFilters {
  public:
    MelFilters(int rate, int window, int mels, double lowest, double highest);

    int mels() const { return static_cast<int>(m_filters.size()); }
    int bins() const { return m_bins; }
    /// Weighted sums of a power spectrum. (bins) -> (mels)
    void apply(std::span<const float> power, std::span<float> mel) const;
    /// Adds each mel value times its filter to the bins. (mels) -> (bins)
    void spread(std::span<const float> mel, std::span<float> power) const;

  private:
    struct Filter {
        int first = 0; ///< bin of the first weight
        std::vector<float> weights;
    };
    int m_bins = 0;
    std::vector<Filter> m_filters;
};

/// 10 log10(max(power, floor)) - 10 log10(max(reference, floor)), floor 1e-10, then at most
/// `range` dB below the largest. Source: librosa.power_to_db.
void powerToDb(std::span<float> power, float reference, float range = 80.0F);

struct FeatureOptions {
    int rate = kRate;
    StftOptions stft;
    int mels = 64;
    double melHighest = 8000; ///< Hz
    int coefficients = 13;
};

struct ClipFeatures {
    Feature mel;      ///< (64, frames) dB below the clip's loudest value: -80 .. 0
    Feature mfcc;     ///< (13, frames)
    Feature chroma;   ///< (12, frames) 0 .. 1, C first; the loudest class of a frame is 1
    float tuning = 0; ///< of the chroma, in semitones from A 440: -0.5 .. 0.5
};

/// The three representations of the Symphony2vec slides, computed from one transform of the clip.
/// Source: librosa's melspectrogram (power 2) with power_to_db(ref=max), mfcc (of 128 mels) and
/// chroma_stft (with its own tuning) at their defaults. Thread: one at a time for each object.
class AudioFeatures {
  public:
    explicit AudioFeatures(const FeatureOptions& options = {});

    ClipFeatures of(std::span<const float> signal);
    /// The mel-spectrogram as power, not yet in dB.
    Feature melPower(std::span<const float> signal);
    const MelFilters& melFilters() const { return m_mel; }
    Stft& stft() { return m_stft; }

  private:
    Feature mfccOf(const Feature& power) const;

    FeatureOptions m_options;
    Stft m_stft;
    MelFilters m_mel;
    MelFilters m_wideMel;         ///< 128 up to half the rate, for the coefficients
    std::vector<float> m_cosines; ///< (coefficients, 128) orthonormal DCT-II
};

/// 20 log10 of the root mean square; -120 for silence.
float loudnessDb(std::span<const float> signal);

} // namespace canto::audio
