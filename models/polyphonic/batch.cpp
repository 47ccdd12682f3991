// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/polyphonic/batch.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace canto::models::polyphonic {

using codec::GridNote;
using codec::GridPhrase;
using torch::Tensor;

namespace {

constexpr double kMiddleTempo = 110;
constexpr double kTempoSpread = 0.4; ///< octaves
constexpr double kLengthSpread = 8;  ///< steps

template <class Value>
Tensor tensorOf(const std::vector<Value>& values, torch::ScalarType type) {
    auto tensor = torch::empty({static_cast<std::int64_t>(values.size())}, type);
    if (!values.empty()) {
        std::memcpy(tensor.data_ptr(), values.data(), values.size() * sizeof(Value));
    }
    return tensor;
}

} // namespace

double tempoUnits(double bpm) {
    return std::clamp(std::log2(std::max(bpm, 1.0) / kMiddleTempo) / kTempoSpread, -4.0, 4.0);
}
double bpmOf(double units) {
    return std::clamp(kMiddleTempo * std::exp2(kTempoSpread * units), 30.0, 300.0);
}
double lengthUnits(int steps) { return (steps - codec::kPhraseGrid) / kLengthSpread; }
int stepsOf(double units) {
    const double steps = codec::kPhraseGrid + kLengthSpread * units;
    return std::clamp(2 * static_cast<int>(std::lround(steps / 2)), 4, codec::kPhraseGrid);
}

void Batch::to(torch::Device device) {
    for (auto* tensor : {&place, &tokens, &program, &plays, &form, &onsets, &sustains, &velocity,
                         &steps, &offset, &counts}) {
        *tensor = tensor->to(device);
    }
}

Batch batchOf(std::span<const GridPhrase> phrases) {
    Batch batch;
    batch.phrases = static_cast<std::int64_t>(phrases.size());
    // The sounding tracks, and the row of each.
    std::vector<std::int64_t> place;
    std::vector<std::int64_t> rowOf(phrases.size() * kVoices, -1);
    batch.plays = torch::full({batch.phrases, kVoices}, -1.0F);
    auto* plays = batch.plays.data_ptr<float>();
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        for (const GridNote& note : phrases[i].notes) {
            plays[i * kVoices + note.track] = 1.0F;
        }
    }
    for (std::size_t track = 0; track < kVoices; ++track) {
        for (std::size_t i = 0; i < phrases.size(); ++i) {
            const auto at = i * kVoices + track;
            if (plays[at] > 0) {
                rowOf[at] = static_cast<std::int64_t>(place.size());
                place.push_back(static_cast<std::int64_t>(at));
                ++batch.rows[track];
            }
        }
    }
    const auto rows = static_cast<std::int64_t>(place.size());
    batch.place = tensorOf(place, torch::kInt64);
    batch.tokens = torch::zeros({rows, kQuarters, kTokenSize});
    auto* tokens = batch.tokens.data_ptr<float>();
    std::vector<std::int64_t> programs(static_cast<std::size_t>(rows), kPrograms);
    batch.form = torch::empty({batch.phrases, kForm});
    batch.counts = torch::empty({batch.phrases, kControls});
    std::vector<std::pair<std::int64_t, float>> onsets;
    std::vector<std::int64_t> sustains;
    struct StepOffset {
        std::int64_t step;
        int pitch;
        std::int64_t offset;
    };
    std::vector<StepOffset> offsets;
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        const GridPhrase& phrase = phrases[i];
        double count = 0;
        double pitched = 0;
        double pitch = 0;
        double velocity = 0;
        for (const GridNote& note : phrase.notes) {
            const auto row = rowOf[i * kVoices + note.track];
            const bool drum = note.track == 0;
            const auto key = std::clamp(int{note.pitch} - codec::kGridLowest, 0, kPitches - 1);
            const auto cell = [&](int step) {
                return (row * codec::kPhraseGrid + step) * kPitches + key;
            };
            const auto token = [&](int step) {
                return tokens + (row * kQuarters + step / 4) * kTokenSize;
            };
            const int first = note.step;
            const int last =
                drum ? first + 1 : std::min(note.step + note.length, codec::kPhraseGrid);
            if (first < 0 || first >= codec::kPhraseGrid || (drum && note.tied)) {
                continue;
            }
            const auto within = [&](int step) { return step % 4 * kPitches + key; };
            if (!note.tied) {
                const float loud = (static_cast<float>(note.velocity) - 64) / 32;
                onsets.emplace_back(cell(first), loud);
                offsets.push_back({row * codec::kPhraseGrid + first, note.pitch, note.offset + 1});
                token(first)[within(first)] = 1;
                token(first)[2 * kRoll + within(first)] = loud;
                count += 1;
                velocity += note.velocity;
                if (!drum) {
                    pitched += 1;
                    pitch += note.pitch;
                }
            }
            for (int step = note.tied ? first : first + 1; step < last; ++step) {
                sustains.push_back(cell(step));
                token(step)[kRoll + within(step)] = 1;
            }
        }
        auto* form = batch.form.data_ptr<float>() + i * kForm;
        form[0] = static_cast<float>(tempoUnits(phrase.bpm));
        form[1] = static_cast<float>(lengthUnits(phrase.steps));
        auto* counts = batch.counts.data_ptr<float>() + i * kControls;
        counts[0] = static_cast<float>(count);
        counts[1] = pitched > 0 ? static_cast<float>(pitch / pitched) : 60.0F;
        counts[2] = count > 0 ? static_cast<float>(velocity / count) : 80.0F;
        for (std::size_t track = 0; track < kVoices; ++track) {
            const auto row = rowOf[i * kVoices + track];
            if (row >= 0) {
                programs[static_cast<std::size_t>(row)] = phrase.programs[track];
            }
        }
    }
    std::sort(onsets.begin(), onsets.end());
    std::sort(sustains.begin(), sustains.end());
    std::vector<std::int64_t> cells;
    std::vector<float> velocities;
    for (const auto& [cell, velocity] : onsets) {
        cells.push_back(cell);
        velocities.push_back(velocity);
    }
    std::sort(offsets.begin(), offsets.end(), [](const auto& a, const auto& b) {
        return std::pair(a.step, a.pitch) < std::pair(b.step, b.pitch);
    });
    std::vector<std::int64_t> steps;
    std::vector<std::int64_t> offset;
    for (const auto& entry : offsets) {
        if (steps.empty() || steps.back() != entry.step) {
            steps.push_back(entry.step);
            offset.push_back(entry.offset);
            tokens[entry.step / 4 * kTokenSize + 3 * kRoll + entry.step % 4] =
                static_cast<float>(entry.offset - 1);
        }
    }
    batch.program = tensorOf(programs, torch::kInt64);
    batch.onsets = tensorOf(cells, torch::kInt64);
    batch.velocity = tensorOf(velocities, torch::kFloat32);
    batch.sustains = tensorOf(sustains, torch::kInt64);
    batch.steps = tensorOf(steps, torch::kInt64);
    batch.offset = tensorOf(offset, torch::kInt64);
    return batch;
}

void transpose(GridPhrase& phrase, int semitones) {
    const int lowest = codec::kGridLowest;
    for (const GridNote& note : phrase.notes) {
        const int moved = note.pitch + semitones;
        if (note.track != 0 && (moved < lowest || moved >= lowest + kPitches)) {
            return;
        }
    }
    for (GridNote& note : phrase.notes) {
        note.pitch = static_cast<std::uint8_t>(note.pitch + (note.track != 0 ? semitones : 0));
    }
}

std::vector<GridPhrase> mixTracks(const std::vector<GridPhrase>& phrases,
                                  const std::vector<bool>& mixed,
                                  std::span<const std::int64_t> shifts) {
    std::vector<GridPhrase> result = phrases;
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        if (!mixed[i]) {
            continue;
        }
        auto& phrase = result[i];
        phrase.notes.clear();
        for (std::size_t track = 0; track < kVoices; ++track) {
            const auto& from =
                phrases[(i + static_cast<std::size_t>(shifts[track])) % phrases.size()];
            phrase.programs[track] = from.programs[track];
            for (GridNote note : from.notes) {
                if (note.track == track && note.step < phrase.steps) {
                    note.length = std::min(note.length, phrase.steps - note.step);
                    phrase.notes.push_back(note);
                }
            }
        }
    }
    return result;
}

} // namespace canto::models::polyphonic
