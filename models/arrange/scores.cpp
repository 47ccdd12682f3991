// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrange/scores.h"

#include <ATen/CPUGeneratorImpl.h>
#include <algorithm>
#include <cstdlib>
#include <set>

namespace canto::models::arrange {

using torch::Tensor;
namespace F = torch::nn::functional;

namespace {

constexpr std::size_t kBatch = 64;

/// Latents of a batch as the options select them; a corrupted score is the same at every call.
Latents latentsOf(NetImpl& net, const Batch& batch, const WriteOptions& options) {
    auto roll = options.stage == 2 ? Tensor() : batch.roll;
    if (options.stage == 1) {
        auto generator = at::detail::createCPUGenerator(1);
        roll = corrupted(roll, torch::rand(roll.sizes(), generator));
    }
    auto latents = net.meansOf(batch.chords, batch.audio, roll);
    for (const auto& [zero, part] : {std::pair{options.zero.chord, &latents.chord},
                                     {options.zero.audio, &latents.audio},
                                     {options.zero.texture, &latents.texture}}) {
        if (zero && part->defined()) {
            *part = torch::zeros_like(*part);
        }
    }
    return latents;
}

/// The greedy notes of a batch of latents.
Result<std::vector<std::vector<PartNote>>> notesFrom(NetImpl& net, const Latents& latents,
                                                     const WriteOptions& options,
                                                     const std::function<bool()>& stop) {
    bool stopped = false;
    const auto trees =
        net.decoder->notes->write(latents.joined(), net.featuresOf(latents), options.endBias,
                                  [&](int) { return !(stopped = stop && stop()); });
    if (stopped) {
        return fail(Error::Code::Cancelled, "Cancelled");
    }
    std::vector<std::vector<PartNote>> notes;
    for (const auto& tree : trees) {
        notes.push_back(canto::arrange::notesOf(tree));
    }
    return notes;
}

/// Positions that are in both, each once.
template <class PlaceOf>
Match matchPlaces(std::span<const PartNote> made, std::span<const PartNote> wanted,
                  const PlaceOf& placeOf) {
    const auto places = [&](std::span<const PartNote> notes) {
        std::set<int> set;
        for (const auto& note : notes) {
            set.insert(placeOf(note));
        }
        return set;
    };
    const auto ours = places(made);
    const auto theirs = places(wanted);
    Match match{0, static_cast<double>(ours.size()), static_cast<double>(theirs.size())};
    for (const int place : ours) {
        match.both += theirs.contains(place) ? 1 : 0;
    }
    return match;
}

} // namespace

Match matchNotes(std::span<const PartNote> made, std::span<const PartNote> wanted) {
    Match match{0, static_cast<double>(made.size()), static_cast<double>(wanted.size())};
    std::vector<bool> taken(made.size());
    std::vector<bool> found(wanted.size());
    for (const int distance : {0, 1}) {
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            for (std::size_t j = 0; j < made.size() && !found[i]; ++j) {
                if (!taken[j] && made[j].pitch == wanted[i].pitch &&
                    std::abs(made[j].step - wanted[i].step) == distance) {
                    taken[j] = true;
                    found[i] = true;
                    ++match.both;
                }
            }
        }
    }
    return match;
}

Match matchPitchClasses(std::span<const PartNote> made, std::span<const PartNote> wanted) {
    return matchPlaces(made, wanted,
                       [](const PartNote& note) { return note.step * 12 + note.pitch % 12; });
}

Match matchSteps(std::span<const PartNote> made, std::span<const PartNote> wanted) {
    return matchPlaces(made, wanted, [](const PartNote& note) { return note.step; });
}

Match& Match::operator+=(const Match& other) {
    both += other.both;
    made += other.made;
    wanted += other.wanted;
    return *this;
}

ChordFit& ChordFit::operator+=(const ChordFit& other) {
    beats += other.beats;
    bass += other.bass;
    root += other.root;
    tones += other.tones;
    return *this;
}

ChordFit fitChords(std::span<const PartNote> notes, std::span<const audio::Chord> chords) {
    ChordFit fit;
    const auto count = std::min<std::size_t>(chords.size(), kUnitBeats);
    for (std::size_t beat = 0; beat < count; ++beat) {
        const auto& chord = chords[beat];
        const int begin = static_cast<int>(beat) * canto::arrange::kStepsPerBeat;
        const int end = begin + canto::arrange::kStepsPerBeat;
        int lowest = 128;
        std::set<int> classes;
        for (const auto& note : notes) {
            if (note.step < end && note.step + note.length > begin) {
                lowest = std::min<int>(lowest, note.pitch);
                classes.insert(note.pitch % 12);
            }
        }
        if (chord.none() || classes.empty()) {
            continue;
        }
        double inside = 0;
        for (const int pitchClass : classes) {
            inside += chord.has(pitchClass) ? 1 : 0;
        }
        fit += {1, lowest % 12 == chord.bass ? 1.0 : 0.0, classes.contains(chord.root) ? 1.0 : 0.0,
                inside / static_cast<double>(classes.size())};
    }
    return fit;
}

Result<std::vector<std::vector<PartNote>>> writtenFor(NetImpl& net, const Dataset& dataset,
                                                      std::span<const std::int64_t> rows,
                                                      const WriteOptions& options,
                                                      const std::function<bool()>& stop) {
    c10::InferenceMode inference;
    std::vector<std::vector<PartNote>> written;
    for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
        const auto some = rows.subspan(begin, std::min(kBatch, rows.size() - begin));
        const auto batch = dataset.batch(some, options.stage, net.config.slots);
        CANTO_TRY(notes, notesFrom(net, latentsOf(net, batch, options), options, stop));
        std::move(notes->begin(), notes->end(), std::back_inserter(written));
    }
    return written;
}

Result<Swapped> swappedFor(NetImpl& net, const Dataset& dataset, std::span<const std::int64_t> rows,
                           std::size_t apart, const WriteOptions& options,
                           const std::function<bool()>& stop) {
    c10::InferenceMode inference;
    Swapped swapped;
    for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
        const std::size_t count = std::min(kBatch, rows.size() - begin);
        std::vector<std::int64_t> chords;
        std::vector<std::int64_t> textures;
        for (std::size_t i = begin; i < begin + count; ++i) {
            chords.push_back(rows[i]);
            textures.push_back(rows[(i + apart) % rows.size()]);
        }
        const auto batchOfRows = [&](const std::vector<std::int64_t>& some) {
            return latentsOf(net, dataset.batch(some, options.stage, net.config.slots), options);
        };
        auto latents = batchOfRows(textures);
        latents.chord = batchOfRows(chords).chord;
        CANTO_TRY(written, notesFrom(net, latents, options, stop));
        for (std::size_t i = 0; i < written->size(); ++i) {
            const auto& notes = (*written)[i];
            swapped.ofChords += fitChords(notes, dataset.chordsOf(chords[i]));
            swapped.ofTexture += fitChords(notes, dataset.chordsOf(textures[i]));
            swapped.withChords += matchSteps(notes, dataset.targetOf(chords[i]));
            swapped.withTexture += matchSteps(notes, dataset.targetOf(textures[i]));
        }
    }
    return swapped;
}

Result<double> endBiasFor(NetImpl& net, const Dataset& dataset, std::span<const std::int64_t> rows,
                          const WriteOptions& options, const std::function<bool()>& stop) {
    double chosen = 0;
    double best = -1;
    for (const double bias : {0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0}) {
        auto with = options;
        with.endBias = bias;
        CANTO_TRY(written, writtenFor(net, dataset, rows, with, stop));
        double sum = 0;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            sum += matchNotes((*written)[i], dataset.targetOf(rows[i])).f1();
        }
        if (sum > best) {
            best = sum;
            chosen = bias;
        }
    }
    return chosen;
}

NoteSums sumsOf(const NoteLogits& logits) {
    NoteSums sums;
    sums.pitch = F::cross_entropy(logits.pitch, logits.truePitch,
                                  F::CrossEntropyFuncOptions().reduction(torch::kSum));
    const auto note = logits.trueLength.gt(0).to(torch::kFloat32);
    const auto less = (logits.trueLength - 1).clamp_min(0).unsqueeze(1);
    const auto powers = torch::pow(2, torch::arange(logits.length.size(1), less.options()));
    const auto digits = less.div(powers, "floor").remainder(2).to(torch::kFloat32);
    const auto each = F::binary_cross_entropy_with_logits(
        logits.length, digits,
        F::BinaryCrossEntropyWithLogitsFuncOptions().reduction(torch::kNone));
    sums.length = (each.mean(1) * note).sum();
    sums.tokens = torch::ones_like(note).sum();
    sums.notes = note.sum();
    return sums;
}

Result<NoteLoss> noteLossOf(NetImpl& net, const Dataset& dataset,
                            std::span<const std::int64_t> rows, const WriteOptions& options,
                            const std::function<bool()>& stop) {
    c10::InferenceMode inference;
    NoteLoss loss;
    double tokens = 0;
    double notes = 0;
    for (std::size_t begin = 0; begin < rows.size(); begin += kBatch) {
        if (stop && stop()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto some = rows.subspan(begin, std::min(kBatch, rows.size() - begin));
        const auto batch = dataset.batch(some, options.stage, net.config.slots);
        const auto latents = latentsOf(net, batch, options);
        const auto logits = net.decoder->notes(latents.joined(), net.featuresOf(latents),
                                               batch.pitches, batch.lengths, batch.pitches);
        const auto sums = sumsOf(logits);
        loss.pitch += sums.pitch.item<double>();
        loss.length += sums.length.item<double>();
        loss.accuracy += logits.pitch.argmax(1).eq(logits.truePitch).sum().item<double>();
        tokens += sums.tokens.item<double>();
        notes += sums.notes.item<double>();
    }
    loss.pitch /= std::max(tokens, 1.0);
    loss.accuracy /= std::max(tokens, 1.0);
    loss.length /= std::max(notes, 1.0);
    return loss;
}

} // namespace canto::models::arrange
