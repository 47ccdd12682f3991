#ifdef CANTO_SOUND

#include "app/cli/heard_json.h"

#include <cmath>

namespace canto::cli {

namespace {

double milliseconds(double seconds) { return std::round(seconds * 1000) / 1000; }

nlohmann::json times(const std::vector<double>& all) {
    auto list = nlohmann::json::array();
    for (const double time : all) {
        list.push_back(milliseconds(time));
    }
    return list;
}

/// Sixteenths of one pitch in a row are one note.
nlohmann::json notes(const audio::Heard& heard, const std::vector<int>& line) {
    const auto& beats = heard.beats.times;
    const auto timeOf = [&beats](std::size_t step) {
        const std::size_t beat = step / 4;
        const double length = beat + 1 < beats.size() ? beats[beat + 1] - beats[beat] : 0.0;
        return milliseconds(beats[beat] + length * static_cast<double>(step % 4) / 4);
    };
    auto list = nlohmann::json::array();
    for (std::size_t step = 0; step < line.size();) {
        std::size_t end = step + 1;
        while (end < line.size() && line[end] == line[step]) {
            ++end;
        }
        if (line[step] > 0) {
            list.push_back({{"start", timeOf(step)}, {"end", timeOf(end)}, {"pitch", line[step]}});
        }
        step = end;
    }
    return list;
}

} // namespace

audio::ListenOptions optionsFor(double bpm) {
    return bpm > 0 ? audio::nearTempo(bpm) : audio::ListenOptions();
}

nlohmann::json tempoAlternatives(const audio::Beats& beats) {
    auto list = nlohmann::json::array();
    for (const auto& other : beats.alternatives) {
        list.push_back({{"tempo", other.bpm}, {"share", other.share}});
    }
    return list;
}

nlohmann::json toJson(const audio::Heard& heard) {
    auto chords = nlohmann::json::array();
    for (const auto& span : heard.chordSpans()) {
        chords.push_back({{"start", milliseconds(span.start)},
                          {"end", milliseconds(span.end)},
                          {"chord", audio::chordLabel(span.chord)}});
    }
    return {{"seconds", milliseconds(heard.seconds)},
            {"tempo", heard.beats.bpm},
            {"tempoShare", heard.beats.tempoShare},
            {"tempoAlternatives", tempoAlternatives(heard.beats)},
            {"steadiness", heard.beats.steadiness},
            {"confidence", heard.beats.confidence},
            {"beats", times(heard.beats.times)},
            {"downbeats", times(heard.downbeats())},
            {"beatsPerBar", heard.metre.beatsPerBar},
            {"key", heard.key.name()},
            {"keyConfidence", heard.key.confidence},
            {"tuningSemitones", heard.tuning},
            {"chords", std::move(chords)},
            {"melody", notes(heard, heard.melody)},
            {"bass", notes(heard, heard.bass)},
            {"remarks", heard.remarks}};
}

} // namespace canto::cli

#endif
