// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sound/fluid_synth.h"
#include "core/sound/playback_plan.h"

#include <array>

namespace canto::sound {

/// The sound that plays in sync with a song, read at the song's own position, so that both begin,
/// pause, jump and repeat as one. If the song's frames are those of the output (tempo 1, a device
/// of the engine's rate) the samples are those of the sound; otherwise they are interpolated
/// between four (Hermite), so that another tempo sounds higher or lower, as a tape does.
///
/// A step in the waveform after a jump decays within about 100 frames. All functions: audio thread.
class SoundVoice {
  public:
    static constexpr int kBlock = FluidSynth::kBlock;

    /// Starts a new block.
    void begin();
    /// The song goes through [frame, frame + (to - from) * step) while the output goes through
    /// [from, to) frames of this block. Spans of one block come in order.
    void play(const Plan& plan, double frame, double step, double from, double to);
    /// Adds the block to two planes.
    void mix(std::array<float, kBlock>& left, std::array<float, kBlock>& right);

    void setGain(float gain) { m_wantedGain = gain; }

  private:
    struct Pair {
        float left = 0;
        float right = 0;
    };
    static Pair at(const Plan& plan, double frame);
    void put(Pair value);
    void jump();

    std::array<Pair, kBlock> m_block{};
    int m_done = 0;                 ///< frames of the block that are filled
    Pair m_last;                    ///< of the sound, without residual and gain
    Pair m_residual;                ///< remainder of what was cut off
    const Sound* m_sound = nullptr; ///< only compared: it may have been freed
    double m_next = 0;              ///< song frame that continues what was played last
    float m_gain = 1;
    float m_wantedGain = 1;
};

} // namespace canto::sound
