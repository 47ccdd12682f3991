// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/control/clock_sync.h"

#include <algorithm>
#include <cmath>

namespace canto::app {
namespace {

constexpr double kSameTempo = 0.15; ///< bpm: below it the tempo that is shown stays
constexpr double kQuartersToMeet = 4;

} // namespace

ClockSync::ClockSync(Player& player, MidiInput& input, QObject* parent)
    : QObject(parent), m_player(player) {
    connect(&input, &MidiInput::clockArrived, this, &ClockSync::take);
}

void ClockSync::setFollowing(bool on) {
    if (on != m_following) {
        m_following = on;
        m_clock.reset();
    }
}

double ClockSync::pull(double clock, double player) {
    double apart = clock - player;
    apart -= std::round(apart); // a half at most
    return 1 + std::clamp(apart / kQuartersToMeet, -kMostPull, kMostPull);
}

void ClockSync::take(std::span<const std::uint8_t> bytes, qint64 atNs) {
    if (!m_following) {
        return;
    }
    using Event = sound::MidiClockFollower::Event;
    sound::AudioEngine& engine = m_player.engine();
    switch (m_clock.take(bytes, atNs)) {
    case Event::Start:
        m_player.toStart();
        if (!m_player.playing()) {
            m_player.toggle();
        }
        break;
    case Event::Continue:
        if (!m_player.playing()) {
            m_player.toggle();
        }
        break;
    case Event::Stop:
        engine.pause(); // it may go on from here
        break;
    case Event::Position:
        if (const SongPtr& song = m_player.currentItem().song) {
            engine.seek(std::llround(m_clock.quartersAt(atNs) * song->ticksPerQuarter));
        }
        break;
    case Event::Beat:
        followTempo(atNs);
        break;
    case Event::None:
        break;
    }
}

void ClockSync::followTempo(qint64 atNs) {
    const double bpm = m_clock.bpm();
    if (bpm <= 0) {
        return;
    }
    if (std::fabs(bpm - m_player.tempo()) > kSameTempo) {
        m_player.setTempo(std::round(bpm * 10) / 10);
    }
    const PlaybackItem& item = m_player.currentItem();
    if (item.song && !item.sound && !item.beside && m_player.playing()) {
        const auto position = m_player.engine().position();
        const double played = double(position.tick) / std::max(item.song->ticksPerQuarter, 1);
        const double own = std::max(tempoOf(item), 1.0);
        m_player.engine().setTempoFactor(bpm / own * pull(m_clock.quartersAt(atNs), played));
    }
    Q_EMIT tempoFollowed(bpm);
}

} // namespace canto::app
