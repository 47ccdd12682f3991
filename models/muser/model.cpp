// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/muser.h"

#include "models/common/composer.h"
#include "models/common/reducer.h"
#include "models/muser/composing.h"
#include "models/muser/dataset.h"
#include "models/muser/net.h"
#include "models/muser/sequence.h"
#include "models/muser/training.h"
#include "models/muser/writing.h"
#include "models/nn/torch_edge.h"

#include <algorithm>
#include <cmath>

namespace canto::models::muser {

using codec::Word;
using torch::Tensor;

namespace {

constexpr int kStepsOfBar = codec::kBeatsPerBar * codec::kStepsPerBeat;

class MuserModel final : public LatentModel, public Composer, public Reducer {
  public:
    MuserModel(Net net, ModelInfo info)
        : m_net(std::move(net)), m_info(std::move(info)),
          m_targets(DrawTargets::fromCard(m_info.card["drawTargets"], m_info.classes.size())) {
        m_info.card.erase("drawTargets"); // not for people
    }

    const ModelInfo& info() const override { return m_info; }
    std::vector<Segment> segments(const music::Song& song) const override;
    Result<std::vector<Latent>> encode(const music::Song& song, std::span<const Segment> segments,
                                       const CancelToken& cancel) const override;
    Result<music::Song> decode(const Latent& z, const DecodeOptions& options,
                               const OnBar& onBar) const override;
    Result<Latent> samplePrior(std::optional<int> label, Random& random) const override;
    std::vector<double> classScores(const Latent& z) const override;
    Result<Latent> transfer(const Latent& target, const Latent& source,
                            std::span<const int> blocks) const override;
    Latent coordinates(const Latent& z, std::optional<int> block) const override;
    Result<music::Song> compose(const music::Song& begun, const ComposeOptions& options,
                                const OnBar& onBar) const override;
    std::string reductionOf(const music::Song& song) const override {
        return codec::WordReader(song).reduction();
    }

  private:
    Result<int> numberOf(std::optional<int> label) const;
    Result<void> check(const Latent& z) const;

    mutable Net m_net;
    ModelInfo m_info;
    DrawTargets m_targets; ///< of the card; may be empty
};

std::vector<Segment> MuserModel::segments(const music::Song& song) const {
    const codec::WordReader reader(song);
    const int bars = m_net->config.bars;
    std::vector<Segment> segments;
    for (const auto& place : reader.places(bars)) {
        const auto words = reader.words(place.step, bars);
        if (std::none_of(words.begin(), words.end(), [](const Word& w) { return w.isNote(); })) {
            continue;
        }
        const auto whole = std::min<std::int64_t>(bars, reader.barsFrom(place.step));
        const auto end = reader.tickAt(place.step + whole * kStepsOfBar);
        // Strict: the phrase was not cut.
        segments.push_back({place.bar, place.start, end,
                            words.size() < static_cast<std::size_t>(m_net->config.places)});
    }
    return segments;
}

Result<std::vector<Latent>> MuserModel::encode(const music::Song& song,
                                               std::span<const Segment> segments,
                                               const CancelToken& cancel) const {
    const codec::WordReader reader(song);
    const int bars = m_net->config.bars;
    const auto places = reader.places(bars);
    const auto most = static_cast<std::size_t>(m_net->config.places) - 1;
    std::vector<std::vector<Word>> phrases;
    for (const auto& segment : segments) {
        const auto step = places.empty() ? 0 : codec::placeOf(places, segment.start).step;
        const auto end = reader.tickAt(step + reader.barsFrom(step) * kStepsOfBar);
        if (places.empty() || segment.start < 0 || segment.start >= end) {
            return fail(Error::Code::BadInput, "The phrase lies outside the song",
                        "tick " + std::to_string(segment.start));
        }
        auto& words = phrases.emplace_back(reader.words(step, bars));
        words.resize(std::min(words.size(), most));
    }
    return torchEdge([&]() -> Result<std::vector<Latent>> {
        c10::InferenceMode inference;
        constexpr std::size_t kBatch = 8;
        std::vector<Latent> latents;
        for (std::size_t begin = 0; begin < phrases.size(); begin += kBatch) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            const auto end = std::min(phrases.size(), begin + kBatch);
            const std::vector<std::vector<Word>> some(
                phrases.begin() + static_cast<std::ptrdiff_t>(begin),
                phrases.begin() + static_cast<std::ptrdiff_t>(end));
            const auto batch =
                batchOf(some, std::vector<std::int64_t>(some.size(), 0), m_net->config.places);
            const auto codes = m_net->quantise(batch.words, batch.live).codes;
            for (std::size_t i = 0; i < some.size(); ++i) {
                const auto row = static_cast<std::int64_t>(i);
                const auto length = batch.live[row].sum().item<std::int64_t>();
                latents.push_back(latentOf(codes[row].narrow(0, 0, length), 0, m_net->config));
            }
        }
        return latents;
    });
}

Result<void> MuserModel::check(const Latent& z) const {
    if (auto ok = checkLatentSize(z, m_info.latentSize); !ok) {
        return ok;
    }
    if (!std::all_of(z.begin(), z.end(),
                     [](float x) { return std::isfinite(x) && std::abs(x) < 1e6F; })) {
        return fail(Error::Code::BadInput, "The latent holds a number that is not a code");
    }
    return {};
}

Result<music::Song> MuserModel::decode(const Latent& z, const DecodeOptions& options,
                                       const OnBar& onBar) const {
    CANTO_CHECK(check(z));
    const auto& config = m_net->config;
    return torchEdge([&]() -> Result<music::Song> {
        if (lengthOf(z, config) == 0) {
            return codec::songOfWords({}, options.bpm);
        }
        std::vector<Word> soFar;
        int bars = 0;
        bool stopped = false;
        Random random(options.seed);
        const auto onWord = [&](const Word& word) {
            stopped = options.cancel.cancelled();
            if (word.isBar() && !soFar.empty() && onBar && !stopped) {
                stopped = !onBar(codec::songOfWords(soFar, options.bpm), ++bars);
            }
            soFar.push_back(word);
            return !stopped;
        };
        Tensor vectors;
        {
            c10::InferenceMode inference;
            vectors = vectorsOf(codesOf(z, config), *m_net);
        }
        const auto words =
            writeWords(*m_net, vectors, labelOf(z, config), {.bars = config.bars}, random, onWord);
        if (stopped) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        auto song = codec::songOfWords(words, options.bpm);
        if (onBar && !onBar(song, m_info.phraseBars)) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        return song;
    });
}

/// 0 for none, else 1 + class.
Result<int> MuserModel::numberOf(std::optional<int> label) const {
    const int labels = static_cast<int>(m_info.classes.size());
    if (label && (*label < 0 || *label >= labels)) {
        return fail(Error::Code::BadInput, "The prior has no class " + std::to_string(*label));
    }
    return label ? *label + 1 : 0;
}

Result<Latent> MuserModel::samplePrior(std::optional<int> label, Random& random) const {
    CANTO_TRY(number, numberOf(label));
    return torchEdge([&]() -> Result<Latent> {
        CANTO_TRY(codes, drawPhrase(*m_net, m_targets, mixtureOf(*number, m_info.classes.size()),
                                    {}, random, {}));
        return latentOf(*codes, *number, m_net->config);
    });
}

Result<music::Song> MuserModel::compose(const music::Song& begun, const ComposeOptions& options,
                                        const OnBar& onBar) const {
    CANTO_TRY(number, numberOf(options.label));
    const auto classes = m_info.classes.size();
    ComposePlan plan{options.bars, options.moods, options.form};
    if (std::any_of(plan.moods.begin(), plan.moods.end(),
                    [&](const auto& weights) { return weights.size() != classes; })) {
        return fail(Error::Code::BadInput, "A mood needs a weight for each of the " +
                                               std::to_string(classes) + " classes of the model");
    }
    if (static_cast<int>(plan.form.size()) > plan.bars) {
        return fail(Error::Code::BadInput,
                    "The form has more sections than there are bars: " + plan.form);
    }
    if (plan.moods.empty() && *number > 0) {
        plan.moods.push_back(mixtureOf(*number, classes));
    }
    return torchEdge([&]() -> Result<music::Song> {
        Random random(options.seed);
        OnWords onWords;
        if (onBar) {
            onWords = [&](std::span<const Word> soFar, int bars) {
                return onBar(codec::songOfWords(soFar, options.bpm), bars);
            };
        }
        CANTO_TRY(words,
                  composeWords(*m_net, codec::wordsOf(begun).words, plan, m_targets,
                               {.temperature = options.temperature, .nucleus = options.nucleus},
                               random, onWords, [&] { return options.cancel.cancelled(); }));
        return codec::songOfWords(*words, options.bpm);
    });
}

std::vector<double> MuserModel::classScores(const Latent& z) const {
    const auto labels = static_cast<std::int64_t>(m_info.classes.size());
    if (labels == 0 || !check(z) || lengthOf(z, m_net->config) == 0) {
        return {};
    }
    // Which label's prior gives the codes the highest probability.
    const auto scores = torchEdge([&] {
        c10::InferenceMode inference;
        auto codes = codesOf(z, m_net->config);
        codes = codes.narrow(1, 0, m_net->config.groups()).unsqueeze(0).expand({labels, -1, -1});
        const auto live = torch::ones({labels, codes.size(1)}, torch::kBool);
        const auto loss =
            priorLoss(*m_net->prior, codes, live, torch::arange(1, labels + 1, torch::kInt64));
        const auto chance = torch::softmax(-loss.sum(1).to(torch::kFloat64), 0).contiguous();
        return std::vector<double>(chance.data_ptr<double>(), chance.data_ptr<double>() + labels);
    });
    return scores.value_or(std::vector<double>());
}

Result<Latent> MuserModel::transfer(const Latent& target, const Latent& source,
                                    std::span<const int> blocks) const {
    for (const auto* z : {&target, &source}) {
        CANTO_CHECK(check(*z));
    }
    std::vector<int> elements;
    bool label = false;
    for (const int block : blocks) {
        if (block < 0 || block > kElements) {
            return fail(Error::Code::BadInput, "The model has no block " + std::to_string(block));
        }
        if (block == kElements) {
            label = true;
        } else {
            elements.push_back(block);
        }
    }
    return torchEdge([&] {
        auto z = transferElements(target, source, elements, *m_net);
        if (label) {
            z.back() = source.back();
        }
        return z;
    });
}

Latent MuserModel::coordinates(const Latent& z, std::optional<int> block) const {
    const auto& config = m_net->config;
    const auto size = static_cast<std::size_t>(config.latent());
    Latent mean(size, 0.0F);
    if (check(z) && lengthOf(z, config) > 0) {
        c10::InferenceMode inference;
        const auto vectors = vectorsOf(codesOf(z, config), *m_net).mean(1).contiguous();
        std::copy_n(vectors.data_ptr<float>(), size, mean.begin());
    }
    if (!block || *block < 0 || *block >= kElements) {
        return mean;
    }
    const auto first = mean.begin() + *block * config.slice;
    return {first, first + config.slice};
}

ModelInfo infoOf(const NetConfig& config, const tensors::SafeTensors& weights) {
    ModelInfo info;
    info.id = "muser";
    info.space = "Emotion";
    info.title = "MusER";
    info.version = weights.checksum();
    info.latentSize = kElements * config.places + 1;
    info.phraseBars = config.bars;
    info.geometry = Geometry::Discrete;
    info.can = {.encode = true,
                .decode = true,
                .samplePrior = true,
                .conditional = !config.labels.empty(),
                .train = true};
    info.labelColumn = weights.metadata("labelColumn");
    info.classes = config.labels;
    info.card = weights.metadata();
    static constexpr std::array<const char*, kElements> kTitles = {
        "Tempo", "Chord", "Beat", "Type", "Pitch", "Duration", "Velocity"};
    for (int element = 0; element < kElements; ++element) {
        const auto at = static_cast<std::size_t>(element);
        info.blocks.push_back({.id = codec::kFieldNames[at],
                               .title = kTitles[at],
                               .begin = element * config.places,
                               .end = (element + 1) * config.places,
                               .continuous = false,
                               .advanced = element == static_cast<int>(codec::Field::Type)});
    }
    info.blocks.push_back({.id = "emotion",
                           .title = "Emotion",
                           .begin = kElements * config.places,
                           .end = kElements * config.places + 1,
                           .continuous = false,
                           .advanced = true});
    return info;
}

} // namespace

Result<std::shared_ptr<LatentModel>> openMuser(const tensors::SafeTensors& weights) {
    CANTO_TRY(net, openNet(weights));
    return std::make_shared<MuserModel>(*net, infoOf((*net)->config, weights));
}

} // namespace canto::models::muser
