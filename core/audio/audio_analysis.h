// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/analysis_measures.h"
#include "core/audio/beat_tracker.h"
#include "core/audio/harmony.h"
#include "core/audio/melody_bass.h"
#include "core/audio/structure.h"

namespace canto::audio {

struct AnalysisOptions {
    BeatOptions beat;
    MetreOptions metre;
    ChordOptions chord;
    LineOptions melody = leadLine();
    LineOptions bass = bassLine();
};

/// Options for a recording whose tempo the user states, within a tenth or so: this settles which
/// octave of the tempo is meant. @param bpm  beats a minute, > 0.
AnalysisOptions nearTempo(double bpm);

/// Longest recording that is analysed, s: its frames need 16 KB a second, 170 MB in all.
inline constexpr double kLongestAnalysed = 3 * 3600;
/// Below this steadiness the analysis remarks that its beats are a guess.
inline constexpr double kSteadyBeat = 0.15;
/// From this probability on, half or double the tempo is mentioned in the remarks.
inline constexpr double kDoubtfulOctave = 0.2;

/// What the analysis found in a recording. There are N beats, 0 .. N - 1; values by beat belong to
/// the time from one beat to the next, the last of which is times.back(): `grid`, `chords` and
/// `harmony` cover N - 1 beats, and the lines hold four values for each of these.
struct AudioAnalysis {
    double seconds = 0;
    float tuning = 0; ///< semitones
    Beats beats;      ///< one more than there are whole beats
    Metre metre;      ///< the position of each of beats.times in its bar
    Key key;
    std::vector<Chord> chords; ///< one for each beat
    std::vector<int> melody;   ///< MIDI pitch of each sixteenth of a beat, 0 for none
    std::vector<int> bass;
    std::vector<Section> sections; ///< none where the beats are a guess
    Feature grid;                  ///< gridFeatures of the beats
    std::vector<std::string>
        remarks; ///< for the user: no steady beat, half or double the tempo possible

    std::vector<double> downbeats() const;
    /// The chords with equal neighbours joined into one span.
    std::vector<ChordSpan> chordSpans() const;
};

/// Finds the beats, bars, chords, key, melody and bass of a recording. Errors: BadInput for silence
/// and for less than two bars; Cancelled. The caller that has the file's name adds it to `where`.
/// Speech and noise are no error: they are mentioned in the remarks. Thread: any.
Result<AudioAnalysis> analyse(const SongFrames& frames, const AnalysisOptions& options = {},
                              const CancelToken& cancel = {});

} // namespace canto::audio
