// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/chord.h"
#include "core/audio/grid_features.h"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace canto::audio {

/// What each beat holds, from gridFeatures.
struct BeatHarmony {
    std::array<float, 12> chroma{}; ///< E2 and above, length 1 unless silent
    std::array<float, 12> bass{};   ///< up to B3, low ones count more; the largest is 1
    float energy = 0;               ///< root mean square over the cells, against the song's mean
    float lowOnset = 0;             ///< how strongly something below E3 begins with the beat
    float change = 0;               ///< of harmony against the beat before, 0 .. 1
};

/// @param grid  of N beats: (3 * 88, 8 N). Gives N.
std::vector<BeatHarmony> beatHarmony(const Feature& grid);

struct MetreOptions {
    /// How much likelier four beats a bar are than three before anything is heard, in nats.
    double quadruple = 12;
    /// Cost of a bar that is a beat too short or too long, nats.
    double slip = 9;
};

struct Metre {
    int beatsPerBar = 4;       ///< 3 or 4, for the whole song
    std::vector<int> position; ///< of each beat in its bar, from 0; 0 is a downbeat
};

/// Downbeats: where the harmony changes and the bass begins. The better of the best path (Viterbi)
/// through bars of three and of four.
Metre findMetre(std::span<const BeatHarmony> beats, const MetreOptions& options = {});

struct ChordOptions {
    double chroma = 14;   ///< weight of the likeness to the chord's tones
    double bass = 3;      ///< weight of the root (and third or fifth) in the bass
    double quality = 0.6; ///< weight of how common the kind of chord is
    double stay = 1.6;    ///< nats lost by a change on a downbeat
    double offBeat = 1.5; ///< lost in addition elsewhere in the bar
};

/// One chord a beat: templates of ten kinds on twelve roots and "no chord", Viterbi over the beats.
/// A chord's bass is the third, fifth or seventh where the bass says so.
std::vector<Chord> findChords(std::span<const BeatHarmony> beats, std::span<const int> position,
                              const ChordOptions& options = {});

struct Key {
    int tonic = 0; ///< pitch class
    bool minor = false;
    double confidence = 0;    ///< correlation with the profile, less that of the next best: 0 .. 1
    std::string name() const; ///< "C major", "F# minor"
};

/// Source: Krumhansl 1990, profiles of Krumhansl and Kessler, correlated with the sum of chroma.
Key findKey(std::span<const BeatHarmony> beats);

} // namespace canto::audio
