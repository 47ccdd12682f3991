// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace canto {

/// The text in Unicode normalisation form C, in which each text has one spelling: macOS stores file
/// names with letters and marks apart (form D), Linux and Windows mostly composed. Text that is not
/// UTF-8 is returned unchanged, and so is all text in a build without GLib (preset `headless`).
/// Source: Unicode Standard Annex 15.
std::string composedForm(std::string_view text);

/// The text without white space at both ends: blanks, tabs, line ends and no-break spaces.
std::string_view trimmed(std::string_view text);

} // namespace canto
