// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepared_clips.h"

#include "core/base/checksum.h"
#include "core/base/random.h"
#include "models/datasets/prepared_table.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace canto::tensors {

namespace {

constexpr std::int64_t kFrames = audio::kClipFrames;
constexpr double kTrainShare = 0.7;

constexpr PreparedFormat kClipsFile{kClipsFormat, "This file holds no clips of sound",
                                    "Make one with canto render-corpus"};
constexpr TextFields<PreparedMovement> kMovementTexts{
    {"path", &PreparedMovement::path},       {"composer", &PreparedMovement::composer},
    {"work", &PreparedMovement::work},       {"movement", &PreparedMovement::movement},
    {"archive", &PreparedMovement::archive}, {"split", &PreparedMovement::split},
    {"font", &PreparedMovement::font}};

bool drawn(const std::string& path, int number) {
    const std::string key = path + "#" + std::to_string(number);
    return Random(checksum(std::as_bytes(std::span(key)))).uniform() < kTrainShare;
}

} // namespace

template <class Set>
auto PreparedClips::columns(Set& set) {
    const auto movements = static_cast<std::int64_t>(set.m_movements.size());
    return std::tuple{Column{{"mel", Dtype::U8, {kClipMels, kFrames}}, set.m_mel},
                      Column{{"mfcc", Dtype::F16, {kClipCoefficients, kFrames}}, set.m_mfcc},
                      Column{{"chroma", Dtype::U8, {kClipChroma, kFrames}}, set.m_chroma},
                      Column{{"loudness", Dtype::F32}, set.m_loudness},
                      Column{{"movement", Dtype::I32, {}, {movements}}, set.m_movement},
                      Column{{"number", Dtype::I32}, set.m_number},
                      Column{{"drawn", Dtype::U8}, set.m_drawn}};
}

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
    CANTO_TRY(file, PreparedFile::open(path, kClipsFile));
    PreparedClips set;
    for (const auto& ok :
         {file->readList("movements", kMovementTexts, set.m_movements), file->read(columns(set))}) {
        if (!ok) {
            return fail(ok.error());
        }
    }
    set.finish(file->metadata());
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
    const auto add = [](auto& to, const auto& from) {
        to.insert(to.end(), from.begin(), from.end());
    };
    const auto clips = static_cast<std::ptrdiff_t>(size());
    const auto movements = static_cast<std::int32_t>(m_movements.size());
    std::apply(
        [&](const auto&... to) {
            std::apply([&](const auto&... from) { (add(to.values, from.values), ...); },
                       columns(other));
        },
        columns(*this));
    std::for_each(m_movement.begin() + clips, m_movement.end(),
                  [movements](std::int32_t& movement) { movement += movements; });
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
    auto metadata = m_metadata;
    metadata["movements"] = listText(m_movements, kMovementTexts);
    metadata["composers"] = jsonText(nlohmann::json(m_composers));
    return writePrepared(path, kClipsFile, columns(*this), std::move(metadata));
}

} // namespace canto::tensors
