// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepared_clips.h"

#include "core/base/checksum.h"
#include "core/base/json_text.h"
#include "core/base/random.h"
#include "core/tensors/safetensors.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace canto::tensors {

namespace {

constexpr std::int64_t kFrames = audio::kClipFrames;
constexpr double kTrainShare = 0.7;

template <class T>
std::span<const std::byte> bytesOf(const std::vector<T>& values) {
    return std::as_bytes(std::span<const T>(values));
}

/// One column of the file into a vector. BadFile.
template <class T>
Result<void> read(const SafeTensors& file, const char* name, std::vector<std::int64_t> rest,
                  std::size_t rows, std::vector<T>& into) {
    const auto* view = file.find(name);
    rest.insert(rest.begin(), static_cast<std::int64_t>(rows));
    if (view == nullptr || view->shape != rest) {
        return fail(Error::Code::BadFile, "The clips lack a tensor, or it has another shape", name);
    }
    const auto numbers = numbersOf<T>(*view);
    if (!numbers) {
        return fail(numbers.error());
    }
    into.assign(numbers->begin(), numbers->end());
    return {};
}

Result<std::vector<PreparedMovement>> movementsFrom(const std::string& text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_array()) {
        return fail(Error::Code::BadFile, "The list of movements cannot be read", "movements");
    }
    std::vector<PreparedMovement> movements;
    for (const auto& item : json) {
        const auto word = [&](const char* key) {
            const auto at = item.is_object() ? item.find(key) : item.end();
            return at != item.end() && at->is_string() ? at->get<std::string>() : std::string();
        };
        movements.push_back({word("path"), word("composer"), word("work"), word("movement"),
                             word("archive"), word("split"), word("font")});
    }
    return movements;
}

bool drawn(const std::string& path, int number) {
    const std::string key = path + "#" + std::to_string(number);
    return Random(checksum(std::as_bytes(std::span(key)))).uniform() < kTrainShare;
}

} // namespace

Result<PackedClip> pack(const audio::ClipFeatures& features, float loudness) {
    const auto& [mel, mfcc, chroma, tuning] = features;
    if (mel.rows != kClipMels || mfcc.rows != kClipCoefficients || chroma.rows != kClipChroma ||
        mel.frames != kFrames || mfcc.frames != kFrames || chroma.frames != kFrames) {
        return fail(Error::Code::BadShape, "These are not the features of a clip of 10 s");
    }
    PackedClip clip;
    clip.loudness = loudness;
    const auto eachOf = [](const audio::Feature& feature, auto& into, auto&& packed) {
        into.reserve(feature.values.size());
        for (int row = 0; row < feature.rows; ++row) {
            for (int frame = 0; frame < feature.frames; ++frame) {
                into.push_back(packed(feature(row, frame)));
            }
        }
    };
    const auto byte = [](float x) {
        return static_cast<std::uint8_t>(std::lround(std::clamp(x, 0.0F, 1.0F) * 255));
    };
    eachOf(mel, clip.mel, [&](float db) { return byte((db + 80) / 80); });
    eachOf(mfcc, clip.mfcc, [](float x) { return toHalf(x); });
    eachOf(chroma, clip.chroma, byte);
    return clip;
}

Result<PreparedClips> PreparedClips::open(const std::filesystem::path& path) {
    const auto file = SafeTensors::open(path);
    if (!file) {
        return fail(file.error());
    }
    if (file->metadata("format") != kClipsFormat) {
        return fail(Error::Code::BadFile, "This file holds no clips of sound", path.string(),
                    "Make one with canto render-corpus");
    }
    PreparedClips set;
    set.m_metadata = file->metadata();
    auto movements = movementsFrom(file->metadata("movements"));
    if (!movements) {
        return fail(movements.error());
    }
    set.m_movements = std::move(*movements);
    const auto* view = file->find("movement");
    if (view == nullptr || view->shape.size() != 1) {
        return fail(Error::Code::BadFile, "The clips lack a tensor, or it has another shape",
                    "movement");
    }
    const auto rows = static_cast<std::size_t>(view->shape[0]);
    for (auto ok : {read(*file, "mel", {kClipMels, kFrames}, rows, set.m_mel),
                    read(*file, "mfcc", {kClipCoefficients, kFrames}, rows, set.m_mfcc),
                    read(*file, "chroma", {kClipChroma, kFrames}, rows, set.m_chroma),
                    read(*file, "loudness", {}, rows, set.m_loudness),
                    read(*file, "movement", {}, rows, set.m_movement),
                    read(*file, "number", {}, rows, set.m_number),
                    read(*file, "drawn", {}, rows, set.m_drawn)}) {
        if (!ok) {
            return fail(Error{
                ok.error().code, ok.error().what, path.string() + ": " + ok.error().where, {}});
        }
    }
    const auto count = static_cast<std::int32_t>(set.m_movements.size());
    if (std::any_of(set.m_movement.begin(), set.m_movement.end(),
                    [count](std::int32_t m) { return m < 0 || m >= count; })) {
        return fail(Error::Code::BadFile, "A clip belongs to no movement", path.string());
    }
    auto metadata = std::move(set.m_metadata);
    set.finish(std::move(metadata));
    return set;
}

void PreparedClips::addMovement(PreparedMovement movement, std::span<const PackedClip> clips,
                                std::span<const int> numbers) {
    const auto index = static_cast<std::int32_t>(m_movements.size());
    for (std::size_t i = 0; i < clips.size() && i < numbers.size(); ++i) {
        const auto& clip = clips[i];
        m_mel.insert(m_mel.end(), clip.mel.begin(), clip.mel.end());
        m_mfcc.insert(m_mfcc.end(), clip.mfcc.begin(), clip.mfcc.end());
        m_chroma.insert(m_chroma.end(), clip.chroma.begin(), clip.chroma.end());
        m_loudness.push_back(clip.loudness);
        m_movement.push_back(index);
        m_number.push_back(numbers[i]);
        m_drawn.push_back(drawn(movement.path, numbers[i]) ? 1 : 0);
    }
    m_movements.push_back(std::move(movement));
}

void PreparedClips::append(const PreparedClips& other) {
    const auto first = static_cast<std::int32_t>(m_movements.size());
    const auto add = [](auto& to, const auto& from) {
        to.insert(to.end(), from.begin(), from.end());
    };
    add(m_mel, other.m_mel);
    add(m_mfcc, other.m_mfcc);
    add(m_chroma, other.m_chroma);
    add(m_loudness, other.m_loudness);
    add(m_number, other.m_number);
    add(m_drawn, other.m_drawn);
    for (const std::int32_t movement : other.m_movement) {
        m_movement.push_back(first + movement);
    }
    add(m_movements, other.m_movements);
}

void PreparedClips::finish(std::map<std::string, std::string> metadata) {
    m_metadata = std::move(metadata);
    std::set<std::string> names;
    for (const auto& movement : m_movements) {
        names.insert(movement.composer);
    }
    m_composers.assign(names.begin(), names.end());
    m_composerOf.clear();
    for (const auto& movement : m_movements) {
        const auto at = std::lower_bound(m_composers.begin(), m_composers.end(), movement.composer);
        m_composerOf.push_back(static_cast<int>(at - m_composers.begin()));
    }
}

Result<void> PreparedClips::write(const std::filesystem::path& path) const {
    auto list = nlohmann::json::array();
    for (const auto& m : m_movements) {
        list.push_back({{"path", m.path},
                        {"composer", m.composer},
                        {"work", m.work},
                        {"movement", m.movement},
                        {"archive", m.archive},
                        {"split", m.split},
                        {"font", m.font}});
    }
    auto metadata = m_metadata;
    metadata["format"] = kClipsFormat;
    metadata["movements"] = jsonText(list);
    metadata["composers"] = jsonText(nlohmann::json(m_composers));
    const auto rows = static_cast<std::int64_t>(size());
    const std::vector<TensorView> tensors = {
        {"mel", Dtype::U8, {rows, kClipMels, kFrames}, bytesOf(m_mel)},
        {"mfcc", Dtype::F16, {rows, kClipCoefficients, kFrames}, bytesOf(m_mfcc)},
        {"chroma", Dtype::U8, {rows, kClipChroma, kFrames}, bytesOf(m_chroma)},
        {"loudness", Dtype::F32, {rows}, bytesOf(m_loudness)},
        {"movement", Dtype::I32, {rows}, bytesOf(m_movement)},
        {"number", Dtype::I32, {rows}, bytesOf(m_number)},
        {"drawn", Dtype::U8, {rows}, bytesOf(m_drawn)}};
    return writeSafeTensors(path, tensors, std::move(metadata));
}

} // namespace canto::tensors
