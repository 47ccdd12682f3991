// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Which elements of a model carry which label. Thread: any.

#include "app/workspace/library.h"

namespace canto::app {

/// Silhouettes of the classes of one label column, [-1, 1]: 0 means no separation.
struct Separation {
    struct Pair {
        std::string classes;         ///< "Happy - Calm"
        std::vector<double> byBlock; ///< as below
    };
    std::string column;
    std::vector<double> byBlock; ///< all coordinates first, then each block; NaN: not to be had
    std::vector<Pair> pairs;     ///< of two classes alone, where there are three or four
};

/// For each column that puts the songs into two to ten classes, by the model's coordinates of at
/// most `most` phrases, evenly picked. Errors: BadShape for a library of another model; Cancelled.
Result<std::vector<Separation>> separationOf(const Library& library,
                                             const models::LatentModel& model, std::size_t most,
                                             const CancelToken& cancel);

} // namespace canto::app
