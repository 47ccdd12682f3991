// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "core/music/song.h"
#include "core/sound/fluid_synth.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace canto::sound {

struct RenderOptions {
    std::filesystem::path soundFont; ///< empty: defaultSoundFont()
    double rate = 48000;             ///< 8000..192000
    float gain = 0.5f;               ///< of the synth
    /// Sound after the last note ends once it is quieter than -72 dBFS, at the latest after this
    /// time.
    double maxTailSeconds = 5;
    /// The sound is cut off after this many seconds; 0: never.
    double mostSeconds = 0;
    /// Target peak, dBFS, <= 0; none: the level is kept, and lowered only if it would clip.
    std::optional<double> normaliseDb;
};

struct RenderReport {
    double seconds = 0;
    double peakDb = 0;        ///< dBFS of what was written; below -120 for silence
    double rmsDb = 0;         ///< dBFS, both channels
    double gainDb = 0;        ///< that normalising or avoiding clipping applied
    double timesRealTime = 0; ///< seconds of sound per second of work
    std::filesystem::path soundFont;
};

struct RenderedAudio {
    std::vector<float> samples; ///< interleaved left, right; within [-1, 1]
    double rate = 48000;
    RenderReport report;

    /// The mean of left and right.
    std::vector<float> mono() const;
};

/// Renders one or more songs in a row to memory, each starting at the bar line where the one before
/// ends. Errors: those of the SoundFont; TooLarge beyond 30 minutes; Cancelled. Thread: any.
/// Progress counts frames.
Result<RenderedAudio> renderSongs(std::span<const std::shared_ptr<const music::Song>> songs,
                                  const RenderOptions& options = {}, CancelToken cancel = {},
                                  const Progress& progress = {});

/// The same into a .wav (24 bit) or .flac (24 bit) file of up to 24 hours, in constant memory:
/// written to a temporary file and renamed, so that a failure leaves the old file intact. Errors:
/// those of renderSongs; BadInput for another extension; Io with path and reason.
Result<RenderReport> renderToFile(std::span<const std::shared_ptr<const music::Song>> songs,
                                  const std::filesystem::path& path,
                                  const RenderOptions& options = {}, CancelToken cancel = {},
                                  const Progress& progress = {});

} // namespace canto::sound
