// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/control/clock_sync.h"
#include "app/features/control/midi_bindings.h"
#include "app/features/control/osc_port.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

namespace canto::app {

/// Everything that plays Cantograph from outside: knobs that are learned by a right click, MIDI
/// clock in and out, OSC. Each has a part in the preferences; all but learned knobs are off at
/// first. Thread: GUI.
class ControlFeature : public Feature {
    Q_OBJECT

  public:
    explicit ControlFeature(Workspace& workspace);

    MidiBindings& bindings() { return m_bindings; }
    ClockSync& clock() { return m_clock; }
    OscPort& osc() { return m_osc; }

    void setClockOut(bool on);
    bool clockOut() const { return m_clockOut; }
    void setFollowing(bool on);
    /// Switches OSC on or off. @param port  to listen on. @return false: it cannot be opened.
    bool setOsc(bool on, int port);

    void startDevices() override;
    bool escape() override; ///< ends learning

  private:
    void fillMenu(const QString& id, QMenu& menu);
    void learn(const QString& id);
    void addPreferences();
    void addTransport();
    void sendPosition(const sound::Position& position);

    Workspace& m_workspace;
    MidiBindings m_bindings;
    ClockSync m_clock;
    OscPort m_osc;
    bool m_clockOut = false;
    int m_sentBeat = -1;
};

} // namespace canto::app
