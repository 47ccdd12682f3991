// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <sndfile.h>

namespace canto::sound {

/// A recording opened for reading with libsndfile. Thread: one at a time for each object.
class OpenSound {
  public:
    /// A WAV, RF64 or AIFF file whose header states no samples although data follow it (an
    /// interrupted recorder never writes the length) is read to its end. Errors: NotFound; BadFile
    /// (libsndfile's reason; an invalid rate or number of channels).
    static Result<OpenSound> open(const std::filesystem::path& path);

    const SF_INFO& about() const { return m_about; }
    /// Reads frames into `interleaved`; returns their number, 0 at the end.
    sf_count_t read(float* interleaved, sf_count_t frames);
    /// Moves to a frame; reads up to it if the format cannot be sought in.
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
