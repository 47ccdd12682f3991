// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Owning handles of FluidSynth's objects. Only for the .cpp files of this folder.

#include <fluidsynth.h>
#include <memory>

namespace canto::sound {

template <auto Delete>
struct Deleter {
    template <class T>
    void operator()(T* object) const {
        Delete(object);
    }
};

using FluidSettings = std::unique_ptr<fluid_settings_t, Deleter<delete_fluid_settings>>;
using FluidSynthHandle = std::unique_ptr<fluid_synth_t, Deleter<delete_fluid_synth>>;
using FluidDriverHandle = std::unique_ptr<fluid_audio_driver_t, Deleter<delete_fluid_audio_driver>>;

/// FluidSynth logs to stderr, even from the audio thread: turn that off. Its failures are returned
/// as results. Thread: any.
inline void quietFluidSynth() {
    for (int level = FLUID_PANIC; level < LAST_LOG_LEVEL; ++level) {
        fluid_set_log_function(level, nullptr, nullptr);
    }
}

} // namespace canto::sound
