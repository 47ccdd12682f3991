// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <vector>

namespace canto::sound {

/// Decoded sound in memory, in two channels: a recording, a clip, what a model made.
struct Sound {
    std::vector<float> samples; ///< interleaved left and right; full scale is [-1, 1]
    double rate = 48000;        ///< frames a second

    std::size_t frames() const { return samples.size() / 2; }
    double seconds() const { return static_cast<double>(frames()) / rate; }
};

using SoundPtr = std::shared_ptr<const Sound>;

/// One channel on both sides.
SoundPtr soundOfMono(std::span<const float> samples, double rate);

/// The same sound at another rate (libsoxr, high quality); itself when it has that rate already.
/// Costs some 10 ms for 10 s of sound: long ones belong on a worker's thread.
/// Errors: BadInput for rates that make no sense. Thread: any.
Result<SoundPtr> atRate(SoundPtr sound, double rate);

/// A part of a recording in two channels at its own rate; more channels than two become their mean.
/// @param from     seconds; where the decoder cannot jump there it reads up to it.
/// @param seconds  length, 0: to the end. A file that ends earlier gives what is there.
/// Errors: NotFound, BadFile, TooLarge (over an hour and a half), BadInput (begins behind the end).
/// Thread: any.
Result<SoundPtr> readSound(const std::filesystem::path& path, double from = 0, double seconds = 0);

/// Into a .wav or .flac file of 24 bits, written beside the target and renamed; louder than full
/// scale it is made quieter. Errors: BadInput for another ending; Io; Cancelled. Thread: any.
Result<void> writeSound(const Sound& sound, const std::filesystem::path& path,
                        const CancelToken& cancel = {});

} // namespace canto::sound
