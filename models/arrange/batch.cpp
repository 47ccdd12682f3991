// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrange/batch.h"

#include "models/datasets/prepared_table.h"

#include <algorithm>
#include <cstdlib>

namespace canto::models::arrange {

using canto::arrange::Part;
using torch::Tensor;

namespace {

constexpr std::int64_t kBands = audio::kBands;
constexpr int kBarBeats = 4;

int moved(int pitchClass, int transpose) {
    return pitchClass < 0 ? 12 : (pitchClass + transpose + 120) % 12;
}

void transposeNotes(std::vector<PartNote>& notes, int semitones) {
    std::erase_if(notes, [&](const PartNote& note) {
        return note.pitch + semitones < 0 || note.pitch + semitones > 127;
    });
    for (auto& note : notes) {
        note.pitch = static_cast<std::uint8_t>(note.pitch + semitones);
    }
}

/// (64, 3, 88) bytes as (3, 64, 88) of 0 .. 1, transposed along the bands.
Tensor audioTensor(std::span<const std::uint8_t> audioFeatures, int transpose) {
    auto shifted = torch::zeros({audio::kChannels, kUnitCells, kBands});
    if (audioFeatures.empty()) {
        return shifted;
    }
    auto* bytes =
        const_cast<std::uint8_t*>(audioFeatures.data()); // from_blob has no const; only read
    const auto view =
        torch::from_blob(bytes, {kUnitCells, audio::kChannels, kBands}, torch::kUInt8);
    const auto sound = view.permute({1, 0, 2}).to(torch::kFloat32).div_(255);
    const std::int64_t kept = kBands - std::abs(transpose);
    shifted.narrow(2, std::max(transpose, 0), kept)
        .copy_(sound.narrow(2, std::max(-transpose, 0), kept));
    return shifted;
}

/// Writes the chords of a unit into row i.
void layChords(const UnitView& unit, std::int64_t i, Batch& batch) {
    auto to = batch.chords.accessor<float, 3>();
    auto roots = batch.roots.accessor<std::int64_t, 2>();
    auto basses = batch.basses.accessor<std::int64_t, 2>();
    const auto count = std::min<std::size_t>(unit.chords.size(), kUnitBeats);
    for (std::size_t at = 0; at < count; ++at) {
        const auto& chord = unit.chords[at];
        const auto beat = static_cast<std::int64_t>(at);
        if (chord.none()) {
            continue;
        }
        roots[i][beat] = moved(chord.root, unit.transpose);
        basses[i][beat] = moved(chord.bass, unit.transpose);
        to[i][beat][roots[i][beat]] = 1;
        for (int tone = 0; tone < 12; ++tone) {
            if (chord.has(tone)) {
                to[i][beat][12 + moved(tone, unit.transpose)] = 1;
            }
        }
        if (chord.bass >= 0) {
            to[i][beat][24 + basses[i][beat]] = 1;
        }
    }
}

} // namespace

Tensor rollOf(std::span<const PartNote> notes) {
    auto roll = torch::zeros({kUnitSteps, 128});
    auto to = roll.accessor<float, 2>();
    for (const auto& note : notes) {
        if (note.step >= 0 && note.step < kUnitSteps && note.pitch < 128) {
            auto& cell = to[note.step][note.pitch];
            cell = std::max(cell, static_cast<float>(note.length) /
                                      static_cast<float>(canto::arrange::kStepsPerBeat));
        }
    }
    return roll;
}

Tensor keepChances() {
    return torch::cat({torch::full({40}, 0.7), torch::full({10}, 0.6), torch::full({10}, 0.3),
                       torch::full({68}, 0.1)});
}

Tensor corrupted(const Tensor& roll, const Tensor& draws) {
    return roll * draws.lt(keepChances().to(draws.device())).to(roll.dtype());
}

Batch batchOf(std::span<const UnitView> units, int slots) {
    const auto count = static_cast<std::int64_t>(units.size());
    Batch batch;
    batch.chords = torch::zeros({count, kUnitBeats, 36});
    batch.roots = torch::full({count, kUnitBeats}, 12, torch::kInt64);
    batch.basses = torch::full({count, kUnitBeats}, 12, torch::kInt64);
    batch.pitches = torch::zeros({count, kUnitSteps, slots}, torch::kInt64);
    batch.lengths = torch::zeros({count, kUnitSteps, slots}, torch::kInt64);
    batch.features = torch::zeros({count, kUnitSteps, 3});
    std::vector<Tensor> audio;
    std::vector<Tensor> rolls;
    for (std::int64_t i = 0; i < count; ++i) {
        const auto& unit = units[static_cast<std::size_t>(i)];
        layChords(unit, i, batch);
        audio.push_back(audioTensor(unit.audio, unit.transpose));
        auto target = unit.target;
        auto given = unit.given;
        transposeNotes(target, unit.transpose);
        transposeNotes(given, unit.transpose);
        const auto tree = canto::arrange::treeOf(target, slots);
        const auto row = i * kUnitSteps * slots;
        std::copy(tree.pitch.begin(), tree.pitch.end(),
                  batch.pitches.data_ptr<std::int64_t>() + row);
        std::copy(tree.length.begin(), tree.length.end(),
                  batch.lengths.data_ptr<std::int64_t>() + row);
        const auto features = canto::arrange::textureFeatures(target);
        std::copy(features.begin(), features.end(),
                  batch.features.data_ptr<float>() + i * kUnitSteps * 3);
        rolls.push_back(rollOf(given));
    }
    batch.audio = torch::stack(audio);
    batch.roll = torch::stack(rolls);
    return batch;
}

Dataset::Dataset(tensors::PreparedArrangements prepared) : m_prepared(std::move(prepared)) {
    for (std::size_t song = 0; song < m_prepared.songs().size(); ++song) {
        m_notes.push_back(m_prepared.notes(song));
    }
}

std::size_t Dataset::songOf(std::int64_t row) const {
    return m_prepared.unit(static_cast<std::size_t>(row)).song;
}

std::vector<std::int64_t> Dataset::rows(const std::string& split) const {
    return tensors::rowsWhere<std::int64_t>(m_prepared.units(), [&](std::size_t i) {
        const auto row = static_cast<std::int64_t>(i);
        return m_prepared.songs()[songOf(row)].split == split && !targetOf(row).empty();
    });
}

std::vector<PartNote> Dataset::targetOf(std::int64_t row) const {
    const auto unit = m_prepared.unit(static_cast<std::size_t>(row));
    auto notes =
        canto::arrange::unitOf(m_notes[unit.song], unit.beat * canto::arrange::kStepsPerBeat);
    std::erase_if(notes, [](const PartNote& note) { return note.part == Part::Melody; });
    return notes;
}

std::vector<PartNote> Dataset::givenOf(std::int64_t row, int stage) const {
    const auto unit = m_prepared.unit(static_cast<std::size_t>(row));
    const int beat = stage == 3 ? unit.beat - kBarBeats : unit.beat;
    if (stage == 2 || beat < 0) {
        return {};
    }
    auto notes = canto::arrange::unitOf(m_notes[unit.song], beat * canto::arrange::kStepsPerBeat);
    std::erase_if(notes, [&](const PartNote& note) {
        return note.part == Part::Melody || (stage < 2 && note.part == Part::Bridge);
    });
    return notes;
}

std::vector<audio::Chord> Dataset::chordsOf(std::int64_t row) const {
    const auto unit = m_prepared.unit(static_cast<std::size_t>(row));
    return m_prepared.chords(unit.song, unit.beat);
}

std::span<const std::uint8_t> Dataset::audioOf(std::int64_t row) const {
    const auto unit = m_prepared.unit(static_cast<std::size_t>(row));
    return m_prepared.features(unit.song, unit.beat);
}

Batch Dataset::batch(std::span<const std::int64_t> rows, int stage, int slots,
                     std::span<const int> transpose) const {
    std::vector<UnitView> units;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        units.push_back({chordsOf(rows[i]), audioOf(rows[i]), targetOf(rows[i]),
                         givenOf(rows[i], stage), transpose.empty() ? 0 : transpose[i]});
    }
    return batchOf(units, slots);
}

} // namespace canto::models::arrange
