// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/player.h"

#include "app/workspace/phrase_tempo.h"
#include "app/workspace/qt_text.h"
#include "core/sound/synth_channels.h"

#include <algorithm>
#include <cmath>

namespace canto::app {
namespace {

constexpr int kFrameMs = 16;
constexpr int kIdleMs = 100;
constexpr int kPollMs = 500;

/// The rest before the first note, at the song's own tempo.
double leadInMs(const music::Song& song) {
    return song.notes.empty() ? 0 : song.notes.front().startSeconds * 1e3;
}

double handOver(const sound::AudioEngine& engine) {
    const auto start = engine.lastStart();
    return start ? start->handOverMs : -1;
}

} // namespace

double tempoOf(const PlaybackItem& item) {
    return item.song ? item.song->tempo.bpmAt(0) : kDefaultTempo;
}

Player::Player(sound::EngineOptions options, QObject* parent)
    : QObject(parent), m_engine(std::make_unique<sound::AudioEngine>(std::move(options))) {
    m_follow.setInterval(kIdleMs);
    m_follow.setTimerType(Qt::PreciseTimer);
    connect(&m_follow, &QTimer::timeout, this, &Player::followPosition);
    m_follow.start();
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        for (const std::string& text : m_engine->poll()) {
            Q_EMIT notice(coreText(text));
        }
    });
    m_poll.start();
}

Player::~Player() = default;

void Player::pressed() { m_press.start(); }

sound::PlayOptions Player::optionsFor(const PlaybackItem& item, bool growing) const {
    sound::PlayOptions options;
    options.bars = item.bars;
    options.growing = growing;
    options.sound = item.beside;
    const int bars = item.bars > 0 ? item.bars : item.song->bars();
    if (!music::plain(m_mix) && !item.beside) {
        options.bars = bars; // tracks that are silent belong to its length
    }
    // A recording goes on to its end.
    if (m_loop && !growing && !inSeries(item) && !item.beside && bars > 0) {
        options.loop = sound::TickRange{0, item.song->metre.barStart(bars)};
    }
    return options;
}

void Player::present(PlaybackItem item) {
    stop();
    take(std::move(item));
    m_id = 0; // the engine is given it when it is played
    m_growing = m_atBar = m_cut = false;
    Q_EMIT currentItemChanged(m_current);
}

void Player::play(PlaybackItem item, bool growing) {
    take(std::move(item));
    m_growing = growing;
    m_atBar = m_cut = false;
    m_leadInMs = m_current.song ? leadInMs(*m_current.song) : 0;
    m_startBefore = handOver(*m_engine);
    applyLevels();
    m_id = m_current.song ? m_engine->play(sounding(), optionsFor(m_current, growing))
                          : m_engine->playSound(m_current.sound, 0, m_loop);
    m_pressToPlay = m_press.isValid() ? double(m_press.nsecsElapsed()) * 1e-6 : -1;
    Q_EMIT currentItemChanged(m_current);
    followPosition();
}

void Player::playFromNextBar(PlaybackItem item) {
    if (!m_playing || !item.song) {
        play(std::move(item));
        return;
    }
    take(std::move(item));
    applyLevels();
    m_growing = false;
    m_atBar = true;
    m_cut = false;
    m_pressToPlay = -1; // the bar line decides when it sounds
    m_id = m_engine->replaceAtBar(sounding(), sound::Entry::SameBar, m_current.bars);
    Q_EMIT currentItemChanged(m_current);
}

void Player::launch(PlaybackItem item, bool growing) {
    if (!m_playing || !item.song || item.beside || m_launch == sound::Launch::Now) {
        play(std::move(item), growing);
        return;
    }
    take(std::move(item));
    applyLevels();
    m_growing = growing;
    m_atBar = true;
    m_cut = false;
    m_pressToPlay = -1; // the line decides when it sounds
    m_id = m_engine->launch(sounding(), m_launch, optionsFor(m_current, growing));
    Q_EMIT currentItemChanged(m_current);
}

void Player::grow(SongPtr song, bool whole) {
    m_current.song = std::move(song);
    m_growing = !whole;
    m_engine->update(m_id, sounding(), optionsFor(m_current, m_growing));
    Q_EMIT currentItemChanged(m_current);
}

void Player::setLevels(float song, float beside) {
    m_current.songLevel = song;
    m_current.besideLevel = beside;
    applyLevels();
}

void Player::applyLevels() {
    m_engine->setBalance(m_current.songLevel, 2 * m_volume * m_current.besideLevel);
}

void Player::follow(sound::PlayId id, PlaybackItem item) {
    m_id = id;
    m_growing = m_atBar = m_cut = false;
    take(std::move(item));
    applyLevels();
    if (m_current.song && !music::plain(m_mix)) { // it was queued as it is
        m_engine->update(m_id, sounding(), optionsFor(m_current, false));
        sendLevels();
    }
    Q_EMIT currentItemChanged(m_current);
}

void Player::take(PlaybackItem item) {
    const auto tracks = [](const PlaybackItem& of) {
        return of.song ? of.song->tracks : std::vector<music::Track>();
    };
    const bool other = !m_mix.empty() && tracks(item) != tracks(m_current);
    m_current = std::move(item);
    if (other) {
        m_mix.clear();
        Q_EMIT mixChanged();
    }
    applyTempo();
}

SongPtr Player::sounding() const {
    return music::plain(m_mix) || !m_current.song
               ? m_current.song
               : std::make_shared<const music::Song>(music::mixed(*m_current.song, m_mix));
}

void Player::edit(PlaybackItem item) {
    const bool inPlace = m_current.song && item.song && !m_current.sound &&
                         m_current.kind != PlaybackItem::Kind::Path;
    if (!inPlace) { // a path ends here, and the phrase goes on alone
        const bool on = m_playing;
        const music::Tick tick = m_engine->position().tick;
        if (on) {
            play(std::move(item));
            m_engine->seek(tick);
        } else {
            present(std::move(item));
        }
        return;
    }
    take(std::move(item));
    m_growing = false;
    if (m_atBar && m_engine->position().id < m_id) { // the engine has not come to it
        m_id = m_engine->replaceAtBar(sounding(), sound::Entry::SameBar, m_current.bars);
    } else if (m_id != 0) {
        m_engine->update(m_id, sounding(), optionsFor(m_current, false));
    }
    Q_EMIT currentItemChanged(m_current);
}

void Player::setLatent(models::Latent latent) {
    m_current.latent = std::move(latent);
    Q_EMIT currentItemChanged(m_current);
}

void Player::setMix(music::TrackMix mix) {
    if (mix == m_mix) {
        return;
    }
    m_mix = std::move(mix);
    if (m_current.song && m_id != 0) {
        m_engine->update(m_id, sounding(), optionsFor(m_current, m_growing));
        sendLevels();
    }
    Q_EMIT mixChanged();
}

void Player::sendLevels() {
    const auto channels = sound::synthChannels(*m_current.song);
    for (const music::ChannelLevel& level : music::channelLevels(*m_current.song, m_mix)) {
        if (const auto channel = channels[level.channel]) {
            m_engine->control(*channel, 7, level.volume);
            m_engine->control(*channel, 10, level.pan);
        }
    }
}

double Player::tempoFactor() const {
    const bool free = m_tempo > 0 && m_current.song && !m_current.sound && !m_current.beside;
    return free ? std::clamp(m_tempo / std::max(tempoOf(m_current), 1.0), 0.1, 10.0) : 1;
}

void Player::setTempo(double bpm) {
    bpm = std::isfinite(bpm) ? std::max(bpm, 0.0) : 0;
    if (bpm != m_tempo) {
        m_tempo = bpm;
        applyTempo();
        Q_EMIT tempoChanged();
    }
}

void Player::applyTempo() {
    // Sent only when it changes, so that whoever drives the engine directly is left alone.
    if (const double factor = tempoFactor(); factor != m_sentFactor) {
        m_sentFactor = factor;
        m_engine->setTempoFactor(factor);
    }
}

void Player::toggle() {
    if (m_playing) {
        stop();
    } else if (inSeries(m_current)) {
        m_press.invalidate();
        Q_EMIT walkWanted();
    } else if (m_current.song || m_current.sound) {
        m_press.invalidate();
        if (loaded()) {
            m_engine->resume();
        } else {
            play(m_current);
        }
        followPosition();
    }
}

void Player::cut() { m_cut = m_atBar && m_engine->position().id < m_id; }

void Player::stop() {
    cut();
    m_engine->stop();
    m_pressToPlay = -1;
    Q_EMIT stopped();
    followPosition();
}

void Player::toStart() { m_engine->seek(0); }

void Player::load() {
    if (m_id == 0 && (m_current.song || m_current.sound)) {
        play(m_current);
    }
}

void Player::seek(music::Tick tick) {
    load();
    m_engine->seek(tick);
    resume();
}

void Player::seekSeconds(double second) {
    load();
    m_engine->seekSeconds(second);
    resume();
}

void Player::resume() {
    if (!m_playing && (m_current.song || m_current.sound)) {
        m_engine->resume();
    }
    followPosition();
}

void Player::setLoop(bool loop) {
    if (loop != m_loop) {
        m_loop = loop;
        Q_EMIT loopChanged(loop);
    }
    if (m_current.sound) {
        // As playSound() counts: 960 ticks a second.
        const auto end = static_cast<music::Tick>(std::ceil(m_current.sound->seconds() * 960));
        m_engine->setLoop(loop ? std::optional(sound::TickRange{0, end}) : std::nullopt);
    } else if (m_current.song && !m_growing && !inSeries(m_current)) {
        m_engine->setLoop(optionsFor(m_current, false).loop);
    }
}

void Player::setVolume(double volume) {
    // The middle of the slider is the engine's own default, and sounds as they are.
    m_volume = static_cast<float>(std::clamp(volume, 0.0, 1.0));
    m_engine->setGain(m_volume);
    applyLevels();
    Q_EMIT volumeChanged(double(m_volume));
}

void Player::panic() {
    m_engine->panic();
    stop();
}

void Player::followPosition() {
    const sound::Position position = m_engine->position();
    // The engine takes up a command a block later: until then what was asked for counts.
    const bool starting = position.id < m_id && !m_cut;
    const bool playing = starting ? m_playing : position.playing;
    if (playing != m_playing) {
        m_playing = playing;
        Q_EMIT playingChanged(playing);
    }
    m_follow.setInterval(playing || starting || m_pressToPlay >= 0 ? kFrameMs : kIdleMs);
    if (!starting) {
        Q_EMIT moved(position);
    }
    measure();
}

void Player::measure() {
    if (m_pressToPlay < 0) {
        return;
    }
    const auto start = m_engine->lastStart();
    if (start && start->handOverMs != m_startBefore) {
        const double total = m_pressToPlay + std::max(start->totalMs() - m_leadInMs, 0.0);
        m_pressToPlay = -1;
        m_press.invalidate();
        Q_EMIT clickToSound(total);
    } else if (m_press.isValid() && m_press.elapsed() > 5000) {
        m_pressToPlay = -1; // it began while something sounded, or makes no sound at all
    }
}

} // namespace canto::app
