// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <cstddef>
#include <vector>

namespace canto::audio {

/// Activations of the keys of a piano over time, 0 .. 1, frame by frame.
struct NotePlanes {
    static constexpr int kKeys = 88;      ///< A0 (MIDI pitch 21) .. C8
    static constexpr int kContours = 264; ///< three to a semitone, from A0

    std::vector<float> onset;    ///< (T, 88) how likely a note begins
    std::vector<float> note;     ///< (T, 88) how likely it sounds
    std::vector<float> contour;  ///< (T, 264), or empty
    std::vector<double> seconds; ///< (T) of the recording, increasing

    std::size_t frames() const { return seconds.size(); }
};

/// The defaults differ from the package's (onset 0.5, with withoutOnset): on renderings of piano
/// scores and of bands they find fewer notes, right and wrong, with a higher F1.
struct TrackerOptions {
    float onset = 0.6F; ///< an onset exceeds this
    float note = 0.3F;  ///< below this a note ends
    int shortest = 5;   ///< frames that a note must exceed
    int patience = 11;  ///< frames below `note` that end one
    /// Onsets also where the activation of a note rises, scaled to the strongest onset.
    bool inferOnsets = true;
    /// Then also notes without an onset, from the strongest remaining activation on (the last step
    /// of Melodia; Salamon and Gomez 2012).
    bool withoutOnset = false;
    int lowest = 21; ///< range of MIDI pitches
    int highest = 108;
};

struct DetectedNote {
    double start = 0; ///< s
    double end = 0;
    int pitch = 60;      ///< MIDI
    float amplitude = 0; ///< mean activation while it sounds, 0 .. 1
    bool operator==(const DetectedNote&) const = default;
};

/// The notes in the planes, by (start, pitch). From the last onset to the first, the note of each
/// local maximum of the onset plane ends where its activation stays below the threshold; what it
/// covers, and the semitones beside it, is used up. Takes the planes by value since it changes
/// them. Source: outputToNotesPoly of the npm package @spotify/basic-pitch, without pitch bends.
/// Errors: BadShape for planes of different lengths; Cancelled. Thread: any.
Result<std::vector<DetectedNote>> trackNotes(NotePlanes planes, const TrackerOptions& options = {},
                                             const CancelToken& cancel = {});

} // namespace canto::audio
