// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Converts songs to the tokens of MusAE and back. Source: MusAE, dataset.py; section 3.1 of the
// paper.
//
// A phrase is a table of tokens, track by track (drums, bass, guitar, strings), row-major (kTracks,
// T): T = 16 steps a bar, two bars by default. Tokens 0-127 are pitches, 128 is silence, 129 is
// hold. "A step equal to its predecessor becomes hold": this includes continued silence, and a
// repeated note of the same pitch (see RepeatRule). The first step of a phrase is never hold.

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
using Expression = std::uint8_t; ///< how the note of a token is played: core/codec/expression.h
inline constexpr int kPitches = 128;
inline constexpr Token kSilence = 128;
inline constexpr Token kHold = 129;
inline constexpr int kClasses = 130;
inline constexpr int kPhraseBars = 2;
inline constexpr int kPhraseSteps = kPhraseBars * kStepsPerBar;
inline constexpr int kPhraseTokens = kTracks * kPhraseSteps;

/// How a note is encoded that repeats the pitch that already sounds.
enum class RepeatRule {
    Hold,  ///< as hold, as published: two quarters and a half note become the same tokens
    Onset, ///< as its pitch again: keeps the rhythm; the published networks were not trained so
};

struct CodecOptions {
    int bars = kPhraseBars; ///< of a phrase, >= 1
    RepeatRule repeats = RepeatRule::Hold;
};

/// A window of a song that is read as a phrase.
struct PhraseWindow {
    int bar = 0; ///< the bar it starts in
    music::Tick start = 0;
    music::Tick end = 0; ///< bars * 4 quarters after start, whatever the metre
    /// The published rule for training: the window consists of whole 4/4 bars, and no track is
    /// silent for a bar.
    bool strict = false;
    bool operator==(const PhraseWindow&) const = default;
};

/// At most this many windows are listed (at 120 quarters a minute: nine hours).
inline constexpr std::size_t kMaxWindows = 16384;

/// One song as the codec reads it. A value type; const use from any thread.
class MusaeSong {
  public:
    explicit MusaeSong(const music::Song& song, CodecOptions options = {});

    /// A window for every bar at which a phrase with a sounding step starts, in order.
    ///
    /// The grid ignores the metre: a phrase is always `bars` times sixteen sixteenths from a bar
    /// line on, so a phrase in 3/4 covers two bars and two thirds of the third. Every note belongs
    /// to a phrase: the first phrase that reaches the song's end is the last, padded with silence
    /// (a song shorter than a phrase has one); inside a bar longer than a phrase further phrases
    /// start every sixteen steps; of bars shorter than eight steps, those less than eight steps
    /// after the last start are skipped. Empty only for a song without notes.
    std::vector<PhraseWindow> windows() const;

    /// Whether a phrase that starts at this tick lies in the song: at 0 or later, and not after the
    /// last note as placed on the grid. True for every window.
    bool holds(music::Tick start) const;

    /// The tokens of the phrase that starts at a tick (any tick), (kTracks, bars * 16).
    std::vector<Token> encode(music::Tick start) const;

    /// The expression values of the same phrase (core/codec/expression.h), (kTracks, bars * 16). A
    /// pitch that sounds on from before, or from under a lower one, has none.
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
    /// General MIDI programs from 0, by track; [0] is the drum kit. Programs outside a track's
    /// family are used unchanged, but then the song no longer encodes to the same tokens.
    std::array<std::uint8_t, kTracks> programs{0, 33, 25, 48};
    /// Only the first bars, for streaming; 0 means all.
    int bars = 0;
    /// The expression values, as many as tokens; empty: all notes with `velocity`, on their step.
    std::span<const Expression> expressions{};
};

/// Decodes one phrase to four named tracks from tick 0 on. A hold lengthens the note before it; at
/// the start or after silence it is silence. For canonical tokens encode() returns them again, and
/// expressions() the canonical expression values.
/// @param tokens  (kTracks, T), T a multiple of 16.
/// @return BadShape for another size, BadInput for a token above 129 or an unknown expression.
Result<music::Song> phraseToSong(std::span<const Token> tokens,
                                 const PhraseToSongOptions& options = {});

/// The equivalent tokens that encode() would return: a hold after silence becomes hold, a first
/// hold silence, a repeat follows the rule.
std::vector<Token> canonical(std::span<const Token> tokens, RepeatRule repeats = RepeatRule::Hold);

/// Transposes all tracks but the drums by semitones. If a pitch would leave 0-127, nothing changes
/// (folding it by an octave would make neighbours equal). @return whether the tokens changed.
bool transpose(std::span<Token> tokens, int semitones);

/// The data augmentation of MusAE: one of the shifts -5 ... +6 (0 included) that keep every pitch
/// in range, with equal probability. @return the shift.
int transposeAtRandom(std::span<Token> tokens, Random& random);

} // namespace canto::codec
