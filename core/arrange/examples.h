// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arranger.h"
#include "core/codec/chords.h"
#include "core/music/song.h"

namespace canto::arrange {

/// Two bars of piano music that can be imitated: eight beats, their chords and notes.
struct Example {
    int song = 0; ///< which song it is from; the number is the caller's
    int bar = 0;  ///< its first bar in the song
    int barBeats = 4;
    std::array<audio::Chord, kUnitBeats> chords;
    std::vector<GridNote> notes; ///< by step and pitch
};

/// A chord read from a score as the front end for recordings would write it.
audio::Chord chordOfScore(const codec::Chord& chord);

/// One example for each bar line of a song in bars of three or four quarters that has notes in both
/// of the bars that follow; drums are left out. Empty for other metres. @param number Example::song
std::vector<Example> examplesOf(const music::Song& song, int number);

/// The notes of an example over other chords. Each note moves with the root of its beat's chord,
/// all of them to the same side, so that the texture keeps its register; a note that was a tone of
/// its chord becomes the nearest tone of the new one, another keeps its distance unless that would
/// be a semitone beside a tone of the new chord. Where the lowest note of a beat was the bass of
/// its chord, it becomes the new bass. Beats without a chord on either side are left out.
std::vector<GridNote> reharmonised(const Example& example,
                                   const std::array<audio::Chord, kUnitBeats>& chords);

/// An arranger that imitates: for each two bars of the recording it takes the example that fits
/// best and writes it over the recording's chords, below the recording's melody. The examples of a
/// whole song are chosen together, by the best path: fitting means chords that move the same way,
/// onsets where the recording has them, as many notes as the recording is busy (its quiet and busy
/// parts get the thin and dense ones of the examples) and a register below the melody; it costs
/// least to go on with the same song. A metre without an example is arranged by rules.
class ExampleArranger final : public Arranger {
  public:
    /// @param examples  at least one.
    explicit ExampleArranger(std::vector<Example> examples);

    std::string name() const override { return "examples"; }
    Stitching stitching() const override { return Stitching::TwoBars; }
    /// Moves the choice by up to a third of the examples, ordered by their number of notes.
    void setDensity(double density) override { m_density = density; }
    void begin(std::span<const Unit* const> units) override;
    Result<std::vector<GridNote>> arrange(const Unit& unit, std::span<const GridNote> previous,
                                          const CancelToken& cancel) override;

    /// Index of the example chosen for the unit that begins at a beat; -1: rules.
    int chosenAt(int firstBeat) const;
    const std::vector<Example>& examples() const { return m_examples; }

  private:
    float localCost(const Unit& unit, float wantedDensity, std::size_t example) const;
    float stepCost(std::size_t from, std::size_t to) const;

    std::vector<Example> m_examples;
    std::vector<float> m_rank;           ///< of each example by its number of notes, 0 .. 1
    std::vector<float> m_pitch;          ///< mean pitch of each
    std::vector<std::uint32_t> m_onsets; ///< bit s: a note begins in sixteenth s
    double m_density = 0;
    std::vector<std::pair<int, int>> m_chosen; ///< first beat, example
};

} // namespace canto::arrange
