// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Turns labelled MIDI files into one file of compound words: `canto prepare --space emotion`.

#include "core/codec/compound_words.h"
#include "models/datasets/prepare.h"

namespace canto {

struct WordCounts {
    std::size_t songs = 0;
    std::size_t bars = 0;
    std::size_t words = 0;
    std::size_t notes = 0;      ///< of the piano parts
    std::size_t merged = 0;     ///< left out, see codec::WordSong
    std::size_t outOfRange = 0; ///< left out
    std::size_t reduced = 0;    ///< songs with more than a piano
    std::size_t estimated = 0;  ///< songs whose beats were estimated
    std::size_t rebarred = 0;   ///< ... only their bars
};

using PrepareWordsReport = FilesReport<WordCounts>;

/// As prepare() (prepare.h); of the options, hop, limit and repeats do not apply.
Result<PrepareWordsReport> prepareWords(const PrepareOptions& options, const CancelToken& cancel,
                                        const Progress& progress);

} // namespace canto
