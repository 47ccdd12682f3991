// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// All notes of a song on a grid of sixteenths, in six tracks of any number of voices, cut into
// phrases of whole bars.
//
// The grid begins again with every bar, so that it fits any metre: a bar of 3/4 or 6/8 has 12
// steps, one of 12/8 has 24; a bar whose length is not a whole number of sixteenths is rounded up.
// A note has a step, a length in steps (one at least), a velocity, and an offset of -1, 0 or 1
// twelfths of a quarter from its step, which is what triplets and swing need.
//
// Pitches 24 (C1) to 107 (B7) are kept, 84 of them; notes outside are moved into the range by
// octaves. The sounds of drum kits are kept as General MIDI numbers them (27-87), so that the two
// kicks and all percussion stay what they are.
//
// Tracks: drums (any drum part), bass (programs 32-39), keys (0-23), guitar (24-31), strings and
// winds (40-127), and the lead: the one part that carries the tune, whatever its program (leadOf).

#include "core/music/song.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace canto::codec {

enum class Voice : std::uint8_t { Drums, Bass, Keys, Guitar, Strings, Lead };
inline constexpr int kVoices = 6;
inline constexpr std::array<std::string_view, kVoices> kVoiceNames{"drums",  "bass",    "keys",
                                                                   "guitar", "strings", "lead"};

inline constexpr int kGridLowest = 24;
inline constexpr int kGridPitches = 84;
/// Steps of the longest phrase: two bars of 4/4.
inline constexpr int kPhraseGrid = 32;
/// As a program: the track has no note.
inline constexpr std::uint8_t kNoProgram = 128;

struct GridNote {
    std::int32_t step = 0;
    std::int32_t length = 1; ///< steps, >= 1
    std::uint8_t track = 0;  ///< Voice
    std::uint8_t pitch = 60; ///< in the range
    std::uint8_t velocity = 80;
    std::int8_t offset = 0; ///< twelfths of a quarter after the step: -1, 0, 1
    bool tied = false;      ///< began before the phrase; its step is 0
    bool operator==(const GridNote&) const = default;
};

using VoicePrograms = std::array<std::uint8_t, kVoices>; ///< General MIDI, or kNoProgram

/// A bar on the grid. A bar longer than a phrase is divided into parts of up to 16 steps, each of
/// which counts as a bar here.
struct GridBar {
    int bar = 0; ///< in the song, from 0
    std::int32_t step = 0;
    std::int32_t steps = 16;
    music::Tick start = 0;
    music::Tick end = 0;
    double bpm = 120;
    VoicePrograms programs{}; ///< of the first note of each track in this bar
    bool operator==(const GridBar&) const = default;
};

struct GridPhrase {
    int steps = kPhraseGrid; ///< 1 to kPhraseGrid
    int barSteps = 16;       ///< of its first bar
    double bpm = 120;
    VoicePrograms programs = {kNoProgram, kNoProgram, kNoProgram,
                              kNoProgram, kNoProgram, kNoProgram};
    std::vector<GridNote> notes; ///< by (step, track, pitch); one for each of these
    bool operator==(const GridPhrase&) const = default;
};

/// Which bars a phrase covers.
struct GridWindow {
    std::size_t first = 0; ///< index into GridSong::bars
    std::size_t end = 0;   ///< one past its last
    std::int32_t steps = 0;
    bool strict = false; ///< two bars of 4/4 with drums, bass and one more track
};

/// A part of a song, as leadOf() weighs it: all notes of a track of the file on one channel.
struct LeadPart {
    std::uint16_t track = 0;
    std::uint8_t channel = 0;
    double score = 0; ///< 0 for parts that cannot be the lead
};

/// The part that carries the tune, or nothing (a piano alone, a choir in chords). Drums and basses
/// are left out. A part's score is the product of
///   * its single notes: the share of its onsets with one note; at least .7 is required;
///   * its register: the share of its onsets that no other part sounds above;
///   * its activity: the square root of the share of bars with music in which it plays;
/// and more for a track called lead, melody, vocal, voice or sing (.3), and for channel 4, to which
/// files of the General MIDI era give the tune (.1). The best wins if it has eight notes and scores
/// .35 at least.
std::optional<LeadPart> leadOf(const music::Song& song);

/// A song on the grid. A value; const use from any thread.
struct GridSong {
    std::vector<GridBar> bars;   ///< those with music, and as many as a phrase needs after them
    std::size_t musicBars = 0;   ///< without these last ones
    std::vector<GridNote> notes; ///< by (step, track, pitch); one for each of these; none is tied
    std::int32_t longest = 1;    ///< the longest note, in steps

    /// The whole bars that fit into kPhraseGrid steps from a bar on. @param first  < musicBars.
    GridWindow window(std::size_t first) const;
    /// A window for every bar at which a phrase with a sounding step begins, up to the first that
    /// reaches the end of the song.
    std::vector<GridWindow> windows() const;
    /// Windows without overlap that cover the song: those without a note are left out.
    std::vector<GridWindow> partition() const;
    GridPhrase phrase(const GridWindow& window) const;
};

/// At most this many bars of a song are read.
inline constexpr std::size_t kMostGridBars = 16384;

/// Notes of a track with the same pitch and step become one, the longest and loudest.
GridSong toGrid(const music::Song& song);

struct GridToSongOptions {
    int ticksPerQuarter = 480;  ///< 24-32767, else the nearer of the two
    std::uint8_t velocity = 80; ///< of tied notes that nothing precedes
    /// Tempo of the song; nothing: that of the phrases, with a change wherever it changes.
    std::optional<double> bpm{};
    /// Programs of tracks without one of their own.
    VoicePrograms programs{0, 33, 0, 25, 48, 73};
    int bars = 0; ///< only the first bars, for streaming; 0: all
};

/// Joins phrases to a song from tick 0 on, in the order given. A tied note continues the note of
/// its pitch and track that sounds to the end of the phrase before; if there is none it begins with
/// its phrase. The metre of a phrase follows from its barSteps: 16 is 4/4, 12 is 3/4, 14 is 7/8.
/// Tracks without notes are left out, except in a song without any.
music::Song toSong(std::span<const GridPhrase> phrases, const GridToSongOptions& options = {});

} // namespace canto::codec
