// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <sndfile.h>

namespace canto::sound {

/// A recording open for reading with libsndfile. Thread: one at a time an object.
class OpenSound {
  public:
    /// A WAV, RF64 or AIFF file whose header states no samples though bytes follow it (a recorder
    /// that was cut off never goes back to write the length) is read to its end.
    /// Errors: NotFound; BadFile (libsndfile's reason; a rate or number of channels that makes no
    /// sense).
    static Result<OpenSound> open(const std::filesystem::path& path);

    const SF_INFO& about() const { return m_about; }
    /// Frames read into `interleaved`, 0 at the end.
    sf_count_t read(float* interleaved, sf_count_t frames);
    /// Goes to a frame; reads up to it where the format cannot be sought in.
    void skipTo(sf_count_t frame);

  private:
    struct Source; ///< the file with its header corrected
    struct Close {
        void operator()(SNDFILE* file) const { sf_close(file); }
    };
    struct DeleteSource {
        void operator()(Source* source) const;
    };

    SF_INFO m_about{};
    std::unique_ptr<Source, DeleteSource> m_source; ///< null: the header needs no correction
    std::unique_ptr<SNDFILE, Close> m_file;         ///< closed before its source
};

} // namespace canto::sound
