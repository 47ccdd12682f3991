// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/midi_port.h"

namespace canto::sound {

std::string MidiChoice::text() const {
    switch (kind) {
    case Kind::None:
        return "None";
    case Kind::InternalSynth:
        return "Internal synth";
    case Kind::Virtual:
        return "Virtual port";
    case Kind::Device:
        break;
    }
    return name;
}

bool MidiOutPort::send(MidiMessage message) {
    const std::uint8_t bytes[] = {message.status, message.first, message.second};
    return send(std::span(bytes, static_cast<std::size_t>(message.size())));
}

void MidiOutPort::panic() {
    for (int channel = 0; channel < 16; ++channel) {
        for (const int control : {120, 123, 121}) {
            if (!send(MidiMessage::control(channel, control, 0))) {
                return; // nobody there
            }
        }
    }
}

} // namespace canto::sound
