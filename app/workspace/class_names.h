// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/map/map_snapshot.h"

#include <QString>
#include <span>
#include <string>

namespace canto::app {

/// What a person reads for a value of a column (core/music/class_labels.h).
QString classText(const std::string& column, const std::string& value);

/// Gives the classes of a column their names and colours and brings them into the order of the
/// table, classes that it does not have behind those that it has. Nothing changes for a column
/// without a table, and for numbers.
/// @param colouring  with the values of the column as names.
void describeClasses(const std::string& column, widgets::MapColouring& colouring);

/// makeColouring() of a column's values, described.
widgets::MapColouring classColouring(const std::string& column, const QString& title,
                                     std::span<const QString> values);

/// The full phrase behind a name that describeClasses() gave; empty where there is none.
QString classDescription(const std::string& column, const QString& name);

} // namespace canto::app
