// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// 72 kinds of ordinary, odd and damaged MIDI files, built from their descriptions. The list of
// kinds follows the titles of the public suite test-midi-files 1.1.2; every byte is ours.

#include "core/midi/repair_report.h"
#include "tests/support/smf_bytes.h"

#include <optional>
#include <string>

namespace canto::test {

struct SmfKind {
    std::string name;
    Bytes bytes;
    int notes = 8; ///< -1: refused
    std::optional<midi::Repair::Kind> repair = {};
    int channelEvents = 0;
    int sysex = 0;
    int metas = 0;
};

inline std::vector<SmfKind> smfKinds() {
    using midi::Repair;
    std::vector<SmfKind> kinds;
    const auto add = [&kinds](std::string name, Bytes bytes, int notes,
                              std::optional<Repair::Kind> repair = {}, int events = 0,
                              int sysex = 0, int metas = 0) {
        kinds.push_back({std::move(name), std::move(bytes), notes, repair, events, sysex, metas});
    };
    const auto sysex = [](const Bytes& body) {
        return Bytes{0x00, 0xF0, static_cast<std::uint8_t>(body.size() + 1)} + body + Bytes{0xF7};
    };
    const auto control = [](std::uint8_t number, std::uint8_t value) {
        return Bytes{0x00, 0xB0, number, value};
    };
    // Every program of a bank, one quarter each: 128 notes.
    const auto allPrograms = [&](const Bytes& reset, const Bytes& bank) {
        Bytes events = reset;
        for (int program = 0; program < 128; ++program) {
            events =
                events + bank + Bytes{0x00, 0xC0, static_cast<std::uint8_t>(program)} + quarter(60);
        }
        return oneTrack(events);
    };
    const Bytes gm1 = sysex({0x7E, 0x7F, 0x09, 0x01});
    const Bytes gm2 = sysex({0x7E, 0x7F, 0x09, 0x03});
    const Bytes gs = sysex({0x41, 0x10, 0x42, 0x12, 0x40, 0x00, 0x7F, 0x00, 0x41});
    const Bytes xg = sysex({0x43, 0x10, 0x4C, 0x00, 0x00, 0x7E, 0x00});
    const Bytes bank = control(0, 0x79) + control(32, 0);

    add("scale", oneTrack(scale()), 8);
    add("no events", oneTrack({}), 0);
    add("silence, all notes off", oneTrack(Bytes{0x60, 0xB0, 0x7B, 0x00}), 0, {}, 1);
    add("silence, late end of track", header(0, 1) + chunk("MTrk", {0x83, 0x00, 0xFF, 0x2F, 0x00}),
        0);
    add("silence, text", oneTrack(Bytes{0x60, 0xFF, 0x01, 0x02, 'h', 'i'}), 0, {}, 0, 0, 1);
    Bytes drums;
    for (std::uint8_t pitch = 27; pitch <= 87; ++pitch) {
        drums = drums + quarter(pitch, 9);
    }
    add("all percussion", oneTrack(drums), 61);
    add("all sounds", allPrograms({}, {}), 128, {}, 128);
    add("all GM2 sounds", allPrograms(gm2, bank), 128, {}, 3 * 128, 1);
    add("all GS sounds", allPrograms(gs, bank), 128, {}, 3 * 128, 1);
    add("all sounds after GM on", allPrograms(gm1, {}), 128, {}, 128, 1);
    add("all XG sounds", allPrograms(xg, bank), 128, {}, 3 * 128, 1);
    const Bytes dog = control(0, 0x78) + control(32, 0) + Bytes{0x00, 0xC0, 0x38} + quarter(76);
    add("GM2 sound effect kit", oneTrack(gm2 + dog), 1, {}, 3, 1);
    add("GM2 sound effect", oneTrack(gm2 + bank + Bytes{0x00, 0xC0, 0x7B} + quarter(60)), 1, {}, 3,
        1);
    add("GS sound effect", oneTrack(gs + control(0, 1) + Bytes{0x00, 0xC0, 0x7B} + quarter(60)), 1,
        {}, 2, 1);
    add("XG sound effect",
        oneTrack(xg + control(0, 0x40) + control(32, 0) + Bytes{0x00, 0xC0, 0x30} + quarter(60)), 1,
        {}, 3, 1);
    add("XG sound effect kit", oneTrack(xg + control(0, 0x7E) + Bytes{0x00, 0xC0, 0} + quarter(84)),
        1, {}, 2, 1);
    const Bytes two = track(scale(0)) + track(scale(1));
    add("two tracks, format 0", header(0, 2) + two, 16, Repair::Kind::Format0Tracks);
    add("two tracks, format 1", header(1, 2) + two, 16);
    add("two tracks, format 2", header(2, 2) + two, 16);
    add("bank select", oneTrack(control(0, 0) + control(32, 1) + Bytes{0x00, 0xC0, 1} + scale()), 8,
        {}, 3);
    add("damper", oneTrack(control(64, 127) + scale() + control(64, 0)), 8, {}, 2);
    add("portamento", oneTrack(control(5, 64) + control(65, 127) + scale()), 8, {}, 2);
    add("portamento control", oneTrack(control(84, 60) + scale()), 8, {}, 1);
    for (const int number : {124, 125, 126, 127}) {
        add("mode " + std::to_string(number),
            oneTrack(control(static_cast<std::uint8_t>(number), 0) + scale()), 8, {}, 1);
    }
    for (int variant = 0; variant < 4; ++variant) {
        Bytes chord;
        for (std::uint8_t channel = 0; channel < 4; ++channel) {
            const auto at = static_cast<std::uint8_t>(variant % 2 == 0 ? channel : 3 - channel);
            chord = chord + Bytes{0x00, static_cast<std::uint8_t>(0x90 | at),
                                  static_cast<std::uint8_t>(60 + 4 * at), 64};
        }
        for (std::uint8_t channel = 0; channel < 4; ++channel) {
            const auto at = static_cast<std::uint8_t>(variant < 2 ? channel : 3 - channel);
            chord = chord + Bytes{0x30, static_cast<std::uint8_t>(0x80 | at),
                                  static_cast<std::uint8_t>(60 + 4 * at), 64};
        }
        add("chord on four channels, order " + std::to_string(variant), oneTrack(chord), 4);
    }
    Bytes velocities;
    for (int velocity = 1; velocity < 128; ++velocity) {
        velocities = velocities +
                     Bytes{0x00, 0x90, 60, static_cast<std::uint8_t>(velocity), 0x60, 0x90, 60, 0};
    }
    add("every velocity", oneTrack(velocities), 127);
    for (const int parameter : {0, 1, 2, 5}) {
        add("registered parameter " + std::to_string(parameter),
            oneTrack(control(101, 0) + control(100, static_cast<std::uint8_t>(parameter)) +
                     control(6, 12) + control(38, 0) + scale()),
            8, {}, 4);
    }
    const Bytes goesOn{0x00, 62, 64, 0x60, 62, 0};
    const Bytes running{0x00, 0x90, 60, 64, 0x60, 60, 0};
    add("running status after meta", oneTrack(running + meta(0x01, text("x")) + goesOn), 2,
        Repair::Kind::RunningAfterMeta, 0, 0, 1);
    add("running status after sysex", oneTrack(running + gm1 + goesOn), 2,
        Repair::Kind::RunningAfterMeta, 0, 1);
    add("SMPTE offset", oneTrack(meta(0x54, {0x41, 0x17, 0x2D, 0x0C, 0x22}) + scale()), 8, {}, 0, 0,
        1);
    add("sysex, who is there", oneTrack(sysex({0x7E, 0x7F, 0x06, 0x01})), 0, {}, 0, 1);
    add("sysex, GM on", oneTrack(gm1 + scale()), 8, {}, 0, 1);
    add("sysex, GM off", oneTrack(sysex({0x7E, 0x7F, 0x09, 0x02}) + scale()), 8, {}, 0, 1);
    add("sysex, GM2 on", oneTrack(gm2 + scale()), 8, {}, 0, 1);
    add("sysex, fine tuning", oneTrack(sysex({0x7F, 0x7F, 0x04, 0x03, 0, 0x40}) + scale()), 8, {},
        0, 1);
    add("sysex, coarse tuning", oneTrack(sysex({0x7F, 0x7F, 0x04, 0x04, 0, 0x40}) + scale()), 8, {},
        0, 1);
    add("sysex, scale tuning",
        oneTrack(sysex({0x7E, 0x7F, 0x08, 0x08, 3, 0x7F, 0x7F, 64, 64, 64, 64, 64, 64, 64, 64, 64,
                        64, 64, 64}) +
                 scale()),
        8, {}, 0, 1);
    add("sysex, GS drum part",
        oneTrack(sysex({0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x15, 0x01, 0x19}) + scale()), 8, {}, 0,
        1);
    add("sysex, GS scale tuning",
        oneTrack(sysex({0x41, 0x10, 0x42, 0x12, 0x40, 0x11, 0x40, 64, 64, 64,
                        64,   64,   64,   64,   64,   64,   64,   64, 64, 0x6F}) +
                 scale()),
        8, {}, 0, 1);
    add("wrong track length", header(0, 1) + text("MTrk") + big32(20) + scale() + kEndOfTrack, 8,
        Repair::Kind::WrongChunkLength);
    add("karaoke",
        header(1, 2) + track(meta(0x01, text("@KMIDI KARAOKE FILE"))) +
            track(meta(0x03, text("Words")) + meta(0x01, text("\\La")) + scale()),
        8, {}, 0, 0, 2);
    add("chunk that is not MIDI", header(1, 1) + chunk("NOPE", text("not music")) + track(scale()),
        8, Repair::Kind::AlienChunk);
    add("delta of two bytes", oneTrack(Bytes{0x81, 0x00, 0x90, 60, 64, 0x60, 60, 0}), 1);
    add("delta of three bytes", oneTrack(Bytes{0x81, 0x80, 0x00, 0x90, 60, 64, 0x60, 60, 0}), 1);
    add("delta of four bytes", oneTrack(Bytes{0x81, 0x80, 0x80, 0x00, 0x90, 60, 64, 0x60, 60, 0}),
        1);
    // By hand: the stray 40 is a delta; 00 runs on with status 80, its second byte is the FF.
    add("extra byte", oneTrack(scale() + Bytes{0x40}), 8, Repair::Kind::DataOver127);
    // By hand: the missing velocity takes the 00; FF 2F is a delta; 00 and nothing more is cut.
    Bytes missing = scale();
    missing.pop_back();
    add("missing byte", oneTrack(missing), 8, Repair::Kind::CutEvent);
    Bytes all;
    for (const int status :
         {0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF8, 0xF9, 0xFA, 0xFB, 0xFC, 0xFD, 0xFE}) {
        Bytes message{0x00, static_cast<std::uint8_t>(status)};
        message.resize(message.size() + (status == 0xF2 ? 2 : status == 0xF1 || status == 0xF3));
        all = all + message;
        add("system message " + std::to_string(status), oneTrack(message + scale()), 8,
            Repair::Kind::StrayStatus);
    }
    add("all system messages", oneTrack(all + scale()), 8, Repair::Kind::StrayStatus);
    add("empty file", {}, -1);
    add("no MIDI file", text("This is a text about music.\n"), -1);
    return kinds;
}

} // namespace canto::test
