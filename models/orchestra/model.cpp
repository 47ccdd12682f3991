// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/griffin_lim.h"
#include "models/nn/torch_edge.h"
#include "models/orchestra/clips.h"
#include "models/orchestra/net.h"
#include "models/orchestra/orchestra.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace canto::models::orchestra {

using torch::Tensor;

namespace {

constexpr int kAllMels = 64;
constexpr std::size_t kLongest = 1000; // windows: 12 minutes

tl::unexpected<Error> notes() {
    return fail(Error::Code::BadInput, "The Orchestra space encodes sound, not notes", {},
                "Render the notes to sound first");
}

/// The latents that `encode` gives for each clip, one after another.
template <class Encode>
Result<std::vector<Latent>> encodeEach(const tensors::PreparedClips& prepared,
                                       const NetConfig& config, const CancelToken& cancel,
                                       const Progress& progress, const Encode& encode) {
    return torchEdge([&]() -> Result<std::vector<Latent>> {
        c10::InferenceMode inference;
        const Clips clips(prepared);
        std::vector<Latent> latents;
        for (std::int64_t row = 0; row < clips.size(); ++row) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            const auto z = encode(clips.batch(indexOf({row}), config)).contiguous();
            const auto* from = z.template data_ptr<float>();
            latents.emplace_back(from, from + z.numel());
            if (progress) {
                progress(static_cast<std::size_t>(row + 1), prepared.size());
            }
        }
        return latents;
    });
}

} // namespace

AliNet* OrchestraModel::ali() const { return dynamic_cast<AliNet*>(m_net.get()); }

Result<std::vector<Latent>> OrchestraModel::encode(const music::Song&, std::span<const Segment>,
                                                   const CancelToken&) const {
    return notes();
}

Result<music::Song> OrchestraModel::decode(const Latent&, const DecodeOptions&,
                                           const OnBar&) const {
    return notes();
}

Result<std::vector<Latent>> OrchestraModel::encodeSound(std::span<const float> samples,
                                                        const CancelToken& cancel) const {
    if (samples.empty()) {
        return fail(Error::Code::BadInput, "There is no sound to encode");
    }
    const auto length = static_cast<std::size_t>(audio::kClipSamples);
    std::vector<float> ended(samples.begin(), samples.end());
    ended.resize(std::max(ended.size(), length));
    audio::AudioFeatures features;
    tensors::PreparedClips set;
    std::vector<tensors::PackedClip> packed;
    std::vector<int> numbers;
    for (std::size_t i = 0; (i + 1) * length <= ended.size(); ++i) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const auto clip = std::span<const float>(ended).subspan(i * length, length);
        CANTO_TRY(one, tensors::pack(features.of(clip), audio::loudnessDb(clip)));
        packed.push_back(std::move(*one));
        numbers.push_back(static_cast<int>(i));
    }
    set.addMovement({}, packed, numbers);
    set.finish();
    return encodeClips(set, cancel);
}

Result<std::vector<Latent>> OrchestraModel::encodeClips(const tensors::PreparedClips& prepared,
                                                        const CancelToken& cancel,
                                                        const Progress& progress) const {
    return encodeEach(prepared, m_net->config, cancel, progress, [this](const Tensor& input) {
        // For ALI, the mean over the crops is a latent that its generator can decode.
        return m_net->embed(input)[0].narrow(0, 0, m_info.latentSize);
    });
}

Result<SoundClip> OrchestraModel::decodeSound(const Latent& z, const DecodeOptions& options,
                                              const CancelToken& cancel) const {
    return decodeWalk({&z, 1}, options, cancel);
}

Result<SoundClip> OrchestraModel::decodeWalk(std::span<const Latent> path,
                                             const DecodeOptions& options,
                                             const CancelToken& cancel) const {
    std::vector<float> parts;
    for (const auto& z : path) {
        CANTO_CHECK(checkLatentSize(z, m_info.latentSize));
        parts.insert(parts.end(), z.begin(), z.end());
    }
    return decodeParts(parts, 1, options.seed, cancel);
}

Result<SoundClip> OrchestraModel::drawParts(std::span<const float> parts, int rows) const {
    if (ali() == nullptr) {
        return fail(Error::Code::BadInput, "This network describes sound but makes none", {},
                    "Choose weights of the preset ali");
    }
    const auto size = static_cast<std::size_t>(m_info.latentSize * std::max(rows, 1));
    if (rows < 1 || rows > partRows() || parts.size() % size != 0) {
        return fail(Error::Code::BadShape, "The parts are not those of a picture");
    }
    if (parts.empty() || parts.size() / size > kLongest) {
        return fail(Error::Code::BadInput, "A walk has 1 to 1,000 steps");
    }
    if (!std::all_of(parts.begin(), parts.end(), [](float x) { return std::isfinite(x); })) {
        return fail(Error::Code::BadInput, "The latent holds a number that is not finite");
    }
    const auto windows = static_cast<int>(parts.size() / size);
    SoundClip clip;
    clip.rate = audio::kRate;
    clip.mels = rows * kCrop;
    clip.frames = windows * kCrop;
    const auto ok = torchEdge([&] {
        c10::InferenceMode inference;
        auto input = torch::empty({rows * windows, m_info.latentSize});
        std::copy(parts.begin(), parts.end(), input.data_ptr<float>());
        // (rows windows, 1, 32, 32) -> tiled (32 rows, 32 windows), dB
        const auto picture = (ali()->generate(input) * 80 - 80)
                                 .view({rows, windows, kCrop, kCrop})
                                 .permute({0, 2, 1, 3})
                                 .contiguous();
        const auto* from = picture.data_ptr<float>();
        clip.decibels.assign(from, from + picture.numel());
    });
    if (!ok) {
        return fail(ok.error());
    }
    return clip;
}

Result<SoundClip> OrchestraModel::decodeParts(std::span<const float> parts, int rows,
                                              std::uint64_t seed, const CancelToken& cancel) const {
    auto drawn = drawParts(parts, rows);
    if (!drawn) {
        return drawn;
    }
    SoundClip& clip = *drawn;
    // With the lower half alone, the range above it is silent.
    audio::Feature mel(kAllMels, clip.frames);
    std::fill(mel.values.begin(), mel.values.end(), -200.0F);
    for (int row = 0; row < clip.mels; ++row) {
        for (int frame = 0; frame < clip.frames; ++frame) {
            mel.frame(frame)[static_cast<std::size_t>(row)] =
                clip.decibels[static_cast<std::size_t>(row * clip.frames + frame)];
        }
    }
    audio::AudioFeatures features;
    auto sound = audio::soundOfMel(mel, features, {.seed = seed}, 0.5F, cancel);
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Cancelled");
    }
    clip.samples = std::move(sound.samples);
    clip.convergence = sound.convergence;
    return drawn;
}

Result<std::vector<Latent>> OrchestraModel::encodeParts(const tensors::PreparedClips& prepared,
                                                        const CancelToken& cancel,
                                                        const Progress& progress) const {
    if (ali() == nullptr) {
        return fail(Error::Code::BadInput, "This network has no latents of parts of a clip", {},
                    "Choose weights of the preset ali");
    }
    return encodeEach(prepared, m_net->config, cancel, progress,
                      [this](const Tensor& input) { return ali()->partCodes(input); });
}

double OrchestraModel::clipSeconds() const { return audio::kClipSeconds; }
double OrchestraModel::soundRate() const { return audio::kRate; }
int OrchestraModel::partRows() const { return kAllMels / kCrop; }
int OrchestraModel::clipWindows() const { return kFrames / kCrop; }
double OrchestraModel::windowSeconds() const {
    return static_cast<double>(kCrop * audio::StftOptions().hop) / audio::kRate;
}

Result<Latent> OrchestraModel::samplePrior(std::optional<int> label, Random& random) const {
    if (ali() == nullptr || label) {
        return fail(Error::Code::BadInput, "The prior has no classes");
    }
    Latent z(static_cast<std::size_t>(m_info.latentSize));
    std::generate(z.begin(), z.end(), [&] { return static_cast<float>(random.normal()); });
    return z;
}

std::vector<double> OrchestraModel::logitsOf(const Latent& z) const {
    auto* clip = dynamic_cast<ClipNet*>(m_net.get());
    if (clip == nullptr || z.size() != static_cast<std::size_t>(m_info.latentSize)) {
        return {};
    }
    const auto logits = torchEdge([&] {
        c10::InferenceMode inference;
        auto input = torch::empty({1, m_info.latentSize});
        std::memcpy(input.data_ptr<float>(), z.data(), z.size() * sizeof(float));
        const auto numbers = clip->logitsOf(input).to(torch::kFloat64);
        const auto* from = numbers.data_ptr<double>();
        return std::vector<double>(from, from + numbers.numel());
    });
    return logits.value_or(std::vector<double>());
}

std::vector<double> OrchestraModel::classScores(const Latent& z) const {
    auto scores = logitsOf(z);
    const double negative = energy(z);
    for (double& score : scores) {
        score = std::exp(score + negative);
    }
    return scores;
}

double OrchestraModel::energy(const Latent& z) const {
    const auto logits = logitsOf(z);
    if (logits.empty()) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    const double most = *std::max_element(logits.begin(), logits.end());
    double sum = 0;
    for (const double logit : logits) {
        sum += std::exp(logit - most);
    }
    return -(most + std::log(sum));
}

std::vector<PriorComponent> OrchestraModel::priorComponents() const {
    if (ali() == nullptr) {
        return {};
    }
    PriorComponent one;
    one.mean.assign(static_cast<std::size_t>(m_info.latentSize), 0.0F);
    one.deviation.assign(static_cast<std::size_t>(m_info.latentSize), 1.0F);
    return {one};
}

Result<std::shared_ptr<OrchestraModel>> OrchestraModel::open(const tensors::SafeTensors& weights) {
    CANTO_TRY(net, openNet(weights));
    const auto& config = (*net)->config;
    ModelInfo info;
    info.id = "orchestra";
    info.space = "Orchestra";
    info.title = "Symphony2vec";
    info.version = weights.checksum();
    info.geometry = Geometry::Linear;
    const bool ali = config.kind == Kind::Ali;
    info.can = {
        .encode = false, .decode = false, .samplePrior = ali, .conditional = false, .train = true};
    info.latentSize = config.latent;
    CANTO_TRY(size, torchEdge([&] {
                  torch::NoGradGuard off;
                  return (*net)->embed(torch::zeros({1, rowsOf(config.feature), kFrames})).size(1);
              }));
    if (!ali) {
        info.latentSize = static_cast<int>(*size);
    }
    info.labelColumn = "composer";
    if (config.kind == Kind::Clip) {
        info.classes = config.composers;
    }
    info.card = weights.metadata();
    info.blocks.push_back(
        {.id = "content", .title = "Content", .begin = 0, .end = info.latentSize});
    return std::shared_ptr<OrchestraModel>(new OrchestraModel(*net, std::move(info)));
}

} // namespace canto::models::orchestra
