// SPDX-License-Identifier: GPL-3.0-or-later

#include "core/arrange/examples.h"
#include "core/audio/plain_sound.h"
#include "core/codec/beat_grid.h"
#include "core/codec/chords.h"
#include "core/music/pedal.h"
#include "models/arrange/arrange.h"
#include "models/arrange/batch.h"
#include "models/arrange/net.h"
#include "models/nn/torch_edge.h"

#include <algorithm>
#include <cmath>

namespace canto::models::arrange {

using torch::Tensor;

namespace {

constexpr int kUnitBars = 2;
constexpr int kBeatsOfBar = 4;

/// A song on its grid, with a simple rendering of it.
struct Read {
    std::vector<double> beats; ///< seconds
    std::vector<audio::Chord> chords;
    std::vector<PartNote> notes;
    audio::Feature audioFeatures; ///< (264, 8 a beat)
};

Read read(const music::Song& asWritten) {
    const auto song = music::withPedalInLengths(asWritten);
    const auto grid = codec::beatGridOf(song);
    Read result;
    for (const auto tick : grid.beats()) {
        result.beats.push_back(song.tempo.secondsAt(tick));
    }
    std::vector<music::Note> pitched;
    for (const auto& note : song.notes) {
        if (!note.isDrum()) {
            pitched.push_back(note);
            const auto placed =
                canto::arrange::onGrid(note.startSeconds, note.endSeconds(), note.pitch,
                                       canto::arrange::Part::Piano, result.beats);
            if (placed.length > 0) {
                result.notes.push_back(placed);
            }
        }
    }
    for (const auto& chord : codec::chordsOf(pitched, grid)) {
        result.chords.push_back(canto::arrange::chordOfScore(chord));
    }
    result.chords.resize(result.beats.size() - 1);
    // The two bars beyond the end are silent.
    const auto sound = audio::plainSound(song, result.beats.back() + 1);
    result.audioFeatures = audio::gridFeatures(audio::analyseFrames(sound), result.beats);
    return result;
}

class ArrangeModel : public LatentModel, public NetOwner {
  public:
    ArrangeModel(Net net, ModelInfo info, double endBias)
        : m_net(std::move(net)), m_info(std::move(info)), m_endBias(endBias) {}

    const ModelInfo& info() const override { return m_info; }
    Net net() const override { return m_net; }
    double endBias() const override { return m_endBias; }

    std::vector<Segment> segments(const music::Song& song) const override {
        std::vector<Segment> segments;
        const bool some = std::any_of(song.notes.begin(), song.notes.end(),
                                      [](const music::Note& note) { return !note.isDrum(); });
        if (!some) {
            return segments;
        }
        const auto grid = codec::beatGridOf(song);
        for (const auto& place : placesOf(song, grid)) {
            const auto start = grid.tickAt(place.step);
            const auto end = grid.tickAt(place.step + kUnitBars * kBeatsOfBar * kSteps);
            const auto middle = grid.tickAt(place.step + kBeatsOfBar * kSteps);
            const auto starts = [&](music::Tick from, music::Tick to) {
                return std::any_of(song.notes.begin(), song.notes.end(), [&](const auto& note) {
                    return !note.isDrum() && note.start >= from && note.start < to;
                });
            };
            const bool first = starts(start, middle);
            const bool second = starts(middle, end);
            if (first || second) {
                segments.push_back({place.bar, place.start, end, first && second});
            }
        }
        return segments;
    }

    Result<std::vector<Latent>> encode(const music::Song& song, std::span<const Segment> segments,
                                       const CancelToken& cancel) const override {
        const auto grid = codec::beatGridOf(song);
        const auto places = placesOf(song, grid);
        const auto last = std::max(song.endTick(), places.back().start);
        std::vector<int> beats;
        for (const auto& segment : segments) {
            if (segment.start < 0 || segment.start > last) {
                return fail(Error::Code::BadInput, "The phrase lies outside the song",
                            "bar " + std::to_string(segment.bar + 1));
            }
            beats.push_back(static_cast<int>(codec::placeOf(places, segment.start).step / kSteps));
        }
        if (segments.empty()) {
            return std::vector<Latent>();
        }
        const auto song_ = read(song);
        return torchEdge([&]() -> Result<std::vector<Latent>> {
            c10::InferenceMode inference;
            std::vector<Latent> latents;
            for (const int beat : beats) {
                if (cancel.cancelled()) {
                    return fail(Error::Code::Cancelled, "Cancelled");
                }
                latents.push_back(latentOf(song_, beat));
            }
            return latents;
        });
    }

    Result<music::Song> decode(const Latent& z, const DecodeOptions& options,
                               const OnBar& onBar) const override {
        CANTO_CHECK(checkLatent(z, m_info.latentSize));
        return torchEdge([&]() -> Result<music::Song> {
            c10::InferenceMode inference;
            auto point = z;
            const auto latents =
                m_net->parts(torch::from_blob(point.data(), {1, m_info.latentSize}).clone());
            bool stopped = false;
            const auto trees = m_net->decoder->notes->write(
                latents.joined(), m_net->featuresOf(latents), m_endBias, [&](int) {
                    stopped = options.cancel.cancelled();
                    return !stopped;
                });
            if (stopped) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            const auto notes = canto::arrange::notesOf(trees.front());
            for (int bar = 1; onBar && bar <= kUnitBars; ++bar) {
                std::vector<PartNote> soFar;
                std::copy_if(
                    notes.begin(), notes.end(), std::back_inserter(soFar),
                    [&](const PartNote& n) { return n.step < bar * kBeatsOfBar * kSteps; });
                if (!onBar(songOf(soFar, options.bpm), bar)) {
                    return fail(Error::Code::Cancelled, "Cancelled");
                }
            }
            return songOf(notes, options.bpm);
        });
    }

    Result<Latent> samplePrior(std::optional<int> label, Random& random) const override {
        if (label || !m_info.can.samplePrior) {
            return fail(Error::Code::BadInput, label ? "The prior has no classes"
                                                     : "This variant was trained without a prior");
        }
        Latent z;
        for (int i = 0; i < m_info.latentSize; ++i) {
            z.push_back(static_cast<float>(random.normal()));
        }
        return z;
    }

    std::vector<double> classScores(const Latent&) const override { return {}; }

  private:
    static constexpr int kSteps = canto::arrange::kStepsPerBeat;

    /// Units begin on beats: a bar line between two beats belongs to the earlier one.
    static std::vector<codec::PhrasePlace> placesOf(const music::Song& song,
                                                    const codec::BeatGrid& grid) {
        const auto beats = static_cast<std::int64_t>(grid.beats().size()) - 1;
        auto places = codec::phrasePlaces(song, grid, kUnitBars, beats * kSteps - 1);
        for (auto& place : places) {
            place.step -= place.step % kSteps;
        }
        return places;
    }

    Latent latentOf(const Read& song, int beat) const {
        UnitView view;
        std::vector<std::uint8_t> audioFeatures;
        const int beats = static_cast<int>(song.beats.size()) - 1;
        constexpr auto kRows = std::size_t{audio::kChannels * audio::kBands};
        for (int i = beat; i < beat + kUnitBeats; ++i) {
            const bool inside = i < beats;
            view.chords.push_back(inside ? song.chords[static_cast<std::size_t>(i)]
                                         : audio::Chord());
            for (int cell = 0; cell < audio::kCellsPerBeat; ++cell) {
                for (std::size_t row = 0; row < kRows; ++row) {
                    const float value =
                        inside ? song.audioFeatures.frame(i * audio::kCellsPerBeat + cell)[row]
                               : 0.0F;
                    audioFeatures.push_back(static_cast<std::uint8_t>(
                        std::lround(255 * std::clamp(value, 0.0F, 1.0F))));
                }
            }
        }
        view.audio = audioFeatures;
        view.given = canto::arrange::unitOf(song.notes, beat * kSteps);
        const auto batch = batchOf(std::span(&view, 1), m_net->config.slots);
        const auto z = m_net->meansOf(batch.chords, batch.audio, batch.roll).joined().contiguous();
        const auto* numbers = z.data_ptr<float>();
        return {numbers, numbers + z.numel()};
    }

    static music::Song songOf(std::span<const PartNote> notes, double bpm) {
        music::Song song;
        song.tracks = {{"Piano"}};
        const auto micros = static_cast<std::uint32_t>(60e6 / std::clamp(bpm, 4.0, 1000.0));
        song.tempo = music::TempoMap(song.ticksPerQuarter, {{0, micros}});
        const music::Tick step = song.ticksPerQuarter / kSteps;
        for (const auto& note : notes) {
            music::Note played;
            played.start = note.step * step;
            played.length = std::min(note.length, kUnitSteps - note.step) * step;
            played.pitch = note.pitch;
            song.notes.push_back(played);
        }
        song.finish();
        return song;
    }

    mutable Net m_net;
    ModelInfo m_info;
    double m_endBias;
};

ModelInfo infoOf(const NetConfig& config, const tensors::SafeTensors& weights) {
    ModelInfo info;
    info.id = "arrange";
    info.space = "Arrangement";
    info.title = "Audio-to-symbolic arrangement";
    info.version = weights.checksum();
    info.latentSize = config.latent();
    info.phraseBars = kUnitBars;
    info.can = {.encode = true,
                .decode = true,
                .samplePrior = config.samples(),
                .conditional = false,
                .train = true};
    info.card = weights.metadata();
    int begin = 0;
    const auto add = [&](const char* id, const char* title, int size) {
        if (size > 0) {
            info.blocks.push_back({.id = id, .title = title, .begin = begin, .end = begin + size});
            begin += size;
        }
    };
    add("chord", "Chords", config.chordSize());
    add("audio", "Sound", config.audioSize());
    add("texture", "Texture", config.textureSize());
    return info;
}

} // namespace

Result<std::shared_ptr<LatentModel>> openModel(const tensors::SafeTensors& weights) {
    CANTO_TRY(net, openNet(weights));
    const auto& config = (*net)->config;
    return std::make_shared<ArrangeModel>(*net, infoOf(config, weights), endBiasOf(weights));
}

} // namespace canto::models::arrange
