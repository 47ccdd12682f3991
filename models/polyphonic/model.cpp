// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/verify.h"
#include "models/common/composer.h"
#include "models/common/filler.h"
#include "models/common/whole_song.h"
#include "models/nn/torch_edge.h"
#include "models/polyphonic/calibration.h"
#include "models/polyphonic/composing.h"
#include "models/polyphonic/net.h"
#include "models/polyphonic/polyphonic.h"
#include "models/polyphonic/track_patterns.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <tuple>

namespace canto::models::polyphonic {

using codec::GridPhrase;
using codec::GridSong;
using codec::GridWindow;
using musae::CircularMixturePrior;
using music::Song;
using music::Tick;
using torch::Tensor;

namespace {

constexpr std::size_t kEncodeBatch = 48;

/// The window that begins in the bar with a tick, or nothing outside the song.
std::optional<GridWindow> windowAt(const GridSong& song, Tick tick) {
    const auto after =
        std::upper_bound(song.bars.begin(), song.bars.end(), tick,
                         [](Tick value, const codec::GridBar& bar) { return value < bar.start; });
    const auto bar = after - song.bars.begin() - 1;
    if (tick < 0 || bar < 0 || static_cast<std::size_t>(bar) >= song.musicBars) {
        return {};
    }
    return song.window(static_cast<std::size_t>(bar));
}

/// Windows one after another through the whole song, those without a note too.
std::vector<GridWindow> windowsOf(const GridSong& song) {
    std::vector<GridWindow> windows;
    for (std::size_t first = 0; first < song.musicBars; first = windows.back().end) {
        windows.push_back(song.window(first));
    }
    return windows;
}

std::vector<GridPhrase> phrasesOfSong(const GridSong& song) {
    std::vector<GridPhrase> phrases;
    for (const auto& window : windowsOf(song)) {
        phrases.push_back(song.phrase(window));
    }
    return phrases;
}

/// Shown, in the order of codec::Voice.
constexpr std::array<const char*, kVoices> kTitles{"Drums",  "Bass",    "Keys",
                                                   "Guitar", "Strings", "Lead"};

std::string weightsEntry(const ModelInfo& info, const char* key) {
    const auto found = info.card.find(key);
    return found == info.card.end() ? std::string() : found->second;
}

class PolyphonicModel final : public LatentModel, public WholeSong, public Filler, public Composer {
  public:
    PolyphonicModel(Net net, ModelInfo info)
        : m_net(std::move(net)), m_info(std::move(info)),
          m_calibration(ScoreCalibration::fromCard(weightsEntry(m_info, ScoreCalibration::kKey),
                                                   m_info.classes.size())),
          m_patterns(TrackPatterns::fromCard(weightsEntry(m_info, TrackPatterns::kKey),
                                             m_info.classes.size())) {}

    const ModelInfo& info() const override { return m_info; }
    std::vector<Segment> segments(const Song& song) const override;
    Result<std::vector<Latent>> encode(const Song& song, std::span<const Segment> segments,
                                       const CancelToken& cancel) const override;
    Result<Song> decode(const Latent& z, const DecodeOptions& options,
                        const OnBar& onBar) const override;
    Result<Latent> samplePrior(std::optional<int> label, Random& random) const override;
    std::vector<double> classScores(const Latent& z) const override;
    std::vector<PriorComponent> priorComponents() const override;
    Result<Song> rebuild(const Song& song, const CancelToken& cancel) const override;

    std::vector<std::string> fillTracks() const override;
    Result<Filled> fill(const Song& song, const Segment& segment,
                        const FillOptions& options) const override;
    Result<Song> compose(const Song& begun, const ComposeOptions& options,
                         const OnBar& onBar) const override;

    Result<void> warmUp() const;

  private:
    Tensor encoded(std::span<const GridPhrase> phrases) const;

    mutable Net m_net;
    ModelInfo m_info;
    ScoreCalibration m_calibration;
    TrackPatterns m_patterns;
};

std::vector<Segment> PolyphonicModel::segments(const Song& song) const {
    const auto grid = codec::toGrid(song);
    std::vector<Segment> segments;
    for (const auto& window : grid.windows()) {
        const auto& first = grid.bars[window.first];
        const auto& last = grid.bars[window.end - 1];
        segments.push_back({first.bar, first.start, last.end, window.strict});
    }
    return segments;
}

/// (B, Z), in the decoder's units. Phrases without a note are allowed.
Tensor PolyphonicModel::encoded(std::span<const GridPhrase> phrases) const {
    const auto batch = batchOf(phrases);
    return m_net->latentOf(batch, m_net->encoder(batch));
}

Result<std::vector<Latent>> PolyphonicModel::encode(const Song& song,
                                                    std::span<const Segment> segments,
                                                    const CancelToken& cancel) const {
    const auto grid = codec::toGrid(song);
    std::vector<GridPhrase> phrases;
    for (const auto& segment : segments) {
        const auto window = windowAt(grid, segment.start);
        if (!window) {
            return fail(Error::Code::BadInput, "The phrase lies outside the song",
                        "tick " + std::to_string(segment.start));
        }
        phrases.push_back(grid.phrase(*window));
    }
    return torchEdge([&]() -> Result<std::vector<Latent>> {
        c10::InferenceMode inference;
        std::vector<Latent> latents;
        latents.reserve(segments.size());
        for (std::size_t begin = 0; begin < phrases.size(); begin += kEncodeBatch) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            const auto part =
                std::span(phrases).subspan(begin, std::min(kEncodeBatch, phrases.size() - begin));
            const auto z = m_net->toZ(encoded(part)).contiguous();
            const float* from = z.data_ptr<float>();
            for (std::size_t i = 0; i < part.size(); ++i, from += m_info.latentSize) {
                latents.emplace_back(from, from + m_info.latentSize);
            }
        }
        return latents;
    });
}

Result<Song> PolyphonicModel::decode(const Latent& z, const DecodeOptions& options,
                                     const OnBar& onBar) const {
    CANTO_CHECK(checkLatent(z, m_info.latentSize));
    const auto phrases = torchEdge([&] {
        c10::InferenceMode inference;
        auto input = torch::empty({1, m_info.latentSize});
        std::memcpy(input.data_ptr<float>(), z.data(), z.size() * sizeof(float));
        return m_net->phrasesOf(m_net->toU(input));
    });
    if (!phrases) {
        return fail(phrases.error());
    }
    const auto& phrase = phrases->front();
    const int bars = std::max(1, (phrase.steps + phrase.barSteps - 1) / phrase.barSteps);
    Song song;
    // All bars are decoded at once; they are passed on bar by bar so that callers can treat it like
    // a slower model.
    for (int bar = 1; bar <= bars; ++bar) {
        song = codec::toSong(*phrases, {.bpm = options.bpm, .bars = bar});
        if (onBar && !onBar(song, bar)) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
    }
    return song;
}

Result<Song> PolyphonicModel::rebuild(const Song& song, const CancelToken& cancel) const {
    const auto grid = codec::toGrid(song);
    const auto windows = windowsOf(grid);
    const auto phrases = phrasesOfSong(grid);
    auto decoded = torchEdge([&]() -> Result<std::vector<GridPhrase>> {
        c10::InferenceMode inference;
        std::vector<GridPhrase> all;
        for (std::size_t begin = 0; begin < phrases.size(); begin += kEncodeBatch) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            const auto part =
                std::span(phrases).subspan(begin, std::min(kEncodeBatch, phrases.size() - begin));
            auto some = m_net->phrasesOf(encoded(part));
            all.insert(all.end(), some.begin(), some.end());
        }
        return all;
    });
    if (!decoded) {
        return fail(decoded.error());
    }
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        // The length that the latent says is even; that of the song is what is wanted.
        (*decoded)[i].steps = phrases[i].steps;
        std::erase_if((*decoded)[i].notes,
                      [&](const auto& note) { return note.step >= phrases[i].steps; });
    }
    auto result = codec::toSong(*decoded, {.ticksPerQuarter = song.ticksPerQuarter});
    // A bar that is not a whole number of sixteenths was rounded up: back to where it began.
    const Tick quarter = result.ticksPerQuarter;
    std::vector<std::pair<Tick, Tick>> shifts; // from this tick on, by so much
    std::int64_t steps = 0;
    for (const auto& window : windows) {
        const Tick placed = steps * quarter / 4;
        shifts.emplace_back(placed, grid.bars[window.first].start - placed);
        steps += window.steps;
    }
    const auto shiftAt = [&](Tick tick) {
        const auto after =
            std::upper_bound(shifts.begin(), shifts.end(), tick,
                             [](Tick value, const auto& shift) { return value < shift.first; });
        return after == shifts.begin() ? Tick{0} : std::prev(after)->second;
    };
    for (auto& note : result.notes) {
        note.start = std::max<Tick>(0, note.start + shiftAt(note.start));
    }
    for (auto& event : result.events) {
        event.tick = std::max<Tick>(0, event.tick + shiftAt(event.tick));
    }
    result.tempo = song.tempo;
    result.metre = song.metre;
    result.finish();
    return result;
}

Result<Latent> PolyphonicModel::samplePrior(std::optional<int> label, Random& random) const {
    const int labels = static_cast<int>(m_info.classes.size());
    if (label && (*label < 0 || *label >= labels)) {
        return fail(Error::Code::BadInput, "The prior has no class " + std::to_string(*label));
    }
    const double thin = std::sqrt(CircularMixturePrior::kOtherVariance);
    Latent z(static_cast<std::size_t>(m_info.latentSize));
    for (auto& value : z) {
        value = static_cast<float>(thin * random.normal());
    }
    const double angle = m_net->prior.angle(label.value_or(labels));
    const double radial = 1.0 + std::sqrt(CircularMixturePrior::kRadialVariance) * random.normal();
    const double tangent = thin * random.normal();
    z[0] = static_cast<float>(radial * std::cos(angle) - tangent * std::sin(angle));
    z[1] = static_cast<float>(radial * std::sin(angle) + tangent * std::cos(angle));
    z[kHead - 1] = 0; // two bars of 4/4
    const float* plays = m_net->plays.data_ptr<float>();
    bool any = false;
    const auto pattern =
        m_patterns.any() ? m_patterns.draw(label, random) : std::array<bool, kVoices>{};
    for (int track = 0; track < kVoices; ++track) {
        const bool on = m_patterns.any() ? pattern[static_cast<std::size_t>(track)]
                                         : random.uniform() < plays[track];
        any = any || on;
        z[static_cast<std::size_t>(m_net->config.blockBegin(track))] =
            static_cast<float>(on ? thin : -thin);
    }
    if (!any) {
        z[static_cast<std::size_t>(m_net->config.blockBegin(2))] = static_cast<float>(thin);
    }
    return z;
}

std::vector<double> PolyphonicModel::classScores(const Latent& z) const {
    CANTO_VERIFY(z.size() == static_cast<std::size_t>(m_info.latentSize)) { return {}; }
    auto scores = m_net->prior.logDensities(z[0], z[1]);
    scores.resize(m_info.classes.size()); // without "no label"
    if (m_calibration.any()) {
        scores = m_calibration.logits(z[0], z[1]);
    }
    return scores.empty() ? scores : softmax(std::move(scores));
}

std::vector<PriorComponent> PolyphonicModel::priorComponents() const {
    const auto size = static_cast<std::size_t>(m_info.latentSize);
    const int labels = static_cast<int>(m_info.classes.size());
    const double thin = std::sqrt(CircularMixturePrior::kOtherVariance);
    const double along =
        std::sqrt(CircularMixturePrior::kRadialVariance - CircularMixturePrior::kOtherVariance);
    std::vector<PriorComponent> components;
    for (int k = 0; k <= labels; ++k) {
        PriorComponent component;
        if (k < labels) {
            component.label = m_info.classes[static_cast<std::size_t>(k)];
            component.classOf = k;
        }
        const double angle = m_net->prior.angle(k);
        component.mean.assign(size, 0.0F);
        component.mean[0] = static_cast<float>(std::cos(angle));
        component.mean[1] = static_cast<float>(std::sin(angle));
        component.deviation.assign(size, static_cast<float>(thin));
        std::array<double, kVoices> plays{};
        std::copy_n(m_net->plays.data_ptr<float>(), kVoices, plays.begin());
        if (k < labels && m_patterns.any()) {
            plays = m_patterns.shares(k);
        }
        for (int track = 0; track < kVoices; ++track) {
            const auto at = static_cast<std::size_t>(m_net->config.blockBegin(track));
            const double share = std::clamp(plays[static_cast<std::size_t>(track)], 0.02, 0.98);
            component.mean[at] = static_cast<float>(thin * (2 * share - 1));
            component.deviation[at] = static_cast<float>(thin * 2 * std::sqrt(share * (1 - share)));
        }
        component.axis.assign(size, 0.0F);
        component.axis[0] = static_cast<float>(along * std::cos(angle));
        component.axis[1] = static_cast<float>(along * std::sin(angle));
        components.push_back(std::move(component));
    }
    return components;
}

std::vector<std::string> PolyphonicModel::fillTracks() const {
    return {kTitles.begin(), kTitles.end()};
}

// The block of a track says what the track plays, so nothing is optimised: a track of which a bar
// is locked brings its own block, the others take theirs from `toward`, and what is locked is
// written over what is decoded.
Result<Filled> PolyphonicModel::fill(const Song& song, const Segment& segment,
                                     const FillOptions& options) const {
    CANTO_CHECK(checkLatent(options.toward, m_info.latentSize));
    const auto bars = static_cast<std::size_t>(m_info.phraseBars);
    if (options.locked.size() != kVoices * bars) {
        return fail(Error::Code::BadShape,
                    "Locks are needed for " + std::to_string(kVoices) + " tracks of " +
                        std::to_string(bars) + " bars",
                    std::to_string(options.locked.size()));
    }
    const auto grid = codec::toGrid(song);
    const auto window = windowAt(grid, segment.start);
    if (!window) {
        return fail(Error::Code::BadInput, "The phrase lies outside the song",
                    "tick " + std::to_string(segment.start));
    }
    if (options.cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Cancelled");
    }
    const auto own = grid.phrase(*window);
    const auto keeps = [&](std::size_t track, int step) {
        const auto bar = std::min(static_cast<std::size_t>(step / own.barSteps), bars - 1);
        return bool(options.locked[track * bars + bar]);
    };
    const auto anyOf = [&](std::size_t track) {
        const auto first = options.locked.begin() + static_cast<std::ptrdiff_t>(track * bars);
        return std::find(first, first + static_cast<std::ptrdiff_t>(bars), true) !=
               first + static_cast<std::ptrdiff_t>(bars);
    };
    Filled filled;
    filled.latent = options.toward;
    Random random(options.seed);
    auto decoded = torchEdge([&]() -> Result<GridPhrase> {
        c10::InferenceMode inference;
        const auto z = m_net->toZ(encoded({&own, 1})).contiguous();
        const float* mine = z.data_ptr<float>();
        const auto scale = m_net->scale.contiguous();
        const float* unit = scale.data_ptr<float>();
        for (std::size_t track = 0; track < kVoices; ++track) {
            const auto begin =
                static_cast<std::size_t>(m_net->config.blockBegin(static_cast<int>(track)));
            const auto end =
                static_cast<std::size_t>(m_net->config.blockBegin(static_cast<int>(track) + 1));
            if (anyOf(track)) {
                std::copy(mine + begin, mine + end,
                          filled.latent.begin() + static_cast<std::ptrdiff_t>(begin));
                continue;
            }
            // Not its first number, which says whether the track plays.
            for (auto i = begin + 1; i < end && options.spread > 0; ++i) {
                filled.latent[i] += static_cast<float>(options.spread * unit[i] * random.normal());
            }
        }
        if (std::find(options.locked.begin(), options.locked.end(), true) != options.locked.end()) {
            // In the metre of what is kept.
            filled.latent[kHead - 1] = mine[kHead - 1];
        }
        auto input = torch::from_blob(filled.latent.data(), {1, m_info.latentSize}).clone();
        return std::move(m_net->phrasesOf(m_net->toU(input)).front());
    });
    if (!decoded) {
        return fail(decoded.error());
    }
    std::size_t kept = 0, found = 0;
    std::vector<codec::GridNote> notes;
    for (const auto& note : own.notes) {
        if (keeps(note.track, note.step)) {
            ++kept;
            found += std::any_of(decoded->notes.begin(), decoded->notes.end(), [&](const auto& at) {
                return at.track == note.track && at.step == note.step && at.pitch == note.pitch;
            });
            notes.push_back(note);
        }
    }
    for (auto note : decoded->notes) {
        if (keeps(note.track, note.step)) {
            continue;
        }
        // A note ends where a locked bar of its track begins.
        for (int step = note.step + 1; step < note.step + note.length; ++step) {
            if (keeps(note.track, step)) {
                note.length = step - note.step;
            }
        }
        notes.push_back(note);
    }
    std::sort(notes.begin(), notes.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.step, a.track, a.pitch) < std::tuple(b.step, b.track, b.pitch);
    });
    if (kept > 0) {
        decoded->steps = own.steps;
        decoded->barSteps = own.barSteps;
        std::erase_if(notes, [&](const auto& note) { return note.step >= own.steps; });
    }
    for (std::size_t track = 0; track < kVoices; ++track) {
        if (anyOf(track)) {
            decoded->programs[track] = own.programs[track];
        }
    }
    decoded->notes = std::move(notes);
    filled.understood = kept > 0 ? static_cast<double>(found) / static_cast<double>(kept) : 1.0;
    filled.song = codec::toSong({&*decoded, 1}, {.bpm = options.bpm});
    return filled;
}

Result<Song> PolyphonicModel::compose(const Song& begun, const ComposeOptions& options,
                                      const OnBar& onBar) const {
    const auto classes = m_info.classes.size();
    if (options.label && (*options.label < 0 || *options.label >= int(classes))) {
        return fail(Error::Code::BadInput,
                    "The prior has no class " + std::to_string(*options.label));
    }
    if (std::any_of(options.moods.begin(), options.moods.end(),
                    [&](const auto& weights) { return weights.size() != classes; })) {
        return fail(Error::Code::BadInput, "A mood needs a weight for each of the " +
                                               std::to_string(classes) + " classes of the model");
    }
    if (options.bars < 1 || static_cast<int>(options.form.size()) > options.bars) {
        return fail(Error::Code::BadInput,
                    "The form has more sections than there are bars: " + options.form);
    }
    PiecePlan plan{options.bars, options.form, options.temperature, {}};
    for (const auto& weights : options.moods) {
        auto plane = torch::zeros({kPlane});
        for (std::size_t k = 0; k < classes; ++k) {
            const double angle = m_net->prior.angle(static_cast<int>(k));
            plane += weights[k] * torch::tensor({std::cos(angle), std::sin(angle)}, torch::kFloat);
        }
        plan.planes.push_back(plane);
    }
    auto grid = codec::toGrid(begun);
    auto phrases = phrasesOfSong(grid);
    const int begunBars = begun.notes.empty() ? 0 : codec::toSong(phrases).bars();
    return torchEdge([&]() -> Result<Song> {
        Random random(options.seed);
        const auto start = [&](Random& from) {
            const auto z = samplePrior(options.label, from)
                               .value_or(Latent(static_cast<std::size_t>(m_info.latentSize)));
            return torch::tensor(z).view({1, m_info.latentSize});
        };
        const auto joined = [&](std::span<const GridPhrase> more) {
            auto all = phrases;
            all.insert(all.end(), more.begin(), more.end());
            return all;
        };
        int bars = 0;
        const auto onPhrase = [&](std::span<const GridPhrase> soFar) {
            const auto all = joined(soFar);
            const auto& last = soFar.back();
            for (int bar = 0; bar < last.steps / last.barSteps; ++bar) {
                ++bars;
                const auto song = codec::toSong(all, {.bars = begunBars + bars});
                if (onBar && !onBar(song, begunBars + bars)) {
                    return false;
                }
            }
            return true;
        };
        CANTO_TRY(more, composePhrases(*m_net, phrases, start, plan, random, onPhrase,
                                       [&] { return options.cancel.cancelled(); }));
        return codec::toSong(joined(*more));
    });
}

Result<void> PolyphonicModel::warmUp() const {
    Latent z(static_cast<std::size_t>(m_info.latentSize));
    for (int track = 0; track < kVoices; ++track) {
        z[static_cast<std::size_t>(m_net->config.blockBegin(track))] = 1;
    }
    for (int i = 0; i < 2; ++i) {
        CANTO_CHECK(decode(z, {}, {}));
    }
    return {};
}

ModelInfo infoOf(const NetConfig& config, const tensors::SafeTensors& weights) {
    ModelInfo info;
    info.id = "polyphonic";
    info.space = "Style";
    info.title = "All notes";
    info.version = weights.checksum();
    info.latentSize = config.latent();
    info.phraseBars = 2;
    info.geometry = Geometry::Linear;
    info.can = {
        .encode = true, .decode = true, .samplePrior = true, .conditional = true, .train = true};
    info.labelColumn = weights.metadata("labelColumn");
    info.classes = config.labels;
    info.card = weights.metadata();
    info.blocks.push_back({.id = info.labelColumn.empty() ? "label" : info.labelColumn,
                           .title = "Genre",
                           .begin = 0,
                           .end = kPlane});
    const auto add = [&](const char* id, const char* title, int begin, int end) {
        info.blocks.push_back({.id = id, .title = title, .begin = begin, .end = end});
    };
    add("notes", "Notes", kPlane, kPlane + 1);
    add("register", "Register", kPlane + 1, kPlane + 2);
    add("loudness", "Loudness", kPlane + 2, kPlane + 3);
    add("form", "Tempo and length", kPlane + kControls, kHead);
    for (int track = 0; track < kVoices; ++track) {
        const auto voice = static_cast<std::size_t>(track);
        info.blocks.push_back({.id = std::string(codec::kVoiceNames[voice]),
                               .title = kTitles[voice],
                               .begin = config.blockBegin(track),
                               .end = config.blockBegin(track + 1)});
    }
    return info;
}

} // namespace

Result<std::shared_ptr<LatentModel>> openPolyphonic(const tensors::SafeTensors& weights) {
    CANTO_TRY(net, openNet(weights));
    auto model = std::make_shared<PolyphonicModel>(*net, infoOf((*net)->config, weights));
    CANTO_CHECK(model->warmUp());
    return model;
}

} // namespace canto::models::polyphonic
