// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/spaces/orchestra/clip_sounds.h"

#include "core/atlas/segment_attributes.h"
#include "core/audio/audio_features.h"
#include "core/sound/audio_file.h"
#include "core/sound/mono_mix.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace canto {

namespace {

constexpr double kFadeSeconds = 0.02; // at both ends, so that a repeated clip does not click
constexpr double kLeastAnalysed = 3;
constexpr float kSilenceDb = -70;

double lengthOf(std::span<const float> z) {
    double squares = 0;
    for (const float number : z) {
        squares += double(number) * double(number);
    }
    return std::sqrt(squares);
}

void fadeEnds(std::vector<float>& samples, double rate) {
    const auto fade = std::min(samples.size() / 4, static_cast<std::size_t>(kFadeSeconds * rate));
    for (std::size_t i = 0; i < fade; ++i) {
        const float gain = static_cast<float>(i) / static_cast<float>(fade);
        samples[i] *= gain;
        samples[samples.size() - 1 - i] *= gain;
    }
}

/// Splits the spectrogram into this many tiles side by side.
std::vector<SpectrogramTile> tilesOf(const models::SoundClip& clip, int count) {
    std::vector<SpectrogramTile> tiles;
    const int frames = clip.frames / count;
    for (int step = 0; step < count; ++step) {
        SpectrogramTile tile{clip.mels, frames, {}};
        for (int mel = 0; mel < clip.mels; ++mel) {
            const auto from = clip.decibels.begin() + mel * clip.frames + step * frames;
            tile.decibels.insert(tile.decibels.end(), from, from + frames);
        }
        tiles.push_back(std::move(tile));
    }
    return tiles;
}

Result<ClipAnalysis> itemOf(models::SoundClip clip, int tiles, double rate) {
    ClipAnalysis item;
    item.convergence = clip.convergence;
    item.tiles = tilesOf(clip, tiles);
    fadeEnds(clip.samples, clip.rate);
    CANTO_TRY(sound, sound::atRate(sound::soundOfMono(clip.samples, clip.rate), rate));
    item.sound = std::move(*sound);
    return item;
}

} // namespace

ClipSounds::ClipSounds(OpenModel decoder, double rate) : m_open(std::move(decoder)), m_rate(rate) {}

double ClipSounds::windowSeconds() const {
    const std::lock_guard lock(m_mutex);
    return m_model ? models::soundDecoderOf(m_model.get())->windowSeconds() : 0;
}

Result<const models::SoundDecoder*> ClipSounds::decoder() {
    if (!m_model) {
        if (!m_open) {
            return fail(Error::Code::NotFound, "The weights that make sound are not installed", {},
                        "Clips whose recordings or MIDI files are on this computer can be played");
        }
        CANTO_TRY(opened, m_open());
        if (models::soundDecoderOf(opened->get()) == nullptr) {
            return fail(Error::Code::BadInput, "These weights make no sound",
                        (*opened)->info().title);
        }
        m_model = std::move(*opened);
    }
    return models::soundDecoderOf(m_model.get());
}

Result<void> ClipSounds::readParts(const std::filesystem::path& path) {
    if (m_path == path) {
        return {};
    }
    CANTO_TRY(opened, atlas::Atlas::open(path, atlas::Access::ReadOnly));
    CANTO_TRY(models, opened->models());
    for (const atlas::ModelRow& row : *models) {
        if (!row.name.starts_with(atlas::kPartsKind) || row.version != m_model->info().version) {
            continue;
        }
        CANTO_TRY(points, opened->points(row.id));
        m_parts = std::move(*points);
        m_rows.clear();
        for (std::size_t i = 0; i < m_parts.count(); ++i) {
            m_rows.emplace(m_parts.segments[i].id, i);
        }
        m_path = path;
        return {};
    }
    return fail(Error::Code::NotFound,
                "The library has nothing that these weights can make sound of", path.string(),
                "Import its clips with --parts and these weights (canto import-clips)");
}

Result<std::vector<float>> ClipSounds::partsOf(const std::filesystem::path& path,
                                               std::span<const WeightedClip> clips) {
    CANTO_TRY(makes, decoder());
    CANTO_CHECK(readParts(path));
    const auto z = static_cast<std::size_t>((*makes)->partSize());
    const std::size_t count =
        static_cast<std::size_t>((*makes)->partRows() * (*makes)->clipWindows());
    std::vector<float> mixed(count * z, 0.0F);
    std::vector<double> wanted(count, 0.0);
    for (const WeightedClip& clip : clips) {
        const auto row = m_rows.find(clip.segment);
        if (row == m_rows.end()) {
            return fail(Error::Code::NotFound, "The library has no parts of this clip",
                        path.string());
        }
        const auto parts = m_parts.latent(row->second);
        if (parts.size() != mixed.size()) {
            return fail(Error::Code::BadShape, "The parts of a clip are not those of the weights",
                        path.string());
        }
        for (std::size_t part = 0; part < count; ++part) {
            const auto one = parts.subspan(part * z, z);
            wanted[part] += clip.weight * lengthOf(one);
            for (std::size_t i = 0; i < z; ++i) {
                mixed[part * z + i] += static_cast<float>(clip.weight) * one[i];
            }
        }
    }
    for (std::size_t part = 0; part < count && clips.size() > 1; ++part) {
        const auto one = std::span(mixed).subspan(part * z, z);
        const double length = lengthOf(one);
        const auto scale = static_cast<float>(length > 1e-6 ? wanted[part] / length : 1);
        std::for_each(one.begin(), one.end(), [scale](float& number) { number *= scale; });
    }
    return mixed;
}

Result<ClipAnalysis> ClipSounds::reconstruction(const std::filesystem::path& path,
                                                atlas::RowId segment, const CancelToken& cancel) {
    const WeightedClip one{segment, 1};
    return mixture(path, {&one, 1}, cancel);
}

Result<ClipAnalysis> ClipSounds::mixture(const std::filesystem::path& path,
                                         std::span<const WeightedClip> clips,
                                         const CancelToken& cancel) {
    const std::lock_guard lock(m_mutex);
    CANTO_TRY(parts, partsOf(path, clips));
    const auto* makes = models::soundDecoderOf(m_model.get());
    CANTO_TRY(clip, makes->decodeParts(*parts, makes->partRows(), 1, cancel));
    return itemOf(std::move(*clip), 1, m_rate);
}

Result<ClipAnalysis> ClipSounds::walk(const std::filesystem::path& path,
                                      std::span<const std::vector<WeightedClip>> anchors, int steps,
                                      std::vector<WalkStep>& places, const CancelToken& cancel) {
    const std::lock_guard lock(m_mutex);
    if (anchors.empty() || steps < 2) {
        return fail(Error::Code::BadInput, "A walk has at least two steps");
    }
    CANTO_TRY(makes, decoder());
    const auto rows = static_cast<std::size_t>((*makes)->partRows());
    const auto windows = static_cast<std::size_t>((*makes)->clipWindows());
    const auto z = static_cast<std::size_t>((*makes)->partSize());
    // The middle window of each anchor, (rows, Z).
    std::vector<std::vector<float>> ends;
    std::vector<double> along{0}; // path length up to each anchor
    for (const auto& anchor : anchors) {
        CANTO_TRY(parts, partsOf(path, anchor));
        std::vector<float> end;
        for (std::size_t row = 0; row < rows; ++row) {
            const auto from = parts->begin() + std::ptrdiff_t((row * windows + windows / 2) * z);
            end.insert(end.end(), from, from + std::ptrdiff_t(z));
        }
        if (!ends.empty()) {
            std::vector<float> way(end.size());
            std::transform(end.begin(), end.end(), ends.back().begin(), way.begin(),
                           std::minus<>());
            along.push_back(along.back() + lengthOf(way));
        }
        ends.push_back(std::move(end));
    }
    places.clear();
    const auto count = static_cast<std::size_t>(steps);
    std::vector<float> parts(rows * count * z);
    for (std::size_t step = 0; step < count; ++step) {
        const double goal = along.back() * double(step) / double(count - 1);
        std::size_t from = 0;
        while (from + 2 < ends.size() && along[from + 1] < goal) {
            ++from;
        }
        const bool last = ends.size() == 1;
        const double length = last ? 0 : along[from + 1] - along[from];
        const double share = length > 0 ? std::clamp((goal - along[from]) / length, 0.0, 1.0) : 0;
        places.push_back({from, share});
        const auto& a = ends[from];
        const auto& b = ends[last ? from : from + 1];
        for (std::size_t row = 0; row < rows; ++row) {
            for (std::size_t i = 0; i < z; ++i) {
                const float there = b[row * z + i], here = a[row * z + i];
                parts[(row * count + step) * z + i] =
                    here + static_cast<float>(share) * (there - here);
            }
        }
    }
    CANTO_TRY(clip, (*makes)->decodeParts(parts, int(rows), 1, cancel));
    return itemOf(std::move(*clip), steps, m_rate);
}

Result<SpectrogramTile> ClipSounds::picture(const std::filesystem::path& path,
                                            atlas::RowId segment) {
    const std::lock_guard lock(m_mutex);
    const WeightedClip one{segment, 1};
    CANTO_TRY(parts, partsOf(path, {&one, 1}));
    const auto* makes = models::soundDecoderOf(m_model.get());
    CANTO_TRY(drawn, makes->drawParts(*parts, makes->partRows()));
    return tilesOf(*drawn, 1).front();
}

Result<ClipAnalysis> recordedClip(const atlas::SongRow& song, double from, double seconds,
                                  std::span<const OriginalFolder> folders, double rate) {
    const auto file = findOriginal(song, folders);
    if (!file || !sound::isAudioFile(*file)) {
        return fail(Error::Code::NotFound, "Recording not found", song.path,
                    "Choose File > Locate original files..., or name the folder in CANTO_LIBRARY");
    }
    return recordedClip(*file, from, seconds, rate);
}

Result<ClipAnalysis> recordedClip(const std::filesystem::path& file, double from, double seconds,
                                  double rate) {
    CANTO_TRY(read, sound::readSound(file, from, seconds));
    std::vector<float> mono;
    sound::MonoMix(2).mix((*read)->samples, mono);
    CANTO_TRY(item, sound::resampled(mono, (*read)->rate, audio::kRate));
    const auto mel = audio::AudioFeatures().of(*item).mel;
    ClipAnalysis clip;
    SpectrogramTile tile{mel.rows, mel.frames, {}};
    for (int row = 0; row < mel.rows; ++row) {
        for (int frame = 0; frame < mel.frames; ++frame) {
            tile.decibels.push_back(mel.frame(frame)[static_cast<std::size_t>(row)]);
        }
    }
    clip.tiles.push_back(std::move(tile));
    CANTO_TRY(sound, sound::atRate(*read, rate));
    auto faded = std::make_shared<sound::Sound>(**sound);
    const auto fade = std::min(faded->frames() / 4, static_cast<std::size_t>(kFadeSeconds * rate));
    for (std::size_t i = 0; i < fade; ++i) {
        const float gain = static_cast<float>(i) / static_cast<float>(fade);
        for (const std::size_t frame : {i, faded->frames() - 1 - i}) {
            faded->samples[2 * frame] *= gain;
            faded->samples[2 * frame + 1] *= gain;
        }
    }
    clip.sound = std::move(faded);
    return clip;
}

std::vector<std::pair<std::size_t, double>> nearestOf(std::span<const float> x,
                                                      std::span<const float> y, float atX,
                                                      float atY, std::size_t count) {
    std::vector<std::pair<double, std::size_t>> all;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const double square =
            std::pow(double(x[i]) - double(atX), 2) + std::pow(double(y[i]) - double(atY), 2);
        if (std::isfinite(square)) {
            all.emplace_back(square, i);
        }
    }
    count = std::min(count, all.size());
    std::partial_sort(all.begin(), all.begin() + std::ptrdiff_t(count), all.end());
    std::vector<std::pair<std::size_t, double>> nearest;
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (all.front().first < 1e-12) {
            return {{all.front().second, 1.0}};
        }
        nearest.emplace_back(all[i].second, 1 / all[i].first);
        sum += nearest.back().second;
    }
    for (auto& [row, weight] : nearest) {
        weight /= sum;
    }
    return nearest;
}

Result<PlacedRecording> placeRecording(const models::LatentModel& model,
                                       const std::filesystem::path& file, const CancelToken& cancel,
                                       double most) {
    const auto* listener = models::soundEncoderOf(&model);
    if (listener == nullptr) {
        return fail(Error::Code::BadInput, "This space encodes notes, not sound", file.string(),
                    "Switch to a space of sound first");
    }
    const auto sound = sound::readMono(file, listener->soundRate(), most, cancel);
    if (!sound) {
        Error error = sound.error();
        if (error.hint.empty() && error.code == Error::Code::BadFile) {
            error.hint = "WAV, FLAC, Ogg, Opus, MP3 and AIFF files can be read";
        }
        return fail(error);
    }
    PlacedRecording placed;
    placed.seconds = double(sound->samples.size()) / listener->soundRate();
    placed.whole = placed.seconds < most - 1;
    if (placed.seconds < kLeastAnalysed) {
        return fail(Error::Code::BadInput, "The recording is too short: shorter than three seconds",
                    file.string(), "Take one of ten seconds or more: that is a clip of this space");
    }
    if (audio::loudnessDb(sound->samples) < kSilenceDb) {
        return fail(Error::Code::BadInput, "The recording is silent", file.string(),
                    "Take one in which something sounds, or make it louder");
    }
    CANTO_TRY(latents, listener->encodeSound(sound->samples, cancel));
    placed.latents = std::move(*latents);
    if (placed.seconds < listener->clipSeconds()) {
        placed.named = NoComposer::TooShort;
    } else if (auto prediction = predictionOn(model, placed.latents)) {
        placed.known = KnownClips::forModel(model);
        const auto named = [](bool refused) {
            return refused ? NoComposer::FarFromKnown : NoComposer::Named;
        };
        placed.prediction = std::move(prediction);
        placed.named = named(placed.known && placed.known->refusesRecording(placed.latents));
        for (const auto& z : placed.latents) {
            placed.predictions.push_back(*predictionOn(model, {&z, 1}));
            placed.clipNamed.push_back(named(placed.known && placed.known->refusesClip(z)));
        }
    }
    return placed;
}

} // namespace canto

#endif
