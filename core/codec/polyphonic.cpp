// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/polyphonic.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace canto::codec {

using music::Note;
using music::Song;
using music::Tick;

namespace {

Tick roundedRatio(Tick value, Tick divisor) {
    return (2 * value + divisor) / (2 * divisor); // value >= 0
}

std::uint8_t intoRange(int pitch) {
    while (pitch < kGridLowest) {
        pitch += 12;
    }
    while (pitch >= kGridLowest + kGridPitches) {
        pitch -= 12;
    }
    return static_cast<std::uint8_t>(pitch);
}

Voice voiceOf(const Note& note) {
    if (note.isDrum()) {
        return Voice::Drums;
    }
    const int program = note.program;
    return program < 24   ? Voice::Keys
           : program < 32 ? Voice::Guitar
           : program < 40 ? Voice::Bass
                          : Voice::Strings;
}

/// The bars of a song up to its last note, and further ones for the last phrases.
std::vector<GridBar> barsOf(const Song& song, Tick lastTick, std::size_t& musicBars) {
    const Tick quarter = std::max(song.ticksPerQuarter, 1);
    std::vector<GridBar> bars;
    std::int32_t step = 0;
    std::int32_t after = 0;
    musicBars = 0;
    for (int bar = 0; bars.size() < kMostGridBars && after < kPhraseGrid; ++bar) {
        const Tick start = song.metre.barStart(bar);
        const Tick end = song.metre.barStart(bar + 1);
        auto left = static_cast<std::int32_t>(
            std::clamp<Tick>((4 * (end - start) + quarter - 1) / quarter, 1, 4096));
        const bool music = start <= lastTick;
        Tick at = start;
        const bool parts = left > kPhraseGrid;
        while (left > 0) {
            GridBar part;
            part.bar = bar;
            part.step = step;
            part.steps = parts ? std::min(left, 16) : left;
            part.start = at;
            left -= part.steps;
            at = left > 0 ? at + part.steps * quarter / 4 : end;
            part.end = at;
            part.bpm = song.tempo.bpmAt(part.start);
            part.programs.fill(kNoProgram);
            step += part.steps;
            after += music ? 0 : part.steps;
            bars.push_back(part);
            musicBars += music;
        }
    }
    return bars;
}

/// Places ticks on the grid.
class Placer {
  public:
    Placer(const std::vector<GridBar>& bars, int ticksPerQuarter)
        : m_bars(bars), m_quarter(std::max(ticksPerQuarter, 1)) {}

    struct Place {
        std::size_t bar = 0;
        std::int32_t step = 0;
        std::int8_t offset = 0;
    };
    Place at(Tick tick) const {
        tick = std::max<Tick>(tick, 0);
        const auto after =
            std::upper_bound(m_bars.begin(), m_bars.end(), tick,
                             [](Tick value, const GridBar& bar) { return value < bar.start; });
        auto bar =
            static_cast<std::size_t>(std::max<std::ptrdiff_t>(after - m_bars.begin() - 1, 0));
        auto within = roundedRatio(4 * std::max<Tick>(tick - m_bars[bar].start, 0), m_quarter);
        if (within >= m_bars[bar].steps && bar + 1 < m_bars.size()) {
            ++bar;
            within = 0;
        }
        within = std::min<Tick>(within, m_bars[bar].steps);
        const Tick grid = m_bars[bar].start + within * m_quarter / 4;
        const double twelfths =
            12.0 * static_cast<double>(tick - grid) / static_cast<double>(m_quarter);
        return {bar, m_bars[bar].step + static_cast<std::int32_t>(within),
                static_cast<std::int8_t>(std::clamp(std::lround(twelfths), -1L, 1L))};
    }

  private:
    const std::vector<GridBar>& m_bars;
    Tick m_quarter;
};

std::tuple<std::int32_t, std::uint8_t, std::uint8_t> orderOf(const GridNote& note) {
    return {note.step, note.track, note.pitch};
}

/// Sorts, and joins notes with the same step, track and pitch.
void sortAndJoin(std::vector<GridNote>& notes) {
    std::sort(notes.begin(), notes.end(),
              [](const GridNote& a, const GridNote& b) { return orderOf(a) < orderOf(b); });
    std::size_t kept = 0;
    for (const GridNote& note : notes) {
        if (kept > 0 && orderOf(notes[kept - 1]) == orderOf(note)) {
            GridNote& same = notes[kept - 1];
            same.length = std::max(same.length, note.length);
            same.offset = note.velocity > same.velocity ? note.offset : same.offset;
            same.velocity = std::max(same.velocity, note.velocity);
            same.tied = same.tied && note.tied;
        } else {
            notes[kept++] = note;
        }
    }
    notes.resize(kept);
}

} // namespace

GridSong toGrid(const Song& song) {
    GridSong grid;
    if (song.notes.empty()) {
        return grid;
    }
    const int quarter = std::max(song.ticksPerQuarter, 1);
    Tick last = 0;
    for (const Note& note : song.notes) {
        // An onset up to half a step before a bar line is moved to it.
        last = std::max({last, note.end() - 1, note.start + quarter / 8});
    }
    grid.bars = barsOf(song, last, grid.musicBars);
    const Placer placer(grid.bars, quarter);
    const auto lead = leadOf(song);
    const Tick end = grid.bars.back().end;
    for (const Note& note : song.notes) {
        if (note.start >= end) {
            continue; // only in songs of more than kMostGridBars
        }
        auto voice = voiceOf(note);
        if (lead && note.track == lead->track && note.channel == lead->channel &&
            voice != Voice::Drums && voice != Voice::Bass) {
            voice = Voice::Lead;
        }
        const auto place = placer.at(note.start);
        GridNote placed;
        placed.track = static_cast<std::uint8_t>(voice);
        placed.step = place.step;
        placed.offset = place.offset;
        placed.length = std::max(placer.at(note.end()).step - place.step, 1);
        placed.pitch = intoRange(note.pitch);
        placed.velocity = std::clamp<std::uint8_t>(note.velocity, 1, 127);
        grid.notes.push_back(placed);
        auto& program = grid.bars[place.bar].programs[placed.track];
        program = program == kNoProgram ? std::min<std::uint8_t>(note.program, 127) : program;
    }
    sortAndJoin(grid.notes);
    for (const GridNote& note : grid.notes) {
        grid.longest = std::max(grid.longest, note.length);
    }
    return grid;
}

GridWindow GridSong::window(std::size_t first) const {
    GridWindow window{first, first, 0, false};
    while (window.end < bars.size() &&
           (window.end == first || window.steps + bars[window.end].steps <= kPhraseGrid)) {
        window.steps += bars[window.end].steps;
        ++window.end;
    }
    window.steps = std::min(window.steps, kPhraseGrid);
    return window;
}

namespace {

/// Calls what(note) for every note that sounds in [from, from + steps).
template <class What>
void forNotes(const GridSong& song, std::int32_t from, std::int32_t steps, const What& what) {
    auto note =
        std::lower_bound(song.notes.begin(), song.notes.end(), from - song.longest,
                         [](const GridNote& n, std::int32_t step) { return n.step < step; });
    for (; note != song.notes.end() && note->step < from + steps; ++note) {
        if (note->step + note->length > from) {
            what(*note);
        }
    }
}

/// Whether a note sounds, and whether the window is strict.
bool look(const GridSong& song, GridWindow& window) {
    std::array<bool, kVoices> sounds{};
    forNotes(song, song.bars[window.first].step, window.steps,
             [&](const GridNote& note) { sounds[note.track] = true; });
    const auto tracks = std::count(sounds.begin(), sounds.end(), true);
    window.strict = window.end - window.first == 2 && window.steps == kPhraseGrid && sounds[0] &&
                    sounds[1] && tracks > 2;
    return tracks > 0;
}

} // namespace

std::vector<GridWindow> GridSong::windows() const {
    std::vector<GridWindow> windows;
    for (std::size_t first = 0; first < musicBars; ++first) {
        auto next = window(first);
        if (look(*this, next)) {
            windows.push_back(next);
        }
        if (next.end >= musicBars) {
            break;
        }
    }
    return windows;
}

std::vector<GridWindow> GridSong::partition() const {
    std::vector<GridWindow> windows;
    for (std::size_t first = 0; first < musicBars;) {
        auto next = window(first);
        first = next.end;
        if (look(*this, next)) {
            windows.push_back(next);
        }
    }
    return windows;
}

GridPhrase GridSong::phrase(const GridWindow& window) const {
    GridPhrase phrase;
    phrase.steps = window.steps;
    phrase.barSteps = std::min(bars[window.first].steps, kPhraseGrid);
    phrase.bpm = bars[window.first].bpm;
    for (std::size_t bar = window.first; bar < window.end; ++bar) {
        for (std::size_t track = 0; track < kVoices; ++track) {
            auto& program = phrase.programs[track];
            program = program == kNoProgram ? bars[bar].programs[track] : program;
        }
    }
    const auto from = bars[window.first].step;
    forNotes(*this, from, window.steps, [&](GridNote note) {
        const auto end = std::min(note.step + note.length - from, window.steps);
        note.tied = note.step < from;
        note.step = std::max(note.step - from, 0);
        note.length = end - note.step;
        note.offset = note.tied ? std::int8_t{0} : note.offset;
        phrase.notes.push_back(note);
    });
    sortAndJoin(phrase.notes);
    // A pitch has one state in a step: a note ends where the next of its pitch begins.
    std::map<std::pair<int, int>, std::size_t> sounding;
    for (std::size_t i = 0; i < phrase.notes.size(); ++i) {
        const auto& note = phrase.notes[i];
        const auto [before, fresh] = sounding.emplace(std::pair(note.track, note.pitch), i);
        if (!fresh) {
            auto& earlier = phrase.notes[before->second];
            earlier.length = std::min(earlier.length, note.step - earlier.step);
            before->second = i;
        }
    }
    return phrase;
}

namespace {

/// Numerator and denominator of a bar of this many sixteenths.
music::MetreChange metreOf(Tick tick, int steps) {
    music::MetreChange metre;
    metre.tick = tick;
    metre.denominator = steps % 4 == 0 ? 4 : steps % 2 == 0 ? 8 : 16;
    metre.numerator = steps * metre.denominator / 16;
    return metre;
}

struct VoicePart {
    std::uint8_t channel;
    const char* name;
};
constexpr std::array<VoicePart, kVoices> kVoiceParts{{{music::kDrumChannel, "Drums"},
                                                      {1, "Bass"},
                                                      {0, "Keys"},
                                                      {2, "Guitar"},
                                                      {4, "Strings and winds"},
                                                      {3, "Lead"}}};

std::uint32_t microsOf(double bpm) {
    const double sane = std::isfinite(bpm) ? std::clamp(bpm, 10.0, 1000.0) : 120.0;
    return static_cast<std::uint32_t>(std::lround(60e6 / sane));
}

/// All phrases one after another on one grid, ties joined.
std::vector<GridNote> joined(std::span<const GridPhrase> phrases, std::uint8_t velocity) {
    std::vector<GridNote> notes;
    std::map<std::pair<int, int>, std::size_t> ends; // notes that sound to the end of a phrase
    std::int32_t begin = 0;
    for (const GridPhrase& phrase : phrases) {
        std::map<std::pair<int, int>, std::size_t> next;
        for (GridNote note : phrase.notes) {
            const std::pair<int, int> key(note.track, note.pitch);
            const auto before = ends.find(key);
            const bool toEnd = note.step + note.length >= phrase.steps;
            if (note.tied && before != ends.end()) {
                notes[before->second].length += note.length;
                if (toEnd) {
                    next[key] = before->second;
                }
                continue;
            }
            note.velocity = note.tied ? velocity : note.velocity;
            note.tied = false;
            note.step += begin;
            if (toEnd) {
                next[key] = notes.size();
            }
            notes.push_back(note);
        }
        ends = std::move(next);
        begin += phrase.steps;
    }
    return notes;
}

} // namespace

Song toSong(std::span<const GridPhrase> phrases, const GridToSongOptions& options) {
    const int quarter = std::clamp(options.ticksPerQuarter, 24, 32767);
    const auto tickOf = [quarter](std::int64_t step) { return Tick{step} * quarter / 4; };
    Song song;
    song.ticksPerQuarter = quarter;

    std::vector<music::TempoChange> tempi;
    std::vector<music::MetreChange> metres;
    std::vector<std::pair<Tick, VoicePrograms>> programs;
    std::int64_t steps = 0;
    int barSteps = 0;
    for (const GridPhrase& phrase : phrases) {
        const auto micros = microsOf(options.bpm.value_or(phrase.bpm));
        if (tempi.empty() || tempi.back().microsPerQuarter != micros) {
            tempi.push_back({tickOf(steps), micros});
        }
        if (phrase.barSteps != barSteps) {
            barSteps = std::max(phrase.barSteps, 1);
            metres.push_back(metreOf(tickOf(steps), barSteps));
        }
        programs.emplace_back(tickOf(steps), phrase.programs);
        steps += phrase.steps;
    }
    song.tempo = music::TempoMap(quarter, std::move(tempi));
    song.metre = music::MetreMap(quarter, std::move(metres));
    const Tick end = options.bars > 0 ? std::min(tickOf(steps), song.metre.barStart(options.bars))
                                      : tickOf(steps);

    const auto notes = joined(phrases, options.velocity);
    std::array<bool, kVoices> used{};
    for (const GridNote& note : notes) {
        used[note.track] = true;
    }
    const bool none = notes.empty();
    for (std::uint8_t track = 0; track < kVoices; ++track) {
        if (!used[track] && !none) {
            continue;
        }
        const auto& part = kVoiceParts[track];
        const auto number = static_cast<std::uint16_t>(song.tracks.size());
        song.tracks.push_back({part.name});
        // Program changes, each where the first note of its phrase may begin.
        std::vector<std::pair<Tick, std::uint8_t>> changes;
        for (const auto& [tick, all] : programs) {
            const auto program = all[track];
            if (program != kNoProgram && (changes.empty() || changes.back().second != program)) {
                changes.emplace_back(changes.empty() ? 0 : tick, program);
            }
        }
        if (changes.empty()) {
            changes.emplace_back(0, options.programs[track]);
        }
        for (const auto& [tick, program] : changes) {
            if (tick > 0 && tick >= end) {
                continue;
            }
            music::ChannelEvent event;
            event.kind = music::ChannelEvent::Kind::Program;
            event.tick = tick;
            event.track = number;
            event.channel = part.channel;
            event.value = program;
            song.events.push_back(event);
        }
        for (const GridNote& placed : notes) {
            const Tick begin = tickOf(placed.step);
            if (placed.track != track || begin >= end) {
                continue;
            }
            Note note;
            note.start = std::max<Tick>(0, begin + Tick{placed.offset} * quarter / 12);
            const Tick to = std::min(tickOf(placed.step + std::int64_t{placed.length}), end);
            note.length = std::max<Tick>(to - note.start, 1);
            note.track = number;
            note.channel = part.channel;
            const auto change =
                std::partition_point(changes.begin() + 1, changes.end(),
                                     [&](const auto& c) { return c.first <= note.start; });
            note.program = std::prev(change)->second;
            note.pitch = placed.pitch;
            note.velocity = placed.velocity;
            song.notes.push_back(note);
        }
    }
    song.finish();
    return song;
}

} // namespace canto::codec
