// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/class_labels.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace canto::music {
namespace {

constexpr std::array kQuadrants{
    ClassLabel{"Q1", "Happy", "Happy, excited: high arousal, positive valence", 0xe69f00, 1, 0},
    ClassLabel{"Q2", "Tense", "Tense, angry: high arousal, negative valence", 0xd5430a, 0, 0},
    ClassLabel{"Q3", "Sad", "Sad, depressed: low arousal, negative valence", 0x3b6fb6, 0, 1},
    ClassLabel{"Q4", "Calm", "Calm, relaxed: low arousal, positive valence", 0x2aa198, 1, 1},
};

} // namespace

std::span<const ClassLabel> classLabels(std::string_view column) {
    return column == "emotion" ? std::span<const ClassLabel>(kQuadrants)
                               : std::span<const ClassLabel>();
}

const ClassLabel* findClassLabel(std::string_view column, std::string_view id) {
    const auto labels = classLabels(column);
    const auto found = std::find_if(labels.begin(), labels.end(),
                                    [id](const ClassLabel& label) { return label.id == id; });
    return found == labels.end() ? nullptr : &*found;
}

const ClassLabel* classLabelNamed(std::string_view column, std::string_view text) {
    const auto same = [text](std::string_view other) {
        const auto lower = [](char c) {
            return std::tolower(static_cast<unsigned char>(c)); // identifiers and names are ASCII
        };
        return std::equal(text.begin(), text.end(), other.begin(), other.end(),
                          [&](char a, char b) { return lower(a) == lower(b); });
    };
    const auto labels = classLabels(column);
    const auto found = std::find_if(labels.begin(), labels.end(), [&](const ClassLabel& label) {
        return same(label.id) || same(label.name);
    });
    return found == labels.end() ? nullptr : &*found;
}

std::string className(std::string_view column, std::string_view id) {
    const ClassLabel* label = findClassLabel(column, id);
    return std::string(label != nullptr ? label->name : id);
}

} // namespace canto::music
