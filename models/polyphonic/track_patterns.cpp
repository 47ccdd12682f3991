// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/polyphonic/track_patterns.h"

#include "core/base/json_text.h"
#include "models/common/rows.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace canto::models::polyphonic {

using nlohmann::json;

TrackPatterns TrackPatterns::of(const Dataset& dataset) {
    constexpr std::size_t kPhrases = 20'000;
    constexpr std::size_t kPatterns = 12; // of a class
    std::vector<std::map<int, double>> counts(dataset.labels().size());
    for (const auto row : atMost(dataset.rows("train", Dataset::Which::All), kPhrases)) {
        const auto label = dataset.labelOf(row);
        if (label < 0) {
            continue;
        }
        int tracks = 0;
        for (const auto& note : dataset.phrase(row).notes) {
            tracks |= 1 << note.track;
        }
        counts[static_cast<std::size_t>(label)][tracks] += tracks != 0;
    }
    TrackPatterns patterns;
    for (const auto& ofClass : counts) {
        std::vector<Pattern> sorted;
        for (const auto& [tracks, phrases] : ofClass) {
            if (phrases > 0) {
                sorted.push_back({tracks, phrases});
            }
        }
        if (sorted.empty()) {
            return {};
        }
        std::stable_sort(sorted.begin(), sorted.end(),
                         [](const Pattern& a, const Pattern& b) { return a.phrases > b.phrases; });
        sorted.resize(std::min(sorted.size(), kPatterns));
        patterns.m_classes.push_back(std::move(sorted));
    }
    return patterns;
}

TrackPatterns TrackPatterns::fromCard(const std::string& text, std::size_t classes) {
    const auto parsed = json::parse(text, nullptr, false);
    if (!parsed.is_array() || parsed.size() != classes || classes == 0) {
        return {};
    }
    TrackPatterns patterns;
    for (const auto& ofClass : parsed) {
        auto& list = patterns.m_classes.emplace_back();
        for (const auto& entry : ofClass.is_array() ? ofClass : json::array()) {
            if (!entry.is_array() || entry.size() != 2 || !entry[0].is_number_integer() ||
                !entry[1].is_number()) {
                return {};
            }
            const auto tracks = entry[0].get<std::int64_t>();
            const auto phrases = entry[1].get<double>();
            if (tracks < 1 || tracks >= (1 << kVoices) || !(phrases > 0) || phrases > 1e12) {
                return {};
            }
            list.push_back({static_cast<int>(tracks), phrases});
        }
        if (list.empty()) {
            return {};
        }
    }
    return patterns;
}

std::string TrackPatterns::toCard() const {
    json text = json::array();
    for (const auto& ofClass : m_classes) {
        json list = json::array();
        for (const auto& pattern : ofClass) {
            list.push_back({pattern.tracks, static_cast<std::int64_t>(pattern.phrases)});
        }
        text.push_back(std::move(list));
    }
    return jsonText(text);
}

std::array<bool, kVoices> TrackPatterns::draw(std::optional<int> label, Random& random) const {
    const auto& list = label ? m_classes[static_cast<std::size_t>(*label)]
                             : m_classes[random.below(m_classes.size())];
    double all = 0;
    for (const auto& pattern : list) {
        all += pattern.phrases;
    }
    double left = random.uniform() * all;
    int tracks = list.front().tracks;
    for (const auto& pattern : list) {
        tracks = pattern.tracks;
        left -= pattern.phrases;
        if (left < 0) {
            break;
        }
    }
    std::array<bool, kVoices> plays{};
    for (std::size_t track = 0; track < kVoices; ++track) {
        plays[track] = ((tracks >> track) & 1) != 0;
    }
    return plays;
}

std::array<double, kVoices> TrackPatterns::shares(int label) const {
    std::array<double, kVoices> shares{};
    double all = 0;
    for (const auto& pattern : m_classes[static_cast<std::size_t>(label)]) {
        all += pattern.phrases;
        for (std::size_t track = 0; track < kVoices; ++track) {
            shares[track] += ((pattern.tracks >> track) & 1) != 0 ? pattern.phrases : 0.0;
        }
    }
    for (auto& share : shares) {
        share /= all;
    }
    return shares;
}

} // namespace canto::models::polyphonic
