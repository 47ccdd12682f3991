// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <cstdio>
#include <filesystem>
#include <memory>
#include <span>

namespace canto::sound {

enum class SoundFormat { Wav24, Flac24 };

/// By the ending of the name, in any case. Errors: BadInput.
Result<SoundFormat> soundFormatOf(const std::filesystem::path& path);

/// Stereo samples on disk beside the file they will become; without a name, so that nothing stays
/// behind however the program ends.
class ScratchSamples {
  public:
    /// Errors: Io, when the folder of `target` cannot be written to.
    static Result<ScratchSamples> make(const std::filesystem::path& target);
    /// @param interleaved  left, right, ... Errors: Io (disk full).
    Result<void> write(std::span<const float> interleaved);
    /// Everything written so far times `gain` as a sound file: beside the target, synced, renamed.
    Result<void> convert(const std::filesystem::path& target, SoundFormat format, double rate,
                         float gain, const CancelToken& cancel);

  private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::unique_ptr<std::FILE, Close> m_file;
    std::filesystem::path m_folder;
};

} // namespace canto::sound
