// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace canto::sound {

/// JACK and ALSA report every missing device on stderr, again at each attempt; what went wrong
/// comes back as a result anyway. Also keeps JACK from starting a server nobody asked for.
/// Works on the libraries that FluidSynth and RtMidi have loaded. Thread: the owner's, before
/// devices are opened; costs nothing after the first call.
void quietAudioLibraries();

/// Why ALSA's sequencer cannot be opened, in ALSA's words; empty where it can. To be asked before
/// RtMidi opens anything on it: a constructor of RtMidi that fails prints to stderr, and nobody can
/// listen to it yet. Thread: any; less than a millisecond.
std::string alsaSequencerProblem();

struct JackServer {
    double rate = 48000;
    int periodFrames = 1024;
};

/// What the running JACK server works with; none without a server: it has answered just now. Keeps
/// one client without ports open to it: see jackServersEnded(). To be called before anything is
/// opened on JACK. Thread: any, one at a time; a few milliseconds.
std::optional<JackServer> askJackServer();

/// To be called when nothing could be opened on JACK although askJackServer() had an answer: its
/// server ended in between, and counts as ended. Thread: any.
void noteJackEnded();

/// Counts the JACK servers that ended while we were their client. libjack frees all clients of an
/// ended server at the next attempt to open one, so what was opened at another count must be left
/// alone, not closed. Thread: any.
std::uint64_t jackServersEnded();

} // namespace canto::sound
