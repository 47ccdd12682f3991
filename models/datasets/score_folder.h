// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/piano_tree.h"
#include "core/audio/chord.h"
#include "core/base/result.h"
#include "core/music/song.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace canto {

/// A chord with its duration.
struct ChordSpan {
    double begin = 0; ///< seconds
    double end = 0;
    audio::Chord chord;
};

/// A song with the role of each track, its beats and its chords, as POP909 stores one in a folder.
struct ScoredSong {
    music::Song song;
    std::vector<arrange::Part> parts; ///< of each track of the song
    std::vector<double> beats;        ///< seconds, rising, 9 at least
    std::vector<int> downbeats;       ///< indices into beats of bars of four, rising
    std::vector<ChordSpan> chords;
    /// A recording of this very performance, on the same clock, if the folder contains one.
    std::optional<std::filesystem::path> recording;
};

/// The score of a folder NAME: the path NAME.mid in it, whether or not it exists.
std::filesystem::path scoreFile(const std::filesystem::path& folder);

/// Reads a folder NAME with NAME.mid (tracks MELODY, BRIDGE and PIANO; others count as piano),
/// beat_midi.txt (seconds, beat of a bar of two, beat of a bar of four: 1 begins one) and
/// chord_midi.txt (begin, end, label), and finds NAME.wav, .flac, .ogg or .mp3.
/// Errors: those of the MIDI reader; NotFound, BadFile naming file and line.
/// Source: POP909 (Wang et al. 2020), README.
Result<ScoredSong> readScoreFolder(const std::filesystem::path& folder);

/// The notes of a song by steps of its beats, from beat `first` to before beat `last`.
std::vector<arrange::PartNote> partNotes(const ScoredSong& scored, int first, int last);

/// The chord of each beat: the one that covers most of it. Beat i lasts from beats[i] to beats[i +
/// 1]; returns one chord fewer than `beats`.
/// @param spans  by time.
std::vector<audio::Chord> chordsOfBeats(std::span<const ChordSpan> spans,
                                        std::span<const double> beats);

} // namespace canto
