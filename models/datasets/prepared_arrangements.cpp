// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepared_arrangements.h"

#include "models/datasets/prepared_table.h"

#include <algorithm>

namespace canto::tensors {

using arrange::PartNote;
using audio::Chord;

namespace {

constexpr std::int64_t kChordRow = 14;
constexpr std::int64_t kNoteRow = 4;
constexpr std::uint8_t kNoChord = 12;
constexpr auto kFrame = static_cast<std::int64_t>(audio::kChannels * audio::kBands);
constexpr std::int64_t kBeat = kFrame * audio::kCellsPerBeat;

constexpr PreparedFormat kArrangementsFile{kArrangementsFormat,
                                           "This is not a prepared data set of arrangements",
                                           "Make one with canto render-corpus --for arrangement"};
constexpr TextFields<ArrangedSong> kArrangedSongTexts{
    {"path", &ArrangedSong::path},     {"title", &ArrangedSong::title},
    {"artist", &ArrangedSong::artist}, {"split", &ArrangedSong::split},
    {"font", &ArrangedSong::font},     {"mix", &ArrangedSong::mix}};

std::uint8_t pitchClassByte(int pitchClass) {
    return pitchClass < 0 ? kNoChord : static_cast<std::uint8_t>(pitchClass % 12);
}

} // namespace

template <class Set>
auto PreparedArrangements::columns(Set& set) {
    std::vector<std::int64_t> chord(kChordRow, 2);
    chord[0] = chord[1] = kNoChord + 1;
    constexpr std::int64_t kParts = static_cast<int>(arrange::Part::Piano) + 1;
    const auto songs = static_cast<std::int64_t>(set.m_songs.size());
    return std::tuple{
        Column{{"feature", Dtype::U8, {audio::kChannels, audio::kBands}, {}, "frames"},
               set.m_features},
        Column{{"chord", Dtype::U8, {kChordRow}, chord, "beats"}, set.m_chords},
        Column{{"note", Dtype::I32, {kNoteRow}, {kNotNegative, kNotNegative, 128, kParts}, "notes"},
               set.m_notes},
        Column{{"unit", Dtype::I32, {2}, {songs, kNotNegative}, "units"}, set.m_units},
        Column{{"songBeat", Dtype::I64, {}, {}, "songs"}, set.m_songBeat},
        Column{{"songNote", Dtype::I64, {}, {}, "songs"}, set.m_songNote}};
}

Result<PreparedArrangements> PreparedArrangements::open(const std::filesystem::path& path) {
    CANTO_TRY(file, PreparedFile::open(path, kArrangementsFile));
    PreparedArrangements set;
    for (const auto& ok :
         {file->readList("songs", kArrangedSongTexts, set.m_songs), file->read(columns(set)),
          file->checkStarts("songBeat", set.m_songBeat, set.m_songs.size(),
                            set.m_chords.size() / kChordRow),
          file->checkStarts("songNote", set.m_songNote, set.m_songs.size(),
                            set.m_notes.size() / kNoteRow)}) {
        if (!ok) {
            return fail(ok.error());
        }
    }
    if (set.m_features.size() != set.m_chords.size() / kChordRow * kBeat) {
        return file->damaged("feature");
    }
    for (std::size_t i = 0; i < set.m_notes.size(); i += kNoteRow) {
        if (set.m_notes[i + 1] < 1) { // the length
            return file->damaged("note");
        }
    }
    for (std::size_t i = 0; i < set.units(); ++i) {
        if (const auto [song, beat] = set.unit(i); beat > set.beats(song) - arrange::kUnitBeats) {
            return file->damaged("unit");
        }
    }
    return set;
}

std::span<const std::uint8_t> PreparedArrangements::features(std::size_t song, int beat) const {
    return std::span(m_features)
        .subspan(static_cast<std::size_t>((m_songBeat[song] + beat) * kBeat),
                 static_cast<std::size_t>(arrange::kUnitBeats * kBeat));
}

std::vector<audio::Chord> PreparedArrangements::chords(std::size_t song, int beat) const {
    std::vector<Chord> chords;
    for (int i = 0; i < arrange::kUnitBeats; ++i) {
        const auto* row =
            &m_chords[static_cast<std::size_t>((m_songBeat[song] + beat + i) * kChordRow)];
        Chord chord;
        chord.root = row[0] == kNoChord ? -1 : row[0];
        chord.bass = row[1] == kNoChord ? -1 : row[1];
        for (unsigned tone = 0; tone < 12; ++tone) {
            chord.chroma =
                static_cast<std::uint16_t>(chord.chroma | (unsigned(row[2 + tone]) << tone));
        }
        chords.push_back(chord);
    }
    return chords;
}

std::vector<PartNote> PreparedArrangements::notes(std::size_t song) const {
    std::vector<PartNote> notes;
    for (auto i = m_songNote[song]; i < m_songNote[song + 1]; ++i) {
        const auto* row = &m_notes[static_cast<std::size_t>(i * kNoteRow)];
        notes.push_back({row[0], row[1], static_cast<std::uint8_t>(row[2]),
                         static_cast<arrange::Part>(row[3])});
    }
    return notes;
}

std::vector<PartNote> PreparedArrangements::unitNotes(std::size_t song, int beat) const {
    return arrange::unitOf(notes(song), beat * arrange::kStepsPerBeat);
}

Result<void> PreparedArrangements::addSong(ArrangedSong song, const ArrangedGrid& grid) {
    const auto beats = static_cast<std::int64_t>(grid.chords.size());
    if (static_cast<std::int64_t>(grid.features.size()) != beats * kBeat) {
        return fail(Error::Code::BadShape, "Features and chords differ in length", song.path);
    }
    for (const auto beat : grid.downbeats) {
        if (beat < 0 || beat > beats - arrange::kUnitBeats) {
            return fail(Error::Code::BadInput, "A unit lies outside its song", song.path);
        }
        m_units.push_back(static_cast<std::int32_t>(m_songs.size()));
        m_units.push_back(beat);
    }
    m_features.insert(m_features.end(), grid.features.begin(), grid.features.end());
    for (const auto& chord : grid.chords) {
        m_chords.push_back(pitchClassByte(chord.root));
        m_chords.push_back(pitchClassByte(chord.bass));
        for (int tone = 0; tone < 12; ++tone) {
            m_chords.push_back(chord.has(tone) ? 1 : 0);
        }
    }
    auto notes = grid.notes;
    std::stable_sort(notes.begin(), notes.end(), [](const PartNote& a, const PartNote& b) {
        return a.step != b.step ? a.step < b.step : a.pitch < b.pitch;
    });
    for (const auto& note : notes) {
        m_notes.insert(m_notes.end(),
                       {note.step, note.length, note.pitch, static_cast<int>(note.part)});
    }
    m_songBeat.push_back(m_songBeat.back() + beats);
    m_songNote.push_back(m_songNote.back() + static_cast<std::int64_t>(notes.size()));
    m_songs.push_back(std::move(song));
    return {};
}

Result<void> PreparedArrangements::write(const std::filesystem::path& path) const {
    return writePrepared(path, kArrangementsFile, columns(*this),
                         {{"songs", listText(m_songs, kArrangedSongTexts)}});
}

} // namespace canto::tensors
