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

/// Decoded stereo sound in memory: a recording, a clip, or a model's output.
struct Sound {
    std::vector<float> samples; ///< interleaved left and right; full scale is [-1, 1]
    double rate = 48000;        ///< frames a second

    std::size_t frames() const { return samples.size() / 2; }
    double seconds() const { return static_cast<double>(frames()) / rate; }
};

using SoundPtr = std::shared_ptr<const Sound>;

/// One channel copied to both sides.
SoundPtr soundOfMono(std::span<const float> samples, double rate);

/// The sound at another rate (libsoxr, high quality); the same object if it has that rate already.
/// About 10 ms for 10 s of sound: convert long ones on a worker thread. Errors: BadInput for
/// invalid rates. Thread: any.
Result<SoundPtr> atRate(SoundPtr sound, double rate);

/// Reads a part of a recording as two channels at its own rate; more channels than two become their
/// mean.
/// @param from     seconds; if the decoder cannot seek it reads up to there.
/// @param seconds  length, 0: to the end. A file that ends earlier yields what it contains.
/// Errors: NotFound, BadFile, TooLarge (over an hour and a half), BadInput (begins after the end).
/// Thread: any.
Result<SoundPtr> readSound(const std::filesystem::path& path, double from = 0, double seconds = 0);

/// Writes a .wav or .flac file of 24 bits, to a temporary file that is renamed; sound above full
/// scale is made quieter. Errors: BadInput for another extension; Io; Cancelled. Thread: any.
Result<void> writeSound(const Sound& sound, const std::filesystem::path& path,
                        const CancelToken& cancel = {});

} // namespace canto::sound
