// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

namespace canto {

/// The text in Unicode normalisation form C, in which one text has one spelling: macOS writes the
/// names of files with letters and marks apart (form D), Linux and Windows mostly composed.
/// Text that is not UTF-8 comes back as it is, and so does everything in a build without GLib
/// (preset `headless`). Source: Unicode Standard Annex 15.
std::string composedForm(std::string_view text);

/// Without white space at both ends: blanks, tabs, line ends and no-break spaces.
std::string_view trimmed(std::string_view text);

} // namespace canto
