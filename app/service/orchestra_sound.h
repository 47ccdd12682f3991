#pragma once

#ifdef CANTO_SOUND

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <filesystem>

namespace canto::service {

struct WalkSound {
    double seconds = 0;
    double peakDb = 0;
    double rmsDb = 0;
    double convergence = 0; ///< mean of the steps' (Griffin-Lim)
};

/// The walk of the slides' figure 9 made audible: crops at steps from the origin to (1, ..., 1),
/// one after another with short fades, through Griffin-Lim into a .wav or .flac file.
/// Errors: those of the weights; BadInput for a network that makes no sound; Io; Cancelled.
Result<WalkSound> writeWalk(const std::filesystem::path& weights, int steps,
                            const std::filesystem::path& out, const CancelToken& cancel);

} // namespace canto::service

#endif
