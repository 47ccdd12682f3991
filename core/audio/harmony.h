// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/chord.h"
#include "core/audio/grid_features.h"

#include <array>
#include <span>
#include <string>
#include <vector>

namespace canto::audio {

/// The harmonic content of a beat, from gridFeatures.
struct BeatHarmony {
    std::array<float, 12> chroma{}; ///< E2 and above, length 1 unless silent
    std::array<float, 12> bass{};   ///< up to B3, low pitches weigh more; the largest is 1
    float energy = 0;               ///< root mean square over the cells, relative to the song's
                                    ///< mean
    float lowOnset = 0;             ///< how strongly something below E3 begins on the beat
    float change = 0;               ///< of harmony since the beat before, 0 .. 1
};

/// @param grid  (3 * 88, 8 N). Returns N beats.
std::vector<BeatHarmony> beatHarmony(const Feature& grid);

struct MetreOptions {
    /// Prior for four beats a bar over three, in nats.
    double quadruple = 12;
    /// Cost of a bar that is a beat too short or too long, nats.
    double slip = 9;
};

struct Metre {
    int beatsPerBar = 4;       ///< 3 or 4, for the whole song
    std::vector<int> position; ///< of each beat in its bar, from 0; 0 is a downbeat
};

/// Finds the downbeats: where the harmony changes and the bass begins. Takes the better of the best
/// paths (Viterbi) through bars of three and of four beats.
Metre findMetre(std::span<const BeatHarmony> beats, const MetreOptions& options = {});

struct ChordOptions {
    double chroma = 14;   ///< weight of the similarity to the chord's tones
    double bass = 3;      ///< weight of the root (and third or fifth) in the bass
    double quality = 0.6; ///< weight of how common the quality of the chord is
    double stay = 1.6;    ///< nats, cost of a change on a downbeat
    double offBeat = 1.5; ///< nats, additional cost of a change elsewhere in the bar
};

/// One chord for each beat: templates of ten qualities on twelve roots and "no chord", Viterbi over
/// the beats. A chord is inverted (third, fifth or seventh in the bass) where the bass is clear
/// about it.
std::vector<Chord> findChords(std::span<const BeatHarmony> beats, std::span<const int> position,
                              const ChordOptions& options = {});

struct Key {
    int tonic = 0; ///< pitch class
    bool minor = false;
    double confidence = 0;    ///< correlation with the profile minus that of the second best key: 0
                              ///< .. 1
    std::string name() const; ///< "C major", "F# minor"
};

/// Source: Krumhansl 1990, profiles of Krumhansl and Kessler, correlated with the sum of chroma.
Key findKey(std::span<const BeatHarmony> beats);

} // namespace canto::audio
