#include "core/audio/griffin_lim.h"
#include "models/common/torch_edge.h"
#include "models/orchestra/clips.h"
#include "models/orchestra/orchestra.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace canto::models::orchestra {

using torch::Tensor;

namespace {

constexpr int kAllMels = 64;

tl::unexpected<Error> notes() {
    return fail(Error::Code::BadInput, "The Orchestra space knows music by its sound, not by notes",
                {}, "Render the notes to sound first");
}

} // namespace

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
    tensorfile::PreparedClips set;
    std::vector<tensorfile::PackedClip> packed;
    std::vector<int> numbers;
    for (std::size_t i = 0; (i + 1) * length <= ended.size(); ++i) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Stopped");
        }
        const auto clip = std::span<const float>(ended).subspan(i * length, length);
        auto one = tensorfile::pack(features.of(clip), audio::loudnessDb(clip));
        if (!one) {
            return fail(one.error());
        }
        packed.push_back(std::move(*one));
        numbers.push_back(static_cast<int>(i));
    }
    set.addMovement({}, packed, numbers);
    set.finish();
    return encodeClips(set, cancel);
}

Result<std::vector<Latent>> OrchestraModel::encodeClips(const tensorfile::PreparedClips& prepared,
                                                        const CancelToken& cancel,
                                                        const Progress& progress) const {
    return torchEdge([&]() -> Result<std::vector<Latent>> {
        c10::InferenceMode inference;
        const Clips clips(prepared);
        std::vector<Latent> latents;
        for (std::int64_t row = 0; row < clips.size(); ++row) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Stopped");
            }
            const auto input = clips.batch(indexOf({row}), m_net->config);
            // Of ALI, the mean over the crops is a place that its generator knows.
            const auto z = m_net->embed(input)[0].narrow(0, 0, m_info.latentSize).contiguous();
            const auto* from = z.data_ptr<float>();
            latents.emplace_back(from, from + m_info.latentSize);
            if (progress) {
                progress(static_cast<std::size_t>(row + 1), prepared.size());
            }
        }
        return latents;
    });
}

Result<SoundClip> OrchestraModel::decodeSound(const Latent& z, const DecodeOptions& options,
                                              const CancelToken& cancel) const {
    return decodeWalk({&z, 1}, options, cancel);
}

Result<SoundClip> OrchestraModel::decodeWalk(std::span<const Latent> path,
                                             const DecodeOptions& options,
                                             const CancelToken& cancel) const {
    if (ali() == nullptr) {
        return fail(Error::Code::BadInput, "This network describes sound but makes none", {},
                    "Choose weights of the preset ali");
    }
    constexpr std::size_t kLongest = 1000; // 12 minutes
    if (path.empty() || path.size() > kLongest) {
        return fail(Error::Code::BadInput, "A walk has 1 to 1,000 steps");
    }
    for (const auto& z : path) {
        if (z.size() != static_cast<std::size_t>(m_info.latentSize)) {
            return fail(Error::Code::BadShape, "The latent has " + std::to_string(z.size()) +
                                                   " numbers, expected " +
                                                   std::to_string(m_info.latentSize));
        }
        if (!std::all_of(z.begin(), z.end(), [](float x) { return std::isfinite(x); })) {
            return fail(Error::Code::BadInput, "The latent holds a number that is not finite");
        }
    }
    const auto steps = static_cast<int>(path.size());
    SoundClip clip;
    clip.rate = audio::kRate;
    clip.mels = kCrop;
    clip.frames = steps * kCrop;
    const auto ok = torchEdge([&] {
        c10::InferenceMode inference;
        auto input = torch::empty({steps, m_info.latentSize});
        auto* to = input.data_ptr<float>();
        for (const auto& z : path) {
            to = std::copy(z.begin(), z.end(), to);
        }
        // (steps, 1, 32, 32) -> side by side (32, 32 steps), dB
        const auto picture =
            (ali()->generate(input) * 80 - 80).squeeze(1).permute({1, 0, 2}).contiguous();
        const auto* from = picture.data_ptr<float>();
        clip.decibels.assign(from, from + picture.numel());
    });
    if (!ok) {
        return fail(ok.error());
    }
    // The crop is laid into the lower half of the range; above it nothing sounds.
    audio::Feature mel(kAllMels, clip.frames);
    std::fill(mel.values.begin(), mel.values.end(), -200.0F);
    for (int row = 0; row < kCrop; ++row) {
        for (int frame = 0; frame < clip.frames; ++frame) {
            mel.frame(frame)[static_cast<std::size_t>(row)] =
                clip.decibels[static_cast<std::size_t>(row * clip.frames + frame)];
        }
    }
    audio::AudioFeatures features;
    auto sound = audio::soundOfMel(mel, features, {.seed = options.seed}, 0.5F, cancel);
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Stopped");
    }
    clip.samples = std::move(sound.samples);
    clip.convergence = sound.convergence;
    return clip;
}

Result<Latent> OrchestraModel::samplePrior(std::optional<int> label, Random& random) const {
    if (ali() == nullptr || label) {
        return fail(Error::Code::BadInput, "The prior has no classes");
    }
    Latent z(static_cast<std::size_t>(m_info.latentSize));
    std::generate(z.begin(), z.end(), [&] { return static_cast<float>(random.normal()); });
    return z;
}

std::vector<double> OrchestraModel::classScores(const Latent& z) const {
    auto* clip = dynamic_cast<ClipNet*>(m_net.get());
    if (clip == nullptr || z.size() != static_cast<std::size_t>(m_info.latentSize)) {
        return {};
    }
    const auto scores = torchEdge([&] {
        c10::InferenceMode inference;
        auto input = torch::empty({1, m_info.latentSize});
        std::memcpy(input.data_ptr<float>(), z.data(), z.size() * sizeof(float));
        const auto shares = torch::softmax(clip->logitsOf(input), 1).to(torch::kFloat64);
        const auto* from = shares.data_ptr<double>();
        return std::vector<double>(from, from + shares.numel());
    });
    return scores.value_or(std::vector<double>());
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

Result<std::shared_ptr<OrchestraModel>>
OrchestraModel::open(const tensorfile::SafeTensors& weights) {
    auto net = openNet(weights);
    if (!net) {
        return fail(net.error());
    }
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
    const auto size = torchEdge([&] {
        torch::NoGradGuard off;
        return (*net)->embed(torch::zeros({1, rowsOf(config.feature), kFrames})).size(1);
    });
    if (!size) {
        return fail(size.error());
    }
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
