#include "models/musae/training.h"

#include "models/musae/reconstruction.h"

namespace canto::models::musae {

using torch::Tensor;
using train::LossTerms;
using train::Phase;
using train::StepContext;

namespace {

/// Moves each phrase by its own number of semitones, drums left alone; phrases with a pitch that
/// would leave 0-127 stay where they are. tokens (B, T, R), shift (B).
Tensor transposed(const Tensor& tokens, const Tensor& shift) {
    auto isPitch = tokens < codec::kPitches;
    isPitch.select(2, 0).fill_(false);
    const auto moved = tokens + shift.view({-1, 1, 1}) * isPitch;
    const auto wrong = isPitch.logical_and((moved < 0).logical_or(moved >= codec::kPitches));
    const auto keep = wrong.flatten(1).any(1).view({-1, 1, 1});
    return torch::where(keep, tokens, moved);
}

std::vector<train::NamedTensor> parametersOf(const torch::nn::Module& module,
                                             const std::string& prefix) {
    std::vector<train::NamedTensor> parameters;
    for (const auto& item : module.named_parameters()) {
        parameters.push_back({prefix + item.key(), item.value()});
    }
    return parameters;
}

/// Squared distance of mean and covariance of rows from 0 and I, per dimension. x (B, D).
Tensor momentDistance(const Tensor& x) {
    const auto mean = x.mean(0);
    const auto centred = x - mean;
    const auto rows = static_cast<double>(x.size(0));
    const auto covariance = centred.t().mm(centred) / rows;
    const auto excess = covariance - torch::eye(x.size(1), x.options());
    return (mean.square().sum() + excess.square().sum()) / static_cast<double>(x.size(1));
}

} // namespace

MusaeTraining::MusaeTraining(Net net, TrainConfig config, std::shared_ptr<const Dataset> dataset)
    : m_net(std::move(net)), m_config(config), m_dataset(std::move(dataset)) {
    m_classWeights = torch::full({kClasses}, m_config.onsetWeight);
    m_classWeights[kHold] = 1.0;
    // In the plane, where a unit is a quarter of the circle's radius, half the noise.
    m_spread = torch::full({m_net->config.latent}, m_config.latentNoise);
    m_spread.narrow(0, 0, 2).mul_(0.5);
}

void MusaeTraining::to(torch::Device device) {
    m_net->to(device);
    m_classWeights = m_classWeights.to(device);
    m_spread = m_spread.to(device);
}

std::vector<train::ParameterGroup> MusaeTraining::groups() {
    auto parameters = parametersOf(*m_net->encoder, "encoder.");
    for (auto& parameter : parametersOf(*m_net->decoder, "decoder.")) {
        parameters.push_back(std::move(parameter));
    }
    train::OptimiserOptions autoencoder;
    autoencoder.rate = m_config.learningRate;
    autoencoder.lastRate = m_config.learningRate / 10;
    autoencoder.warmupSteps = m_config.warmupSteps;
    autoencoder.weightDecay = m_config.weightDecay;
    autoencoder.clip = m_config.clip;
    autoencoder.averaging = m_config.averaging;
    // beta1 0: the critic's target moves (section 3.4).
    train::OptimiserOptions critic;
    critic.rate = m_config.criticRate;
    critic.lastRate = m_config.criticRate;
    critic.beta1 = 0.0;
    critic.beta2 = 0.9;
    critic.clip = 10.0;
    return {{"autoencoder", std::move(parameters), autoencoder},
            {"critic", parametersOf(*m_net->critic, "critic."), critic}};
}

std::vector<train::Source> MusaeTraining::sources() const {
    std::vector<train::Source> sources;
    if (auto strict = m_dataset->rows("train", Dataset::Which::Strict);
        !strict.empty() && m_config.strictShare > 0) {
        sources.push_back({"strict", std::move(strict), m_config.strictShare});
    }
    if (m_config.strictShare < 1 || sources.empty()) {
        const double share = sources.empty() ? 1.0 : 1.0 - m_config.strictShare;
        sources.push_back({"all", m_dataset->rows("train", Dataset::Which::All), share});
    }
    return sources;
}

double MusaeTraining::criticWeightAt(double progress) const {
    if (progress < m_config.criticStart) {
        return 0.0;
    }
    return progress < m_config.criticFull ? m_config.criticWeight / 2 : m_config.criticWeight;
}

std::vector<Phase> MusaeTraining::phases(double progress) const {
    std::vector<Phase> phases = {{"autoencoder", "autoencoder", 1}};
    // The critic learns a little before its opinion counts.
    if (m_config.criticSteps > 0 && progress >= 0.8 * m_config.criticStart) {
        phases.push_back({"critic", "critic", m_config.criticSteps});
    }
    return phases;
}

void MusaeTraining::beginStep(const std::vector<std::int64_t>& rows, StepContext& context) {
    torch::NoGradGuard off;
    const auto index = rowTensor(rows);
    const auto batch = index.size(0);
    m_tokens = m_dataset->batch(index);
    if (m_config.transpose > 0) {
        m_tokens = transposed(m_tokens,
                              context.integers(-m_config.transpose, m_config.transpose + 2, batch));
    }
    m_tokens = context.toDevice(m_tokens);
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

LossTerms MusaeTraining::autoencoderLosses(StepContext& context) {
    const auto encoded = m_net->encoder(m_tokens); // (B, Z), in u
    const auto noise = context.normal(encoded.sizes().vec());
    // Where the label is hidden, so is the place in the plane of the flower.
    const auto drawn = m_net->prior.placePlane(m_component, context.normal({encoded.size(0), 2})) /
                       FlowerPrior::kPlaneScale;
    const auto hidden = (m_component == m_net->config.components() - 1).unsqueeze(1);
    const auto content = encoded.narrow(1, 2, m_net->config.latent - 2);
    const auto plane = torch::where(hidden, drawn, encoded.narrow(1, 0, 2));
    const auto placed = torch::cat({plane, content}, 1);
    m_fake = placed.detach();

    const auto logits = m_net->decoder(placed + noise * m_spread); // (B, T, R, V)
    const auto target = m_tokens.reshape({-1});
    auto reconstruction = torch::nn::functional::nll_loss(
                              torch::log_softmax(logits.view({-1, kClasses}), 1), target,
                              torch::nn::functional::NLLLossFuncOptions().weight(m_classWeights)) *
                          kTracks;
    if (context.world > 1) { // it is divided by the weights of this part of the batch
        const auto weights = m_classWeights.index_select(0, target).sum();
        reconstruction = reconstruction * (weights / context.overAll(weights));
    }
    LossTerms terms = {{"reconstruction", reconstruction}};
    if (m_config.momentWeight > 0) {
        terms.push_back({"moments", momentDistance(content), m_config.momentWeight});
    }
    const double weight = criticWeightAt(context.progress);
    if (weight > 0) {
        terms.push_back({"opinion", -m_net->critic(placed, m_label).mean(), weight});
    }
    return terms;
}

LossTerms MusaeTraining::criticLosses(StepContext& context) {
    const auto real = m_net->toU(
        m_net->prior.place(m_component, context.normal({m_fake.size(0), m_fake.size(1)})));
    const auto share = context.uniform({real.size(0), 1});
    const auto between = (share * real + (1 - share) * m_fake).requires_grad_(true);
    const auto gradient = torch::autograd::grad({m_net->critic(between, m_label).sum()}, {between},
                                                /*grad_outputs=*/{}, /*retain_graph=*/true,
                                                /*create_graph=*/true)
                              .front();
    const auto penalty = (gradient.square().sum(1).add(1e-12).sqrt() - 1).square().mean();
    const auto distance =
        m_net->critic(real, m_label).mean() - m_net->critic(m_fake, m_label).mean();
    return {{"distance", distance, -1.0}, {"penalty", penalty, m_config.gradientPenalty}};
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
        const std::size_t stride = rows.size() / kEnough + 1;
        std::vector<std::int64_t> some;
        for (std::size_t i = 0; i < rows.size(); i += stride) {
            some.push_back(rows[i]);
        }
        const auto figures = reconstruct(*m_net, *m_dataset, some, stop);
        if (!figures) {
            return fail(figures.error());
        }
        const std::string prefix = which == Dataset::Which::Strict ? "strict." : "all.";
        const auto& mean = figures->metrics.scores().mean;
        measures[prefix + "accuracy"] = mean.accuracy;
        measures[prefix + "onsetF1"] = mean.onsetF1;
        measures[prefix + "label"] = figures->labels.accuracy();
        measures[prefix + "momentDistance"] = figures->momentDistance;
        score += mean.accuracy + mean.onsetF1 + 0.5 * figures->labels.accuracy();
    }
    measures["score"] = score;
    return measures;
}

std::map<std::string, std::string> MusaeTraining::card() const {
    std::string labels;
    for (const auto& label : m_dataset->labels()) {
        labels += (labels.empty() ? "" : ", ") + label;
    }
    return {{"title", "MusAE, " + std::to_string(m_net->config.bars) + " bars, prior over " +
                          m_dataset->labelColumn() + " (" + labels + ")"},
            {"labelColumn", m_dataset->labelColumn()},
            {"source", "MusAE: adversarial autoencoder with a Gaussian-mixture prior; transformer "
                       "blocks or the published recurrent kind; trained by canto train"},
            {"split", "by artist, as given in the labels: train to learn, valid to choose, test "
                      "to report"}};
}

} // namespace canto::models::musae
