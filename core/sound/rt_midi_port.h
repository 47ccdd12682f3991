// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/sound/midi_port.h"

#include <memory>
#include <string>
#include <vector>

namespace canto::sound {

/// Which of RtMidi's systems; Any: ALSA where it works, else JACK where it has ports.
enum class MidiApi { Any, Alsa, Jack };

/// The ports that are available now.
struct MidiPortList {
    MidiApi api = MidiApi::Any;      ///< that was queried
    std::vector<std::string> inputs; ///< names without the numbers that change
    std::vector<std::string> outputs;
    std::vector<std::string> own; ///< our client's ports that the system lists
    std::string problem;          ///< why there are none, or empty
};

/// Queries the system again, since an open client goes stale when a server ends. Our own ports (of
/// `clientName`) are left out.
MidiPortList listMidiPorts(MidiApi api, const std::string& clientName);

/// RtMidi numbers equal names and ALSA adds client numbers ("Keystation 28:0"): the name without
/// them.
std::string stableName(const std::string& portName);

/// Errors: NotFound (no port of that name now), Device.
Result<std::unique_ptr<MidiOutPort>> openMidiOut(MidiApi api, const std::string& clientName,
                                                 const MidiChoice& choice);
/// @param receive  channel messages only, on RtMidi's thread. @param clock  the same for MIDI
/// clock; may be empty.
Result<std::unique_ptr<MidiInPort>> openMidiIn(MidiApi api, const std::string& clientName,
                                               const MidiChoice& choice,
                                               MidiInPort::Receiver receive,
                                               MidiInPort::ClockReceiver clock = {});

} // namespace canto::sound
