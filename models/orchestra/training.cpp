// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/orchestra/training.h"

#include "core/base/text_lists.h"
#include "models/orchestra/augment.h"
#include "models/orchestra/probe.h"

namespace canto::models::orchestra {

using torch::Tensor;
using train::LossTerms;
using train::Phase;
using train::StepContext;
namespace F = torch::nn::functional;

namespace {

/// Log standard deviations of ALI's posterior are limited to a range where their exponential is
/// harmless.
Tensor drawCode(const Tensor& moments, int latent, const Tensor& noise) {
    const auto deviation = moments.narrow(1, latent, latent).clamp(-7, 2).exp();
    return moments.narrow(1, 0, latent) + deviation * noise;
}

} // namespace

Tensor contrastiveLoss(const Tensor& x, const Tensor& labels, double temperature,
                       const Tensor& sounds) {
    const auto on = F::normalize(x, F::NormalizeFuncOptions().dim(1));
    const auto self =
        torch::eye(x.size(0), torch::TensorOptions().dtype(torch::kBool).device(x.device()));
    const auto near = (on.mm(on.t()) / temperature).masked_fill(self, -1e9);
    const auto logShare = near - near.logsumexp(1, true);
    auto partner = labels.unsqueeze(0).eq(labels.unsqueeze(1)).logical_and(~self);
    if (sounds.defined()) {
        const auto across = partner.logical_and(sounds.unsqueeze(0).ne(sounds.unsqueeze(1)));
        partner = torch::where(across.any(1, true), across, partner);
    }
    const auto partners = partner.sum(1);
    const auto each = -(logShare * partner).sum(1) / partners.clamp_min(1);
    const auto some = partners.gt(0).to(x.scalar_type());
    return (each * some).sum() / some.sum().clamp_min(1);
}

Tensor jacobianNorm(const Tensor& code, const Tensor& input, const Tensor& direction) {
    const auto gradient = torch::autograd::grad({(code * direction).sum()}, {input}, {},
                                                /*retain_graph=*/true, /*create_graph=*/true)[0];
    return gradient.square().flatten(1).sum(1).mean();
}

AliLosses aliLossesOf(const Tensor& encoded, const Tensor& generated) {
    return {F::softplus(-encoded).mean() + F::softplus(generated).mean(),
            F::softplus(encoded).mean() + F::softplus(-generated).mean()};
}

OrchestraTraining::OrchestraTraining(Net net, TrainConfig config,
                                     std::shared_ptr<const Clips> clips)
    : NetTraining("orchestra", std::move(net), config, std::move(clips)) {
    if (auto* clip = dynamic_cast<ClipNet*>(m_net.get())) {
        clip->drop = m_config.dropout;
    }
}

std::vector<train::ParameterGroup> OrchestraTraining::groups() {
    std::vector<train::NamedTensor> parameters;
    std::vector<train::NamedTensor> critics;
    for (const auto& item : m_net->named_parameters()) {
        auto& group = item.key().starts_with("critic") ? critics : parameters;
        group.push_back({item.key(), item.value()});
    }
    train::OptimiserOptions options;
    options.rate = m_config.learningRate;
    options.lastRate = m_config.lastRate;
    options.weightDecay = m_config.weightDecay;
    options.beta1 = m_config.beta1;
    options.averaging = m_config.averaging;
    options.clip = 1e6; // as published: none
    if (m_net->config.kind == Kind::Clip) {
        options.clip = 5;
        options.warmupSteps = 20;
    }
    std::vector<train::ParameterGroup> groups = {{"network", std::move(parameters), options}};
    if (!critics.empty()) {
        options.averaging = 0;
        groups.push_back({"critic", std::move(critics), options});
    }
    return groups;
}

std::vector<train::Source> OrchestraTraining::sources() const {
    return {{"clips", m_dataset->rows(m_net->config.split, Clips::Side::Train), 1.0}};
}

std::vector<Phase> OrchestraTraining::phases(double) const {
    if (m_net->config.kind == Kind::Ali) {
        return {{"critic", "critic", 1}, {"network", "network", 1}};
    }
    return {{"network", "network", 1}};
}

void OrchestraTraining::beginStep(const std::vector<std::int64_t>& rows, StepContext& context) {
    torch::NoGradGuard off;
    m_net->chance = context.generator;
    // Frozen parts keep their statistics too.
    for (const auto& part : m_net->modules(false)) {
        if (part->named_buffers(false).contains("running_mean")) {
            part->train(part->named_parameters(false)["weight"].requires_grad());
        }
    }
    const auto index = indexOf(rows);
    m_batch = context.toDevice(m_dataset->batch(index, m_net->config));
    m_labels = context.toDevice(m_dataset->labels().index_select(0, index));
    m_sounds = m_config.acrossSounds ? context.toDevice(m_dataset->sounds().index_select(0, index))
                                     : Tensor();
    if (m_net->config.kind == Kind::Ali) {
        m_crops = randomCrops(context);
    }
}

Tensor OrchestraTraining::randomCrops(StepContext& context) const {
    const auto rows = m_batch.size(0);
    const auto half = context.integers(0, 2, rows).cpu();
    const auto first = context.integers(0, kFrames - kCrop + 1, rows).cpu();
    std::vector<Tensor> crops;
    for (std::int64_t i = 0; i < rows; ++i) {
        crops.push_back(m_batch[i]
                            .narrow(0, half[i].item<std::int64_t>() * kCrop, kCrop)
                            .narrow(1, first[i].item<std::int64_t>(), kCrop));
    }
    return torch::stack(crops).unsqueeze(1);
}

LossTerms OrchestraTraining::losses(const Phase& phase, StepContext& context) {
    switch (m_net->config.kind) {
    case Kind::Ali:
        return aliLosses(phase.name == "critic", context);
    case Kind::Autoencoder:
    case Kind::Contractive:
    case Kind::Variational:
        return autoencoderLosses(context);
    case Kind::Clip:
        return clipLosses(context);
    default:
        return classifierLosses(context);
    }
}

LossTerms OrchestraTraining::aliLosses(bool critic, StepContext& context) {
    auto& net = static_cast<AliNet&>(*m_net);
    const int latent = net.config.latent;
    const auto batch = m_crops.size(0);
    const double noise = m_config.instanceNoise * (1 - context.progress);
    Tensor real;
    Tensor moments;
    Tensor code;
    Tensor made;
    Tensor drawn = context.normal({batch, latent});
    {
        torch::AutoGradMode gradients(!critic);
        real = m_crops + noise * context.normal(m_crops.sizes().vec());
        moments = net.moments(real);
        code = drawCode(moments, latent, context.normal({batch, latent}));
        made = net.generate(drawn) + noise * context.normal(m_crops.sizes().vec());
    }
    const auto logits = net.discriminate(torch::cat({real, made}), torch::cat({code, drawn}));
    const auto both = aliLossesOf(logits.narrow(0, 0, batch), logits.narrow(0, batch, batch));
    if (!critic) {
        LossTerms terms = {{"generator", both.generator}};
        if (m_config.cycle > 0) {
            const auto back = net.generate(moments.narrow(1, 0, latent));
            terms.push_back({"cycle", F::l1_loss(back, m_crops), m_config.cycle});
        }
        return terms;
    }
    // While the critic is far ahead of the generator, it is not trained: its loss has weight 0.
    const auto works = both.generator.detach().lt(m_config.ceiling).to(torch::kFloat32);
    return {{"critic", both.critic * works}, {"works", works, 0}};
}

LossTerms OrchestraTraining::autoencoderLosses(StepContext& context) {
    auto& net = static_cast<AutoencoderNet&>(*m_net);
    if (net.config.kind == Kind::Variational) {
        const auto moments = net.toCode(net.hidden(m_batch));
        const auto mean = moments.narrow(1, 0, net.config.latent);
        const auto logVariance =
            moments.narrow(1, net.config.latent, net.config.latent).clamp(-14, 8);
        const auto z = mean + (0.5 * logVariance).exp() * context.normal(mean.sizes().vec());
        const auto rows = static_cast<double>(m_batch.size(0));
        const auto error = F::binary_cross_entropy_with_logits(
            net.decode(z), m_batch,
            F::BinaryCrossEntropyWithLogitsFuncOptions().reduction(torch::kSum));
        const auto divergence =
            0.5 * (mean.square() + logVariance.exp() - 1 - logVariance).sum() / rows;
        return {{"reconstruction", error / rows}, {"divergence", divergence}};
    }
    const bool contractive = net.config.kind == Kind::Contractive;
    const auto input = contractive ? m_batch.detach().clone().requires_grad_(true) : m_batch;
    const auto code = net.embed(input);
    LossTerms terms = {{"reconstruction", F::mse_loss(net.decode(code), m_batch)}};
    if (contractive) {
        const auto direction = context.normal(code.sizes().vec()).sign();
        terms.push_back(
            {"contractive", jacobianNorm(code, input, direction), m_config.contractive});
    }
    return terms;
}

LossTerms OrchestraTraining::classifierLosses(StepContext& context) {
    auto& net = static_cast<ClassifierNet&>(*m_net);
    Tensor logits;
    if (net.config.kind == Kind::Recurrent) {
        constexpr int kPieces = kFrames / ClassifierNet::kPiece;
        const auto which = context.integers(0, kPieces, 1).item<std::int64_t>();
        logits = net.pieceLogits(
            m_batch.narrow(2, which * ClassifierNet::kPiece, ClassifierNet::kPiece));
    } else {
        logits = net.logits(m_batch);
    }
    return {{"classes", F::cross_entropy(logits, m_labels)}};
}

/// The clips as if recorded from another instrument, desk and room.
Tensor OrchestraTraining::otherSound(Tensor seen, StepContext& context) const {
    const auto batch = seen.size(0);
    const auto some = [&](double share) { return context.uniform({batch}).lt(share); };
    if (m_config.statistics > 0) {
        const auto beta = [&] {
            return at::_standard_gamma(torch::full({batch}, m_config.statisticsBeta),
                                       context.generator)
                .to(seen.device());
        };
        const auto one = beta();
        const auto share = one / (one + beta()).clamp_min(1e-12);
        const auto other = std::get<1>(context.uniform({batch}).sort()); // a permutation
        seen = mixedStatistics(seen, torch::where(some(m_config.statistics), share, 1.0), other);
    }
    if (m_config.equaliser <= 0 && m_config.room <= 0) {
        return seen;
    }
    constexpr double kRange = 80; // dB, see PreparedClips
    const double mean = m_net->config.mean;
    const double deviation = m_net->config.deviation;
    auto decibels = (seen * deviation + mean) * kRange - kRange;
    if (m_config.room > 0) { // T60 of .3 to 2 s
        const auto seconds = 0.3 + 1.7 * context.uniform({batch});
        const double frames = static_cast<double>(kFrames - 1) / 10; // a second
        const auto kept = torch::pow(10.0, -6 / (seconds * frames));
        decibels = reverberated(decibels, torch::where(some(m_config.room), kept, 0.0), -kRange);
    }
    if (m_config.equaliser > 0) {
        constexpr int kPoints = 6;
        const auto gains = smoothCurves(context.normal({batch, kPoints}), seen.size(1));
        decibels = decibels + m_config.equaliser * gains.unsqueeze(2);
    }
    return ((decibels + kRange) / kRange - mean) / deviation;
}

Tensor OrchestraTraining::augmented(StepContext& context) const {
    // Data augmentation: a window in time, the same for all, shifted up or down by at most two
    // mels, a little louder or softer, with one band and one stretch masked (Park et al. 2019).
    const auto batch = m_batch.size(0);
    const auto mels = m_batch.size(1);
    const auto first = context.integers(0, kFrames - m_config.frames + 1, 1).item<std::int64_t>();
    auto seen = m_batch.narrow(2, first, m_config.frames);
    const auto shift = context.integers(-2, 3, 1).item<std::int64_t>();
    const auto place = (torch::arange(mels, torch::kInt64) + shift).clamp(0, mels - 1);
    seen = seen.index_select(1, place.to(seen.device()));
    seen = otherSound(seen, context);
    seen = seen + 0.2 * context.normal({batch, 1, 1});
    const auto hide = [&](int dimension, double share) {
        const auto size = seen.size(dimension);
        const auto at = torch::arange(size).to(seen.device());
        const auto begin = context.uniform({batch, 1}) * static_cast<double>(size);
        const auto length = context.uniform({batch, 1}) * (share * static_cast<double>(size));
        const auto hidden = at.ge(begin).logical_and(at.lt(begin + length)); // (B, size)
        seen = seen.masked_fill(hidden.unsqueeze(dimension == 1 ? 2 : 1), 0);
    };
    hide(1, 0.25);
    hide(2, 0.25);
    return seen;
}

LossTerms OrchestraTraining::clipLosses(StepContext& context) {
    auto& net = static_cast<ClipNet&>(*m_net);
    const auto seen = augmented(context);
    const auto batch = seen.size(0);
    const auto classes = static_cast<std::int64_t>(net.config.composers.size());
    // Mixes each clip with a smaller part of its neighbour in the batch, and its label likewise.
    const auto share = m_config.mixing * context.uniform({batch, 1});
    const auto mixed = seen * (1 - share.unsqueeze(2)) + seen.roll(1, 0) * share.unsqueeze(2);
    auto target = torch::one_hot(m_labels, classes).to(torch::kFloat32);
    target = target * (1 - share) + target.roll(1, 0) * share;
    target = target * (1 - m_config.smoothing) + m_config.smoothing / static_cast<double>(classes);
    const auto code = net.embed(mixed);
    const auto logShare = torch::log_softmax(net.logitsOf(code), 1);
    return {{"classes", -(target * logShare).sum(1).mean()},
            {"contrast", contrastiveLoss(code, m_labels, m_config.temperature, m_sounds),
             m_config.contrast}};
}

bool OrchestraTraining::hasValidation() const {
    return !m_dataset->rows(m_net->config.split, Clips::Side::HeldOut).empty();
}

Result<train::Measures> OrchestraTraining::validate(const train::Stop& stop) {
    const auto split = m_net->config.split;
    const auto held = someOf(m_dataset->rows(split, Clips::Side::HeldOut), 300);
    if (held.empty()) {
        return train::Measures{};
    }
    const auto truth = m_dataset->labels().index_select(0, indexOf(held));
    if (m_net->config.kind >= Kind::FeedForward || m_net->config.kind == Kind::Clip) {
        CANTO_TRY(predictions, predictionsOf(*m_net, *m_dataset, held, stop));
        const double accuracy = agreement(*predictions, truth);
        return train::Measures{{"accuracy", accuracy}, {"score", accuracy}};
    }
    const auto known = someOf(m_dataset->rows(split, Clips::Side::Train), 300);
    const auto x = embedded(*m_net, *m_dataset, known, View::OneCrop, stop);
    const auto y = embedded(*m_net, *m_dataset, held, View::OneCrop, stop);
    if (!x || !y) {
        return fail(x ? y.error() : x.error());
    }
    const LogisticProbe probe(*x, m_dataset->labels().index_select(0, indexOf(known)),
                              static_cast<std::int64_t>(m_dataset->composers().size()),
                              {.ridge = 1e-2});
    const double accuracy = agreement(probe.predictions(*y), truth);
    return train::Measures{{"probe", accuracy}, {"score", accuracy}};
}

std::map<std::string, std::string> OrchestraTraining::card() const {
    const auto& config = m_net->config;
    return {{"title", "Orchestra, " + nameOf(config.kind) + " on " + nameOf(config.feature)},
            {"labelColumn", "composer"},
            {"data", "clips of 10 s of orchestral music by " + joinedText(config.composers)},
            {"source", "Symphony2vec: adversarially learned inference beside its baselines, and an "
                       "encoder of our own; trained by canto train"},
            {"split", config.split == Split::Clip
                          ? "drawn clip by clip: leaky, the same movement is on both sides"
                          : "by work: all movements of a work are on one side"}};
}

} // namespace canto::models::orchestra
