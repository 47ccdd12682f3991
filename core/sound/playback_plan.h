// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"
#include "core/sound/midi_message.h"
#include "core/sound/midi_state.h"
#include "core/sound/sound.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace canto::sound {

/// When music that is launched takes the place of what plays: at the next line of this grid.
enum class Launch : std::uint8_t { Now, Sixteenth, Beat, Bar, TwoBars, FourBars };
/// Bars between two lines; 0: the grid is finer than a bar.
constexpr int barsOf(Launch launch) {
    return launch == Launch::FourBars  ? 4
           : launch == Launch::TwoBars ? 2
           : launch == Launch::Bar     ? 1
                                       : 0;
}

/// A position in a song and the state of the channels there.
struct Cue {
    std::int64_t frame = 0;
    std::size_t index = 0; ///< first event at or after the frame
    MidiState state;
};

/// A song flattened for the audio thread: messages by frame, and the frames of the bar lines.
/// Frames count from the song's start at its own tempo. System exclusive messages are left out.
/// Channels are those of synthChannels().
struct PlanBody {
    struct Event {
        std::int64_t frame = 0;
        MidiMessage message;
    };

    std::shared_ptr<const music::Song> song;
    double rate = 48000;             ///< frames per second
    std::vector<Event> events;       ///< by frame; within one: offs, controllers, ons
    std::vector<std::int64_t> bars;  ///< frame of each bar line, the end as the last; at least 2
    std::vector<std::int64_t> beats; ///< frame of each beat of the metre, before the end
    std::vector<std::int64_t> sixteenths; ///< of each sixteenth note, counted from its bar line
    std::vector<std::int64_t> clocks;     ///< of each MIDI clock: 24 a quarter note
    std::int64_t lastNoteEnd = 0;         ///< frame
    std::vector<Cue> barCues;             ///< for entering at any bar; empty unless requested

    std::int64_t endFrame() const { return bars.back(); }
    std::int64_t frameAt(music::Tick tick) const;
    music::Tick tickAt(double frame) const;
    /// The lines where music can be launched; for Launch::Now as for a bar.
    const std::vector<std::int64_t>& linesOf(Launch launch) const {
        return launch == Launch::Beat ? beats : launch == Launch::Sixteenth ? sixteenths : bars;
    }
    /// Iterates over the events before the frame.
    Cue cueAt(std::int64_t frame) const;

    /// @param bars      length, 0: the song's own (at least one).
    /// @param soundEnd  frame where the sound beside the song ends: unless `bars` is set, the song
    ///                  is extended by bars up to there; a song without notes ends exactly there.
    /// A note's own program and part (drums or instrument) take precedence over events: they are
    /// set before the note.
    static std::shared_ptr<const PlanBody> make(std::shared_ptr<const music::Song> song,
                                                double rate, int bars = 0, bool withBarCues = false,
                                                std::int64_t soundEnd = 0);
};

/// What the audio thread plays: a body, where to begin, what to repeat.
struct Plan {
    std::uint64_t id = 0;
    std::shared_ptr<const PlanBody> body;
    Cue start;
    bool loops = false;
    std::int64_t loopEnd = 0; ///< exclusive
    Cue loopStart;
    bool growing = false;
    SoundPtr sound;              ///< at the engine's rate; null: none
    std::int64_t soundStart = 0; ///< frame of the song at which it begins; may lie before 0

    /// A loop shorter than a block is ignored.
    void setLoop(std::optional<std::pair<music::Tick, music::Tick>> ticks);
};

} // namespace canto::sound
