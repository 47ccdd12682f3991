// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Converts songs to the compound words of MusER and back. Source: Hsiao et al. 2021, "Compound Word
// Transformer"; MusER, section 4.1. Bins are fixed rather than taken from a corpus, and velocity
// has bins of 4 instead of 2.

#include "core/base/result.h"
#include "core/codec/beat_grid.h"
#include "core/codec/chords.h"
#include "core/codec/piano_part.h"
#include "core/music/song.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

namespace canto::codec {

/// Fields of a compound word, in the order of every array of eight. The first seven are the
/// elements.
enum class Field { Tempo, Chord, Beat, Type, Pitch, Duration, Velocity, Emotion };
inline constexpr int kWordFields = 8;
inline constexpr int kElements = 7;
inline constexpr std::array<const char*, kWordFields> kFieldNames = {
    "tempo", "chord", "beat", "type", "pitch", "duration", "velocity", "emotion"};

/// Value 0 of every field but the type: the word does not set this field.
inline constexpr std::uint8_t kIgnore = 0;
/// Value of tempo and chord: unchanged.
inline constexpr std::uint8_t kContinue = 1;

enum class WordType : std::uint8_t { End, Emotion, Metrical, Note };

inline constexpr int kLeastTempo = 32; ///< quarters a minute
inline constexpr int kTempoStep = 3;
inline constexpr int kTempoBins = 65; ///< to 224
inline constexpr std::uint8_t kNoChord = 2 + 12 * kChordQualities;
inline constexpr std::uint8_t kBar = 1; ///< of the beat field; Beat_0 ... Beat_15 follow
inline constexpr int kLowestPitch = 21;
inline constexpr int kHighestPitch = 108;
inline constexpr int kLongest = 16; ///< sixteenths
inline constexpr int kVelocityStep = 4;
inline constexpr int kQuadrants = 4;

/// Number of values of each field.
inline constexpr std::array<int, kWordFields> kVocabulary = {
    2 + kTempoBins, 3 + 12 * kChordQualities, 2 + 16, 4, 1 + 88, 1 + kLongest, 1 + 32,
    1 + kQuadrants};

/// Eight values. There are three types of words: a bar line (Metrical, beat kBar, nothing else), a
/// position in the bar (Metrical, with tempo and chord or kContinue), and a note at the last
/// position.
struct Word {
    std::array<std::uint8_t, kWordFields> values{};

    std::uint8_t& operator[](Field field) { return values[static_cast<std::size_t>(field)]; }
    std::uint8_t operator[](Field field) const { return values[static_cast<std::size_t>(field)]; }
    WordType type() const { return static_cast<WordType>((*this)[Field::Type]); }
    bool isNote() const { return type() == WordType::Note; }
    bool isBar() const { return type() == WordType::Metrical && (*this)[Field::Beat] == kBar; }
    bool operator==(const Word&) const = default;
};

/// Bins, and the centre of a bin. Values out of range go to the nearest bin.
std::uint8_t tempoBin(double bpm);
double tempoOf(std::uint8_t bin);
std::uint8_t velocityBin(int velocity);
int velocityOf(std::uint8_t bin);
std::uint8_t chordValue(const Chord& chord);
Chord chordOf(std::uint8_t value);

/// Rank of a value in the natural order of its element, for comparing two values: chords by the
/// circle of fifths, all others by number.
int orderOf(Field field, std::uint8_t value);

/// The definition of the vocabulary, for the metadata of weights: "tempo": {"first": 32, "step": 3
/// ...}.
nlohmann::json vocabularyJson();
/// BadFile naming the field if the weights were trained with another vocabulary.
Result<void> checkVocabulary(const nlohmann::json& json);

/// A song as compound words.
struct WordSong {
    std::vector<Word> words;         ///< without emotion and end
    std::vector<std::size_t> bars;   ///< index of each bar line in words
    std::vector<music::Tick> starts; ///< tick of each bar, and of the end of the last
    BeatGrid::Source grid = BeatGrid::Source::Metre;
    std::string reduction; ///< PianoPart::said()

    // What became of the notes of the piano part.
    std::size_t notes = 0;      ///< all
    std::size_t merged = 0;     ///< left out: same pitch on the same sixteenth
    std::size_t outOfRange = 0; ///< left out: outside the range of a piano

    int barCount() const { return static_cast<int>(bars.size()); }
    /// Words of `count` bars from `bar` on (fewer at the end), at most `most` words.
    std::span<const Word> window(int bar, int count, std::size_t most) const;
};

/// A song on its grid, ready to be read as words from any step on. A value type; const use from any
/// thread.
///
/// Every bar begins with a bar line and Beat_0, which states tempo (mean of the bar) and chord;
/// other positions occur where notes begin or the chord changes. Notes are in order of time and, at
/// one time, of descending pitch; lengths are the sounding ones, pedals included
/// (music::soundingEnds), rounded to sixteenths, between one and kLongest.
class WordReader {
  public:
    explicit WordReader(const music::Song& song);

    /// All bars of the grid. Empty without notes.
    WordSong all() const;
    /// Where phrases of `bars` bars may begin: phrasePlaces up to the last note. Empty without
    /// notes.
    std::vector<PhrasePlace> places(int bars) const;
    /// Words of at most `bars` bars of sixteen steps from `step` on; the bar with the last note is
    /// the last. `step` need not be the start of a bar of the grid.
    std::vector<Word> words(std::int64_t step, int bars) const;
    /// Number of bars that words() has from `step` on when it is not limited.
    std::int64_t barsFrom(std::int64_t step) const;
    music::Tick tickAt(std::int64_t step) const { return m_grid.tickAt(step); }
    /// PianoPart::said()
    const std::string& reduction() const { return m_counts.reduction; }

  private:
    /// The notes that begin at a step, highest first.
    using Notes = std::map<int, Word, std::greater<>>;

    void placeNotes(const std::vector<music::Note>& notes);
    void addBar(std::int64_t first, std::vector<Word>& words) const;
    std::uint8_t chordAt(std::int64_t step) const;

    music::Song m_song; ///< with the pedals in its lengths
    BeatGrid m_grid;
    WordSong m_counts; ///< without words: only the counts of notes
    std::map<std::int64_t, Notes> m_steps;
    std::vector<Chord> m_chords; ///< by beat of the grid
};

/// WordReader::all(): the input of `canto prepare`.
WordSong wordsOf(const music::Song& song);

/// Music from words, from tick 0 on, 480 ticks a quarter, 4/4, one piano. Words out of order (a
/// note before any position, a position before the one it follows) are interpreted as well as
/// possible, never refused, since networks write them. @param bpm  tempo until the first word that
/// sets one.
music::Song songOfWords(std::span<const Word> words, double bpm = 120);

/// Transposes pitches and chords. If a pitch would leave the piano's range, nothing changes.
bool transposeWords(std::span<Word> words, int semitones);

} // namespace canto::codec
