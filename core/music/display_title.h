// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <string_view>

// Readable titles, from the names that files and archives give their music. Only the display
// changes: libraries, files and JSON keep the original names. Text is UTF-8; only its ASCII part is
// changed. Thread: any.

namespace canto::music {

/// A title or file name without clutter: extension, "_format0", track numbers ("01-", "(2542)", "7.
/// "), underscores and hyphens instead of spaces, underscores instead of quotes and apostrophes;
/// "opus.28", "op26", "No.4", "n1" become "Op. 28", "Op. 26", "No. 4", "No. 1", a "4mov" becomes
/// "IV"; text without capitals gets them. A name that is only a number stays, and so do numbers
/// that belong to the title ("21 Guns", "634-5789"). Never empty unless `name` is.
std::string displayTitle(std::string_view name);

/// The title of a part of a work, from the identifiers of an archive of scores.
/// @param composer  "Haydn"; left out of the title, since it is shown beside it.
/// @param work      "symphony-104", "k620-the-magic-flute"
/// @param movement  "1", "3-4"; empty if the archive does not state it: then the file's name
///                  distinguishes the parts of a work.
/// @param file      name of the file, with or without folders and extension.
/// @return "Symphony No. 104, IV", "Nutcracker, 14a Pasdedeux".
std::string displayWork(std::string_view composer, std::string_view work, std::string_view movement,
                        std::string_view file);

/// The title as it is sorted in a list: without signs before the first letter or digit.
std::string_view sortKey(std::string_view title);

} // namespace canto::music
