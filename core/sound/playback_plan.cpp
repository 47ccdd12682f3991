// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound/playback_plan.h"

#include "core/sound/synth_channels.h"

#include <algorithm>
#include <cmath>

namespace canto::sound {

namespace {

enum Rank : std::uint8_t { Off, Controller, On };

struct Draft {
    std::int64_t frame;
    Rank rank;
    std::uint8_t program; // of notes, as the next
    bool drums;
    MidiMessage message;
};

std::optional<MidiMessage> messageOf(const music::ChannelEvent& event, int channel) {
    using Kind = music::ChannelEvent::Kind;
    switch (event.kind) {
    case Kind::Program:
        return MidiMessage::program(channel, event.value);
    case Kind::Control:
        // Local control and the mono modes change the use of channels: not for a synth that songs
        // share.
        if (event.number == 122 || event.number >= 124) {
            return std::nullopt;
        }
        return MidiMessage::control(channel, event.number, event.value);
    case Kind::PitchBend:
        return MidiMessage::pitchBend(channel, event.value);
    case Kind::ChannelPressure:
        return MidiMessage::make(0xD0, channel, event.value, 0);
    case Kind::PolyPressure:
        return MidiMessage::make(0xA0, channel, event.number, event.value);
    }
    return std::nullopt;
}

std::vector<Draft> draftOf(const music::Song& song, const PlanBody& body) {
    std::vector<Draft> draft;
    draft.reserve(song.notes.size() * 2 + song.events.size());
    const auto channels = synthChannels(song);
    for (const music::ChannelEvent& event : song.events) {
        const auto channel = channels[event.channel];
        if (const auto message = channel ? messageOf(event, *channel) : std::nullopt) {
            draft.push_back({body.frameAt(event.tick), Controller, 0, false, *message});
        }
    }
    for (const music::Note& note : song.notes) {
        const std::int64_t on = body.frameAt(note.start);
        const std::int64_t off = std::max(body.frameAt(note.end()), on + 1);
        const int velocity = std::max<int>(note.velocity, 1);
        // channels with notes always have one
        const int channel = channels[note.channel].value_or(0);
        draft.push_back({on, On, note.program, note.isDrum(),
                         MidiMessage::noteOn(channel, note.pitch, velocity)});
        draft.push_back(
            {off, Off, 0, false, MidiMessage::noteOff(channel, note.pitch, note.releaseVelocity)});
    }
    std::stable_sort(draft.begin(), draft.end(), [](const Draft& a, const Draft& b) {
        return a.frame != b.frame ? a.frame < b.frame : a.rank < b.rank;
    });
    return draft;
}

void coverSound(PlanBody& body, std::int64_t soundEnd) {
    constexpr int kMostBars = 1 << 20; // of zero length, at an absurd tempo
    const music::Song& song = *body.song;
    for (auto bar = static_cast<int>(body.bars.size());
         body.bars.back() < soundEnd && bar < kMostBars; ++bar) {
        body.bars.push_back(body.frameAt(song.metre.barStart(bar)));
    }
    if (soundEnd > 0 && song.notes.empty()) {
        while (body.bars.size() > 1 && body.bars.back() >= soundEnd) {
            body.bars.pop_back();
        }
        body.bars.push_back(soundEnd);
    }
}

/// Frames of every `step` ticks of each bar, before the end.
void addLines(std::vector<std::int64_t>& lines, const PlanBody& body, int bar, music::Tick step) {
    const music::MetreMap& metre = body.song->metre;
    const music::Tick end = metre.barStart(bar + 1);
    for (music::Tick tick = metre.barStart(bar); tick < end; tick += step) {
        if (const std::int64_t frame = body.frameAt(tick); frame < body.endFrame()) {
            lines.push_back(frame);
        }
    }
}

/// Beats, sixteenths and clocks of the bars that are known.
void addGrid(PlanBody& body) {
    const int quarter = std::max(body.song->ticksPerQuarter, 1);
    const int bars = static_cast<int>(body.bars.size()) - 1;
    for (int bar = 0; bar < bars; ++bar) {
        const auto metre = body.song->metre.metreAt(body.song->metre.barStart(bar));
        addLines(body.beats, body, bar,
                 std::max<music::Tick>(quarter * 4 / std::max(metre.denominator, 1), 1));
        addLines(body.sixteenths, body, bar, std::max<music::Tick>(quarter / 4, 1));
    }
    const double perClock = quarter / 24.0;
    for (int clock = 0;; ++clock) {
        const std::int64_t frame =
            body.frameAt(static_cast<music::Tick>(std::llround(clock * perClock)));
        if (frame >= body.endFrame()) {
            break;
        }
        body.clocks.push_back(frame);
    }
}

} // namespace

std::int64_t PlanBody::frameAt(music::Tick tick) const {
    return std::llround(song->tempo.secondsAt(std::max<music::Tick>(tick, 0)) * rate);
}

music::Tick PlanBody::tickAt(double frame) const { return song->tempo.tickAt(frame / rate); }

Cue PlanBody::cueAt(std::int64_t frame) const {
    Cue cue;
    cue.frame = std::clamp<std::int64_t>(frame, 0, endFrame());
    while (cue.index < events.size() && events[cue.index].frame < cue.frame) {
        cue.state.apply(events[cue.index].message);
        ++cue.index;
    }
    return cue;
}

std::shared_ptr<const PlanBody> PlanBody::make(std::shared_ptr<const music::Song> song, double rate,
                                               int bars, bool withBarCues, std::int64_t soundEnd) {
    auto body = std::make_shared<PlanBody>();
    body->song = std::move(song);
    body->rate = rate;
    const music::Song& source = *body->song;

    const int count = std::max(bars > 0 ? bars : source.bars(), 1);
    body->bars.reserve(static_cast<std::size_t>(count) + 1);
    for (int bar = 0; bar <= count; ++bar) {
        body->bars.push_back(body->frameAt(source.metre.barStart(bar)));
    }
    if (bars <= 0) {
        coverSound(*body, soundEnd);
    }
    // A bar of zero length, at an absurd tempo, would stop the clock.
    body->bars.back() = std::max<std::int64_t>(body->bars.back(), 64);
    addGrid(*body);

    MidiState state;
    const auto add = [&](std::int64_t frame, MidiMessage message) {
        state.apply(message);
        body->events.push_back({frame, message});
    };
    for (const Draft& item : draftOf(source, *body)) {
        const int channel = item.message.channel();
        const bool drums = state.channel(channel).drums;
        if (item.rank == On && drums != item.drums) {
            add(item.frame, MidiMessage::drums(channel, item.drums));
        }
        if (item.rank == On &&
            (drums != item.drums || state.channel(channel).program != item.program)) {
            add(item.frame, MidiMessage::program(channel, item.program));
        }
        add(item.frame, item.message);
        if (item.rank == Off) {
            body->lastNoteEnd = std::max(body->lastNoteEnd, item.frame);
        }
    }
    if (withBarCues) {
        Cue cue;
        for (std::size_t bar = 0; bar + 1 < body->bars.size(); ++bar) {
            cue.frame = body->bars[bar];
            while (cue.index < body->events.size() && body->events[cue.index].frame < cue.frame) {
                cue.state.apply(body->events[cue.index].message);
                ++cue.index;
            }
            body->barCues.push_back(cue);
        }
    }
    return body;
}

void Plan::setLoop(std::optional<std::pair<music::Tick, music::Tick>> ticks) {
    constexpr std::int64_t kShortest = 64;
    loops = false;
    if (!ticks) {
        return;
    }
    const std::int64_t from = body->frameAt(ticks->first);
    const std::int64_t to = std::min(body->frameAt(ticks->second), body->endFrame());
    if (to - from < kShortest) {
        return;
    }
    loops = true;
    loopStart = body->cueAt(from);
    loopEnd = to;
}

} // namespace canto::sound
