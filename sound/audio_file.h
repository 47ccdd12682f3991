#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <filesystem>
#include <span>
#include <vector>

namespace canto::sound {

/// By the ending of the name, in any case: .wav .flac .ogg .opus .mp3 .aif .aiff.
bool isAudioFile(const std::filesystem::path& path);

struct MonoAudio {
    std::vector<float> samples; ///< the mean of the channels
    double rate = 0;            ///< as asked for
    double fileRate = 0;        ///< of the file
    int fileChannels = 0;
};

/// A recording in one channel at the wanted rate (libsndfile, libsoxr at high quality). Read in
/// pieces: memory is that of the result.
/// @param mostSeconds  reads no further; 0: to the end.
/// Errors: NotFound, BadFile (libsndfile's reason; a rate or number of channels that makes no
/// sense), TooLarge (over an hour and a half), Cancelled. A file that ends early gives what is
/// there. Thread: any.
Result<MonoAudio> readMono(const std::filesystem::path& path, double rate, double mostSeconds = 0,
                           const CancelToken& cancel = {});

/// Another rate for samples in memory. Error: BadInput for rates that make no sense.
Result<std::vector<float>> resampled(std::span<const float> samples, double from, double to);

} // namespace canto::sound
