// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arrange/examples.h"

#include "core/arrange/baseline_arranger.h"
#include "core/arrange/melody_line.h"
#include "core/codec/beat_grid.h"
#include "core/music/pedal.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace canto::arrange {

namespace {

constexpr std::size_t kCandidates = 60; ///< examples that take part in the choice at each unit
constexpr int kLowestKey = 21;
constexpr int kHighestKey = 108;
constexpr float kUnderMelody = 16; ///< semitones that a texture lies below a melody on average
constexpr float kUsualPitch = 57;  ///< mean pitch wanted where there is no melody

/// -5 .. 6: semitones from one pitch class to another.
int nearest(int from, int to) {
    const int up = ((to - from) % 12 + 12) % 12;
    return up > 6 ? up - 12 : up;
}

/// The tone of a chord that is nearest to a pitch, the lower of two.
int toneNear(int pitch, const audio::Chord& chord) {
    for (int away = 0; away < 12; ++away) {
        for (const int candidate : {pitch - away, pitch + away}) {
            if (chord.has(((candidate % 12) + 12) % 12)) {
                return candidate;
            }
        }
    }
    return pitch;
}

/// Whether a pitch lies a semitone beside a tone of the chord.
bool rubs(int pitch, const audio::Chord& chord) {
    const auto has = [&](int p) { return chord.has(((p % 12) + 12) % 12); };
    return !has(pitch) && (has(pitch + 1) || has(pitch - 1));
}

bool isMinor(const audio::Chord& chord) {
    return chord.has((chord.root + 3) % 12) && !chord.has((chord.root + 4) % 12);
}

std::size_t at(int index) { return static_cast<std::size_t>(index); }

float activityOf(const Unit& unit) {
    return std::accumulate(unit.onset.begin(), unit.onset.end(), 0.0F);
}

/// Position of each value in the sorted order, 0 .. 1.
std::vector<float> ranks(const std::vector<float>& values) {
    std::vector<float> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    std::vector<float> result;
    for (const float value : values) {
        const auto [low, high] = std::equal_range(sorted.begin(), sorted.end(), value);
        const auto middle =
            static_cast<float>((low - sorted.begin()) + (high - sorted.begin()) - 1) / 2;
        result.push_back(sorted.size() > 1 ? middle / static_cast<float>(sorted.size() - 1) : 0.5F);
    }
    return result;
}

} // namespace

audio::Chord chordOfScore(const codec::Chord& chord) {
    constexpr std::array<const char*, codec::kChordQualities> kLabels{
        "maj", "min", "dim", "aug", "sus2", "sus4", "7", "maj7", "min7", "dim7", "hdim7"};
    if (chord.none()) {
        return {};
    }
    const auto label =
        std::string(audio::pitchClassName(chord.root)) + ":" + kLabels[at(chord.quality)];
    return audio::parseChord(label).value_or(audio::Chord());
}

std::vector<Example> examplesOf(const music::Song& asWritten, int number) {
    const auto song = music::withPedalInLengths(asWritten);
    std::vector<music::Note> pitched;
    for (const auto& note : song.notes) {
        if (!note.isDrum()) {
            pitched.push_back(note);
        }
    }
    std::vector<Example> examples;
    if (pitched.empty()) {
        return examples;
    }
    const auto grid = codec::beatGridOf(song);
    const auto chords = codec::chordsOf(pitched, grid);
    struct Placed {
        std::int64_t step;
        GridNote note;
    };
    std::vector<Placed> notes;
    for (const auto& note : pitched) {
        const auto step = grid.stepAt(note.start);
        const auto length = std::max<std::int64_t>(1, grid.stepAt(note.end()) - step);
        notes.push_back({step,
                         {0, static_cast<int>(std::min<std::int64_t>(length, kUnitSteps)),
                          std::clamp<int>(note.pitch, kLowestKey, kHighestKey), note.velocity}});
    }
    std::sort(notes.begin(), notes.end(), [](const Placed& a, const Placed& b) {
        return std::pair(a.step, a.note.pitch) < std::pair(b.step, b.note.pitch);
    });
    const auto last = notes.back().step;
    for (const auto& place : codec::phrasePlaces(song, grid, 2, last)) {
        const auto metre = song.metre.metreAt(place.start);
        if (metre.denominator != 4 || (metre.numerator != 4 && metre.numerator != 3) ||
            place.step < 0) {
            continue;
        }
        Example example{number, place.bar, metre.numerator, {}, {}};
        for (int beat = 0; beat < kUnitBeats; ++beat) {
            const auto index = static_cast<std::size_t>(place.step / kStepsPerBeat) + at(beat);
            if (index < chords.size()) {
                example.chords[at(beat)] = chordOfScore(chords[index]);
            }
        }
        bool first = false;
        bool second = false;
        const auto end = place.step + kUnitSteps;
        for (auto it = std::lower_bound(notes.begin(), notes.end(), place.step,
                                        [](const Placed&a, std::int64_t s) { return a.step < s; });
             it != notes.end() && it->step < end; ++it) {
            GridNote note = it->note;
            note.step = static_cast<int>(it->step - place.step);
            const int bar = example.barBeats * kStepsPerBeat;
            first |= note.step < bar;
            second |= note.step >= bar && note.step < 2 * bar;
            example.notes.push_back(note);
        }
        if (first && second) {
            examples.push_back(std::move(example));
        }
    }
    return examples;
}

std::vector<GridNote> reharmonised(const Example& example,
                                   const std::array<audio::Chord, kUnitBeats>& chords) {
    // All roots move to the side to which most of them are nearer.
    int moved = 0;
    for (int beat = 0; beat < kUnitBeats; ++beat) {
        const auto& from = example.chords[at(beat)];
        const auto& to = chords[at(beat)];
        moved += from.none() || to.none() ? 0 : nearest(from.root, to.root);
    }
    std::vector<GridNote> result;
    for (std::size_t i = 0; i < example.notes.size(); ++i) {
        GridNote note = example.notes[i];
        const auto& from = example.chords[at(note.step / kStepsPerBeat)];
        const auto& to = chords[at(note.step / kStepsPerBeat)];
        if (from.none() || to.none()) {
            continue;
        }
        int shift = nearest(from.root, to.root);
        if (shift > 3 && moved < 0) {
            shift -= 12;
        } else if (shift < -3 && moved > 0) {
            shift += 12;
        }
        const bool lowest = i == 0 || example.notes[i - 1].step != note.step;
        int pitch = note.pitch + shift;
        if (lowest && note.pitch % 12 == from.bass) {
            const int bass = pitch + nearest(((pitch % 12) + 12) % 12, to.bass);
            pitch = bass;
        } else if (from.has(note.pitch % 12) || rubs(pitch, to)) {
            pitch = toneNear(pitch, to);
        }
        while (pitch < kLowestKey) {
            pitch += 12;
        }
        while (pitch > kHighestKey) {
            pitch -= 12;
        }
        note.pitch = pitch;
        const bool there = std::any_of(result.begin(), result.end(), [&](const GridNote& other) {
            return other.step == note.step && other.pitch == note.pitch;
        });
        if (!there) {
            result.push_back(note);
        }
    }
    return result;
}

ExampleArranger::ExampleArranger(std::vector<Example> examples) : m_examples(std::move(examples)) {
    std::vector<float> counts;
    for (const auto& example : m_examples) {
        float sum = 0;
        std::uint32_t onsets = 0;
        for (const auto& note : example.notes) {
            sum += static_cast<float>(note.pitch);
            onsets |= std::uint32_t{1} << note.step;
        }
        const auto count = static_cast<float>(example.notes.size());
        counts.push_back(count);
        m_pitch.push_back(count > 0 ? sum / count : kUsualPitch);
        m_onsets.push_back(onsets);
    }
    m_rank = ranks(counts);
}

float ExampleArranger::localCost(const Unit& unit, float wantedDensity, std::size_t index) const {
    const Example& example = m_examples[index];
    // Harmony: chords that move in parallel need least change.
    int transposition = 0;
    bool known = false;
    float harmony = 0;
    for (int beat = 0; beat < kUnitBeats; ++beat) {
        const auto& from = example.chords[at(beat)];
        const auto& to = unit.chords[at(beat)];
        if (to.none()) {
            continue;
        }
        if (from.none()) {
            harmony += 1;
            continue;
        }
        const int shift = nearest(from.root, to.root);
        if (!known) {
            transposition = shift;
            known = true;
        }
        harmony += shift == transposition ? 0 : 1;
        harmony += isMinor(from) == isMinor(to) ? 0 : 0.4F;
    }
    // Rhythm: 1 - cosine of the two patterns.
    float both = 0;
    float recorded = 1e-6F;
    for (int step = 0; step < kUnitSteps; ++step) {
        const float onset = unit.onset[at(step)];
        both += ((m_onsets[index] >> step) & 1) != 0 ? onset : 0;
        recorded += onset * onset;
    }
    const auto begins = static_cast<float>(std::popcount(m_onsets[index]));
    const float rhythm = 1 - both / std::sqrt(recorded * std::max(begins, 1.0F));
    int melody = 0;
    float melodyPitch = 0;
    for (const int pitch : unit.melody) {
        melody += pitch > 0 ? 1 : 0;
        melodyPitch += static_cast<float>(pitch);
    }
    const float wanted =
        melody > 0 ? melodyPitch / static_cast<float>(melody) - kUnderMelody : kUsualPitch;
    return harmony / kUnitBeats + rhythm + 2 * std::abs(m_rank[index] - wantedDensity) +
           0.4F * std::abs(m_pitch[index] - wanted) / 12;
}

float ExampleArranger::stepCost(std::size_t from, std::size_t to) const {
    const Example& a = m_examples[from];
    const Example& b = m_examples[to];
    if (a.song == b.song && b.bar == a.bar + 2) {
        return 0;
    }
    if (from == to) {
        return 0.15F;
    }
    return (a.song == b.song ? 0.3F : 0.6F) + 0.02F * std::abs(m_pitch[from] - m_pitch[to]) +
           0.5F * std::abs(m_rank[from] - m_rank[to]);
}

void ExampleArranger::begin(std::span<const Unit* const> units) {
    m_chosen.clear();
    std::vector<float> activity;
    for (const Unit* unit : units) {
        activity.push_back(activityOf(*unit));
    }
    const auto busy = ranks(activity);
    struct Candidate {
        std::size_t example;
        float cost;
        int before; ///< index into the candidates of the unit before
    };
    std::vector<std::vector<Candidate>> path;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const auto wanted =
            std::clamp(0.15F + 0.7F * busy[i] + static_cast<float>(m_density) / 3, 0.0F, 1.0F);
        std::vector<Candidate> here;
        for (std::size_t e = 0; e < m_examples.size(); ++e) {
            if (m_examples[e].barBeats == units[i]->barBeats) {
                here.push_back({e, localCost(*units[i], wanted, e), -1});
            }
        }
        const auto kept = std::min(here.size(), kCandidates);
        std::partial_sort(here.begin(), here.begin() + static_cast<std::ptrdiff_t>(kept),
                          here.end(), [](const Candidate& a, const Candidate& b) {
                              return std::pair(a.cost, a.example) < std::pair(b.cost, b.example);
                          });
        here.resize(kept);
        if (!path.empty() && !path.back().empty()) {
            for (auto& candidate : here) {
                float best = 0;
                for (std::size_t b = 0; b < path.back().size(); ++b) {
                    const auto& before = path.back()[b];
                    const float cost = before.cost + stepCost(before.example, candidate.example);
                    if (candidate.before < 0 || cost < best) {
                        best = cost;
                        candidate.before = static_cast<int>(b);
                    }
                }
                candidate.cost += best;
            }
        }
        path.push_back(std::move(here));
    }
    // Backwards along the cheapest path; a metre without examples begins a new one.
    int next = -1;
    for (std::size_t i = units.size(); i-- > 0;) {
        const auto& here = path[i];
        if (here.empty()) {
            m_chosen.emplace_back(units[i]->firstBeat, -1);
            next = -1;
            continue;
        }
        if (next < 0) {
            next = static_cast<int>(std::min_element(here.begin(), here.end(),
                                                     [](const Candidate& a, const Candidate& b) {
                                                         return a.cost < b.cost;
                                                     }) -
                                    here.begin());
        }
        m_chosen.emplace_back(units[i]->firstBeat, static_cast<int>(here[at(next)].example));
        next = here[at(next)].before;
    }
    std::sort(m_chosen.begin(), m_chosen.end());
    // What is repeated is written again: sections that sound similar have the same examples.
    for (const Unit* unit : units) {
        if (const int before = chosenAt(unit->repeats);
            unit->repeats >= 0 && before >= 0 &&
            m_examples[at(before)].barBeats == unit->barBeats) {
            std::lower_bound(m_chosen.begin(), m_chosen.end(), std::pair(unit->firstBeat, -1))
                ->second = before;
        }
    }
}

int ExampleArranger::chosenAt(int firstBeat) const {
    const auto it = std::lower_bound(m_chosen.begin(), m_chosen.end(), std::pair(firstBeat, -1));
    return it != m_chosen.end() && it->first == firstBeat ? it->second : -1;
}

Result<std::vector<GridNote>> ExampleArranger::arrange(const Unit& unit,
                                                       std::span<const GridNote> previous,
                                                       const CancelToken& cancel) {
    const int chosen = chosenAt(unit.firstBeat);
    if (chosen < 0) {
        BaselineArranger rules;
        return rules.arrange(unit, previous, cancel);
    }
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Arranging cancelled");
    }
    std::vector<GridNote> notes;
    for (auto& note : reharmonised(m_examples[at(chosen)], unit.chords)) {
        const int melody = unit.melody[at(note.step)];
        if (melody == 0 || note.pitch < melody) {
            note.velocity = 0; // as loud as the recording
            notes.push_back(note);
        }
    }
    addMelody(unit, notes);
    return notes;
}

} // namespace canto::arrange
