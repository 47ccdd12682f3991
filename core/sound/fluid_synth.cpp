// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/fluid_synth.h"

#include "core/sound/fluid_handles.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace canto::sound {

struct FluidSynth::Handles {
    FluidSettings settings;
    FluidSynthHandle synth; // deleted first: it uses the settings
};

FluidSynth::FluidSynth(std::unique_ptr<Handles> handles, std::filesystem::path path, double rate)
    : m_handles(std::move(handles)), m_path(std::move(path)), m_rate(rate) {}

FluidSynth::~FluidSynth() = default;

Result<std::unique_ptr<FluidSynth>> FluidSynth::load(const std::filesystem::path& soundFont,
                                                     const SynthOptions& options) {
    if (!(options.rate >= kLowestRate && options.rate <= kHighestRate)) {
        return fail(Error::Code::BadInput,
                    "The synthesizer cannot play at " + std::to_string(std::llround(options.rate)) +
                        " Hz",
                    {}, "Set the audio device to a rate between 8000 and 96000 Hz");
    }
    quietFluidSynth();
    auto handles = std::make_unique<Handles>();
    handles->settings.reset(new_fluid_settings());
    if (!handles->settings) {
        return fail(Error::Code::NoMemory, "FluidSynth cannot start");
    }
    fluid_settings_t* settings = handles->settings.get();
    fluid_settings_setnum(settings, "synth.sample-rate", options.rate);
    fluid_settings_setnum(settings, "synth.gain", options.gain);
    fluid_settings_setint(settings, "synth.polyphony", std::clamp(options.polyphony, 1, 4096));
    fluid_settings_setint(settings, "synth.midi-channels", kSynthChannels);
    fluid_settings_setint(settings, "synth.reverb.active", options.effects ? 1 : 0);
    fluid_settings_setint(settings, "synth.chorus.active", options.effects ? 1 : 0);
    // Loading a sample while playing reads a file on the audio thread.
    fluid_settings_setint(settings, "synth.dynamic-sample-loading", 0);
    fluid_settings_setint(settings, "synth.lock-memory", 0);
    // Only one thread at a time uses a synth: FluidSynth's locks would only endanger real time.
    fluid_settings_setint(settings, "synth.threadsafe-api", 0);
    fluid_settings_setint(settings, "synth.cpu-cores", 1);

    handles->synth.reset(new_fluid_synth(settings));
    if (!handles->synth) {
        return fail(Error::Code::NoMemory, "FluidSynth cannot start");
    }
    const std::string name = soundFont.string();
    if (fluid_synth_sfload(handles->synth.get(), name.c_str(), 1) == FLUID_FAILED) {
        return fail(Error::Code::BadFile, "FluidSynth cannot load this SoundFont", name,
                    "Choose another .sf2 or .sf3 file");
    }
    return std::unique_ptr<FluidSynth>(new FluidSynth(std::move(handles), soundFont, options.rate));
}

void FluidSynth::send(MidiMessage message) {
    fluid_synth_t* synth = m_handles->synth.get();
    const int channel = message.channel();
    switch (message.kind()) {
    case 0x80:
        fluid_synth_noteoff(synth, channel, message.first);
        break;
    case 0x90:
        fluid_synth_noteon(synth, channel, message.first, message.second);
        break;
    case 0xA0:
        fluid_synth_key_pressure(synth, channel, message.first, message.second);
        break;
    case 0xB0:
        fluid_synth_cc(synth, channel, message.first, message.second);
        break;
    case 0xC0:
        fluid_synth_program_change(synth, channel, message.first);
        break;
    case 0xD0:
        fluid_synth_channel_pressure(synth, channel, message.first);
        break;
    case 0xE0:
        fluid_synth_pitch_bend(synth, channel, message.first | (message.second << 7));
        break;
    case MidiMessage::kDrums:
        fluid_synth_set_channel_type(synth, channel,
                                     message.first != 0 ? CHANNEL_TYPE_DRUM : CHANNEL_TYPE_MELODIC);
        break;
    default:
        break;
    }
}

void FluidSynth::render(float* left, float* right, int frames) {
    fluid_synth_write_float(m_handles->synth.get(), frames, left, 0, 1, right, 0, 1);
}

void FluidSynth::cutVoices() { fluid_synth_all_sounds_off(m_handles->synth.get(), -1); }

void FluidSynth::reset() { fluid_synth_system_reset(m_handles->synth.get()); }

int FluidSynth::activeVoices() const {
    return fluid_synth_get_active_voice_count(m_handles->synth.get());
}

void FluidSynth::setGain(float gain) {
    fluid_synth_set_gain(m_handles->synth.get(), std::clamp(gain, 0.0f, 10.0f));
}

} // namespace canto::sound
