// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/library.h"

#include <optional>
#include <span>

namespace canto::app {

/// Quarters a minute of decoded music for which no song says one.
inline constexpr double kDefaultTempo = 120;

/// The tempo of the song that a row of the library belongs to, by its label `first_bpm`, quarters a
/// minute; empty where there is none or it makes no sense.
std::optional<double> tempoOfRow(const Library& library, std::size_t row);

/// The median tempo of the eight known phrases nearest to a position of a map; kDefaultTempo where
/// none has one.
/// @param positions  of the rows on that map.
double tempoNear(const Library& library, std::span<const projection::MapPoint> positions,
                 projection::MapPoint place);

} // namespace canto::app
