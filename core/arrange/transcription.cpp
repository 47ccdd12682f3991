// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arrange/transcription.h"

#include "core/arrange/performance.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <tuple>

namespace canto::arrange {

namespace {

constexpr music::Tick kBeatTicks = 480;
constexpr float kLineAmplitude = 0.63F; // velocity 80
constexpr double kTripletGain = 0.03;   // of a beat, on average, that triplets must fit better
constexpr int kBassBelow = 52;          // E3: a bass seldom reaches it
constexpr int kLeadFrom = 60;           // C4
constexpr double kOneChord = 0.03;      // s, onsets of one chord

enum RegisterTrack : std::uint16_t { kTopTrack, kInnerTrack, kBottomTrack };

void addLine(std::span<const int> line, std::span<const double> beats,
             std::vector<audio::DetectedNote>& notes) {
    const auto timeOf = [&](std::size_t step) {
        const std::size_t beat = std::min(step / 4, beats.size() - 1);
        const double part = static_cast<double>(step % 4) / 4;
        return beat + 1 < beats.size() ? beats[beat] + part * (beats[beat + 1] - beats[beat])
                                       : beats.back();
    };
    for (std::size_t from = 0; from < line.size();) {
        std::size_t to = from + 1;
        while (to < line.size() && line[to] == line[from]) {
            ++to;
        }
        if (line[from] > 0) {
            notes.push_back({timeOf(from), timeOf(to), line[from], kLineAmplitude});
        }
        from = to;
    }
}

/// Whether the onsets within one beat, 0 .. 1, are triplets.
bool tripletsFit(std::span<const double> phases) {
    const auto off = [&](int parts) {
        double sum = 0;
        for (const double phase : phases) {
            sum += std::fabs(phase - std::round(phase * parts) / parts);
        }
        return sum / static_cast<double>(phases.size());
    };
    return !phases.empty() && off(3) + kTripletGain < off(4);
}

/// The steps on which notes of a beat may begin.
class BeatGridOf {
  public:
    BeatGridOf(std::span<const music::Note> notes, music::Tick firstBeat) : m_first(firstBeat) {
        std::map<music::Tick, std::vector<double>> phases;
        for (const auto& note : notes) {
            const auto beat = beatOf(note.start);
            phases[beat].push_back(static_cast<double>(note.start - tickOf(beat)) / kBeatTicks);
        }
        for (const auto& [beat, inside] : phases) {
            m_triplets[beat] = tripletsFit(inside);
        }
    }
    music::Tick step(music::Tick tick) const {
        const auto found = m_triplets.find(beatOf(tick));
        return found != m_triplets.end() && found->second ? kBeatTicks / 3 : kBeatTicks / 4;
    }
    music::Tick nearest(music::Tick tick) const {
        const auto start = tickOf(beatOf(tick));
        const auto size = step(tick);
        return std::max<music::Tick>(0, start + (tick - start + size / 2) / size * size);
    }

  private:
    music::Tick beatOf(music::Tick tick) const {
        const auto since = tick - m_first;
        return since >= 0 ? since / kBeatTicks : -((-since + kBeatTicks - 1) / kBeatTicks);
    }
    music::Tick tickOf(music::Tick beat) const { return m_first + beat * kBeatTicks; }

    music::Tick m_first;
    std::map<music::Tick, bool> m_triplets;
};

void quantise(std::vector<music::Note>& notes, music::Tick firstBeat) {
    const BeatGridOf grid(notes, firstBeat);
    for (auto& note : notes) {
        const auto end = grid.nearest(note.end());
        const auto step = grid.step(note.start);
        note.start = grid.nearest(note.start);
        note.length = std::max(step, end - note.start);
    }
}

/// One note of a pitch at a time: of two that begin together the louder stays; the earlier ends
/// where the later begins.
void separate(std::vector<music::Note>& notes) {
    std::sort(notes.begin(), notes.end(), [](const auto& a, const auto& b) {
        return std::tuple(a.pitch, a.start, -int(a.velocity)) <
               std::tuple(b.pitch, b.start, -int(b.velocity));
    });
    std::vector<music::Note> kept;
    for (const auto& note : notes) {
        if (!kept.empty() && kept.back().pitch == note.pitch) {
            auto& before = kept.back();
            if (before.start == note.start) {
                before.length = std::max(before.length, note.length);
                continue;
            }
            before.length = std::min(before.length, note.start - before.start);
        }
        kept.push_back(note);
    }
    notes = std::move(kept);
}

/// By register: what sounds at the onset of a note decides whether it is its top or its bottom.
void assignRegisters(std::vector<music::Note>& notes, const music::TempoMap& tempo) {
    std::sort(notes.begin(), notes.end(), [](const auto& a, const auto& b) {
        return std::tie(a.start, a.pitch) < std::tie(b.start, b.pitch);
    });
    std::vector<std::size_t> sounding;
    std::size_t next = 0; ///< first note that begins after those that sound
    for (std::size_t i = 0; i < notes.size(); ++i) {
        auto& note = notes[i];
        const auto together = tempo.tickAt(tempo.secondsAt(note.start) + kOneChord);
        for (; next < notes.size() && notes[next].start <= together; ++next) {
            sounding.push_back(next);
        }
        std::erase_if(sounding,
                      [&](std::size_t other) { return notes[other].end() <= note.start; });
        const auto pitches = std::minmax_element(
            sounding.begin(), sounding.end(),
            [&](std::size_t a, std::size_t b) { return notes[a].pitch < notes[b].pitch; });
        const int lowest = sounding.empty() ? note.pitch : notes[*pitches.first].pitch;
        const int highest = sounding.empty() ? note.pitch : notes[*pitches.second].pitch;
        note.track = note.pitch < kBassBelow && note.pitch == lowest    ? kBottomTrack
                     : note.pitch >= kLeadFrom && note.pitch == highest ? kTopTrack
                                                                        : kInnerTrack;
    }
}

} // namespace

std::vector<audio::DetectedNote> notesOfLines(const audio::AudioAnalysis& analysis) {
    std::vector<audio::DetectedNote> notes;
    if (analysis.beats.times.size() >= 2) {
        addLine(analysis.melody, analysis.beats.times, notes);
        addLine(analysis.bass, analysis.beats.times, notes);
    }
    std::sort(notes.begin(), notes.end(), [](const auto& a, const auto& b) {
        return std::tie(a.start, a.pitch) < std::tie(b.start, b.pitch);
    });
    return notes;
}

Result<music::Song> transcribed(std::span<const audio::DetectedNote> notes,
                                std::span<const double> beats, std::span<const int> positions,
                                Timing timing) {
    music::Song song;
    song.ticksPerQuarter = kBeatTicks;
    music::Tick firstBeat = 0;
    if (beats.size() >= 2) {
        CANTO_TRY(time, songTimeOf(beats, positions));
        song.tempo = std::move(time->tempo);
        song.metre = std::move(time->metre);
        firstBeat = time->firstBeat;
    } else {
        timing = Timing::AsPlayed;
    }
    std::vector<music::Note> made;
    for (const auto& found : notes) {
        music::Note note;
        note.start = std::max<music::Tick>(0, song.tempo.tickAt(found.start));
        note.length = std::max<music::Tick>(1, song.tempo.tickAt(found.end) - note.start);
        note.pitch = static_cast<std::uint8_t>(std::clamp(found.pitch, 0, 127));
        note.velocity = static_cast<std::uint8_t>(
            std::clamp(std::lround(127.0 * static_cast<double>(found.amplitude)), 1L, 127L));
        made.push_back(note);
    }
    if (timing == Timing::Quantised) {
        quantise(made, firstBeat);
    }
    separate(made);
    assignRegisters(made, song.tempo);

    std::array<bool, 3> used{};
    for (const auto& note : made) {
        used[note.track] = true;
    }
    constexpr std::array<const char*, 3> kNames{"Lead", "Middle", "Bass"};
    std::array<std::uint16_t, 3> number{};
    for (std::size_t i = 0; i < used.size(); ++i) {
        number[i] = static_cast<std::uint16_t>(song.tracks.size());
        if (used[i]) {
            song.tracks.push_back({kNames[i]});
        }
    }
    if (song.tracks.empty()) {
        song.tracks.push_back({kNames[kInnerTrack]});
    }
    for (auto& note : made) {
        note.channel = static_cast<std::uint8_t>(note.track);
        note.track = number[note.track];
    }
    song.notes = std::move(made);
    song.finish();
    return song;
}

} // namespace canto::arrange
