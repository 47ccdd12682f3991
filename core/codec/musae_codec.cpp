// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/musae_codec.h"

#include "core/codec/expression.h"
#include "core/codec/phrase_starts.h"

#include <algorithm>
#include <cmath>

namespace canto::codec {

using music::Song;
using music::Tick;

namespace {

bool isFourFour(const music::MetreChange& metre) {
    return metre.numerator == 4 && metre.denominator == 4;
}

bool anySounding(const std::array<std::vector<Cell>, kTracks>& cells) {
    for (const auto& track : cells) {
        for (const Cell& cell : track) {
            if (cell.pitch != Cell::kSilent) {
                return true;
            }
        }
    }
    return false;
}

void writeTokens(std::span<const Cell> cells, RepeatRule repeats, std::span<Token> out) {
    for (std::size_t step = 0; step < cells.size(); ++step) {
        const Cell& cell = cells[step];
        const bool same = step > 0 && cell.pitch == cells[step - 1].pitch;
        const bool again = repeats == RepeatRule::Onset && cell.reonset;
        out[step] = same && !again ? kHold : cell.pitch;
    }
}

/// What sounds at each step once holds are resolved. @param expressions  as many as tokens, or
/// none.
std::vector<Cell> readTokens(std::span<const Token> tokens, std::span<const Expression> expressions,
                             std::uint8_t velocity) {
    std::vector<Cell> cells(tokens.size());
    for (std::size_t step = 0; step < tokens.size(); ++step) {
        Cell& cell = cells[step];
        const Expression expression = expressions.empty() ? kNoExpression : expressions[step];
        if (tokens[step] == kHold) {
            cell.pitch = step > 0 ? cells[step - 1].pitch : Cell::kSilent;
            cell.reonset = cell.pitch != Cell::kSilent && expression != kNoExpression;
        } else if (tokens[step] < kPitches) {
            cell = {.pitch = tokens[step], .reonset = true, .velocity = velocity};
        }
        if (cell.reonset && expression != kNoExpression) {
            cell.velocity = expressionVelocity(expression);
            cell.offset =
                static_cast<std::int8_t>(step == 0 ? std::max(0, expressionOffset(expression))
                                                   : expressionOffset(expression));
        }
    }
    return cells;
}

Result<void> checkPhrase(std::span<const Token> tokens, std::span<const Expression> expressions) {
    if (tokens.empty() || tokens.size() % (kTracks * kStepsPerBar) != 0) {
        return fail(Error::Code::BadShape, "A phrase of " + std::to_string(tokens.size()) +
                                               " tokens is not four tracks of whole bars");
    }
    if (!expressions.empty() && expressions.size() != tokens.size()) {
        return fail(Error::Code::BadShape, "A phrase has " + std::to_string(expressions.size()) +
                                               " expression values for " +
                                               std::to_string(tokens.size()) + " tokens");
    }
    if (std::any_of(tokens.begin(), tokens.end(), [](Token t) { return t >= kClasses; })) {
        return fail(Error::Code::BadInput, "A token of a phrase is above 129");
    }
    if (std::any_of(expressions.begin(), expressions.end(),
                    [](Expression t) { return t >= kExpressions; })) {
        return fail(Error::Code::BadInput, "An expression value of a phrase is above 24");
    }
    return {};
}

} // namespace

MusaeSong::MusaeSong(const Song& song, CodecOptions options)
    : m_options(options), m_metre(song.metre), m_rolls(song) {
    m_options.bars = std::clamp(m_options.bars, 1, 1024);
}

bool MusaeSong::holds(Tick start) const {
    const auto lastTick = m_rolls.lastTick();
    return start >= 0 && lastTick && start <= *lastTick;
}

std::vector<PhraseWindow> MusaeSong::windows() const {
    std::vector<PhraseWindow> windows;
    const auto lastTick = m_rolls.lastTick();
    if (!lastTick) {
        return windows;
    }
    const int steps = m_options.bars * kStepsPerBar;
    const int quarter = m_rolls.ticksPerQuarter();
    const Tick songEnd = m_metre.barStart(m_metre.barAt(*lastTick) + 1);
    const Tick phrase = Tick{4} * quarter * m_options.bars;
    PhraseStarts starts(m_metre, quarter, m_options.bars);
    while (windows.size() < kMaxWindows && starts.next()) {
        const Tick start = starts.start();
        const auto cells = m_rolls.read(start, steps);
        if (anySounding(cells)) {
            windows.push_back(
                {starts.bar(), start, start + phrase, isStrict(cells, starts.bar(), start)});
        } else if (const auto onset = m_rolls.nextOnset(start + phrase - quarter)) {
            // Skip a long silence at once.
            starts.skipToBar(m_metre.barAt(*onset - phrase));
        } else {
            return windows;
        }
        if (start + phrase >= songEnd) {
            return windows;
        }
    }
    return windows;
}

bool MusaeSong::isStrict(const std::array<std::vector<Cell>, kTracks>& cells, int bar,
                         Tick start) const {
    const Tick barTicks = Tick{4} * m_rolls.ticksPerQuarter();
    for (int i = 0; i < m_options.bars; ++i) {
        const Tick at = start + i * barTicks;
        if (m_metre.barStart(bar + i) != at || m_metre.barStart(bar + i + 1) != at + barTicks ||
            !isFourFour(m_metre.metreAt(at))) {
            return false;
        }
        for (const auto& track : cells) {
            const auto first = track.begin() + i * kStepsPerBar;
            const bool sounds = std::any_of(first, first + kStepsPerBar, [](const Cell& cell) {
                return cell.pitch != Cell::kSilent;
            });
            if (!sounds) {
                return false;
            }
        }
    }
    return true;
}

std::vector<Token> MusaeSong::encode(Tick start) const {
    const auto steps = static_cast<std::size_t>(m_options.bars * kStepsPerBar);
    const auto cells = m_rolls.read(start, static_cast<int>(steps));
    std::vector<Token> tokens(kTracks * steps);
    for (std::size_t track = 0; track < kTracks; ++track) {
        writeTokens(cells[track], m_options.repeats,
                    std::span(tokens).subspan(track * steps, steps));
    }
    return tokens;
}

std::vector<Expression> MusaeSong::expressions(Tick start) const {
    const auto steps = static_cast<std::size_t>(m_options.bars * kStepsPerBar);
    std::vector<Expression> expressions;
    for (const auto& track : m_rolls.read(start, static_cast<int>(steps))) {
        for (const Cell& cell : track) {
            expressions.push_back(cell.reonset ? expressionOf(cell.velocity, cell.offset)
                                               : kNoExpression);
        }
    }
    return expressions;
}

bool SongRule::passes() const {
    return fourFour && std::all_of(present.begin(), present.end(), [](bool has) { return has; });
}

SongRule songRule(const Song& song) {
    SongRule rule;
    const auto& changes = song.metre.changes();
    rule.fourFour = std::all_of(changes.begin(), changes.end(), isFourFour);
    for (const music::Note& note : song.notes) {
        rule.present[static_cast<std::size_t>(familyOf(note))] = true;
    }
    return rule;
}

Result<Song> phraseToSong(std::span<const Token> tokens, const PhraseToSongOptions& options) {
    CANTO_CHECK(checkPhrase(tokens, options.expressions));
    const std::size_t steps = tokens.size() / kTracks;
    std::size_t shown = steps;
    if (options.bars > 0) {
        shown = std::min(steps, static_cast<std::size_t>(options.bars) * kStepsPerBar);
    }
    const int quarter = std::clamp(options.ticksPerQuarter, 24, 32767);

    Song song;
    song.ticksPerQuarter = quarter;
    const double bpm = std::isfinite(options.bpm) ? std::clamp(options.bpm, 10.0, 1000.0) : 120.0;
    song.tempo =
        music::TempoMap(quarter, {{0, static_cast<std::uint32_t>(std::lround(60e6 / bpm))}});
    song.metre = music::MetreMap(quarter, {music::MetreChange{}});
    constexpr std::array<std::uint8_t, kTracks> kChannels{music::kDrumChannel, 0, 1, 2};
    constexpr std::array<const char*, kTracks> kNames{"Drums", "Bass", "Guitar", "Strings"};
    for (std::size_t track = 0; track < kTracks; ++track) {
        song.tracks.push_back({kNames[track]});
        music::ChannelEvent program;
        program.kind = music::ChannelEvent::Kind::Program;
        program.track = static_cast<std::uint16_t>(track);
        program.channel = kChannels[track];
        program.value = options.programs[track];
        song.events.push_back(program);

        const auto expressions = options.expressions.empty()
                                     ? options.expressions
                                     : options.expressions.subspan(track * steps, shown);
        const auto cells =
            readTokens(tokens.subspan(track * steps, shown), expressions, options.velocity);
        const auto onsetOf = [&](std::size_t step) {
            const Tick onGrid = tickAt(static_cast<std::int64_t>(step), 0, quarter);
            return step < shown ? onGrid + Tick{cells[step].offset} * quarter / 12 : onGrid;
        };
        for (std::size_t step = 0; step < shown; ++step) {
            if (!cells[step].reonset) {
                continue;
            }
            std::size_t end = step + 1;
            while (end < shown && !cells[end].reonset && cells[end].pitch == cells[step].pitch) {
                ++end;
            }
            music::Note note;
            note.start = onsetOf(step);
            note.length = onsetOf(end) - note.start;
            note.track = static_cast<std::uint16_t>(track);
            note.channel = kChannels[track];
            note.program = options.programs[track];
            note.pitch = cells[step].pitch;
            note.velocity = cells[step].velocity;
            song.notes.push_back(note);
        }
    }
    song.finish();
    return song;
}

std::vector<Token> canonical(std::span<const Token> tokens, RepeatRule repeats) {
    std::vector<Token> out(tokens.size());
    const std::size_t steps = tokens.size() / kTracks;
    for (std::size_t track = 0; track < kTracks; ++track) {
        const auto cells = readTokens(tokens.subspan(track * steps, steps), {}, 0);
        writeTokens(cells, repeats, std::span(out).subspan(track * steps, steps));
    }
    return out;
}

namespace {
std::span<Token> pitched(std::span<Token> tokens) {
    return tokens.subspan(tokens.size() / kTracks); // all behind the drums
}
} // namespace

bool transpose(std::span<Token> tokens, int semitones) {
    const auto moved = pitched(tokens);
    for (const Token token : moved) {
        if (token < kPitches && (token + semitones < 0 || token + semitones >= kPitches)) {
            return false;
        }
    }
    for (Token& token : moved) {
        if (token < kPitches) {
            token = static_cast<Token>(token + semitones);
        }
    }
    return true;
}

int transposeAtRandom(std::span<Token> tokens, Random& random) {
    int lowest = kPitches;
    int highest = -1;
    for (const Token token : pitched(tokens)) {
        if (token < kPitches) {
            lowest = std::min<int>(lowest, token);
            highest = std::max<int>(highest, token);
        }
    }
    int least = -5;
    int most = 6;
    if (highest >= 0) {
        least = std::max(least, -lowest);
        most = std::min(most, kPitches - 1 - highest);
    }
    const int shift =
        least + static_cast<int>(random.below(static_cast<std::uint64_t>(most - least + 1)));
    transpose(tokens, shift);
    return shift;
}

} // namespace canto::codec
