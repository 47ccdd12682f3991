#include "app/window/audition.h"

#include "app/session/phrase_tempo.h"

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

double tempoOf(const Heard& heard) { return heard.song ? heard.song->tempo.bpmAt(0) : kUsualTempo; }

Audition::Audition(sound::EngineOptions options, QObject* parent)
    : QObject(parent), m_engine(std::make_unique<sound::AudioEngine>(std::move(options))) {
    m_look.setInterval(kIdleMs);
    m_look.setTimerType(Qt::PreciseTimer);
    connect(&m_look, &QTimer::timeout, this, &Audition::look);
    m_look.start();
    m_poll.setInterval(kPollMs);
    connect(&m_poll, &QTimer::timeout, this, [this] {
        for (const std::string& text : m_engine->poll()) {
            Q_EMIT notice(QString::fromStdString(text));
        }
    });
    m_poll.start();
}

Audition::~Audition() = default;

void Audition::pressed() { m_press.start(); }

sound::PlayOptions Audition::optionsFor(const Heard& heard, bool growing) const {
    sound::PlayOptions options;
    options.bars = heard.bars;
    options.growing = growing;
    options.sound = heard.beside;
    const int bars = heard.bars > 0 ? heard.bars : heard.song->bars();
    // A recording goes on to its end.
    if (m_loop && !growing && heard.kind != Heard::Kind::Path && !heard.beside && bars > 0) {
        options.loop = sound::TickRange{0, heard.song->metre.barStart(bars)};
    }
    return options;
}

void Audition::present(Heard heard) {
    stop();
    m_heard = std::move(heard);
    m_id = 0; // the engine is given it when it is played
    m_growing = m_atBar = m_cut = false;
    Q_EMIT heardChanged(m_heard);
}

void Audition::play(Heard heard, bool growing) {
    m_heard = std::move(heard);
    m_growing = growing;
    m_atBar = m_cut = false;
    m_leadInMs = m_heard.song ? leadInMs(*m_heard.song) : 0;
    m_startBefore = handOver(*m_engine);
    applyLevels();
    m_id = m_heard.song ? m_engine->play(m_heard.song, optionsFor(m_heard, growing))
                        : m_engine->playSound(m_heard.sound, 0, m_loop);
    m_pressToPlay = m_press.isValid() ? double(m_press.nsecsElapsed()) * 1e-6 : -1;
    Q_EMIT heardChanged(m_heard);
    look();
}

void Audition::playFromNextBar(Heard heard) {
    if (!m_playing || !heard.song) {
        play(std::move(heard));
        return;
    }
    m_heard = std::move(heard);
    applyLevels();
    m_growing = false;
    m_atBar = true;
    m_cut = false;
    m_pressToPlay = -1; // the bar line decides when it sounds
    m_id = m_engine->replaceAtBar(m_heard.song, sound::Entry::SameBar, m_heard.bars);
    Q_EMIT heardChanged(m_heard);
}

void Audition::grow(SongPtr song, bool whole) {
    m_heard.song = std::move(song);
    m_growing = !whole;
    m_engine->update(m_id, m_heard.song, optionsFor(m_heard, m_growing));
    Q_EMIT heardChanged(m_heard);
}

void Audition::setLevels(float song, float beside) {
    m_heard.songLevel = song;
    m_heard.besideLevel = beside;
    applyLevels();
}

void Audition::applyLevels() {
    m_engine->setBalance(m_heard.songLevel, 2 * m_volume * m_heard.besideLevel);
}

void Audition::follow(sound::PlayId id, Heard heard) {
    m_id = id;
    m_growing = m_atBar = m_cut = false;
    m_heard = std::move(heard);
    applyLevels();
    Q_EMIT heardChanged(m_heard);
}

void Audition::toggle() {
    if (m_playing) {
        stop();
    } else if (m_heard.kind == Heard::Kind::Path) {
        m_press.invalidate();
        Q_EMIT walkWanted();
    } else if (m_heard.song || m_heard.sound) {
        m_press.invalidate();
        if (loaded()) {
            m_engine->resume();
        } else {
            play(m_heard);
        }
        look();
    }
}

void Audition::cut() { m_cut = m_atBar && m_engine->position().id < m_id; }

void Audition::stop() {
    cut();
    m_engine->stop();
    m_pressToPlay = -1;
    Q_EMIT stopped();
    look();
}

void Audition::toStart() { m_engine->seek(0); }

void Audition::load() {
    if (m_id == 0 && (m_heard.song || m_heard.sound)) {
        play(m_heard);
    }
}

void Audition::seek(music::Tick tick) {
    load();
    m_engine->seek(tick);
    goOn();
}

void Audition::seekSeconds(double second) {
    load();
    m_engine->seekSeconds(second);
    goOn();
}

void Audition::goOn() {
    if (!m_playing && (m_heard.song || m_heard.sound)) {
        m_engine->resume();
    }
    look();
}

void Audition::setLoop(bool loop) {
    m_loop = loop;
    if (m_heard.sound) {
        // As playSound() counts: 960 ticks a second.
        const auto end = static_cast<music::Tick>(std::ceil(m_heard.sound->seconds() * 960));
        m_engine->setLoop(loop ? std::optional(sound::TickRange{0, end}) : std::nullopt);
    } else if (m_heard.song && !m_growing && m_heard.kind != Heard::Kind::Path) {
        m_engine->setLoop(optionsFor(m_heard, false).loop);
    }
}

void Audition::setVolume(double volume) {
    // The middle of the slider is the engine's own default, and sounds as they are.
    m_volume = static_cast<float>(std::clamp(volume, 0.0, 1.0));
    m_engine->setGain(m_volume);
    applyLevels();
}

void Audition::panic() {
    m_engine->panic();
    stop();
}

void Audition::look() {
    const sound::Position position = m_engine->position();
    // The engine takes up a command a block later: until then what was asked for counts.
    const bool starting = position.id < m_id && !m_cut;
    const bool playing = starting ? m_playing : position.playing;
    if (playing != m_playing) {
        m_playing = playing;
        Q_EMIT playingChanged(playing);
    }
    m_look.setInterval(playing || starting || m_pressToPlay >= 0 ? kFrameMs : kIdleMs);
    if (!starting) {
        Q_EMIT moved(position);
    }
    measure();
}

void Audition::measure() {
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
