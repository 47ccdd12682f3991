#pragma once

#include <optional>

namespace canto::sound {

/// JACK and ALSA report every missing device on stderr, again at each attempt; what went wrong
/// comes back as a result anyway. Also keeps JACK from starting a server nobody asked for.
/// Works on the libraries that FluidSynth and RtMidi have loaded. Thread: the owner's, before
/// devices are opened; costs nothing after the first call.
void quietAudioLibraries();

struct JackServer {
    double rate = 48000;
    int periodFrames = 1024;
};

/// What the running JACK server works with; none without a server. Thread: the owner's; a few
/// milliseconds.
std::optional<JackServer> askJackServer();

} // namespace canto::sound
