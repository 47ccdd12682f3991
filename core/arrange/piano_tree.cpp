// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arrange/piano_tree.h"

#include <algorithm>
#include <cmath>

namespace canto::arrange {

namespace {

/// Position of a time on the grid, in steps, not rounded.
double stepAt(double seconds, std::span<const double> beats) {
    const auto after = std::upper_bound(beats.begin() + 1, beats.end() - 1, seconds);
    const auto beat = static_cast<std::size_t>(after - beats.begin()) - 1;
    const double width = std::max(beats[beat + 1] - beats[beat], 1e-6);
    return kStepsPerBeat * (static_cast<double>(beat) + (seconds - beats[beat]) / width);
}

} // namespace

PartNote onGrid(double start, double end, std::uint8_t pitch, Part part,
                std::span<const double> beats) {
    const double most = kStepsPerBeat * static_cast<double>(beats.size() - 1);
    const double first = std::round(stepAt(start, beats));
    PartNote note{0, 0, pitch, part};
    if (first < 0 || first >= most) {
        return note;
    }
    const double last = std::min(std::round(stepAt(end, beats)), most);
    note.step = static_cast<std::int32_t>(first);
    note.length = static_cast<std::int32_t>(std::max(1.0, last - first));
    return note;
}

std::vector<PartNote> unitOf(std::span<const PartNote> song, int first) {
    std::vector<PartNote> unit;
    for (auto note : song) {
        if (note.step >= first && note.step < first + kUnitSteps && note.length > 0) {
            note.step -= first;
            note.length = std::min(note.length, kUnitSteps - note.step);
            unit.push_back(note);
        }
    }
    return unit;
}

PianoTree treeOf(std::span<const PartNote> notes, int slots) {
    const auto places = static_cast<std::size_t>(slots);
    PianoTree tree{slots, std::vector<std::uint8_t>(kUnitSteps * places, PianoTree::kPad),
                   std::vector<std::uint8_t>(kUnitSteps * places, 0)};
    std::array<std::vector<PartNote>, kUnitSteps> steps;
    for (const auto& note : notes) {
        if (note.step < 0 || note.step >= kUnitSteps || note.pitch > 127 || note.length < 1) {
            continue;
        }
        auto& step = steps[static_cast<std::size_t>(note.step)];
        const auto same = std::find_if(step.begin(), step.end(),
                                       [&](const PartNote& n) { return n.pitch == note.pitch; });
        if (same == step.end()) {
            step.push_back(note);
        } else {
            same->length = std::max(same->length, note.length);
        }
    }
    for (std::size_t at = 0; at < steps.size(); ++at) {
        auto& step = steps[at];
        std::sort(step.begin(), step.end(),
                  [](const PartNote& a, const PartNote& b) { return a.pitch < b.pitch; });
        while (step.size() > places) {
            step.erase(step.begin() + static_cast<std::ptrdiff_t>(step.size() / 2));
        }
        const std::size_t first = at * places;
        for (std::size_t i = 0; i < step.size(); ++i) {
            tree.pitch[first + i] = step[i].pitch;
            tree.length[first + i] =
                static_cast<std::uint8_t>(std::min(step[i].length, kUnitSteps));
        }
        if (step.size() < places) {
            tree.pitch[first + step.size()] = PianoTree::kEnd;
        }
    }
    return tree;
}

std::vector<PartNote> notesOf(const PianoTree& tree) {
    std::vector<PartNote> notes;
    const auto places = static_cast<std::size_t>(tree.slots);
    for (std::size_t at = 0; at < kUnitSteps; ++at) {
        for (std::size_t i = 0; i < places; ++i) {
            const auto pitch = tree.pitch[at * places + i];
            const auto length = tree.length[at * places + i];
            if (pitch > 127) {
                break;
            }
            if (length > 0) {
                notes.push_back({static_cast<std::int32_t>(at), length, pitch, Part::Piano});
            }
        }
    }
    std::stable_sort(notes.begin(), notes.end(), [](const PartNote& a, const PartNote& b) {
        return a.step != b.step ? a.step < b.step : a.pitch < b.pitch;
    });
    return notes;
}

std::array<float, kUnitSteps * 3> textureFeatures(std::span<const PartNote> notes) {
    std::array<float, kUnitSteps * 3> features{};
    std::array<int, kUnitSteps> lowest{};
    lowest.fill(128);
    for (const auto& note : notes) {
        if (note.step < 0 || note.step >= kUnitSteps) {
            continue;
        }
        const auto at = static_cast<std::size_t>(note.step);
        lowest[at] = std::min<int>(lowest[at], note.pitch);
        features[3 * at] = std::clamp(static_cast<float>(60 - lowest[at]) / 12.0F, 0.0F, 1.0F);
        features[3 * at + 1] += 1.0F / 14.0F;
        if (note.part == Part::Bridge) {
            features[3 * at + 2] = 1.0F;
        }
    }
    return features;
}

} // namespace canto::arrange
