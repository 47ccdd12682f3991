// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/audio_features.h"
#include "core/audio/stft.h"

#include <memory>
#include <span>
#include <vector>

namespace canto::audio {

/// The 88 semitones of a piano: band 0 is A0 (MIDI pitch 21), band 87 is C8.
inline constexpr int kBands = 88;
inline constexpr int kLowestPitch = 21;
inline constexpr int kOnsetHop = 256; ///< samples between two values of the onset strength
inline constexpr int kBandHop = 512;  ///< samples between two frames of the bands
inline constexpr double kOnsetRate = static_cast<double>(kRate) / kOnsetHop; ///< 86.13 a second

/// A recording as the front end and the arrangers need it: 16 KB a second, whatever the file. Frame
/// f of the bands is centred at f * kBandHop / kRate seconds, value t of the onset strength at t /
/// kOnsetRate.
struct SongFrames {
    double seconds = 0;          ///< of sound fed
    float tuning = 0;            ///< of the recording, semitones from A 440: -0.5 .. 0.5
    float loudnessDb = -120;     ///< of the whole recording, relative to full scale
    std::vector<float> onset;    ///< spectral flux of 40 log-mel bands, >= 0, no unit
    std::vector<float> lowOnset; ///< the same below 200 Hz
    std::vector<float> change; ///< departure from steady sinusoids (core/audio/queen_mary.h), >= 0;
                               ///< all 0 in a build without sound
    std::vector<float> level;  ///< loudness in dB of 46 ms around each onset value; >= -120
    Feature bands;             ///< (88, frames) magnitude of each semitone, >= 0
};

/// Computes SongFrames while the sound arrives, so that no recording needs memory for all its
/// samples. The first minute is held back to estimate the tuning and the level of the recording;
/// the frames do not depend on how loud the file is.
///
/// Bands: power spectra of 8192 (below E3), 4096 (below G#4) and 2048 samples, summed under bumps
/// of a semitone; no transform is long enough to separate semitones below C2. Onset strength: rise
/// of each log-mel band over 23 ms beyond the level of its neighbours then (SuperFlux; Boeck and
/// Widmer 2013). Thread: one at a time for each object.
class FrameAnalysis {
  public:
    FrameAnalysis();
    ~FrameAnalysis();
    FrameAnalysis(const FrameAnalysis&) = delete;
    FrameAnalysis& operator=(const FrameAnalysis&) = delete;

    /// One channel at kRate (22,050 Hz); pieces of any size.
    void feed(std::span<const float> samples);
    /// The frames of all sound that was fed. Nothing may be fed afterwards.
    SongFrames end();

  private:
    class Work;
    std::unique_ptr<Work> m_work;
};

/// Analyses a whole recording at once. @param samples  one channel at kRate.
SongFrames analyseFrames(std::span<const float> samples);

} // namespace canto::audio
