// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/compound_words.h"

#include "core/music/pedal.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

namespace canto::codec {

using music::Note;
using music::Song;
using music::Tick;

namespace {

constexpr int kStepsOfBar = kBeatsPerBar * kStepsPerBeat;

/// Quarters a minute over the bar that begins at a step, as it sounds.
double tempoOfBar(const Song& song, const BeatGrid& grid, std::int64_t step) {
    const Tick from = grid.tickAt(step);
    const Tick to = grid.tickAt(step + kStepsOfBar);
    const double seconds = song.tempo.secondsAt(to) - song.tempo.secondsAt(from);
    return seconds > 1e-6 ? 60.0 * kBeatsPerBar / seconds : 120.0;
}

Word placeWord(int step) {
    Word word;
    word[Field::Type] = static_cast<std::uint8_t>(WordType::Metrical);
    word[Field::Beat] = static_cast<std::uint8_t>(kBar + 1 + step);
    word[Field::Tempo] = kContinue;
    word[Field::Chord] = kContinue;
    return word;
}

} // namespace

std::uint8_t tempoBin(double bpm) {
    const double bin = (bpm - kLeastTempo) / kTempoStep;
    return static_cast<std::uint8_t>(2 + std::lround(std::clamp(bin, 0.0, kTempoBins - 1.0)));
}

double tempoOf(std::uint8_t bin) {
    return kLeastTempo + kTempoStep * (static_cast<double>(bin) - 2);
}

std::uint8_t velocityBin(int velocity) {
    return static_cast<std::uint8_t>(1 + std::clamp(velocity, 0, 127) / kVelocityStep);
}

int velocityOf(std::uint8_t bin) { return (bin - 1) * kVelocityStep + kVelocityStep / 2; }

std::uint8_t chordValue(const Chord& chord) {
    return chord.none()
               ? kNoChord
               : static_cast<std::uint8_t>(2 + chord.root * kChordQualities + chord.quality);
}

Chord chordOf(std::uint8_t value) {
    if (value < 2 || value >= kNoChord) {
        return {};
    }
    return {(value - 2) / kChordQualities, (value - 2) % kChordQualities};
}

int orderOf(Field field, std::uint8_t value) {
    if (field != Field::Chord || value < 2 || value >= kNoChord) {
        return value;
    }
    const auto chord = chordOf(value);
    return 2 + chord.root * 7 % 12 * kChordQualities + chord.quality;
}

nlohmann::json vocabularyJson() {
    nlohmann::json qualities = kChordQualityNames;
    return {{"fields", kFieldNames},
            {"sizes", kVocabulary},
            {"tempo", {{"first", kLeastTempo}, {"step", kTempoStep}}},
            {"chordQualities", std::move(qualities)},
            {"lowestPitch", kLowestPitch},
            {"stepsOfBar", kStepsOfBar},
            {"velocityStep", kVelocityStep}};
}

Result<void> checkVocabulary(const nlohmann::json& json) {
    const auto ours = vocabularyJson();
    for (const auto& [key, value] : ours.items()) {
        if (!json.is_object() || !json.contains(key) || json[key] != value) {
            return fail(Error::Code::BadFile, "The weights use other words than this program", key);
        }
    }
    return {};
}

std::span<const Word> WordSong::window(int bar, int count, std::size_t most) const {
    if (bar < 0 || bar >= barCount() || count < 1) {
        return {};
    }
    const auto first = bars[static_cast<std::size_t>(bar)];
    const auto next = static_cast<std::size_t>(bar) + static_cast<std::size_t>(count);
    const auto last = next < bars.size() ? bars[next] : words.size();
    return std::span(words).subspan(first, std::min(most, last - first));
}

WordReader::WordReader(const Song& song)
    : m_song(music::withPedalInLengths(song)), m_grid(beatGridOf(m_song)) {
    m_counts.grid = m_grid.source();
    if (m_song.notes.empty()) {
        return;
    }
    const PianoPart part = pianoPartOf(m_song, m_grid);
    m_counts.reduction = part.said();
    placeNotes(part.notes);
    if (!m_steps.empty()) {
        m_chords = chordsOf(part.notes, m_grid);
    }
}

void WordReader::placeNotes(const std::vector<Note>& notes) {
    for (const auto& note : notes) {
        ++m_counts.notes;
        if (note.pitch < kLowestPitch || note.pitch > kHighestPitch) {
            ++m_counts.outOfRange;
            continue;
        }
        const auto step = std::max<std::int64_t>(0, m_grid.stepAt(note.start));
        const double length = m_grid.placeAt(note.end()) - m_grid.placeAt(note.start);
        Word word;
        word[Field::Type] = static_cast<std::uint8_t>(WordType::Note);
        word[Field::Pitch] = static_cast<std::uint8_t>(note.pitch - kLowestPitch + 1);
        word[Field::Duration] =
            static_cast<std::uint8_t>(std::clamp<long>(std::lround(length), 1, kLongest));
        word[Field::Velocity] = velocityBin(note.velocity);
        const auto [at, added] = m_steps[step].emplace(note.pitch, word);
        if (!added) {
            ++m_counts.merged;
            for (const Field field : {Field::Duration, Field::Velocity}) {
                at->second[field] = std::max(at->second[field], word[field]);
            }
        }
    }
}

std::uint8_t WordReader::chordAt(std::int64_t step) const {
    if (m_chords.empty()) {
        return kNoChord;
    }
    const auto beat = static_cast<std::size_t>(step / kStepsPerBeat);
    return chordValue(m_chords[std::min(beat, m_chords.size() - 1)]);
}

void WordReader::addBar(std::int64_t first, std::vector<Word>& words) const {
    Word line;
    line[Field::Type] = static_cast<std::uint8_t>(WordType::Metrical);
    line[Field::Beat] = kBar;
    words.push_back(line);
    std::uint8_t sounding = chordAt(first);
    auto step = m_steps.lower_bound(first);
    for (int place = 0; place < kStepsOfBar; ++place) {
        const auto at = first + place;
        Word word = placeWord(place);
        if (place == 0) {
            word[Field::Tempo] = tempoBin(tempoOfBar(m_song, m_grid, first));
            word[Field::Chord] = sounding;
        } else if (at % kStepsPerBeat == 0 && chordAt(at) != sounding) {
            sounding = chordAt(at);
            word[Field::Chord] = sounding;
        }
        const bool notes = step != m_steps.end() && step->first == at;
        if (notes || place == 0 || word[Field::Chord] != kContinue) {
            words.push_back(word);
        }
        if (notes) {
            for (const auto& [pitch, note] : step->second) {
                words.push_back(note);
            }
            ++step;
        }
    }
}

std::int64_t WordReader::barsFrom(std::int64_t step) const {
    return m_steps.empty() || step > m_steps.rbegin()->first
               ? 0
               : (m_steps.rbegin()->first - step) / kStepsOfBar + 1;
}

std::vector<Word> WordReader::words(std::int64_t step, int bars) const {
    std::vector<Word> words;
    const auto count = std::min<std::int64_t>(bars, barsFrom(step));
    for (std::int64_t bar = 0; bar < count; ++bar) {
        addBar(step + bar * kStepsOfBar, words);
    }
    return words;
}

std::vector<PhrasePlace> WordReader::places(int bars) const {
    return m_steps.empty() ? std::vector<PhrasePlace>()
                           : phrasePlaces(m_song, m_grid, bars, m_steps.rbegin()->first);
}

WordSong WordReader::all() const {
    WordSong result = m_counts;
    const auto bars = barsFrom(0);
    for (std::int64_t bar = 0; bar < bars; ++bar) {
        result.bars.push_back(result.words.size());
        result.starts.push_back(m_grid.barStart(bar));
        addBar(bar * kStepsOfBar, result.words);
    }
    if (bars > 0) {
        result.starts.push_back(m_grid.barStart(bars));
    }
    return result;
}

WordSong wordsOf(const Song& song) { return WordReader(song).all(); }

Song songOfWords(std::span<const Word> words, double bpm) {
    constexpr int kTicks = 480;
    constexpr Tick kStep = kTicks / kStepsPerBeat;
    Song song;
    song.ticksPerQuarter = kTicks;
    song.tracks.push_back({"Piano"});
    std::vector<music::TempoChange> tempos{
        {0, static_cast<std::uint32_t>(std::lround(6e7 / std::clamp(bpm, 10.0, 1000.0)))}};
    std::int64_t bar = -1;
    Tick now = 0;
    for (const auto& word : words) {
        if (word.type() == WordType::End) {
            break;
        }
        if (word.isBar()) {
            ++bar;
            now = bar * kStepsOfBar * kStep;
        } else if (word.type() == WordType::Metrical && word[Field::Beat] > kBar) {
            bar = std::max<std::int64_t>(bar, 0);
            now = std::max(now, (bar * kStepsOfBar + word[Field::Beat] - kBar - 1) * kStep);
            if (word[Field::Tempo] > kContinue) {
                const double perMinute = tempoOf(word[Field::Tempo]);
                tempos.push_back({now, static_cast<std::uint32_t>(std::lround(6e7 / perMinute))});
            }
        } else if (word.isNote() && word[Field::Pitch] != kIgnore) {
            Note note;
            note.start = now;
            note.length = std::max<Tick>(1, word[Field::Duration]) * kStep;
            note.pitch = static_cast<std::uint8_t>(word[Field::Pitch] - 1 + kLowestPitch);
            const auto velocity = std::max<std::uint8_t>(1, word[Field::Velocity]);
            note.velocity = static_cast<std::uint8_t>(velocityOf(velocity));
            song.notes.push_back(note);
        }
    }
    // A repeated key ends the note that sounds on it, so that note-ons and note-offs stay paired.
    std::map<int, Note*> last;
    for (auto& note : song.notes) {
        if (Note*& before = last[note.pitch]; before != nullptr) {
            before->length =
                std::min(before->length, std::max<Tick>(1, note.start - before->start));
        }
        last[note.pitch] = &note;
    }
    song.tempo = music::TempoMap(kTicks, std::move(tempos));
    song.metre = music::MetreMap(kTicks, {{0, 4, 4}});
    song.finish();
    return song;
}

bool transposeWords(std::span<Word> words, int semitones) {
    const auto fits = [&](const Word& word) {
        const int pitch = word[Field::Pitch] + semitones;
        return !word.isNote() || (pitch >= 1 && pitch <= kHighestPitch - kLowestPitch + 1);
    };
    if (!std::all_of(words.begin(), words.end(), fits)) {
        return false;
    }
    for (auto& word : words) {
        if (word.isNote()) {
            word[Field::Pitch] = static_cast<std::uint8_t>(word[Field::Pitch] + semitones);
        } else if (auto chord = chordOf(word[Field::Chord]); !chord.none()) {
            chord.root = ((chord.root + semitones) % 12 + 12) % 12;
            word[Field::Chord] = chordValue(chord);
        }
    }
    return true;
}

} // namespace canto::codec
