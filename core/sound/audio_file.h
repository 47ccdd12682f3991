// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <span>
#include <vector>

namespace canto::sound {

/// By the ending of the name, in any case: .wav .flac .ogg .opus .mp3 .aif .aiff.
bool isAudioFile(const std::filesystem::path& path);

struct MonoAudio {
    std::vector<float> samples; ///< the mean of the channels, mixed as MonoMix does
    double rate = 0;            ///< as asked for
    double fileRate = 0;        ///< of the file
    int fileChannels = 0;
};

/// What a file says of itself and how much there was.
struct AudioFacts {
    double fileRate = 0;
    int fileChannels = 0;
    double seconds = 0; ///< read
};

struct ReadLimits {
    double mostSeconds = 0;          ///< reads no further; 0: to the end
    double refusedSeconds = 90 * 60; ///< a longer recording is refused: TooLarge
};

/// A recording in one channel at the wanted rate, handed on in pieces as it is read (libsndfile,
/// libsoxr at high quality), so that its length costs no memory. The samples of one piece are gone
/// after the call. Progress counts seconds. Errors: as readMono.
Result<AudioFacts> streamMono(const std::filesystem::path& path, double rate,
                              const std::function<void(std::span<const float>)>& take,
                              const ReadLimits& limits = {}, const CancelToken& cancel = {},
                              const Progress& progress = {});

/// A recording in one channel at the wanted rate. Read in pieces: memory is that of the result.
/// @param mostSeconds  reads no further; 0: to the end.
/// Errors: NotFound, BadFile (libsndfile's reason; a rate or number of channels that makes no
/// sense; no sample in it), TooLarge (over an hour and a half), Cancelled. A file that ends early
/// gives what is there. Thread: any.
Result<MonoAudio> readMono(const std::filesystem::path& path, double rate, double mostSeconds = 0,
                           const CancelToken& cancel = {});

/// Another rate for samples in memory. Error: BadInput for rates that make no sense.
Result<std::vector<float>> resampled(std::span<const float> samples, double from, double to);

} // namespace canto::sound
