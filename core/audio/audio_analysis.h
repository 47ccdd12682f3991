// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/analysis_measures.h"
#include "core/audio/beat_tracker.h"
#include "core/audio/harmony.h"
#include "core/audio/melody_bass.h"

namespace canto::audio {

struct AnalysisOptions {
    BeatOptions beat;
    MetreOptions metre;
    ChordOptions chord;
    LineOptions melody = leadLine();
    LineOptions bass = bassLine();
};

/// For a recording whose tempo a person knows, within a tenth or so: what decides between octaves.
/// @param bpm  beats a minute, > 0.
AnalysisOptions nearTempo(double bpm);

/// A recording is refused when it is longer, s: 16 KB a second then come to 170 MB.
inline constexpr double kLongestAnalysed = 3 * 3600;
/// Below this steadiness of the beat a person is told that beats are a guess.
inline constexpr double kSteadyBeat = 0.15;
/// From this share on, half or double the tempo is remarked as possible.
inline constexpr double kDoubtfulOctave = 0.2;

/// What is heard in a recording. Beats number 0 .. N - 1; everything by beat lies between a beat
/// and the next one, the last of which is times.back(): `grid`, `chords` and `harmony` have N - 1
/// beats, the lines four times as many.
struct AudioAnalysis {
    double seconds = 0;
    float tuning = 0; ///< semitones
    Beats beats;      ///< one more than there are whole beats
    Metre metre;      ///< position of each of beats.times
    Key key;
    std::vector<Chord> chords; ///< one a beat
    std::vector<int> melody;   ///< MIDI pitch by sixteenth of a beat, 0 for none
    std::vector<int> bass;
    Feature grid; ///< gridFeatures of the beats
    std::vector<std::string>
        remarks; ///< what a person should know: no steady beat, half or double the tempo

    std::vector<double> downbeats() const;
    /// Chords joined where they go on.
    std::vector<ChordSpan> chordSpans() const;
};

/// Beats, bars, chords, key and lines of a recording.
/// Errors: BadInput for silence and for less than two bars; Cancelled. Whoever knows the file's
/// name adds it to `where`. Speech and noise are no error: see remarks. Thread: any.
Result<AudioAnalysis> analyse(const SongFrames& frames, const AnalysisOptions& options = {},
                              const CancelToken& cancel = {});

} // namespace canto::audio
