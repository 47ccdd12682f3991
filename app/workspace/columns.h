// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <optional>
#include <string>

namespace canto::app {

/// How a column of labels is presented wherever a person meets it: in the legend, in "Colour by",
/// on the hover card, in the inspector and in the library list.
struct ColumnDescription {
    /// Main: among the facts that are shown at once. Detail: behind "Details". Hidden: bookkeeping
    /// of the library that says nothing about the music; neither listed nor offered for colouring.
    enum class Visibility { Main, Detail, Hidden };

    QString title; ///< "Tempo"
    QString unit;  ///< "bpm"; may be empty
    Visibility visibility = Visibility::Detail;
    /// Where it stands among facts of the same visibility: the lower, the earlier.
    int rank = 0;
    /// Whether its values are quantities to be shown on a scale; unset where the values decide.
    std::optional<bool> numeric;
};

/// @param column  as in the atlas: "genre", "first_bpm". A column that is not known gets its name
///                in plain letters ("my_column" becomes "My column") and is a detail.
ColumnDescription describeColumn(const std::string& column);

/// describeColumn(column).title
QString columnTitle(const std::string& column);

/// The number that a label is: digits with a sign, a decimal point or a decimal comma, and an
/// exponent; blanks around it are ignored. Empty for all other texts, "inf" and "nan" included.
std::optional<double> labelNumber(const std::string& label);

} // namespace canto::app
