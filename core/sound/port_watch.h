// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/sound/midi_port.h"

#include <memory>
#include <string>
#include <vector>

namespace canto::sound {

/// Keeps the chosen MIDI ports connected through unplugging and plugging in. RtMidi gives no notice
/// of either, so that the owner polls, every two seconds. Ports are known by name, never by index.
///
/// The out() handed out stays the same object for the life of the watch: what is behind it changes.
///
/// Thread: the owner's; `receive` comes on RtMidi's thread, and only for channel messages.
class PortWatch {
  public:
    enum class Api { Any, Alsa, Jack };

    /// @param receive  called for each channel message of any chosen input; may be empty.
    explicit PortWatch(MidiInPort::Receiver receive = {}, Api api = Api::Any,
                       std::string clientName = "Cantograph");
    ~PortWatch(); ///< sends all notes off
    PortWatch(const PortWatch&) = delete;
    PortWatch& operator=(const PortWatch&) = delete;

    /// "None" and the devices there are (and the chosen ones that are away).
    std::vector<MidiChoice> inputs() const;
    /// "None", "Internal synth", "Virtual port" and the devices.
    std::vector<MidiChoice> outputs() const;

    /// Several inputs at once; an empty list is None. Those away are connected when they come.
    void chooseInputs(std::vector<MidiChoice> choices);
    void chooseOutput(MidiChoice choice);
    const std::vector<MidiChoice>& chosenInputs() const;
    const MidiChoice& chosenOutput() const;

    /// Always a port; one that reaches nobody while the device is away.
    std::shared_ptr<MidiOutPort> out() const;
    bool outputConnected() const;
    int connectedInputs() const;

    /// Looks at the ports. Returns what a person should be told: "MIDI output Keystation is gone",
    /// "... is back". On a reconnected output all notes are switched off first.
    std::vector<std::string> poll();
    /// Why there can be no MIDI devices here ("ALSA sequencer cannot be opened ..."), or empty.
    std::string problem() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> m;
};

} // namespace canto::sound
