// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/arrange/arrange.h"
#include "models/arrange/batch.h"
#include "models/arrange/net.h"
#include "models/nn/open_net.h"

#include <algorithm>

namespace canto::models::arrange {

namespace {

using canto::arrange::GridNote;

class NetArranger : public canto::arrange::Arranger {
  public:
    /// @param owner  kept open; may be null.
    NetArranger(Net net, double endBias, std::shared_ptr<LatentModel> owner = {})
        : m_owner(std::move(owner)), m_net(std::move(net)), m_endBias(endBias) {}

    std::string name() const override {
        const auto& config = m_net->config;
        return config.variant == Variant::Full ? "a2s" : "a2s, " + nameOf(config.variant);
    }
    canto::arrange::Stitching stitching() const override {
        return m_net->config.unitsBefore ? canto::arrange::Stitching::FirstBar
                                         : canto::arrange::Stitching::TwoBars;
    }
    /// A bias separates the ends of steps from notes; the density moves it by this much, nats.
    void setDensity(double density) override {
        constexpr double kReach = 3;
        m_densityBias = kReach * std::clamp(density, -1.0, 1.0);
    }
    Result<std::vector<GridNote>> arrange(const canto::arrange::Unit& unit,
                                          std::span<const GridNote> previous,
                                          const CancelToken& cancel) override {
        if (unit.audio.size() != canto::arrange::kUnitAudio) {
            return fail(Error::Code::BadShape,
                        "A unit wants " + std::to_string(canto::arrange::kUnitAudio) +
                            " numbers of sound, not " + std::to_string(unit.audio.size()));
        }
        return torchEdge([&]() -> Result<std::vector<GridNote>> {
            c10::InferenceMode inference;
            std::vector<PartNote> given;
            for (const auto& note : previous) {
                given.push_back({note.step, std::max(note.length, 1),
                                 static_cast<std::uint8_t>(std::clamp(note.pitch, 0, 127)),
                                 canto::arrange::Part::Piano});
            }
            const UnitView view{{unit.chords.begin(), unit.chords.end()}, {}, {}, given, 0};
            auto batch = batchOf(std::span(&view, 1), m_net->config.slots);
            auto* audioFeatures = const_cast<float*>(unit.audio.data()); // from_blob has no const
            batch.audio =
                torch::from_blob(audioFeatures, {1, audio::kChannels, kUnitCells, audio::kBands})
                    .clone();
            const auto latents =
                m_net->meansOf(batch.chords, batch.audio,
                               m_net->config.unitsBefore ? batch.roll : torch::Tensor());
            bool stopped = false;
            const auto trees = m_net->decoder->notes->write(
                latents.joined(), m_net->featuresOf(latents), m_endBias + m_densityBias, [&](int) {
                    stopped = cancel.cancelled();
                    return !stopped;
                });
            if (stopped) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            std::vector<GridNote> notes;
            for (const auto& note : canto::arrange::notesOf(trees.front())) {
                notes.push_back({note.step, note.length, std::clamp<int>(note.pitch, 21, 108), 0});
            }
            return notes;
        });
    }

  private:
    std::shared_ptr<LatentModel> m_owner;
    Net m_net;
    double m_endBias;
    double m_densityBias = 0;
};

std::vector<NamedShape> expectedOf(const NetConfig& config) {
    std::vector<NamedShape> expected = {
        {"decoder.notes.time.weight_hh_l0", {3 * config.timeHidden, config.timeHidden}},
        {"decoder.notes.notes.weight_hh_l0", {3 * config.noteHidden, config.noteHidden}},
        {"decoder.notes.summary.weight_hh_l0", {3 * config.noteWidth, config.noteWidth}},
        {"decoder.notes.fromLatent.weight", {config.timeHidden / 2, config.latent()}}};
    if (config.hasChord()) {
        const int hidden = config.chordHidden;
        expected.push_back({std::string("encoder.") + (config.byBeat ? "chordBeats" : "chord") +
                                ".gru.weight_hh_l0",
                            {3 * hidden, hidden}});
        expected.push_back({"decoder.chord.gru.weight_hh_l0", {6 * hidden, 2 * hidden}});
    }
    if (config.hasAudio()) {
        const int channels = config.audioChannels;
        expected.push_back(
            config.byBeat ? NamedShape{"encoder.keys.octaves.weight", {channels, channels, 3, 3}}
                          : NamedShape{"encoder.hearMore.weight", {2 * channels, channels, 3, 5}});
        expected.push_back(
            {std::string("encoder.") + (config.byBeat ? "beats" : "audio") + ".gru.weight_hh_l0",
             {3 * config.audioHidden, config.audioHidden}});
        expected.push_back(
            {"decoder.notes.fromFeatures.weight", {config.noteWidth, config.features()}});
        expected.push_back(
            {"decoder.feature.gru.weight_hh_l0", {3 * config.featureHidden, config.featureHidden}});
    }
    if (config.hasTexture()) {
        expected.push_back({"encoder.wide.weight", {2 * config.textureWide, 10 * 29}});
        expected.push_back(
            {"encoder.texture.gru.weight_hh_l0", {3 * config.textureHidden, config.textureHidden}});
    }
    return expected;
}

} // namespace

Result<Net> openNet(const tensors::SafeTensors& weights) {
    return openNetAs<Net, NetConfig>(weights, &expectedOf);
}

double endBiasOf(const tensors::SafeTensors& weights) {
    const auto metrics = nlohmann::json::parse(weights.metadata("metrics"), nullptr, false);
    const auto found = metrics.is_object() ? metrics.find("endBias") : metrics.end();
    return metrics.is_object() && found != metrics.end() && found->is_number()
               ? std::clamp(found->get<double>(), -10.0, 10.0)
               : 0.0;
}

Result<std::unique_ptr<canto::arrange::Arranger>> openArranger(const std::filesystem::path& path) {
    CANTO_TRY(file, openWeightsOf(path, "arrange"));
    CANTO_TRY(net, openNet(*file));
    return std::make_unique<NetArranger>(std::move(*net), endBiasOf(*file));
}

Result<std::unique_ptr<canto::arrange::Arranger>> arrangerOf(std::shared_ptr<LatentModel> model) {
    const auto* owner = dynamic_cast<const NetOwner*>(model.get());
    if (owner == nullptr) {
        return fail(Error::Code::BadInput,
                    "The model " + model->info().title + " does not arrange");
    }
    auto net = owner->net();
    const double endBias = owner->endBias();
    return std::make_unique<NetArranger>(std::move(net), endBias, std::move(model));
}

} // namespace canto::models::arrange
