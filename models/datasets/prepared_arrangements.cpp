// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepared_arrangements.h"

#include "core/base/json_text.h"
#include "core/tensors/safetensors.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace canto::tensors {

using arrange::PartNote;
using audio::Chord;

namespace {

constexpr std::int64_t kChordRow = 14;
constexpr std::int64_t kNoteRow = 4;
constexpr std::uint8_t kNoChord = 12;
constexpr auto kFrame = static_cast<std::int64_t>(audio::kChannels * audio::kBands);
constexpr std::int64_t kBeat = kFrame * audio::kCellsPerBeat;

tl::unexpected<Error> damagedArrangements(const char* what, const std::string& where) {
    return fail(Error::Code::BadFile, std::string("\"") + what + "\" is damaged", where,
                "Make it again with canto render-corpus --for arrangement");
}

/// The numbers of a tensor with these dimensions after the first.
template <class T>
Result<std::vector<T>> numbers(const SafeTensors& file, const char* name,
                               const std::vector<std::int64_t>& row, const std::string& where) {
    const auto* view = file.find(name);
    if (view == nullptr || view->shape.empty() ||
        !std::equal(view->shape.begin() + 1, view->shape.end(), row.begin(), row.end())) {
        return damagedArrangements(name, where);
    }
    const auto values = numbersOf<T>(*view);
    if (!values) {
        return fail(values.error());
    }
    return std::vector<T>(values->begin(), values->end());
}

/// Starts of songs: from 0, never falling, to `end`.
bool goodStarts(const std::vector<std::int64_t>& starts, std::size_t songs, std::int64_t end) {
    return starts.size() == songs + 1 && starts.front() == 0 && starts.back() == end &&
           std::is_sorted(starts.begin(), starts.end());
}

Result<std::vector<ArrangedSong>> arrangedSongsOf(const SafeTensors& file,
                                                  const std::string& where) {
    const auto json = nlohmann::json::parse(file.metadata("songs"), nullptr, false);
    if (!json.is_array()) {
        return damagedArrangements("songs", where);
    }
    std::vector<ArrangedSong> songs;
    for (const auto& item : json) {
        ArrangedSong song;
        for (const auto& [key, text] : {std::pair{"path", &song.path},
                                        {"title", &song.title},
                                        {"artist", &song.artist},
                                        {"split", &song.split},
                                        {"font", &song.font},
                                        {"mix", &song.mix}}) {
            if (!item.is_object() || !item.contains(key) || !item[key].is_string()) {
                return damagedArrangements("songs", where);
            }
            *text = item[key].get<std::string>();
        }
        songs.push_back(std::move(song));
    }
    return songs;
}

std::uint8_t pitchClassByte(int pitchClass) {
    return pitchClass < 0 ? kNoChord : static_cast<std::uint8_t>(pitchClass % 12);
}

} // namespace

Result<PreparedArrangements> PreparedArrangements::open(const std::filesystem::path& path) {
    const std::string where = path.string();
    const auto file = SafeTensors::open(path);
    if (!file) {
        return fail(file.error());
    }
    if (file->metadata("format") != kArrangementsFormat) {
        return fail(Error::Code::BadFile, "This is not a prepared data set of arrangements", where,
                    "Make one with canto render-corpus --for arrangement");
    }
    auto songs = arrangedSongsOf(*file, where);
    auto features =
        numbers<std::uint8_t>(*file, "feature", {audio::kChannels, audio::kBands}, where);
    auto chords = numbers<std::uint8_t>(*file, "chord", {kChordRow}, where);
    auto notes = numbers<std::int32_t>(*file, "note", {kNoteRow}, where);
    auto units = numbers<std::int32_t>(*file, "unit", {2}, where);
    auto songBeat = numbers<std::int64_t>(*file, "songBeat", {}, where);
    auto songNote = numbers<std::int64_t>(*file, "songNote", {}, where);
    for (const auto* error :
         {songs ? nullptr : &songs.error(), features ? nullptr : &features.error(),
          chords ? nullptr : &chords.error(), notes ? nullptr : &notes.error(),
          units ? nullptr : &units.error(), songBeat ? nullptr : &songBeat.error(),
          songNote ? nullptr : &songNote.error()}) {
        if (error != nullptr) {
            return fail(*error);
        }
    }
    PreparedArrangements set;
    set.m_songs = std::move(*songs);
    set.m_features = std::move(*features);
    set.m_chords = std::move(*chords);
    set.m_notes = std::move(*notes);
    set.m_units = std::move(*units);
    set.m_songBeat = std::move(*songBeat);
    set.m_songNote = std::move(*songNote);
    const auto beats = static_cast<std::int64_t>(set.m_chords.size()) / kChordRow;
    if (static_cast<std::int64_t>(set.m_features.size()) != beats * kBeat) {
        return damagedArrangements("feature", where);
    }
    if (!goodStarts(set.m_songBeat, set.m_songs.size(), beats) ||
        !goodStarts(set.m_songNote, set.m_songs.size(),
                    static_cast<std::int64_t>(set.m_notes.size()) / kNoteRow)) {
        return damagedArrangements("songBeat or songNote", where);
    }
    for (std::size_t i = 0; i < set.m_chords.size(); ++i) {
        if (set.m_chords[i] > (i % kChordRow < 2 ? kNoChord : 1)) {
            return damagedArrangements("chord", where);
        }
    }
    for (std::size_t i = 0; i < set.m_notes.size(); i += kNoteRow) {
        const auto* note = &set.m_notes[i];
        if (note[0] < 0 || note[1] < 1 || note[2] < 0 || note[2] > 127 || note[3] < 0 ||
            note[3] > static_cast<int>(arrange::Part::Piano)) {
            return damagedArrangements("note", where);
        }
    }
    for (std::size_t i = 0; i < set.units(); ++i) {
        const auto song = set.m_units[2 * i];
        const auto beat = set.m_units[2 * i + 1];
        if (song < 0 || static_cast<std::size_t>(song) >= set.m_songs.size() || beat < 0 ||
            beat > set.beats(static_cast<std::size_t>(song)) - arrange::kUnitBeats) {
            return damagedArrangements("unit", where);
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
    auto songs = nlohmann::json::array();
    for (const auto& song : m_songs) {
        songs.push_back({{"path", song.path},
                         {"title", song.title},
                         {"artist", song.artist},
                         {"split", song.split},
                         {"font", song.font},
                         {"mix", song.mix}});
    }
    const auto view = [](const char* name, Dtype dtype, const std::vector<std::int64_t>& row,
                         const auto& values) {
        std::int64_t width = 1;
        std::vector<std::int64_t> shape{0};
        for (const auto size : row) {
            width *= size;
            shape.push_back(size);
        }
        shape.front() = static_cast<std::int64_t>(values.size()) / width;
        return TensorView{name, dtype, std::move(shape), std::as_bytes(std::span(values))};
    };
    const std::vector<TensorView> tensors{
        view("feature", Dtype::U8, {audio::kChannels, audio::kBands}, m_features),
        view("chord", Dtype::U8, {kChordRow}, m_chords),
        view("note", Dtype::I32, {kNoteRow}, m_notes),
        view("unit", Dtype::I32, {2}, m_units),
        view("songBeat", Dtype::I64, {}, m_songBeat),
        view("songNote", Dtype::I64, {}, m_songNote),
    };
    return writeSafeTensors(
        path, tensors, {{"format", std::string(kArrangementsFormat)}, {"songs", jsonText(songs)}});
}

} // namespace canto::tensors
