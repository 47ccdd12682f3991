// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrange/training.h"

#include "models/arrange/scores.h"
#include "models/common/rows.h"

#include <array>

namespace canto::models::arrange {

using torch::Tensor;
using train::LossTerms;
using train::Phase;
using train::StepContext;
namespace F = torch::nn::functional;

namespace {

Tensor binary(const Tensor& logits, const Tensor& truth) {
    return F::binary_cross_entropy_with_logits(logits, truth);
}

Tensor classes(const Tensor& logits, const Tensor& truth) { // (B, T, C), (B, T)
    return F::cross_entropy(logits.reshape({-1, logits.size(2)}), truth.reshape({-1}));
}

/// (B, T, N) pitches to (B, T, 88): which keys start.
Tensor startsOf(const Tensor& pitches) {
    constexpr int kClasses = 131;
    auto starts = torch::zeros({pitches.size(0), pitches.size(1), kClasses}, pitches.device());
    starts.scatter_(2, pitches, 1);
    return starts.narrow(2, audio::kLowestPitch, audio::kBands);
}

} // namespace

int transpositionOf(float draw) {
    constexpr std::array kWeights{2, 2, 5, 5, 3, 7, 7, 5, 7, 3, 5, 1};
    constexpr float kSum = 52;
    float left = draw * kSum;
    for (std::size_t i = 0; i < kWeights.size(); ++i) {
        left -= static_cast<float>(kWeights[i]);
        if (left < 0) {
            return static_cast<int>(i) - 6;
        }
    }
    return 5;
}

ArrangeTraining::ArrangeTraining(Net net, TrainConfig config,
                                 std::shared_ptr<const Dataset> dataset)
    : NetTraining("arrange", std::move(net), std::move(config), std::move(dataset)) {}

std::vector<train::ParameterGroup> ArrangeTraining::groups() {
    return {{"network",
             train::parametersOf({{"", m_net.get()}}),
             {.rate = m_config.learningRate,
              .lastRate = m_config.lastRate,
              .warmupSteps = 20,
              .weightDecay = m_config.weightDecay,
              .clip = m_config.clip}}};
}

std::vector<train::Source> ArrangeTraining::sources() const {
    return {{"units", m_dataset->rows("train"), 1.0}};
}

std::vector<Phase> ArrangeTraining::phases(double) const { return {{"network", "network", 1}}; }

void ArrangeTraining::beginStep(const std::vector<std::int64_t>& rows, StepContext& context) {
    torch::NoGradGuard off;
    const auto count = static_cast<std::int64_t>(rows.size());
    m_now = scheduleAt(m_config, m_net->config, context.progress);
    const auto draws = context.uniform({count}).to(torch::kCPU).contiguous();
    std::vector<int> transpose;
    for (std::int64_t i = 0; i < count; ++i) {
        transpose.push_back(m_config.transpose == 0 ? 0
                                                    : transpositionOf(draws.data_ptr<float>()[i]));
    }
    m_batch = m_dataset->batch(rows, m_now.stage, m_net->config.slots, transpose);
    for (auto* tensor : {&m_batch.chords, &m_batch.roots, &m_batch.basses, &m_batch.audio,
                         &m_batch.pitches, &m_batch.lengths, &m_batch.features, &m_batch.roll}) {
        *tensor = context.toDevice(*tensor);
    }
    if (m_now.stage == 1) {
        m_batch.roll = corrupted(m_batch.roll, context.uniform(m_batch.roll.sizes().vec()));
    }
    // Some of the decoder's input notes are replaced, so that it learns to continue after mistakes
    // of its own.
    const auto sizes = m_batch.pitches.sizes().vec();
    const auto other = (context.uniform(sizes) * 88).to(torch::kInt64) + audio::kLowestPitch;
    const auto replaced =
        (context.uniform(sizes) < m_config.replace).logical_and(m_batch.pitches.lt(128));
    m_shown = torch::where(replaced, other, m_batch.pitches);
}

Latents ArrangeTraining::drawnLatents(StepContext& context, LossTerms& terms) {
    const auto& config = m_net->config;
    const auto part = [&](const Gaussian& posterior, const char* name, double weight) {
        if (!config.samples()) {
            return posterior.mean;
        }
        terms.push_back({name, posterior.divergence(), weight});
        return posterior.draw(context.normal(posterior.mean.sizes().vec()));
    };
    Latents latents;
    if (config.hasChord()) {
        latents.chord = part(m_net->encoder->chord(m_batch.chords), "chordKl", m_now.chordKl);
    }
    if (config.hasAudio()) {
        Gaussian audioFeatures;
        if (config.byBeat) {
            const auto keys = m_net->encoder->keys(m_batch.audio);
            terms.push_back(
                {"transcribedKeys", binary(keys, startsOf(m_batch.pitches)), m_config.keysWeight});
            audioFeatures = m_net->encoder->audioOfKeys(keys, m_batch.roots);
        } else {
            audioFeatures = m_net->encoder->audio(m_batch.audio, {});
        }
        latents.audio = part(audioFeatures, "audioKl", m_now.audioKl);
    }
    if (!config.hasTexture()) {
        return latents;
    }
    if (m_now.stage == 2) {
        latents.texture =
            m_config.textureNoise * context.normal({m_batch.roll.size(0), config.textureSize()});
    } else {
        latents.texture = part(m_net->encoder->texture(m_batch.roll), "textureKl", m_now.textureKl);
    }
    return latents;
}

LossTerms ArrangeTraining::losses(const Phase&, StepContext& context) {
    const auto& config = m_net->config;
    LossTerms terms;
    const auto latents = drawnLatents(context, terms);
    auto features = torch::zeros_like(m_batch.features);
    if (config.hasAudio()) {
        const auto raw = m_net->rawFeaturesOf(latents, m_batch.roots);
        const auto truth = [&](int i) { return m_batch.features.select(2, i); };
        terms.push_back({"bass", binary(raw.select(2, 0), truth(0))});
        terms.push_back({"intensity", F::mse_loss(raw.select(2, 1), truth(1))});
        terms.push_back({"bridge", binary(raw.select(2, 2), truth(2))});
        if (config.byBeat) {
            const auto keys = raw.narrow(2, 3, audio::kBands);
            terms.push_back({"keys", binary(keys, startsOf(m_batch.pitches)), m_config.keysWeight});
        }
        features = NetImpl::chancesOf(raw);
    }
    if (config.hasChord()) {
        const auto raw = m_net->decoder->chord(latents.chord); // (B, 8, 38)
        terms.push_back({"root", classes(raw.narrow(2, 0, 13), m_batch.roots)});
        terms.push_back({"tones", binary(raw.narrow(2, 13, 12), m_batch.chords.narrow(2, 12, 12))});
        terms.push_back({"chordBass", classes(raw.narrow(2, 25, 13), m_batch.basses)});
    }
    const auto logits = m_net->decoder->notes(latents.joined(), features, m_batch.pitches,
                                              m_batch.lengths, m_shown);
    // Means over the tokens of all processes.
    const auto sums = sumsOf(logits);
    const auto counts = context.overAll(torch::stack({sums.tokens, sums.notes})).clamp_min(1);
    terms.push_back({"pitch", sums.pitch / counts[0]});
    terms.push_back({"length", sums.length / counts[1], m_config.durationWeight});
    return terms;
}

bool ArrangeTraining::hasValidation() const { return !m_dataset->rows("valid").empty(); }

Result<train::Measures> ArrangeTraining::validate(const train::Stop& stop) {
    auto rows = m_dataset->rows("valid");
    constexpr std::size_t kEnough = 160;
    const auto some = everyNth(rows, rows.size() / kEnough + 1);
    train::Measures measures;
    if (some.empty()) {
        return measures;
    }
    // Evaluated as it will be used: from the sound, without a score (or with the unit before).
    WriteOptions options;
    options.stage = m_net->config.unitsBefore ? 3 : 2;
    const auto loss = noteLossOf(*m_net, *m_dataset, some, options, stop);
    const auto written = writtenFor(*m_net, *m_dataset, some, options, stop);
    if (!loss || !written) {
        return fail(loss ? written.error() : loss.error());
    }
    double notes = 0;
    double classes = 0;
    double made = 0;
    for (std::size_t i = 0; i < some.size(); ++i) {
        const auto target = m_dataset->targetOf(some[i]);
        notes += matchNotes((*written)[i], target).f1();
        classes += matchPitchClasses((*written)[i], target).f1();
        made += static_cast<double>((*written)[i].size()) / static_cast<double>(target.size());
    }
    const auto count = static_cast<double>(some.size());
    measures["pitchNats"] = loss->pitch;
    measures["pitchAccuracy"] = loss->accuracy;
    measures["lengthNats"] = loss->length;
    measures["noteF1"] = notes / count;
    measures["pitchClassF1"] = classes / count;
    measures["notesMade"] = made / count;
    measures["score"] = notes / count;
    return measures;
}

std::map<std::string, std::string> ArrangeTraining::card() const {
    return {{"title", "Arrangement, " + nameOf(m_net->config.variant)},
            {"data", "songs played by bands of a SoundFont, from piano arrangements with chords"},
            {"source", "Audio-to-symbolic arrangement: chords and texture of a recording to a "
                       "PianoTree, the score taken away step by step; trained by canto train"},
            {"split", "by song, as given in the labels; a second SoundFont is held back"}};
}

} // namespace canto::models::arrange
