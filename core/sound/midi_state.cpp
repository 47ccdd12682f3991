// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/midi_state.h"

#include "core/music/song.h"

namespace canto::sound {

namespace {

constexpr int kBankMsb = 0;
constexpr int kDataMsb = 6;
constexpr int kBankLsb = 32;
constexpr int kDataLsb = 38;
constexpr int kRpnLsb = 100;
constexpr int kRpnMsb = 101;

// Data entry and parameter numbers are only meaningful in their order.
bool isParameterAccess(int control) {
    return control == kDataMsb || control == kDataLsb || (control >= 96 && control <= kRpnMsb);
}

} // namespace

std::array<std::uint8_t, 120> MidiState::defaults() {
    std::array<std::uint8_t, 120> values{};
    values[7] = 100;
    values[8] = 64;
    values[10] = 64;
    values[11] = values[43] = 127;
    for (int sound = 70; sound < 80; ++sound) {
        values[static_cast<std::size_t>(sound)] = 64;
    }
    values[kRpnLsb] = values[kRpnMsb] = values[98] = values[99] = 127;
    return values;
}

MidiState::MidiState() { m_channels[music::kDrumChannel].drums = true; }

void MidiState::apply(MidiMessage message) {
    Channel& channel = m_channels[message.channel()];
    switch (message.kind()) {
    case 0xB0:
        if (message.first == 121) { // reset all controllers: RP-015 keeps bank, volume and pan
            const auto before = channel.controls;
            channel.controls = defaults();
            for (const std::size_t kept : {0, 7, 8, 10, 32, 91, 93}) {
                channel.controls[kept] = before[kept];
            }
            channel.bend = 0;
            channel.pressure = 0;
        } else if (message.first < 120) {
            channel.controls[message.first] = message.second;
            if (message.first == kDataMsb && channel.controls[kRpnMsb] == 0 &&
                channel.controls[kRpnLsb] == 0) {
                channel.bendRange = message.second;
            }
        }
        break;
    case 0xC0:
        channel.program = message.first;
        break;
    case 0xD0:
        channel.pressure = message.first;
        break;
    case MidiMessage::kDrums:
        channel.drums = message.first != 0;
        break;
    case 0xE0:
        channel.bend = static_cast<std::int16_t>((message.first | (message.second << 7)) - 8192);
        break;
    default:
        break;
    }
}

void MidiState::sendDifference(const MidiState& wanted, MessageSink& out) const {
    for (int c = 0; c < kSynthChannels; ++c) {
        const Channel& now = m_channels[static_cast<std::size_t>(c)];
        const Channel& then = wanted.m_channels[static_cast<std::size_t>(c)];
        if (now == then) {
            continue;
        }
        // A bank takes effect with the next program change.
        const bool bank = now.controls[kBankMsb] != then.controls[kBankMsb] ||
                          now.controls[kBankLsb] != then.controls[kBankLsb];
        if (bank) {
            out.send(MidiMessage::control(c, kBankMsb, then.controls[kBankMsb]));
            out.send(MidiMessage::control(c, kBankLsb, then.controls[kBankLsb]));
        }
        const bool drums = now.drums != then.drums; // and so does the part mode
        if (drums) {
            out.send(MidiMessage::drums(c, then.drums));
        }
        if (bank || drums || now.program != then.program) {
            out.send(MidiMessage::program(c, then.program));
        }
        for (int control = 1; control < 120; ++control) {
            const auto index = static_cast<std::size_t>(control);
            if (control != kBankLsb && !isParameterAccess(control) &&
                now.controls[index] != then.controls[index]) {
                out.send(MidiMessage::control(c, control, then.controls[index]));
            }
        }
        if (now.bendRange != then.bendRange) {
            out.send(MidiMessage::control(c, kRpnMsb, 0));
            out.send(MidiMessage::control(c, kRpnLsb, 0));
            out.send(MidiMessage::control(c, kDataMsb, then.bendRange));
            out.send(MidiMessage::control(c, kRpnMsb, 127));
            out.send(MidiMessage::control(c, kRpnLsb, 127));
        }
        if (now.bend != then.bend) {
            out.send(MidiMessage::pitchBend(c, then.bend));
        }
        if (now.pressure != then.pressure) {
            out.send(MidiMessage::make(0xD0, c, then.pressure, 0));
        }
    }
}

} // namespace canto::sound
