// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepared_polyphonic.h"

#include <algorithm>

namespace canto::tensors {

using codec::GridNote;
using codec::GridPhrase;
using codec::kVoices;

namespace {

constexpr PreparedFormat kPolyphonicFile{kPreparedPolyphonicFormat,
                                         "This is not a prepared data set of polyphonic phrases",
                                         "Make one with canto prepare --codec polyphonic."};
constexpr TextFields<PolyphonicSong> kPolyphonicSongTexts{{"path", &PolyphonicSong::path},
                                                          {"title", &PolyphonicSong::title},
                                                          {"artist", &PolyphonicSong::artist},
                                                          {"label", &PolyphonicSong::label},
                                                          {"split", &PolyphonicSong::split}};
/// How far back the notes of a phrase may have begun, in bars.
constexpr std::int64_t kBarsBack = 8;

} // namespace

template <class Set>
auto PreparedPolyphonic::columns(Set& set) {
    constexpr std::int64_t byte = 256;
    return std::tuple{
        Column{{"notes",
                Dtype::U8,
                {6},
                {codec::kPhraseGrid, 3 * kVoices, codec::kGridLowest + codec::kGridPitches, 128,
                 byte, byte},
                "notes"},
               set.m_notes},
        Column{{"barNotes", Dtype::I64, {}, {kNotNegative}, "barStarts"}, set.m_barNotes},
        Column{{"barSteps", Dtype::U8, {}, {codec::kPhraseGrid + 1}, "bars"}, set.m_barSteps},
        Column{{"barNumber", Dtype::I32, {}, {kNotNegative}, "bars"}, set.m_barNumber},
        Column{{"barTempo", Dtype::F32, {}, {}, "bars"}, set.m_barTempo},
        Column{{"barPrograms",
                Dtype::U8,
                {kVoices},
                std::vector<std::int64_t>(kVoices, codec::kNoProgram + 1),
                "bars"},
               set.m_barPrograms},
        Column{{"barStrict", Dtype::U8, {}, {2}, "bars"}, set.m_barStrict},
        Column{{"barMusic", Dtype::U8, {}, {2}, "bars"}, set.m_barMusic},
        Column{{"songBars", Dtype::I64, {}, {}, "songs"}, set.m_songBars}};
}

Result<PreparedPolyphonic> PreparedPolyphonic::open(const std::filesystem::path& path) {
    CANTO_TRY(file, PreparedFile::open(path, kPolyphonicFile));
    PreparedPolyphonic set;
    set.m_classColumn = file->metadata("classColumn");
    for (const auto& ok :
         {file->readList("songs", kPolyphonicSongTexts, set.m_songs),
          file->readClasses(textsOf(set.m_songs, &PolyphonicSong::label), set.m_classes),
          file->read(columns(set)),
          file->checkStarts("songBars", set.m_songBars, set.m_songs.size(), set.m_barSteps.size()),
          file->checkStarts("barNotes", set.m_barNotes, set.m_barSteps.size(),
                            set.m_notes.size())}) {
        if (!ok) {
            return fail(ok.error());
        }
    }
    for (const auto steps : set.m_barSteps) {
        if (steps == 0) {
            return file->damaged("barSteps");
        }
    }
    for (const auto& note : set.m_notes) {
        if (note[2] < codec::kGridLowest || (note[4] == 0 && note[5] == 0)) {
            return file->damaged("notes");
        }
    }
    return set;
}

std::size_t PreparedPolyphonic::songAt(std::int64_t bar) const {
    const auto after = std::upper_bound(m_songBars.begin(), m_songBars.end(), bar);
    return static_cast<std::size_t>(after - m_songBars.begin()) - 1;
}

std::vector<PolyphonicRow> PreparedPolyphonic::rows() const {
    std::vector<PolyphonicRow> rows;
    for (std::size_t song = 0; song < m_songs.size(); ++song) {
        for (auto bar = m_songBars[song]; bar < m_songBars[song + 1]; ++bar) {
            const auto at = static_cast<std::size_t>(bar);
            if (m_barMusic[at] != 0 && m_barNotes[at + 1] > m_barNotes[at]) {
                rows.push_back({static_cast<std::uint32_t>(song), bar, m_barStrict[at] != 0});
            }
        }
    }
    return rows;
}

GridPhrase PreparedPolyphonic::phrase(std::int64_t bar) const {
    const auto song = songAt(bar);
    // A song of the bars that matter: the rest follows from the codec.
    const auto first = std::max(m_songBars[song], bar - kBarsBack);
    codec::GridSong part;
    std::int32_t step = 0;
    std::size_t wanted = 0;
    std::int32_t after = 0;
    for (auto i = first; i < m_songBars[song + 1] && after < codec::kPhraseGrid; ++i) {
        const auto at = static_cast<std::size_t>(i);
        wanted = i == bar ? part.bars.size() : wanted;
        codec::GridBar grid;
        grid.bar = m_barNumber[at];
        grid.step = step;
        grid.steps = m_barSteps[at];
        grid.bpm = m_barTempo[at];
        grid.programs = m_barPrograms[at];
        part.bars.push_back(grid);
        for (auto n = m_barNotes[at]; n < m_barNotes[at + 1]; ++n) {
            const Note& packed = m_notes[static_cast<std::size_t>(n)];
            GridNote note;
            note.step = step + packed[0];
            note.track = static_cast<std::uint8_t>(packed[1] / 3);
            note.offset = static_cast<std::int8_t>(packed[1] % 3 - 1);
            note.pitch = packed[2];
            note.velocity = packed[3];
            note.length = packed[4] + 256 * packed[5];
            part.longest = std::max(part.longest, note.length);
            part.notes.push_back(note);
        }
        step += grid.steps;
        after += i >= bar ? grid.steps : 0;
    }
    part.musicBars = part.bars.size();
    return part.phrase(part.window(wanted));
}

void PreparedPolyphonic::addSong(PolyphonicSong song, const codec::GridSong& grid) {
    m_songs.push_back(std::move(song));
    m_classes.ofSong.push_back(-1);
    std::vector<bool> strict(grid.bars.size(), false);
    for (const auto& window : grid.windows()) {
        strict[window.first] = window.strict;
    }
    auto note = grid.notes.begin();
    for (std::size_t i = 0; i < grid.bars.size(); ++i) {
        const auto& bar = grid.bars[i];
        m_barSteps.push_back(static_cast<std::uint8_t>(std::min(bar.steps, codec::kPhraseGrid)));
        m_barNumber.push_back(bar.bar);
        m_barTempo.push_back(static_cast<float>(bar.bpm));
        m_barPrograms.push_back(bar.programs);
        m_barStrict.push_back(strict[i] ? 1 : 0);
        m_barMusic.push_back(i < grid.musicBars ? 1 : 0);
        for (; note != grid.notes.end() && note->step < bar.step + bar.steps; ++note) {
            const auto length = std::min(note->length, 65535);
            m_notes.push_back({static_cast<std::uint8_t>(note->step - bar.step),
                               static_cast<std::uint8_t>(note->track * 3 + note->offset + 1),
                               note->pitch, note->velocity, static_cast<std::uint8_t>(length & 255),
                               static_cast<std::uint8_t>(length >> 8)});
        }
        m_barNotes.push_back(static_cast<std::int64_t>(m_notes.size()));
    }
    m_songBars.push_back(static_cast<std::int64_t>(m_barSteps.size()));
}

void PreparedPolyphonic::finish(std::string classColumn) {
    m_classes = LabelClasses::of(textsOf(m_songs, &PolyphonicSong::label));
    m_classColumn = std::move(classColumn);
}

Result<void> PreparedPolyphonic::write(const std::filesystem::path& path) const {
    return writePrepared(path, kPolyphonicFile, columns(*this),
                         {{"songs", listText(m_songs, kPolyphonicSongTexts)},
                          {"classes", jsonText(nlohmann::json(m_classes.names))},
                          {"classColumn", m_classColumn}});
}

} // namespace canto::tensors
