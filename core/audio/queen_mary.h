// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace canto::audio {

/// What libqm-dsp (Queen Mary, University of London) does for us. Its headers are seen by one file
/// only. A build without sound may lack the library: beatsByViterbi then finds no beats.

/// Onset strength in the complex domain: how far a frame departs from the one that steady sinusoids
/// would make. Source: Bello, Duxbury, Davies and Sandler 2004. Thread: one at a time for each
/// object.
class ComplexOnsets {
  public:
    static constexpr int kWindow = 512; ///< samples
    ComplexOnsets();
    ~ComplexOnsets();
    ComplexOnsets(const ComplexOnsets&) = delete;
    ComplexOnsets& operator=(const ComplexOnsets&) = delete;
    /// @param window  kWindow samples, kOnsetHop after those of the call before. Returns >= 0.
    float next(std::span<const float> window);

  private:
    class Work;
    std::unique_ptr<Work> m_work;
};

/// Beats in s, rising: the period by Viterbi through a bank of comb filters over 6 s, then dynamic
/// programming. @param onsets  one each kOnsetHop samples. @param bpm  if given, the period stays
/// near this tempo; otherwise near 120. Source: Stark, Davies and
/// Plumbley 2009 (TempoTrackV2). Thread: any.
std::vector<double> beatsByViterbi(std::span<const float> onsets, std::optional<double> bpm);

} // namespace canto::audio
