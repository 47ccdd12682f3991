// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>

namespace canto::sound {

class AudioCore;

struct SinkOptions {
    std::string driver; ///< FluidSynth's name; empty: the first that answers
    double rate = 48000;
    int periodFrames = 256;
    int periods = 2;
};

/// Something that takes blocks from the core. Takes silence until go() is called, so that a new
/// one can be opened while another still plays; its destructor joins its thread.
class AudioSink {
  public:
    virtual ~AudioSink() = default;
    virtual void go() = 0;
    /// Takes nothing any more once this returns.
    virtual void rest() = 0;
    virtual bool isDevice() const = 0;
    /// Its server ended: not to be closed.
    virtual bool lost() const = 0;
    virtual std::string driver() const = 0;
    virtual double rate() const = 0;
    virtual int bufferFrames() const = 0;
};

/// Closes a sink, or keeps it at rest for ever where closing would crash JACK's library: one that
/// is lost, or whose device asks for nothing any more.
void closeSink(std::unique_ptr<AudioSink> sink, bool dead);

/// A thread that takes blocks in real time and throws them away.
std::unique_ptr<AudioSink> openSilentSink(AudioCore& core, const SinkOptions& options);

/// A real device through FluidSynth's drivers: JACK and PipeWire first (a person who runs a JACK
/// server wants it), then PulseAudio, ALSA and what else there is. Never starts a sound server.
/// Errors: Device. Thread: the owner's; blocks while the driver is tried (a few milliseconds where
/// nobody answers).
Result<std::unique_ptr<AudioSink>> openDeviceSink(AudioCore& core, const SinkOptions& options);

} // namespace canto::sound
