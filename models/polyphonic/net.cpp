// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/polyphonic/net.h"

#include "models/musae/two_level.h"
#include "models/nn/open_net.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

namespace canto::models::polyphonic {

using codec::GridNote;
using codec::GridPhrase;
using torch::Tensor;
namespace nn = torch::nn;

namespace {

/// Each row with mean 0 and variance 1; a row of zeros stays.
Tensor normalised(const Tensor& block) {
    return torch::layer_norm(block, {block.size(1)}, {}, {}, 1e-4);
}

/// Cuts the rows of a batch by track: fn(track, first, count).
template <class Fn>
void forTracks(const std::array<std::int64_t, kVoices>& rows, const Fn& fn) {
    std::int64_t first = 0;
    for (std::size_t track = 0; track < kVoices; ++track) {
        fn(track, first, rows[track]);
        first += rows[track];
    }
}

} // namespace

EncoderImpl::EncoderImpl(const NetConfig& config) : m_config(config) {
    const int width = config.width;
    m_fromDrums = register_module("fromDrums", nn::Linear(kTokenSize, width));
    m_fromNotes = register_module("fromNotes", nn::Linear(kTokenSize, width));
    for (auto& input : {m_fromDrums, m_fromNotes}) {
        // A quarter has a few notes: so that their sum has variance 1 or so.
        nn::init::normal_(input->weight, 0.0, 0.3);
    }
    m_program = register_module("program", nn::Embedding(kPrograms + 1, width));
    nn::init::zeros_(m_program->weight);
    m_position = register_parameter("position", torch::randn({kVoices, kQuarters, width}) * 0.1);
    m_blocks = register_module(
        "blocks", musae::makeBlocks(config.layers, width, config.heads, config.feedForward));
    m_norm = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({width})));
    m_toBlocks = register_module("toBlocks", nn::ModuleList());
    for (const int size : config.blockSizes()) {
        m_toBlocks->push_back(nn::Linear(kQuarters * width, size));
    }
    m_toHead = register_module("toHead", nn::Linear(kVoices * width, kPlane + kControls));
}

EncoderImpl::Encoded EncoderImpl::forward(const Batch& batch, const Tensor& program,
                                          double planeGradient) {
    const auto rows = batch.sounding();
    const auto drums = batch.rows[0];
    Tensor x = torch::cat({m_fromDrums(batch.tokens.narrow(0, 0, drums)),
                           m_fromNotes(batch.tokens.narrow(0, drums, rows - drums))});
    const auto track = batch.place.remainder(kVoices);
    x = x + m_position.index_select(0, track) +
        m_program(program.defined() ? program : batch.program).unsqueeze(1);
    x = m_norm(musae::throughBlocks(m_blocks, x)); // (N, Q, W)
    Encoded encoded;
    forTracks(batch.rows, [&](std::size_t r, std::int64_t first, std::int64_t count) {
        encoded.block[r] = normalised(
            m_toBlocks[r]->as<nn::Linear>()->forward(x.narrow(0, first, count).flatten(1)));
    });
    const auto features = torch::zeros({batch.phrases * kVoices, m_config.width}, x.options())
                              .index_copy(0, batch.place, x.mean(1))
                              .view({batch.phrases, kVoices * m_config.width});
    encoded.head = m_toHead(features);
    if (planeGradient != 1.0) {
        const auto held = planeGradient * features + (1 - planeGradient) * features.detach();
        const auto plane = torch::linear(held, m_toHead->weight.narrow(0, 0, kPlane),
                                         m_toHead->bias.narrow(0, 0, kPlane));
        encoded.head = torch::cat({plane, encoded.head.narrow(1, kPlane, kControls)}, 1);
    }
    return encoded;
}

DecoderImpl::DecoderImpl(const NetConfig& config) : m_config(config) {
    const int width = config.width;
    m_fromBlocks = register_module("fromBlocks", nn::ModuleList());
    for (const int size : config.blockSizes()) {
        m_fromBlocks->push_back(nn::Linear(size, kQuarters * width));
    }
    m_fromAll = register_module("fromAll", nn::Linear(config.latent(), width));
    m_position = register_parameter("position", torch::randn({kVoices * kQuarters, width}) * 0.1);
    m_blocks = register_module(
        "blocks", musae::makeBlocks(config.layers, width, config.heads, config.feedForward));
    m_norm = register_module("norm", nn::LayerNorm(nn::LayerNormOptions({width})));
    m_toDrums = register_module("toDrums", nn::Linear(width, 2 * kRoll));
    m_toNotes = register_module("toNotes", nn::Linear(width, 3 * kRoll));
    m_toOffset = register_module("toOffset", nn::Linear(width, 4 * kOffsets));
    m_toProgram = register_module("toProgram", nn::Linear(width, kPrograms));
    {
        // Notes are rare: the first guess is one cell of a hundred.
        torch::NoGradGuard off;
        m_toDrums->bias.narrow(0, 0, kRoll).fill_(-4.5);
        m_toNotes->bias.narrow(0, 0, 2 * kRoll).fill_(-4.5);
    }
}

Logits DecoderImpl::forward(const Tensor& u, const Tensor& place, std::int64_t drums) {
    TORCH_CHECK(u.dim() == 2 && u.size(1) == m_config.latent(), "latent is ", u.sizes(),
                ", expected (B, ", m_config.latent(), ")");
    const auto batch = u.size(0);
    const int width = m_config.width;
    std::vector<Tensor> parts{u.narrow(1, 0, kHead)};
    std::vector<Tensor> own;
    for (int r = 0; r < kVoices; ++r) {
        const auto begin = m_config.blockBegin(r);
        const auto size = m_config.blockSizes()[static_cast<std::size_t>(r)];
        // Whatever the latent, a block is as long as those of phrases; a silent track says nothing.
        const auto plays = u.narrow(1, begin, 1);
        const auto block = normalised(u.narrow(1, begin + 1, size)) * (plays > 0);
        parts.push_back(torch::where(plays > 0, torch::ones_like(plays), -torch::ones_like(plays)));
        parts.push_back(block);
        own.push_back(
            m_fromBlocks[static_cast<std::size_t>(r)]->as<nn::Linear>()->forward(block).view(
                {batch, kQuarters, width}));
    }
    const auto all = m_fromAll(torch::cat(parts, 1)).unsqueeze(1);
    auto x = torch::cat(own, 1) + m_position + all; // (B, R Q, W)
    x = m_norm(musae::throughBlocks(m_blocks, x))
            .view({batch * kVoices, kQuarters, width})
            .index_select(0, place); // (N, Q, W)
    const auto rows = place.size(0);
    const auto ofDrums = m_toDrums(x.narrow(0, 0, drums));
    const auto ofNotes = m_toNotes(x.narrow(0, drums, rows - drums));
    const auto table = [](const Tensor& t) { return t.reshape({-1, kQuarters, 4, kPitches}); };
    Logits logits;
    logits.onset = table(torch::cat({ofDrums.narrow(2, 0, kRoll), ofNotes.narrow(2, 0, kRoll)}));
    logits.sustain = table(ofNotes.narrow(2, kRoll, kRoll));
    logits.velocity =
        table(torch::cat({ofDrums.narrow(2, kRoll, kRoll), ofNotes.narrow(2, 2 * kRoll, kRoll)}));
    logits.offset = m_toOffset(x).view({rows, kQuarters, 4, kOffsets});
    logits.program = m_toProgram(x.mean(1));
    return logits;
}

NetImpl::NetImpl(const NetConfig& netConfig)
    : config(netConfig), prior(netConfig.components(), netConfig.latent()) {
    encoder = register_module("encoder", Encoder(config));
    decoder = register_module("decoder", Decoder(config));
    scale = register_buffer("scale", prior.scale());
    thresholds = register_buffer("thresholds", torch::full({kVoices + 1}, 0.6F));
    plays = register_buffer("plays", torch::full({kVoices}, 0.7F));
}

Tensor NetImpl::latentOf(const Batch& batch, const EncoderImpl::Encoded& encoded) const {
    std::vector<Tensor> parts{encoded.head, batch.form};
    forTracks(batch.rows, [&](std::size_t r, std::int64_t first, std::int64_t count) {
        const auto phrase = batch.place.narrow(0, first, count).div(kVoices, "floor");
        parts.push_back(batch.plays.narrow(1, static_cast<std::int64_t>(r), 1));
        parts.push_back(
            torch::zeros({batch.phrases, config.blockSizes()[r]}, encoded.head.options())
                .index_copy(0, phrase, encoded.block[r]));
    });
    return torch::cat(parts, 1);
}

namespace {

/// Whether each track plays. Between two phrases of different tracks none may be above 0 where both
/// fade: then those that are nearest to it play, unless all are far below as in silence.
std::array<bool, kVoices> playing(const NetConfig& config, const float* u) {
    constexpr float kSilence = -0.6F;
    constexpr float kAsNear = 0.2F;
    std::array<bool, kVoices> plays{};
    float most = kSilence;
    for (int track = 0; track < kVoices; ++track) {
        const float value = u[config.blockBegin(track)];
        plays[static_cast<std::size_t>(track)] = value > 0;
        most = std::max(most, value);
    }
    for (int track = 0; track < kVoices && most <= 0 && most > kSilence; ++track) {
        plays[static_cast<std::size_t>(track)] = u[config.blockBegin(track)] >= most - kAsNear;
    }
    return plays;
}

} // namespace

std::vector<GridPhrase> NetImpl::phrasesOf(const Tensor& u, const Tensor& bias) {
    std::vector<std::int64_t> places;
    std::int64_t drums = 0;
    const auto flat = u.cpu().contiguous();
    const float* values = flat.data_ptr<float>();
    std::vector<std::array<bool, kVoices>> sounding;
    for (std::int64_t i = 0; i < u.size(0); ++i) {
        sounding.push_back(playing(config, values + i * config.latent()));
    }
    for (int track = 0; track < kVoices; ++track) {
        for (std::int64_t i = 0; i < u.size(0); ++i) {
            if (sounding[static_cast<std::size_t>(i)][static_cast<std::size_t>(track)]) {
                places.push_back(i * kVoices + track);
                drums += track == 0;
            }
        }
    }
    auto place = torch::empty({static_cast<std::int64_t>(places.size())}, torch::kInt64);
    std::copy(places.begin(), places.end(), place.data_ptr<std::int64_t>());
    place = place.to(u.device());
    auto logits = decoder->forward(u, place, drums);
    if (bias.defined()) {
        logits.onset.narrow(0, drums, logits.onset.size(0) - drums).add_(bias.to(u.device()));
        logits.sustain.add_(bias.to(u.device()));
    }
    return phrasesOf(flat, place, drums, logits);
}

namespace {

/// Whether a program is one of a track's own (core/codec/polyphonic.h).
bool belongs(int program, std::int64_t track) {
    switch (static_cast<codec::Voice>(track)) {
    case codec::Voice::Drums:
        return true;
    case codec::Voice::Bass:
        return program >= 32 && program < 40;
    case codec::Voice::Keys:
        return program < 24;
    case codec::Voice::Guitar:
        return program >= 24 && program < 32;
    case codec::Voice::Strings:
        return program >= 40;
    case codec::Voice::Lead:
        return program < 32 || program >= 40;
    }
    return false;
}

std::uint8_t programOf(const float* logits, std::int64_t track) {
    int best = -1;
    for (int program = 0; program < kPrograms; ++program) {
        if (belongs(program, track) && (best < 0 || logits[program] > logits[best])) {
            best = program;
        }
    }
    return static_cast<std::uint8_t>(best);
}

} // namespace

namespace {

/// The threshold that finds as many onsets as the probabilities lead one to expect, where the usual
/// one finds clearly fewer: between phrases and in draws no single note may be likely.
float onsetThreshold(const float* probabilities, std::int64_t cells, float usual) {
    constexpr float kLeast = 0.15F;
    constexpr double kClearly = 0.7;
    // In training a cell with a note counted three times (TrainConfig::positiveWeight).
    constexpr double kWeight = 3;
    double expected = 0;
    std::size_t found = 0;
    std::vector<float> likely;
    for (std::int64_t i = 0; i < cells; ++i) {
        const float p = probabilities[i];
        if (p > kLeast / 3) {
            expected += p / (p + kWeight * (1 - p));
        }
        if (p > kLeast) {
            likely.push_back(p);
            found += p > usual;
        }
    }
    const auto wanted = static_cast<std::size_t>(std::lround(expected));
    if (static_cast<double>(found) >= kClearly * expected || wanted <= found) {
        return usual;
    }
    if (wanted >= likely.size()) {
        return kLeast;
    }
    const auto at = likely.begin() + static_cast<std::ptrdiff_t>(wanted);
    std::nth_element(likely.begin(), at, likely.end(), std::greater<>());
    return std::min(usual, *at);
}

} // namespace

std::vector<GridPhrase> NetImpl::phrasesOf(const Tensor& u, const Tensor& place, std::int64_t drums,
                                           const Logits& logits) const {
    const auto flat = u.cpu().contiguous();
    std::vector<GridPhrase> phrases(static_cast<std::size_t>(u.size(0)));
    const auto form = static_cast<std::int64_t>(kPlane + kControls);
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        const float* z = flat.data_ptr<float>() + static_cast<std::int64_t>(i) * config.latent();
        auto& phrase = phrases[i];
        phrase.bpm = bpmOf(z[form]);
        phrase.steps = stepsOf(z[form + 1]);
        // Two bars where each is a bar one meets; else one.
        const bool two = phrase.steps % 4 == 0 && phrase.steps >= 24;
        phrase.barSteps = two ? phrase.steps / 2 : phrase.steps;
    }
    const auto onset = logits.onset.sigmoid().cpu().contiguous();
    const auto sustain = logits.sustain.sigmoid().cpu().contiguous();
    const auto velocity = logits.velocity.cpu().contiguous();
    const auto offset = logits.offset.argmax(3).cpu().contiguous();
    const auto program = logits.program.cpu().contiguous();
    const auto where = place.cpu().contiguous();
    const auto limits = thresholds.cpu().contiguous();
    const float* limit = limits.data_ptr<float>();
    constexpr std::int64_t kTable = codec::kPhraseGrid * kPitches;
    const auto write = [&](std::int64_t row, float ease) {
        const auto at = where.data_ptr<std::int64_t>()[row];
        const auto track = at % kVoices;
        auto& phrase = phrases[static_cast<std::size_t>(at / kVoices)];
        const float* begins = onset.data_ptr<float>() + row * kTable;
        const float* loud = velocity.data_ptr<float>() + row * kTable;
        const float* holds =
            track == 0 ? nullptr : sustain.data_ptr<float>() + (row - drums) * kTable;
        const auto* late = offset.data_ptr<std::int64_t>() + row * codec::kPhraseGrid;
        phrase.programs[static_cast<std::size_t>(track)] =
            programOf(program.data_ptr<float>() + row * kPrograms, track);
        const float usual = limit[track];
        const float begin =
            ease * onsetThreshold(begins, std::int64_t{phrase.steps} * kPitches, usual);
        const float hold = limit[kVoices] * begin / usual;
        for (int key = 0; key < kPitches; ++key) {
            const auto isOnset = [&](int step) { return begins[step * kPitches + key] > begin; };
            const auto isHeld = [&](int step) {
                return holds != nullptr && holds[step * kPitches + key] > hold;
            };
            for (int step = 0; step < phrase.steps; ++step) {
                const bool tied = step == 0 && !isOnset(0) && isHeld(0);
                if (!isOnset(step) && !tied) {
                    continue;
                }
                GridNote note;
                note.step = step;
                note.track = static_cast<std::uint8_t>(track);
                note.pitch = static_cast<std::uint8_t>(key + codec::kGridLowest);
                const float level = 64 + 32 * loud[step * kPitches + key];
                note.velocity =
                    tied ? 80 : static_cast<std::uint8_t>(std::clamp(std::lround(level), 1L, 127L));
                note.offset = tied ? std::int8_t{0} : static_cast<std::int8_t>(late[step] - 1);
                note.tied = tied;
                int end = step + 1;
                while (end < phrase.steps && !isOnset(end) && isHeld(end)) {
                    ++end;
                }
                note.length = end - step;
                phrase.notes.push_back(note);
            }
        }
    };
    for (std::int64_t row = 0; row < where.size(0); ++row) {
        write(row, 1);
    }
    // Where tracks play, something sounds: between phrases all notes may be unlikely, and then
    // the likeliest are taken.
    for (const float ease : {0.6F, 0.35F, 0.15F}) {
        std::vector<bool> silent;
        for (const auto& phrase : phrases) {
            silent.push_back(phrase.notes.empty());
        }
        for (std::int64_t row = 0; row < where.size(0); ++row) {
            if (silent[static_cast<std::size_t>(where.data_ptr<std::int64_t>()[row] / kVoices)]) {
                write(row, ease);
            }
        }
    }
    for (auto& phrase : phrases) {
        std::sort(
            phrase.notes.begin(), phrase.notes.end(), [](const GridNote& a, const GridNote& b) {
                return std::tuple(a.step, a.track, a.pitch) < std::tuple(b.step, b.track, b.pitch);
            });
    }
    return phrases;
}

namespace {

/// The tensors that determine the memory of a network.
std::vector<NamedShape> polyphonicShapes(const NetConfig& config) {
    const std::int64_t width = config.width;
    std::vector<NamedShape> expected = {{"encoder.fromNotes.weight", {width, kTokenSize}},
                                        {"decoder.fromAll.weight", {width, config.latent()}},
                                        {"decoder.toNotes.weight", {3 * kRoll, width}}};
    for (int r = 0; r < kVoices; ++r) {
        const std::int64_t size = config.blockSizes()[static_cast<std::size_t>(r)];
        std::string name = "encoder.toBlocks.";
        name.append(std::to_string(r)).append(".weight");
        expected.push_back({std::move(name), {size, kQuarters * width}});
    }
    for (int layer = 0; layer < config.layers; ++layer) {
        for (const char* side : {"encoder.blocks.", "decoder.blocks."}) {
            std::string name = side;
            name.append(std::to_string(layer)).append(".up.weight");
            expected.push_back({std::move(name), {config.feedForward, width}});
        }
    }
    return expected;
}

} // namespace

Result<Net> openNet(const tensors::SafeTensors& weights) {
    return openNetAs<Net, NetConfig>(weights, &polyphonicShapes);
}

} // namespace canto::models::polyphonic
