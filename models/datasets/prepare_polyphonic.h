// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Turns labelled MIDI files into one file of songs with all their notes: `canto prepare --codec
// polyphonic`.

#include "models/datasets/prepare.h"

namespace canto {

struct PolyphonicCounts {
    std::size_t songs = 0;
    std::size_t bars = 0;
    std::size_t notes = 0; ///< on the grid
    std::size_t strict = 0;
    std::size_t leads = 0; ///< songs with a lead
};

using PreparePolyphonicReport = FilesReport<PolyphonicCounts>;

/// As prepare() (prepare.h); of the options, hop, limit and repeats do not apply.
Result<PreparePolyphonicReport> preparePolyphonic(const PrepareOptions& options,
                                                  const CancelToken& cancel,
                                                  const Progress& progress);

} // namespace canto
