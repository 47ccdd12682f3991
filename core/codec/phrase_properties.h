// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Properties that can be counted in a phrase: the values that the sliders control and that the
// dimension sweeps are compared with. Computed by rules, without a model or a corpus.

#include "core/codec/musae_codec.h"

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace canto::codec {

/// One track of a phrase. onsets + held + silent == the phrase's steps.
struct TrackProperties {
    int onsets = 0;         ///< notes that begin
    int held = 0;           ///< steps in which a note from before sounds on
    int silent = 0;         ///< steps in which nothing sounds
    int highest = 0;        ///< pitch of a note that begins; as the next two 0 without one
    int lowest = 0;         ///< the same
    double meanPitch = 0;   ///< of the notes that begin, each counted once
    double syncopation = 0; ///< of all bars together, see syncopationOf()
    /// Mean velocity of the notes that begin; 0 if it is unknown, since tokens have none.
    double meanVelocity = 0;
};

struct PhraseProperties {
    int bars = 0;
    std::array<TrackProperties, kTracks> tracks; ///< drums, bass, guitar, strings
    int soundingSteps = 0;                       ///< over all tracks: onsets and held

    int steps() const { return bars * kStepsPerBar; }
    int onsets() const;
};

/// @param tokens  (kTracks, T), T a multiple of 16 and at least 16.
/// @return BadShape for another size, BadInput for a token above 129.
Result<PhraseProperties> propertiesOf(std::span<const Token> tokens);

/// The same of the `bars` bars of a song from tick 0 on; a repeated note counts as a note, and
/// velocities are known (in their levels, core/codec/expression.h).
PhraseProperties propertiesOf(const music::Song& song, int bars);

/// Syncopation of one track (Longuet-Higgins and Lee 1984): a note is syncopated if a stronger
/// position of the bar follows before the next note begins; it adds the difference of both weights.
/// Weights by sixteenths of a 4/4 bar: 0 for the first, -1 the ninth, -2 the other quarters, -3 the
/// other eighths, -4 the rest. The end of the phrase is not counted as a position. @param onsets  T
/// steps, true where a note begins.
double syncopationOf(std::span<const bool> onsets);

/// The properties. Each but Polyphony and DrumShare can be measured for one track or for all.
enum class Measure : std::uint8_t {
    Notes,       ///< notes that begin, per bar ("density")
    Held,        ///< share of the steps in which a note sounds on
    Silence,     ///< share of the steps in which nothing sounds
    Highest,     ///< highest pitch; of all tracks: without the drums, as the next two
    Lowest,      ///< lowest pitch
    MeanPitch,   ///< mean pitch of the notes that begin ("register")
    Syncopation, ///< per bar; of all: mean of the tracks that have a note
    Polyphony,   ///< tracks that sound at a step, mean over the steps, 0-4
    DrumShare,   ///< share of the drums in the notes that begin
    Loudness,    ///< mean velocity of the notes that begin, if it is known
};
inline constexpr std::array kMeasures{Measure::Notes,       Measure::Held,      Measure::Silence,
                                      Measure::Highest,     Measure::Lowest,    Measure::MeanPitch,
                                      Measure::Syncopation, Measure::Polyphony, Measure::DrumShare,
                                      Measure::Loudness};

/// "notes", "mean pitch": stable identifiers for reports and files.
std::string_view nameOf(Measure measure);
/// Whether it can be measured for one track.
bool byTrack(Measure measure);

/// Nothing where it is undefined: a pitch without a note, a share of no notes, Polyphony of one
/// track. @param track  nothing for the whole phrase.
std::optional<double> valueOf(const PhraseProperties& phrase, Measure measure,
                              std::optional<Family> track = {});

} // namespace canto::codec
