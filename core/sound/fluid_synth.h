// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/sound/midi_message.h"

#include <filesystem>
#include <memory>

namespace canto::sound {

struct SynthOptions {
    double rate = 48000; ///< FluidSynth::kLowestRate .. kHighestRate
    /// Loudness before the engine's own: FluidSynth's synth.gain, 0..10. 0.5 leaves a full General
    /// MIDI arrangement about 6 dB below full scale.
    float gain = 0.5f;
    int polyphony = 256; ///< voices, 1..4096
    bool effects = true; ///< reverb and chorus
};

/// FluidSynth with one SoundFont, without its MIDI player, shell, server or locks: only one thread
/// at a time may use it, from construction to destruction.
///
/// All samples are in memory (loading while playing is not real-time safe), so that send() and
/// render() neither lock nor allocate.
class FluidSynth final : public MessageSink {
  public:
    /// Frames the synth computes at once. Messages take effect on this grid.
    static constexpr int kBlock = 64;

    /// The range of rates, frames a second, at which FluidSynth plays in tune. Outside it,
    /// FluidSynth silently keeps its previous rate.
    static constexpr double kLowestRate = 8000;
    static constexpr double kHighestRate = 96000;

    /// Loads without probing in a child process: for files that probeSoundFont has accepted.
    /// Errors: BadInput for a rate outside the range; BadFile; NoMemory.
    static Result<std::unique_ptr<FluidSynth>> load(const std::filesystem::path& soundFont,
                                                    const SynthOptions& options = {});
    ~FluidSynth() override;
    FluidSynth(const FluidSynth&) = delete;
    FluidSynth& operator=(const FluidSynth&) = delete;

    void send(MidiMessage message) override;
    /// Writes `frames` frames to two planes; frames need not be a multiple of kBlock.
    void render(float* left, float* right, int frames);
    /// Stops every voice at once; programs, controllers and bends return to their initial values.
    void reset();
    /// Stops every voice at once; the state of the channels stays.
    void cutVoices();
    int activeVoices() const;
    void setGain(float gain);
    double rate() const { return m_rate; }
    const std::filesystem::path& soundFont() const { return m_path; }

  private:
    struct Handles;
    FluidSynth(std::unique_ptr<Handles> handles, std::filesystem::path path, double rate);
    std::unique_ptr<Handles> m_handles;
    std::filesystem::path m_path;
    double m_rate;
};

} // namespace canto::sound
