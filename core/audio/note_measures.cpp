// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/note_measures.h"

#include <algorithm>
#include <map>

namespace canto::audio {

namespace {

std::map<int, std::vector<double>> onsetsByPitch(std::span<const DetectedNote> notes) {
    std::map<int, std::vector<double>> onsets;
    for (const auto& note : notes) {
        onsets[note.pitch].push_back(note.start);
    }
    for (auto& [pitch, times] : onsets) {
        std::sort(times.begin(), times.end());
    }
    return onsets;
}

} // namespace

FMeasure noteFMeasure(std::span<const DetectedNote> reference,
                      std::span<const DetectedNote> estimate, double window) {
    const auto right = onsetsByPitch(reference);
    const auto found = onsetsByPitch(estimate);
    FMeasure measure;
    for (const auto& [pitch, times] : right) {
        const auto same = found.find(pitch);
        if (same == found.end()) {
            continue;
        }
        // Intervals of one length on a line: pairing the earliest that fit pairs the most.
        for (std::size_t a = 0, b = 0; a < times.size() && b < same->second.size();) {
            const double off = same->second[b] - times[a];
            if (off < -window) {
                ++b;
            } else if (off > window) {
                ++a;
            } else {
                ++measure.matched;
                ++a;
                ++b;
            }
        }
    }
    if (!reference.empty() && !estimate.empty()) {
        const auto matched = static_cast<double>(measure.matched);
        measure.precision = matched / static_cast<double>(estimate.size());
        measure.recall = matched / static_cast<double>(reference.size());
        measure.f = 2 * matched / static_cast<double>(reference.size() + estimate.size());
    }
    return measure;
}

std::vector<DetectedNote> notesOf(const music::Song& song) {
    std::vector<DetectedNote> notes;
    for (const auto& note : song.notes) {
        if (!note.isDrum()) {
            notes.push_back({note.startSeconds, note.endSeconds(), note.pitch,
                             static_cast<float>(note.velocity) / 127.0F});
        }
    }
    return notes;
}

} // namespace canto::audio
