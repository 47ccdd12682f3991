// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/keyboard/phrase_recorder.h"

#include <algorithm>
#include <cmath>

namespace canto::app {
namespace {

constexpr int kTicks = 480;               ///< a quarter note
constexpr double kEarly = 0.5;            ///< quarters before bar 0
constexpr music::Tick kShortestTick = 30; ///< a sixty-fourth

} // namespace

void PhraseRecorder::begin(const Options& options, std::optional<std::int64_t> startNs) {
    m_options = options;
    m_options.bpm = std::clamp(options.bpm, 10.0, 1000.0);
    m_startNs = startNs;
    m_notes.clear();
    m_held.fill(0);
}

double PhraseRecorder::quarters(std::int64_t atNs) const {
    return static_cast<double>(atNs - m_startNs.value_or(atNs)) * m_options.bpm / 60e9;
}

void PhraseRecorder::take(sound::MidiMessage message, std::int64_t atNs) {
    const bool on = message.kind() == 0x90 && message.second > 0;
    if (!on && message.kind() != 0x80 && message.kind() != 0x90) {
        return;
    }
    int& held = m_held[message.first & 0x7F];
    if (held > 0) {
        m_notes[std::size_t(held - 1)].offNs = atNs;
        held = 0;
    }
    if (on) {
        if (!m_startNs) {
            m_startNs = atNs;
        }
        m_notes.push_back({message.first, message.second, atNs});
        held = int(m_notes.size());
    }
}

int PhraseRecorder::barsAt(std::int64_t atNs) const {
    return std::max(int(std::floor(quarters(atNs) / kBeats + 1e-9)), 0);
}

std::int64_t PhraseRecorder::barNs(int bar) const {
    return m_startNs.value_or(0) + std::llround(bar * kBeats * 60e9 / m_options.bpm);
}

int PhraseRecorder::bars(std::int64_t nowNs) const {
    double end = 0;
    for (const Played& note : m_notes) {
        if (quarters(note.onNs) >= -kEarly) {
            end = std::max({end, quarters(note.offNs >= 0 ? note.offNs : nowNs), 0.1});
        }
    }
    // A key let go a moment after the bar line does not add a bar.
    return end > 0 ? std::max(int(std::ceil((end - 0.25) / kBeats)), 1) : 0;
}

music::Song PhraseRecorder::song(int firstBar, int bars, std::int64_t nowNs) const {
    music::Song song;
    song.ticksPerQuarter = kTicks;
    song.tracks = {{"Keyboard"}};
    song.tempo = music::TempoMap(kTicks, {{0, std::uint32_t(std::lround(60e6 / m_options.bpm))}});
    const double from = double(firstBar) * kBeats, to = from + double(bars) * kBeats;
    const auto toGrid = [this](double quarter) {
        return m_options.grid > 0 ? std::round(quarter * m_options.grid) / m_options.grid : quarter;
    };
    for (const Played& played : m_notes) {
        const double at = quarters(played.onNs);
        const double start = std::max(toGrid(at), firstBar == 0 && at >= -kEarly ? 0.0 : at);
        if (at < -kEarly || start < from || start >= to) {
            continue;
        }
        const double length = quarters(played.offNs >= 0 ? played.offNs : nowNs) - at;
        music::Note note;
        note.start = std::llround((start - from) * kTicks);
        const music::Tick end = std::min<music::Tick>(
            std::llround((start + length - from) * kTicks), std::llround((to - from) * kTicks));
        note.length = std::max<music::Tick>(end - note.start, kShortestTick);
        note.pitch = played.pitch;
        note.velocity = played.velocity;
        note.program = std::uint8_t(m_options.program);
        song.notes.push_back(note);
    }
    song.finish();
    return song;
}

} // namespace canto::app
