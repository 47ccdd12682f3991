// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/midi_input.h"
#include "app/workspace/player.h"
#include "core/sound/midi_clock.h"

#include <QObject>

namespace canto::app {

/// Makes the player follow a MIDI clock: start, stop, continue, song position, tempo; and its
/// beats, by playing a little faster or slower until they meet. Thread: GUI.
class ClockSync : public QObject {
    Q_OBJECT

  public:
    /// Most by which the tempo is changed to reach the beat of the clock, as a part of it.
    static constexpr double kMostPull = 0.05;

    ClockSync(Player& player, MidiInput& input, QObject* parent = nullptr);

    void setFollowing(bool on);
    bool following() const { return m_following; }
    const sound::MidiClockFollower& clock() const { return m_clock; }
    /// How much faster to play to reach the beat within four quarters: from 1 - kMostPull to 1 +
    /// kMostPull. @param clock, player  positions in quarters; only their parts of a beat count.
    static double pull(double clock, double player);

  Q_SIGNALS:
    void tempoFollowed(double bpm);

  private:
    void take(std::span<const std::uint8_t> bytes, qint64 atNs);
    void followTempo(qint64 atNs);

    Player& m_player;
    sound::MidiClockFollower m_clock;
    bool m_following = false;
};

} // namespace canto::app
