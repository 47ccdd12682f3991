// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// A synthetic song with known content: bass and chord on the downbeat, chord tones on the other
// beats, a melody of eighths on top, at a tempo that may drift.

#include "core/audio/analysis_measures.h"
#include "tests/support/made_audio.h"

#include <functional>
#include <string>

namespace canto::test {

struct MadeSong {
    std::vector<float> sound;
    std::vector<double> beats; ///< one more than there are beats
    std::vector<double> downbeats;
    std::vector<audio::ChordSpan> chords;
    std::vector<double> melody; ///< MIDI pitch at each sixteenth of each beat
};

struct SongPlan {
    int bars = 16;
    int beatsPerBar = 4;
    double lead = 0.4;                                                 ///< s before the first beat
    std::function<double(int beat)> seconds = [](int) { return 0.6; }; ///< length of a beat
    std::vector<std::string> chords{"C:maj", "A:min", "F:maj", "G:maj"}; ///< one a bar, repeated
    double detune = 0;                                                   ///< semitones
};

inline MadeSong makeSong(const SongPlan& plan) {
    MadeSong song;
    double at = plan.lead;
    for (int beat = 0; beat <= plan.bars * plan.beatsPerBar; ++beat) {
        song.beats.push_back(at);
        at += plan.seconds(beat);
    }
    song.sound.resize(static_cast<std::size_t>((song.beats.back() + 0.5) * kMadeRate));
    for (int bar = 0; bar < plan.bars; ++bar) {
        const auto chord =
            *audio::parseChord(plan.chords[static_cast<std::size_t>(bar) % plan.chords.size()]);
        const auto first = static_cast<std::size_t>(bar * plan.beatsPerBar);
        const auto end = first + static_cast<std::size_t>(plan.beatsPerBar);
        song.downbeats.push_back(song.beats[first]);
        song.chords.push_back({song.beats[first], song.beats[end], chord});
        const double barLength = song.beats[end] - song.beats[first];
        addTone(song.sound, {36 + chord.bass, song.beats[first], 0.95 * barLength, 0.35},
                plan.detune);
        for (std::size_t b = first; b < end; ++b) {
            const double length = song.beats[b + 1] - song.beats[b];
            for (int pitch = 52; pitch < 64; ++pitch) {
                if (chord.has(pitch % 12)) {
                    addTone(song.sound,
                            {pitch, song.beats[b], 0.9 * length, b == first ? 0.12 : 0.08},
                            plan.detune);
                }
            }
            // The melody: two tones of the chord between C5 and B5.
            int lead = 72 + static_cast<int>((b * 5) % 12);
            for (int half = 0; half < 2; ++half) {
                while (!chord.has(lead % 12)) {
                    lead = 72 + (lead - 71) % 12;
                }
                addTone(song.sound, {lead, song.beats[b] + half * length / 2, 0.45 * length, 0.25},
                        plan.detune);
                song.melody.push_back(lead);
                song.melody.push_back(lead);
                lead = 72 + (lead - 71) % 12;
            }
        }
    }
    return song;
}

} // namespace canto::test
