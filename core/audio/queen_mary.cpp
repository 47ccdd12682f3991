// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/audio/queen_mary.h"

#include "core/audio/song_frames.h"

#ifdef CANTO_QM_DSP
#include <dsp/onsets/DetectionFunction.h>
#include <dsp/tempotracking/TempoTrackV2.h>

#include <algorithm>
#include <array>

namespace canto::audio {

class ComplexOnsets::Work {
  public:
    float next(std::span<const float> window) {
        std::copy(window.begin(), window.end(), m_window.begin());
        return static_cast<float>(m_function.processTimeDomain(m_window.data()));
    }

  private:
    // As in the plugin "Bar and Beat Tracker" of Queen Mary.
    DetectionFunction m_function{DFConfig{.stepSize = kOnsetHop,
                                          .frameLength = kWindow,
                                          .DFType = DF_COMPLEXSD,
                                          .dbRise = 3,
                                          .adaptiveWhitening = false,
                                          .whiteningRelaxCoeff = -1,
                                          .whiteningFloor = -1}};
    std::array<double, kWindow> m_window{};
};

float ComplexOnsets::next(std::span<const float> window) { return m_work->next(window); }

std::vector<double> beatsByViterbi(std::span<const float> onsets, std::optional<double> bpm) {
    constexpr std::size_t kLeast = 1024; // several windows of the comb filters: 12 s
    constexpr std::size_t kSettling = 2;
    std::vector<double> strength(onsets.begin(), onsets.end());
    strength.resize(std::max(strength.size(), kLeast));
    std::fill_n(strength.begin(), kSettling, 0.0); // the phases of two frames are needed
    std::vector<double> periods(strength.size());
    std::vector<double> tempi;
    std::vector<double> beats;
    TempoTrackV2 tracker(kRate, kOnsetHop);
    tracker.calculateBeatPeriod(strength, periods, tempi, bpm.value_or(120), bpm.has_value());
    tracker.calculateBeats(strength, periods, beats);
    std::erase_if(beats, [&](double beat) { return beat >= static_cast<double>(onsets.size()); });
    for (double& beat : beats) {
        beat /= kOnsetRate;
    }
    return beats;
}

#else

namespace canto::audio {

class ComplexOnsets::Work {};
float ComplexOnsets::next(std::span<const float> /*window*/) { return 0; }
std::vector<double> beatsByViterbi(std::span<const float> /*onsets*/,
                                   std::optional<double> /*bpm*/) {
    return {};
}

#endif

ComplexOnsets::ComplexOnsets() : m_work(std::make_unique<Work>()) {}
ComplexOnsets::~ComplexOnsets() = default;

} // namespace canto::audio
