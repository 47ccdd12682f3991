// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace canto::sound {

/// Silences JACK and ALSA, which report every missing device on stderr at each attempt; errors are
/// returned as results anyway. Also prevents JACK from starting a server. Works on the libraries
/// that FluidSynth and RtMidi have loaded. Thread: the owner's, before devices are opened; costs
/// nothing after the first call.
void quietAudioLibraries();

/// Why ALSA's sequencer cannot be opened, in ALSA's words; empty if it can. Ask before RtMidi opens
/// anything on it: RtMidi's constructor prints its errors to stderr before a callback can be set.
/// Thread: any; less than a millisecond.
std::string alsaSequencerProblem();

struct JackServer {
    double rate = 48000;
    int periodFrames = 1024;
};

/// Parameters of the running JACK server, which has answered just now; none without a server. Keeps
/// one client without ports open to it: see jackServersEnded(). Call it before anything is opened
/// on JACK. Thread: any, one at a time; a few milliseconds.
std::optional<JackServer> askJackServer();

/// Call it when nothing could be opened on JACK although askJackServer() had an answer: the server
/// ended in between, and is counted as ended. Thread: any.
void noteJackEnded();

/// Counts the JACK servers that ended while we were their client. libjack frees all clients of an
/// ended server at the next attempt to open one, so what was opened at another count must be
/// leaked, not closed. Thread: any.
std::uint64_t jackServersEnded();

} // namespace canto::sound
