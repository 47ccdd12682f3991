// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Songs to the tokens of MusAE and back. Source: MusAE, dataset.py; section 3.1 of its description.
//
// A phrase is a table of tokens, track by track (drums, bass, guitar, strings), row-major
// (kTracks, T): T = 16 steps a bar, two bars by default. Token 0-127 is a pitch, 128 silence, 129
// hold. "A step equal to its predecessor becomes hold": continued silence too, and a note struck
// again on the same pitch (see RepeatRule). In the first step of a phrase nothing is hold.

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/codec/pianoroll.h"
#include "core/music/song.h"

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace canto::codec {

using Token = std::uint8_t;
using Expression =
    std::uint8_t; ///< how a note is struck, beside its token: core/codec/expression.h
inline constexpr int kPitches = 128;
inline constexpr Token kSilence = 128;
inline constexpr Token kHold = 129;
inline constexpr int kClasses = 130;
inline constexpr int kPhraseBars = 2;
inline constexpr int kPhraseSteps = kPhraseBars * kStepsPerBar;
inline constexpr int kPhraseTokens = kTracks * kPhraseSteps;

/// What a note repeated on the pitch that sounds already becomes.
enum class RepeatRule {
    Hold,  ///< hold, as published: two quarters and a half sound alike
    Onset, ///< its pitch once more: rhythm is kept; the published nets never saw this
};

struct CodecOptions {
    int bars = kPhraseBars; ///< of a phrase, >= 1
    RepeatRule repeats = RepeatRule::Hold;
};

/// A place in a song from which a phrase is read.
struct PhraseWindow {
    int bar = 0; ///< the bar it starts in
    music::Tick start = 0;
    music::Tick end = 0; ///< bars * 4 quarters after start, whatever the metre
    /// The published rule for training: the window is made of whole 4/4 bars, and no track is
    /// silent for a bar.
    bool strict = false;
    bool operator==(const PhraseWindow&) const = default;
};

/// More windows than this are not listed (at 120 quarters a minute: nine hours).
inline constexpr std::size_t kMaxWindows = 16384;

/// One song as seen by the codec. A value; const use from any thread.
class MusaeSong {
  public:
    explicit MusaeSong(const music::Song& song, CodecOptions options = {});

    /// Every bar at which a phrase with a sounding step starts, in order.
    ///
    /// The grid does not know the metre: a phrase is always `bars` times sixteen sixteenths from a
    /// bar line on, so a 3/4 bar line starts a phrase of two bars and two thirds of the third. So
    /// that every note finds a place: the first phrase that reaches the song's end is the last,
    /// with silence after the end (a song shorter than a phrase has one); inside a bar longer than
    /// a phrase further phrases start every sixteen steps; of bars shorter than eight steps, those
    /// less than eight steps after the last start are passed over. Empty only for a song without
    /// notes.
    std::vector<PhraseWindow> windows() const;

    /// Whether a phrase that starts at a tick lies in the song: at 0 or later, and not after the
    /// last note as it stands on the grid. True for every window.
    bool holds(music::Tick start) const;

    /// The tokens of the phrase that starts at a tick (any tick), (kTracks, bars * 16).
    std::vector<Token> encode(music::Tick start) const;

    /// How the notes of the same phrase are struck (core/codec/expression.h), (kTracks, bars * 16).
    /// A pitch that sounds on from before, or from under a lower one, has none.
    std::vector<Expression> expressions(music::Tick start) const;

    const FamilyRolls& rolls() const { return m_rolls; }

  private:
    bool isStrict(const std::array<std::vector<Cell>, kTracks>& cells, int bar,
                  music::Tick start) const;

    CodecOptions m_options;
    music::MetreMap m_metre;
    FamilyRolls m_rolls;
};

/// The published rule for songs: every time signature is 4/4 (a song without one is in 4/4) and
/// every family has a note.
struct SongRule {
    bool fourFour = true;
    std::array<bool, kTracks> present{};
    bool passes() const;
};
SongRule songRule(const music::Song& song);

struct PhraseToSongOptions {
    double bpm = 120;          ///< 10-1000, else the nearer of the two
    int ticksPerQuarter = 480; ///< 24-32767, else the nearer of the two
    std::uint8_t velocity = 80;
    /// General MIDI programs from 0, by track; [0] is the drum kit. Outside a track's family they
    /// are used as they are, but then the song no longer encodes to the same tokens.
    std::array<std::uint8_t, kTracks> programs{0, 33, 25, 48};
    /// Only the first bars, for streaming; 0 means all.
    int bars = 0;
    /// How the notes are struck, as large as the tokens; empty: all with `velocity`, on their step.
    std::span<const Expression> expressions{};
};

/// Four named tracks with the notes of one phrase from tick 0 on. Hold lengthens the note before
/// it; at the start or after silence it is silence. For canonical tokens encode() gives them back,
/// and expressions() canonical expressions.
/// @param tokens  (kTracks, T), T a multiple of 16.
/// @return BadShape for another size, BadInput for a token above 129 or an unknown expression.
Result<music::Song> phraseToSong(std::span<const Token> tokens,
                                 const PhraseToSongOptions& options = {});

/// The tokens that mean the same as these and that encode() would give: a hold after silence is
/// written as hold, a first hold as silence, a repeat by the rule.
std::vector<Token> canonical(std::span<const Token> tokens, RepeatRule repeats = RepeatRule::Hold);

/// Moves the pitches of all tracks but the drums by semitones, unless one of them would leave
/// 0-127: then nothing changes. (Folding by an octave would make neighbours equal.)
/// @return whether the tokens were moved.
bool transpose(std::span<Token> tokens, int semitones);

/// The augmentation of MusAE: one of the shifts -5 ... +6 (0 among them) that keep every pitch in
/// range, all with the same chance. @return the shift.
int transposeAtRandom(std::span<Token> tokens, Random& random);

} // namespace canto::codec
