// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sound/midi_port.h"

#include <memory>
#include <string>
#include <vector>

namespace canto::sound {

/// Keeps the chosen MIDI ports connected across unplugging and plugging in. RtMidi notifies of
/// neither, so the owner polls every two seconds. Ports are identified by name, never by index.
///
/// The port returned by out() is the same object for the lifetime of the watch: only the real port
/// behind it changes.
///
/// Thread: the owner's; `receive` is called on RtMidi's thread, for channel messages only.
class PortWatch {
  public:
    enum class Api { Any, Alsa, Jack };

    /// @param receive  called for each channel message of any chosen input, one at a time; may be
    ///                 empty.
    /// @param clock    the same for MIDI clock.
    explicit PortWatch(MidiInPort::Receiver receive = {}, Api api = Api::Any,
                       std::string clientName = "Cantograph", MidiInPort::ClockReceiver clock = {});
    ~PortWatch(); ///< sends all notes off
    PortWatch(const PortWatch&) = delete;
    PortWatch& operator=(const PortWatch&) = delete;

    /// "None" and the available devices (and chosen ones that are disconnected).
    std::vector<MidiChoice> inputs() const;
    /// "None", "Internal synth", "Virtual port" and the devices.
    std::vector<MidiChoice> outputs() const;

    /// Several inputs at once; an empty list is None. Disconnected ones are connected when they
    /// appear.
    void chooseInputs(std::vector<MidiChoice> choices);
    void chooseOutput(MidiChoice choice);
    const std::vector<MidiChoice>& chosenInputs() const;
    const MidiChoice& chosenOutput() const;

    /// Never null; while the device is disconnected, messages are lost.
    std::shared_ptr<MidiOutPort> out() const;
    bool outputConnected() const;
    int connectedInputs() const;

    /// Checks the ports. Returns messages for the user: "MIDI output Keystation is gone", "... is
    /// back". On a reconnected output all notes are switched off first.
    std::vector<std::string> poll();
    /// Why MIDI devices cannot be used here ("ALSA sequencer cannot be opened ..."), or empty.
    std::string problem() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> m;
};

} // namespace canto::sound
