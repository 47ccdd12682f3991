// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/polyphonic/training.h"

#include "core/base/text_lists.h"
#include "models/common/rows.h"
#include "models/musae/control.h"
#include "models/musae/losses.h"

namespace canto::models::polyphonic {

using torch::Tensor;
using train::LossTerms;
using train::StepContext;
namespace F = torch::nn::functional;

namespace {

/// Sum of the cross-entropies of cells that are notes or not. @param notes  their places in the
/// table.
Tensor cellLoss(const Tensor& logits, const Tensor& notes, double positiveWeight) {
    // softplus(x) for a cell without a note, w softplus(-x) = w (softplus(x) - x) for one with.
    const auto flat = logits.reshape({-1});
    const auto of = flat.index_select(0, notes);
    return F::softplus(flat).sum() + (positiveWeight - 1) * F::softplus(of).sum() -
           positiveWeight * of.sum();
}

} // namespace

PolyphonicTraining::PolyphonicTraining(Net net, TrainConfig config,
                                       std::shared_ptr<const Dataset> dataset)
    : NetTraining("polyphonic", std::move(net), config, std::move(dataset)) {}

std::vector<train::ParameterGroup> PolyphonicTraining::groups() {
    auto parameters = train::parametersOf(
        {{"encoder.", m_net->encoder.get()}, {"decoder.", m_net->decoder.get()}});
    auto hidden = train::hiddenMatrices(parameters,
                                        {"fromDrums", "fromNotes", "program", "osition", "toDrums",
                                         "toNotes", "toOffset", "toProgram", "toHead"});
    return {{"autoencoder",
             std::move(parameters),
             {.rate = m_config.learningRate,
              .lastRate = m_config.learningRate / 20,
              .warmupSteps = m_config.warmupSteps,
              .weightDecay = m_config.weightDecay,
              .clip = m_config.clip,
              .matrixRate = m_config.matrixRate,
              .averaging = m_config.averaging},
             std::move(hidden)}};
}

std::vector<train::Source> PolyphonicTraining::sources() const {
    return train::strictAndAll(
        [this](bool strict) {
            return m_dataset->rows("train", strict ? Dataset::Which::Strict : Dataset::Which::All);
        },
        m_config.strictShare);
}

std::vector<train::Phase> PolyphonicTraining::phases(double /*progress*/) const {
    return {{"autoencoder", "autoencoder", 1}};
}

void PolyphonicTraining::beginStep(const std::vector<std::int64_t>& rows, StepContext& context) {
    torch::NoGradGuard off;
    const auto count = static_cast<std::int64_t>(rows.size());
    auto phrases = m_dataset->phrases(rows);
    if (m_config.transpose > 0) {
        const auto shift =
            context.integers(-m_config.transpose, m_config.transpose + 2, count).cpu();
        for (std::size_t i = 0; i < phrases.size(); ++i) {
            transpose(phrases[i],
                      static_cast<int>(shift[static_cast<std::int64_t>(i)].item<std::int64_t>()));
        }
    }
    const auto drawn = context.uniform({count}).cpu();
    std::vector<bool> mixed(phrases.size(), false);
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        mixed[i] = drawn[static_cast<std::int64_t>(i)].item<double>() < m_config.mixShare;
    }
    const auto draws = context.integers(0, count, kVoices).cpu();
    const std::vector<std::int64_t> shifts(draws.data_ptr<std::int64_t>(),
                                           draws.data_ptr<std::int64_t>() + kVoices);
    m_batch = batchOf(mixTracks(phrases, mixed, shifts));
    m_batch.to(context.device);

    const auto hideProgram = context.uniform({count, kVoices}).reshape({-1});
    m_program = m_batch.program.masked_fill(
        hideProgram.index_select(0, m_batch.place) < m_config.hideProgram, kPrograms);
    const auto unlabelled = m_net->config.components() - 1;
    const auto hide = context.uniform({count}).cpu();
    m_component = torch::empty({count}, torch::kInt64);
    for (std::int64_t i = 0; i < count; ++i) {
        const auto label = m_dataset->labelOf(rows[static_cast<std::size_t>(i)]);
        const bool hidden = label < 0 || mixed[static_cast<std::size_t>(i)] ||
                            hide[i].item<double>() < m_config.unlabelled;
        m_component[i] = hidden ? unlabelled : label;
    }
    m_component = m_component.to(context.device);
}

void PolyphonicTraining::addReconstruction(const Logits& logits, LossTerms& terms) const {
    const double size = static_cast<double>(m_batch.phrases) * codec::kPhraseGrid;
    constexpr std::int64_t kTable = codec::kPhraseGrid * kPitches;
    terms.push_back(
        {"onset", cellLoss(logits.onset, m_batch.onsets, m_config.positiveWeight) / size});
    terms.push_back({"sustain",
                     cellLoss(logits.sustain, m_batch.sustains - m_batch.rows[0] * kTable,
                              m_config.positiveWeight) /
                         size,
                     m_config.sustainWeight});
    const auto said = logits.velocity.reshape({-1}).index_select(0, m_batch.onsets);
    const auto velocity = F::smooth_l1_loss(
        said, m_batch.velocity, F::SmoothL1LossFuncOptions().reduction(torch::kSum).beta(0.2));
    terms.push_back({"velocity", velocity / size, m_config.velocityWeight});
    const auto sum = F::CrossEntropyFuncOptions().reduction(torch::kSum);
    const auto offset = F::cross_entropy(
        logits.offset.reshape({-1, kOffsets}).index_select(0, m_batch.steps), m_batch.offset, sum);
    terms.push_back({"offset", offset / size, m_config.offsetWeight});
    const auto known = m_batch.program < kPrograms;
    const auto program =
        F::cross_entropy(logits.program, m_batch.program.masked_fill(known.logical_not(), -100),
                         F::CrossEntropyFuncOptions().reduction(torch::kSum).ignore_index(-100));
    terms.push_back(
        {"program", program / static_cast<double>(m_batch.phrases), m_config.programWeight});
}

Tensor PolyphonicTraining::momentTerm(const EncoderImpl::Encoded& encoded) const {
    Tensor sum = torch::zeros({}, encoded.head.options());
    constexpr std::int64_t kLeastRows = 8;
    std::int64_t sizes = 0;
    for (const auto& block : encoded.block) {
        if (block.size(0) >= kLeastRows) {
            sum = sum + musae::momentDistance(block) * static_cast<double>(block.size(1));
            sizes += block.size(1);
        }
    }
    return sum / static_cast<double>(std::max<std::int64_t>(sizes, 1));
}

LossTerms PolyphonicTraining::losses(const train::Phase& /*phase*/, StepContext& context) {
    const auto& config = m_net->config;
    auto encoded = m_net->encoder(m_batch, m_program, m_config.labelGradientScale);
    const auto plane = encoded.head.narrow(1, 0, kPlane);
    const auto controls = encoded.head.narrow(1, kPlane, kControls);
    // If the label is hidden, its place in the plane is drawn from the prior.
    const auto drawn = m_net->prior.placePlane(m_component, context.normal({plane.size(0), 2})) /
                       musae::CircularMixturePrior::kPlaneScale;
    const auto hidden = (m_component == config.components() - 1).unsqueeze(1);
    LossTerms terms;
    const auto moments = momentTerm(encoded);
    encoded.head = torch::cat({torch::where(hidden, drawn, plane), controls}, 1);
    const auto u = m_net->latentOf(m_batch, encoded);
    // Noise on everything but the form and what says whether a track plays (only its sign counts).
    auto spread = torch::full({config.latent()}, m_config.latentNoise);
    spread.narrow(0, kPlane + kControls, kForm).zero_();
    const auto noise = context.normal(u.sizes().vec()) * spread.to(u.device());
    addReconstruction(m_net->decoder(u + noise, m_batch.place, m_batch.rows[0]), terms);
    if (m_config.labelWeight > 0 && !config.labels.empty()) {
        terms.push_back(
            {"label", musae::labelLoss(m_net->prior, plane, m_component), m_config.labelWeight});
    }
    if (m_config.controlWeight > 0) {
        std::vector<Tensor> scores;
        for (int c = 0; c < kControls; ++c) {
            scores.push_back(musae::normalScores(m_batch.counts.select(1, c)));
        }
        terms.push_back({"controls", (controls - torch::stack(scores, 1)).square().mean(),
                         m_config.controlWeight});
    }
    if (m_config.momentWeight > 0) {
        terms.push_back({"momentMatching", moments, m_config.momentWeight});
    }
    return terms;
}

bool PolyphonicTraining::hasValidation() const {
    return !m_dataset->rows("valid", Dataset::Which::All).empty();
}

Result<train::Measures> PolyphonicTraining::validate(const train::Stop& stop) {
    train::Measures measures;
    for (const auto which : {Dataset::Which::All, Dataset::Which::Strict}) {
        const auto rows = m_dataset->rows("valid", which);
        constexpr std::size_t kEnough = 576;
        if (rows.empty()) {
            continue;
        }
        CANTO_TRY(scores, scorePhrases(*m_net, *m_dataset, atMost(rows, kEnough), stop));
        const bool all = which == Dataset::Which::All;
        if (all) {
            torch::NoGradGuard off;
            m_net->thresholds.copy_(scores->bestThresholds());
        }
        const auto limits = m_net->thresholds.cpu();
        const std::string prefix = all ? "all." : "strict.";
        measures[prefix + "f1"] = scores->f1(limits);
        measures[prefix + "recall"] = scores->recall(limits);
        measures[prefix + "precision"] = scores->precision(limits);
        for (std::size_t track = 0; track < kVoices; ++track) {
            const auto& counts = scores->onsets[track];
            measures[prefix + std::string(codec::kVoiceNames[track])] =
                counts.f1(counts.nearest(limits[static_cast<std::int64_t>(track)].item<float>()));
        }
        measures[prefix + "sustain"] =
            scores->sustains.f1(scores->sustains.nearest(limits[kVoices].item<float>()));
        const auto ratio = [](auto part, auto whole) {
            return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
        };
        measures[prefix + "velocityError"] = ratio(scores->velocityError, scores->notes);
        measures[prefix + "offset"] = ratio(scores->offsetsRight, scores->offsets);
        measures[prefix + "program"] = ratio(scores->programsRight, scores->programs);
        measures[prefix + "label"] = ratio(scores->labelsRight, scores->labels);
        if (all) {
            constexpr std::array<const char*, kControls> kNames{"notes", "register", "loudness"};
            for (std::size_t c = 0; c < kControls; ++c) {
                measures[std::string("control.") + kNames[c]] = scores->correlation(c);
            }
            measures["score"] = scores->f1(limits);
        }
    }
    return measures;
}

std::map<std::string, std::string> PolyphonicTraining::card() const {
    const auto labels = joinedText(m_dataset->labels());
    return {{"title", "All notes on six tracks, prior over " + m_dataset->labelColumn() + " (" +
                          labels + ")"},
            {"labelColumn", m_dataset->labelColumn()},
            {"source", "A block of numbers for each track, transformer blocks, all steps decoded "
                       "at once; trained by canto train"},
            {"split", "by artist, as given in the labels: train to learn, valid to choose, test "
                      "to report"}};
}

} // namespace canto::models::polyphonic
