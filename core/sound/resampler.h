// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <memory>
#include <span>
#include <vector>

struct soxr;

namespace canto::sound {

/// Converts sound from one sample rate to another (libsoxr, high quality), fed in pieces. Thread:
/// one at a time for each object.
class Resampler {
  public:
    /// @param from, to  frames a second. @param channels  interleaved in what is fed, >= 1.
    /// Errors: BadInput, when libsoxr refuses the rates; NoMemory.
    static Result<Resampler> make(double from, double to, unsigned channels = 1);

    /// Appends the converted samples available so far to `into`; the filter delays a few
    /// milliseconds.
    /// @param samples  whole frames.
    void feed(std::span<const float> samples, std::vector<float>& into);
    /// Appends the delayed rest. Nothing may be fed afterwards.
    void end(std::vector<float>& into);

  private:
    struct Delete {
        void operator()(soxr* resampler) const;
    };
    std::size_t step(const float* from, std::size_t frames, std::size_t* used,
                     std::vector<float>& into);

    std::unique_ptr<soxr, Delete> m_soxr; ///< null: the rates are equal
    double m_ratio = 1;
    std::size_t m_channels = 1;
};

} // namespace canto::sound
