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

/// The format by the file's extension, in any case. Errors: BadInput.
Result<SoundFormat> soundFormatOf(const std::filesystem::path& path);

/// Stereo samples on disk in the folder of the final file; unlinked, so that nothing stays behind
/// however the program ends.
class ScratchSamples {
  public:
    /// Errors: Io if the folder of `target` is not writable.
    static Result<ScratchSamples> make(const std::filesystem::path& target);
    /// @param interleaved  left, right, ... Errors: Io (disk full).
    Result<void> write(std::span<const float> interleaved);
    /// Writes everything so far, times `gain`, as a sound file: temporary file, synced, renamed.
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
