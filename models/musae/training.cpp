// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/musae/training.h"

#include "core/base/text_lists.h"
#include "models/common/rows.h"
#include "models/musae/control.h"
#include "models/musae/losses.h"
#include "models/musae/reconstruction.h"

#include <cmath>

namespace canto::models::musae {

using torch::Tensor;
using train::LossTerms;
using train::Phase;
using train::StepContext;

namespace {

/// While it exists, no gradients are computed for these parameters. Afterwards each is as it was
/// before: one that was frozen stays frozen.
class GradientsOff {
  public:
    explicit GradientsOff(const std::vector<Tensor>& parameters) {
        for (const auto& parameter : parameters) {
            if (parameter.requires_grad()) {
                m_trained.push_back(parameter);
                m_trained.back().set_requires_grad(false);
            }
        }
    }
    ~GradientsOff() {
        for (auto& parameter : m_trained) {
            parameter.set_requires_grad(true);
        }
    }
    GradientsOff(const GradientsOff&) = delete;
    GradientsOff& operator=(const GradientsOff&) = delete;

  private:
    std::vector<Tensor> m_trained;
};

} // namespace

MusaeTraining::MusaeTraining(Net net, TrainConfig config, std::shared_ptr<const Dataset> dataset)
    : NetTraining("musae", std::move(net), config, std::move(dataset)) {
    m_classWeights = torch::full({kClasses}, m_config.onsetWeight);
    m_classWeights[kHold] = 1.0;
    m_net->encoder->labelGradientScale = m_config.labelGradientScale;
    // In the label plane, where a unit is a quarter of the circle's radius, half the noise; no
    // noise on styles.
    m_spread = torch::full({m_net->config.latent}, m_config.latentNoise);
    const int head = m_net->config.headSize();
    m_spread.narrow(0, 0, head).mul_(m_net->config.prior == PriorKind::CircularMixture ? 0.5 : 0.0);
}

void MusaeTraining::to(torch::Device device) {
    m_net->to(device);
    m_classWeights = m_classWeights.to(device);
    m_spread = m_spread.to(device);
}

std::vector<train::ParameterGroup> MusaeTraining::groups() {
    auto& net = *m_net;
    std::vector<std::pair<std::string, torch::nn::Module*>> coders{{"encoder.", net.encoder.get()},
                                                                   {"decoder.", net.decoder.get()}};
    std::vector<std::pair<std::string, torch::nn::Module*>> critics;
    if (net.critic) {
        critics.emplace_back("critic.", net.critic.get());
    }
    if (net.styleCritic) {
        critics.emplace_back("styleCritic.", net.styleCritic.get());
        coders.emplace_back("infomax.", net.infomax.get());
    }
    auto parameters = train::parametersOf(coders);
    auto hidden = train::hiddenMatrices(
        parameters, {"mbedding", "osition", "toClasses", "toTouches", "heads."});
    std::vector<train::ParameterGroup> groups = {{"autoencoder",
                                                  std::move(parameters),
                                                  {.rate = m_config.learningRate,
                                                   .lastRate = m_config.learningRate / 10,
                                                   .warmupSteps = m_config.warmupSteps,
                                                   .weightDecay = m_config.weightDecay,
                                                   .clip = m_config.clip,
                                                   .matrixRate = m_config.matrixRate,
                                                   .averaging = m_config.averaging},
                                                  std::move(hidden)}};
    if (!critics.empty()) {
        // beta1 0: the critic's target moves (section 3.4).
        groups.push_back({"critic",
                          train::parametersOf(critics),
                          {.rate = m_config.criticRate,
                           .lastRate = m_config.criticRate,
                           .beta1 = 0.0,
                           .beta2 = 0.9,
                           .clip = 10.0}});
    }
    return groups;
}

std::vector<train::Source> MusaeTraining::sources() const {
    return train::strictAndAll(
        [this](bool strict) {
            return m_dataset->rows("train", strict ? Dataset::Which::Strict : Dataset::Which::All);
        },
        m_config.strictShare);
}

double MusaeTraining::criticWeightAt(double progress) const {
    if (progress < m_config.criticStart) {
        return 0.0;
    }
    return progress < m_config.criticFull ? m_config.criticWeight / 2 : m_config.criticWeight;
}

std::vector<Phase> MusaeTraining::phases(double progress) const {
    std::vector<Phase> phases = {{"autoencoder", "autoencoder", 1}};
    // The critic is trained a little before its loss is used.
    if (m_net->critic && m_config.criticSteps > 0 && progress >= 0.8 * m_config.criticStart) {
        phases.push_back({"critic", "critic", m_config.criticSteps});
    }
    return phases;
}

void MusaeTraining::beginStep(const std::vector<std::int64_t>& rows, StepContext& context) {
    torch::NoGradGuard off;
    const auto index = rowTensor(rows);
    const auto batch = index.size(0);
    m_codes = m_dataset->batch(index, m_net->config.expression);
    if (m_config.transpose > 0) {
        auto tokens = m_codes.narrow(2, 0, kTracks);
        tokens.copy_(transposed(
            tokens, context.integers(-m_config.transpose, m_config.transpose + 2, batch)));
    }
    m_codes = context.toDevice(m_codes);
    m_tokens = m_codes.narrow(2, 0, kTracks);
    const auto unlabelled = m_net->config.components() - 1;
    const auto label = context.toDevice(m_dataset->labelOf(index));
    const auto hidden = (context.uniform({batch}) < m_config.unlabelled).logical_or(label < 0);
    m_component = label.masked_fill(hidden, unlabelled);
    m_label =
        torch::one_hot(m_component, unlabelled + 1).narrow(1, 0, unlabelled).to(torch::kFloat32);
}

LossTerms MusaeTraining::losses(const Phase& phase, StepContext& context) {
    return phase.name == "critic" ? criticLosses(context) : autoencoderLosses(context);
}

Tensor MusaeTraining::reconstructionLoss(const Tensor& logits, const StepContext& context) const {
    const auto target = m_tokens.reshape({-1});
    const auto loss =
        torch::nn::functional::nll_loss(
            torch::log_softmax(logits.narrow(3, 0, kClasses).reshape({-1, kClasses}), 1), target,
            torch::nn::functional::NLLLossFuncOptions().weight(m_classWeights)) *
        kTracks;
    if (context.world == 1) {
        return loss;
    }
    // The loss is divided by the weights of this part of the batch.
    const auto weights = m_classWeights.index_select(0, target).sum();
    return loss * (weights / context.overAll(weights));
}

Tensor MusaeTraining::expressionLoss(const Tensor& logits) const {
    namespace F = torch::nn::functional;
    const auto expressions = m_codes.narrow(2, kTracks, kTracks);
    const auto reonset = expressions > 0;
    const auto held = (m_tokens == kHold).to(torch::kFloat32);
    const auto again = F::binary_cross_entropy_with_logits(
        logits.select(3, kClasses), reonset.to(torch::kFloat32),
        F::BinaryCrossEntropyWithLogitsFuncOptions().weight(held).reduction(torch::kSum));
    const auto place = expressions.masked_select(reonset) - 1;
    const auto of = logits.index({reonset}); // (notes, V + kExpressionLogits)
    const auto sum = F::CrossEntropyFuncOptions().reduction(torch::kSum);
    const auto level = F::cross_entropy(of.narrow(1, kClasses + 1, codec::kVelocityLevels),
                                        place.div(codec::kOffsets, "floor"), sum);
    const auto offset =
        F::cross_entropy(of.narrow(1, kClasses + 1 + codec::kVelocityLevels, codec::kOffsets),
                         place.remainder(codec::kOffsets), sum);
    const auto steps = static_cast<double>(m_tokens.size(0) * m_tokens.size(1));
    return (again + level + offset) / steps;
}

void MusaeTraining::addReconstruction(const Tensor& logits, LossTerms& terms,
                                      const StepContext& context) const {
    terms.push_back({"reconstruction", reconstructionLoss(logits, context)});
    if (m_net->config.expression) {
        terms.push_back({"expression", expressionLoss(logits), m_config.expressionWeight});
    }
}

LossTerms MusaeTraining::autoencoderLosses(StepContext& context) {
    switch (m_net->config.prior) {
    case PriorKind::CircularMixture:
        return circularMixtureLosses(context);
    case PriorKind::Styles:
        return styleLosses(context);
    case PriorKind::Kl:
        break;
    }
    return klLosses(context);
}

LossTerms MusaeTraining::circularMixtureLosses(StepContext& context) {
    const auto& config = m_net->config;
    const auto encoded = m_net->encoder(m_codes); // (B, Z), in u
    // If the label is hidden, its position in the label plane is drawn from the prior.
    const auto drawn = m_net->prior.placePlane(m_component, context.normal({encoded.size(0), 2})) /
                       CircularMixturePrior::kPlaneScale;
    const auto hidden = (m_component == config.components() - 1).unsqueeze(1);
    const auto rest = encoded.narrow(1, 2, config.latent - 2);
    const auto plane = torch::where(hidden, drawn, encoded.narrow(1, 0, 2));
    const auto placed = torch::cat({plane, rest}, 1);
    m_fake = placed.detach();

    const auto noise = context.normal(encoded.sizes().vec()) * m_spread;
    LossTerms terms;
    addReconstruction(m_net->decoder(placed + noise), terms, context);
    if (m_config.labelWeight > 0 && !config.labels.empty()) {
        auto label = labelLoss(m_net->prior, encoded.narrow(1, 0, 2), m_component);
        // divided by the number of labelled phrases of this part of the batch
        if (context.world > 1) {
            const auto labelled =
                hidden.logical_not().sum().clamp_min(1).to(torch::kFloat32).reshape({1});
            label = label * (labelled / context.overAll(labelled)).squeeze();
        }
        terms.push_back({"label", label, m_config.labelWeight});
    }
    addSharedTerms(encoded, terms, context);
    if (m_config.momentWeight > 0) {
        terms.push_back({"momentMatching", momentDistance(rest), m_config.momentWeight});
    }
    const double weight = criticWeightAt(context.progress);
    if (weight > 0) {
        terms.push_back(
            {"critic", -m_net->critic(torch::cat({placed, m_label}, 1)).mean(), weight});
    }
    return terms;
}

LossTerms MusaeTraining::styleLosses(StepContext& context) {
    const auto& config = m_net->config;
    const auto encoded = m_net->encoder(m_codes); // (B, Z): styles in (0, 1), then the rest
    m_fake = encoded.detach();
    const auto noise = context.normal(encoded.sizes().vec()) * m_spread;
    const auto logits = m_net->decoder(encoded + noise);
    const auto styles = encoded.narrow(1, 0, config.styles);
    const auto rest = encoded.narrow(1, config.styles, config.latent - config.styles);
    const auto given =
        m_net->infomax->fromClasses(torch::softmax(logits.narrow(3, 0, kClasses), 3));
    LossTerms terms = {{"infomax", torch::binary_cross_entropy(given, styles.detach())}};
    addReconstruction(logits, terms, context);
    addSharedTerms(encoded, terms, context);
    if (m_config.momentWeight > 0) {
        terms.push_back({"momentMatching", momentDistance(rest), m_config.momentWeight});
    }
    const double weight = criticWeightAt(context.progress);
    if (weight > 0) {
        terms.push_back({"critic", -m_net->critic(rest).mean(), weight});
        terms.push_back({"styleCritic", -m_net->styleCritic(styles).mean(), weight});
    }
    return terms;
}

LossTerms MusaeTraining::klLosses(StepContext& context) {
    const auto& config = m_net->config;
    const auto moments = m_net->encoder->moments(m_codes); // (B, 2Z)
    const auto mean = moments.narrow(1, 0, config.latent);
    const auto deviation = (0.5 * moments.narrow(1, config.latent, config.latent)).exp();
    const auto z = mean + deviation * context.normal(mean.sizes().vec());
    m_fake = z.detach();
    LossTerms terms;
    addReconstruction(m_net->decoder(z), terms, context);
    addSharedTerms(mean, terms, context);
    const double grown = std::min(1.0, context.progress / std::max(m_config.criticFull, 1e-9));
    terms.push_back({"divergence", divergence(moments, m_config.freeBits),
                     m_config.beta * grown / config.steps()});
    return terms;
}

void MusaeTraining::addSharedTerms(const Tensor& encoded, LossTerms& terms, StepContext& context) {
    const auto& config = m_net->config;
    if (config.controls > 0 && m_config.controlWeight > 0) {
        const auto controls = encoded.narrow(1, config.headSize(), config.controls);
        terms.push_back({"controls", (controls - controlScores(m_tokens)).square().mean(),
                         m_config.controlWeight});
    }
    if (m_config.controlConsistencyWeight > 0) {
        terms.push_back({"controlConsistency", controlConsistencyLoss(context),
                         m_config.controlConsistencyWeight});
    }
}

Tensor MusaeTraining::controlConsistencyLoss(StepContext& context) {
    const auto& config = m_net->config;
    // Every n-th phrase: the prior's dimensions are drawn again, the controls are those of another
    // phrase.
    const auto stride =
        std::max<std::int64_t>(1, std::llround(1 / m_config.controlConsistencyShare));
    auto turned = m_fake.slice(0, 0, c10::nullopt, stride).clone();
    const auto rows = turned.size(0);
    const int head = config.headSize();
    if (head > 0) {
        const auto component = m_component.slice(0, 0, c10::nullopt, stride).roll(1);
        const auto drawn = m_net->drawPrior(
            component, context.normal(m_fake.sizes().vec()).slice(0, 0, c10::nullopt, stride));
        turned.narrow(1, 0, head).copy_(drawn.narrow(1, 0, head));
    }
    if (config.controls > 0) {
        auto part = turned.narrow(1, head, config.controls);
        part.copy_(part.roll(rows / 2, 0));
    }
    const auto logits = m_net->decoder(turned);
    const auto soft = torch::softmax(logits.narrow(3, 0, kClasses), 3); // (B, T, R, V)
    const auto sharp = torch::one_hot(soft.detach().argmax(3), kClasses).to(torch::kFloat32);
    Tensor expressions;
    if (config.expression) {
        expressions = mostProbable(logits.detach()).narrow(1, kTracks, kTracks).transpose(1, 2);
        expressions = expressions.to(torch::kInt64);
    }
    const auto encoded = [&] {
        // The encoder must not learn here: otherwise encoder and decoder would agree on an
        // arbitrary code.
        const GradientsOff off(m_net->encoder->parameters());
        return m_net->encoder->fromClasses(sharp + soft - soft.detach(), expressions);
    }();
    const auto error = (encoded - turned).square().mean(0); // (Z)
    const auto content = config.contentBegin();
    auto sum = error.narrow(0, content, config.latent - content).mean();
    if (head > 0) {
        // A unit of the label plane is a quarter of the circle's radius: samples of it have
        // variance 8; a Bernoulli style has variance a quarter.
        const double variance = config.prior == PriorKind::CircularMixture ? 8 : 0.25;
        sum = sum + error.narrow(0, 0, head).mean() / variance;
    }
    return config.controls > 0 ? sum + error.narrow(0, head, config.controls).mean() : sum;
}

LossTerms MusaeTraining::criticLosses(StepContext& context) {
    const auto& config = m_net->config;
    const auto real = m_net->drawPrior(m_component, context.normal(m_fake.sizes().vec()));
    const auto share = context.uniform({real.size(0), 1});
    if (config.prior == PriorKind::CircularMixture) {
        const auto terms = criticTerms(*m_net->critic, real, m_fake, share, m_label);
        return {{"distance", terms.distance, -1.0},
                {"penalty", terms.penalty, m_config.gradientPenalty}};
    }
    const int styles = config.styles;
    const int rest = config.latent - styles;
    const auto content = criticTerms(*m_net->critic, real.narrow(1, styles, rest),
                                     m_fake.narrow(1, styles, rest), share, {});
    const auto style = criticTerms(*m_net->styleCritic, real.narrow(1, 0, styles),
                                   m_fake.narrow(1, 0, styles), share, {});
    return {{"distance", content.distance, -1.0},
            {"penalty", content.penalty, m_config.gradientPenalty},
            {"styleDistance", style.distance, -1.0},
            {"stylePenalty", style.penalty, m_config.gradientPenalty}};
}

bool MusaeTraining::hasValidation() const {
    return !m_dataset->rows("valid", Dataset::Which::All).empty();
}

Result<train::Measures> MusaeTraining::validate(const train::Stop& stop) {
    train::Measures measures;
    double score = 0;
    for (const auto which : {Dataset::Which::Strict, Dataset::Which::All}) {
        auto rows = m_dataset->rows("valid", which);
        constexpr std::size_t kEnough = 2048;
        if (rows.empty()) {
            continue;
        }
        // Every n-th row: the same phrases each time, from all songs.
        const auto some = everyNth(rows, rows.size() / kEnough + 1);
        CANTO_TRY(figures, reconstruct(*m_net, *m_dataset, some, stop));
        const std::string prefix = which == Dataset::Which::Strict ? "strict." : "all.";
        const auto& mean = figures->metrics.scores().mean;
        measures[prefix + "accuracy"] = mean.accuracy;
        measures[prefix + "onsetF1"] = mean.onsetF1;
        if (m_dataset->hasExpression()) {
            const auto notes = figures->notes.scores();
            measures[prefix + "noteF1"] = notes.f1;
            measures[prefix + "velocityError"] = notes.velocityError;
        }
        if (m_net->config.prior == PriorKind::CircularMixture) {
            measures[prefix + "label"] = figures->labels.accuracy();
        }
        measures[prefix + "momentDistance"] = figures->momentDistance;
        score += mean.accuracy + mean.onsetF1 + 0.5 * figures->labels.accuracy();
        score += m_net->config.expression ? figures->notes.scores().f1 : 0;
    }
    if (!measures.empty()) {
        measures["score"] = score;
    }
    return measures;
}

std::map<std::string, std::string> MusaeTraining::card() const {
    const auto labels = joinedText(m_dataset->labels());
    const std::string bars = "MusAE, " + std::to_string(m_net->config.bars) + " bars, ";
    const std::string prior = m_net->config.prior == PriorKind::CircularMixture
                                  ? "prior over " + m_dataset->labelColumn() + " (" + labels + ")"
                              : m_net->config.prior == PriorKind::Styles
                                  ? "styles and a normal prior"
                                  : "variational baseline";
    return {{"title", bars + prior},
            {"labelColumn", m_dataset->labelColumn()},
            {"source", "MusAE: adversarial autoencoder or its variational baseline; transformer "
                       "blocks or the published recurrent kind; trained by canto train"},
            {"split", "by artist, as given in the labels: train to learn, valid to choose, test "
                      "to report"}};
}

} // namespace canto::models::musae
