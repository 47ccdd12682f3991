// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/codec/phrase_properties.h"

#include "core/codec/expression.h"

#include <algorithm>
#include <memory>

namespace canto::codec {
namespace {

int weightOf(std::size_t step) {
    const std::size_t place = step % kStepsPerBar;
    if (place == 0) {
        return 0;
    }
    if (place == 8) {
        return -1;
    }
    return place % 4 == 0 ? -2 : place % 2 == 0 ? -3 : -4;
}

TrackProperties trackOf(std::span<const Token> tokens) {
    TrackProperties track;
    const auto onsets = std::make_unique<bool[]>(tokens.size());
    bool sounding = false;
    long pitches = 0;
    for (std::size_t step = 0; step < tokens.size(); ++step) {
        const Token token = tokens[step];
        if (token < kPitches) {
            const int pitch = token;
            onsets[step] = true;
            track.highest = track.onsets == 0 ? pitch : std::max(track.highest, pitch);
            track.lowest = track.onsets == 0 ? pitch : std::min(track.lowest, pitch);
            ++track.onsets;
            pitches += pitch;
            sounding = true;
        } else if (token == kSilence) {
            sounding = false;
        }
        if (token >= kPitches) {
            ++(sounding ? track.held : track.silent);
        }
    }
    track.meanPitch =
        track.onsets > 0 ? static_cast<double>(pitches) / static_cast<double>(track.onsets) : 0;
    track.syncopation = syncopationOf({onsets.get(), tokens.size()});
    return track;
}

/// Sums and extremes over the tracks that have pitches: all but the drums.
template <class Value, class Join>
std::optional<double> ofPitched(const PhraseProperties& phrase, const Value& value,
                                const Join& join) {
    std::optional<double> whole;
    for (std::size_t i = 1; i < phrase.tracks.size(); ++i) {
        const TrackProperties& track = phrase.tracks[i];
        if (track.onsets > 0) {
            whole = whole ? join(*whole, double(value(track))) : double(value(track));
        }
    }
    return whole;
}

std::optional<double> ofTrack(const PhraseProperties& phrase, Measure measure, Family family) {
    const TrackProperties& track = phrase.tracks[static_cast<std::size_t>(family)];
    const auto pitch = [&](double value) {
        return track.onsets > 0 ? std::optional(value) : std::nullopt;
    };
    const auto share = [&](int steps) { return double(steps) / phrase.steps(); };
    switch (measure) {
    case Measure::Notes:
        return double(track.onsets) / phrase.bars;
    case Measure::Held:
        return share(track.held);
    case Measure::Silence:
        return share(track.silent);
    case Measure::Highest:
        return pitch(track.highest);
    case Measure::Lowest:
        return pitch(track.lowest);
    case Measure::MeanPitch:
        return pitch(track.meanPitch);
    case Measure::Syncopation:
        return pitch(track.syncopation / phrase.bars);
    case Measure::Loudness:
        return track.meanVelocity > 0 ? std::optional(track.meanVelocity) : std::nullopt;
    case Measure::Polyphony:
    case Measure::DrumShare:
        break;
    }
    return std::nullopt;
}

} // namespace

int PhraseProperties::onsets() const {
    int sum = 0;
    for (const TrackProperties& track : tracks) {
        sum += track.onsets;
    }
    return sum;
}

Result<PhraseProperties> propertiesOf(std::span<const Token> tokens) {
    constexpr std::size_t kPiece = std::size_t{kTracks} * kStepsPerBar;
    if (tokens.empty() || tokens.size() % kPiece != 0) {
        return fail(Error::Code::BadShape,
                    std::to_string(tokens.size()) + " tokens are not whole bars of four tracks");
    }
    if (std::any_of(tokens.begin(), tokens.end(), [](Token t) { return t >= kClasses; })) {
        return fail(Error::Code::BadInput, "A token is above 129");
    }
    PhraseProperties phrase;
    phrase.bars = static_cast<int>(tokens.size() / kPiece);
    const std::size_t steps = tokens.size() / kTracks;
    for (std::size_t track = 0; track < kTracks; ++track) {
        TrackProperties& properties = phrase.tracks[track];
        properties = trackOf(tokens.subspan(track * steps, steps));
        phrase.soundingSteps += properties.onsets + properties.held;
    }
    return phrase;
}

PhraseProperties propertiesOf(const music::Song& song, int bars) {
    const MusaeSong reader(song, {.bars = std::max(bars, 1), .repeats = RepeatRule::Onset});
    const auto tokens = reader.encode(0);
    // cannot fail: the codec returns whole bars of valid tokens
    auto phrase = *propertiesOf(tokens);
    const auto expressions = reader.expressions(0);
    const std::size_t steps = expressions.size() / kTracks;
    for (std::size_t track = 0; track < kTracks; ++track) {
        double sum = 0;
        int reonset = 0;
        for (const Expression expression : std::span(expressions).subspan(track * steps, steps)) {
            sum += expression == kNoExpression ? 0 : expressionVelocity(expression);
            reonset += expression != kNoExpression;
        }
        phrase.tracks[track].meanVelocity = reonset > 0 ? sum / reonset : 0;
    }
    return phrase;
}

double syncopationOf(std::span<const bool> onsets) {
    double sum = 0;
    std::size_t note = onsets.size(); // none yet
    int strongest = 0;
    const auto close = [&] {
        if (note < onsets.size()) {
            sum += std::max(strongest - weightOf(note), 0);
        }
    };
    for (std::size_t step = 0; step < onsets.size(); ++step) {
        if (onsets[step]) {
            close();
            note = step;
            strongest = weightOf(step);
        } else if (note < onsets.size()) {
            strongest = std::max(strongest, weightOf(step));
        }
    }
    close();
    return sum;
}

std::string_view nameOf(Measure measure) {
    switch (measure) {
    case Measure::Notes:
        return "notes";
    case Measure::Held:
        return "held";
    case Measure::Silence:
        return "silence";
    case Measure::Highest:
        return "highest";
    case Measure::Lowest:
        return "lowest";
    case Measure::MeanPitch:
        return "mean pitch";
    case Measure::Syncopation:
        return "syncopation";
    case Measure::Polyphony:
        return "polyphony";
    case Measure::DrumShare:
        return "drums' share";
    case Measure::Loudness:
        return "loudness";
    }
    return "";
}

bool byTrack(Measure measure) {
    return measure != Measure::Polyphony && measure != Measure::DrumShare;
}

std::optional<double> valueOf(const PhraseProperties& phrase, Measure measure,
                              std::optional<Family> track) {
    if (phrase.bars < 1) {
        return std::nullopt;
    }
    if (track) {
        return ofTrack(phrase, measure, *track);
    }
    const double cells = double(phrase.steps()) * kTracks;
    const auto sum = [&](auto member) {
        double all = 0;
        for (const TrackProperties& one : phrase.tracks) {
            all += one.*member;
        }
        return all;
    };
    switch (measure) {
    case Measure::Notes:
        return double(phrase.onsets()) / phrase.bars;
    case Measure::Held:
        return sum(&TrackProperties::held) / cells;
    case Measure::Silence:
        return sum(&TrackProperties::silent) / cells;
    case Measure::Highest:
        return ofPitched(
            phrase, [](const auto& t) { return t.highest; },
            [](double a, double b) { return std::max(a, b); });
    case Measure::Lowest:
        return ofPitched(
            phrase, [](const auto& t) { return t.lowest; },
            [](double a, double b) { return std::min(a, b); });
    case Measure::MeanPitch: {
        const auto add = [](double a, double b) { return a + b; };
        const auto notes = ofPitched(
            phrase, [](const auto& t) { return t.onsets; }, add);
        const auto pitches = ofPitched(
            phrase, [](const auto& t) { return t.meanPitch * t.onsets; }, add);
        return notes ? std::optional(*pitches / *notes) : std::nullopt;
    }
    case Measure::Syncopation: {
        const auto with = std::count_if(phrase.tracks.begin(), phrase.tracks.end(),
                                        [](const auto& t) { return t.onsets > 0; });
        return with > 0
                   ? std::optional(sum(&TrackProperties::syncopation) / double(with) / phrase.bars)
                   : std::nullopt;
    }
    case Measure::Polyphony:
        return double(phrase.soundingSteps) / phrase.steps();
    case Measure::DrumShare:
        return phrase.onsets() > 0
                   ? std::optional(double(phrase.tracks.front().onsets) / phrase.onsets())
                   : std::nullopt;
    case Measure::Loudness: {
        double velocities = 0;
        int notes = 0;
        for (const TrackProperties& one : phrase.tracks) {
            velocities += one.meanVelocity * one.onsets;
            notes += one.meanVelocity > 0 ? one.onsets : 0;
        }
        return notes > 0 ? std::optional(velocities / notes) : std::nullopt;
    }
    }
    return std::nullopt;
}

} // namespace canto::codec
