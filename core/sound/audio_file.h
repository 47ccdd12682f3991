// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <span>
#include <vector>

namespace canto::sound {

/// Whether the file's extension, in any case, is .wav .flac .ogg .opus .mp3 .aif .aiff.
bool isAudioFile(const std::filesystem::path& path);

struct MonoAudio {
    std::vector<float> samples; ///< the mean of the channels, mixed as MonoMix does
    double rate = 0;            ///< as asked for
    double fileRate = 0;        ///< of the file
    int fileChannels = 0;
};

/// What a file states, and how much sound it contained.
struct AudioFacts {
    double fileRate = 0;
    int fileChannels = 0;
    double seconds = 0; ///< read
};

struct ReadLimits {
    double mostSeconds = 0;          ///< stops reading there; 0: reads to the end
    double refusedSeconds = 90 * 60; ///< a longer recording is refused: TooLarge
};

/// Reads a recording as one channel at the requested rate, passed on in pieces while it is read
/// (libsndfile, libsoxr at high quality), so that memory does not depend on its length. The samples
/// of a piece are only valid during the call. Progress counts seconds. Errors: as readMono.
Result<AudioFacts> streamMono(const std::filesystem::path& path, double rate,
                              const std::function<void(std::span<const float>)>& take,
                              const ReadLimits& limits = {}, const CancelToken& cancel = {},
                              const Progress& progress = {});

/// Reads a recording as one channel at the requested rate. Read in pieces: needs only the memory of
/// the result.
/// @param mostSeconds  stops reading there; 0: reads to the end.
/// Errors: NotFound, BadFile (libsndfile's reason; an invalid rate or number of channels; no
/// samples), TooLarge (over an hour and a half), Cancelled. A truncated file yields what it
/// contains. Thread: any.
Result<MonoAudio> readMono(const std::filesystem::path& path, double rate, double mostSeconds = 0,
                           const CancelToken& cancel = {});

/// Converts samples in memory to another rate. Error: BadInput for invalid rates.
Result<std::vector<float>> resampled(std::span<const float> samples, double from, double to);

} // namespace canto::sound
