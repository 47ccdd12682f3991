// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <memory>
#include <string>
#include <vector>

namespace canto::sound {

class AudioCore;

struct SinkOptions {
    std::string driver; ///< FluidSynth's name; empty: the first that works
    double rate = 48000;
    int periodFrames = 256;
    int periods = 2;
};

/// Consumes blocks of the core. Plays silence until go() is called, so that a new sink can be
/// opened while another still plays; its destructor joins its thread.
class AudioSink {
  public:
    virtual ~AudioSink() = default;
    virtual void go() = 0;
    /// Consumes nothing any more once this returns.
    virtual void rest() = 0;
    virtual bool isDevice() const = 0;
    /// Whether its server ended: it must not be closed then.
    virtual bool lost() const = 0;
    virtual std::string driver() const = 0;
    virtual double rate() const = 0;
    virtual int bufferFrames() const = 0;
};

/// FluidSynth's names of the drivers that are built in, those tried first in front. Thread: any.
std::vector<std::string> audioDrivers();

/// Closes a sink, or leaks it where closing would crash JACK's library: one that is lost, or whose
/// device does not request blocks any more.
void closeSink(std::unique_ptr<AudioSink> sink, bool dead);

/// A thread that consumes blocks in real time and discards them.
std::unique_ptr<AudioSink> openSilentSink(AudioCore& core, const SinkOptions& options);

/// A real device through FluidSynth's drivers: JACK and PipeWire first (a running JACK server is
/// there for a reason), then PulseAudio, ALSA and the others. Never starts a sound server. Errors:
/// Device. Thread: the owner's; blocks while drivers are tried (a few milliseconds if none
/// responds).
Result<std::unique_ptr<AudioSink>> openDeviceSink(AudioCore& core, const SinkOptions& options);

} // namespace canto::sound
