// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace canto::music {

/// How a class with a cryptic identifier is shown. Files, libraries and JSON keep the identifier.
struct ClassLabel {
    std::string_view id;          ///< "Q1"
    std::string_view name;        ///< "Happy"
    std::string_view description; ///< "Happy, excited: high arousal, positive valence"
    std::uint32_t colour;         ///< 0xRRGGBB, also distinguishable with colour vision deficiency
    /// Where it stands in a legend of columns and lines, from 0; -1 in a plain list.
    std::int8_t column = -1;
    std::int8_t line = -1;
};

/// The labels of a column in the order in which they are shown; empty for a column whose values are
/// readable names. This is the only table of them; a space adds its own here. Thread: any.
///
/// "emotion": the quadrants of Russell's circumplex model of affect (1980), as EMOPIA names them,
/// warm colours for high arousal and cool ones for low; in a legend they stand as in that model,
/// valence to the right and arousal upwards.
std::span<const ClassLabel> classLabels(std::string_view column);

/// Null where there is none.
const ClassLabel* findClassLabel(std::string_view column, std::string_view id);

/// The label that a person means: its identifier or its name, whatever the case; null for none.
const ClassLabel* classLabelNamed(std::string_view column, std::string_view text);

/// What is shown for a value of a column: its name, or the value itself.
std::string className(std::string_view column, std::string_view id);

} // namespace canto::music
