// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/cli/analysis_json.h"

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

/// Consecutive sixteenths of one pitch are one note.
nlohmann::json notes(const audio::AudioAnalysis& analysis, const std::vector<int>& line) {
    const auto& beats = analysis.beats.times;
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

audio::AnalysisOptions optionsFor(double bpm) {
    return bpm > 0 ? audio::nearTempo(bpm) : audio::AnalysisOptions();
}

nlohmann::json tempoAlternatives(const audio::Beats& beats) {
    auto list = nlohmann::json::array();
    for (const auto& other : beats.alternatives) {
        list.push_back({{"tempo", other.bpm}, {"share", other.share}});
    }
    return list;
}

nlohmann::json toJson(const audio::AudioAnalysis& analysis) {
    auto chords = nlohmann::json::array();
    for (const auto& span : analysis.chordSpans()) {
        chords.push_back({{"start", milliseconds(span.start)},
                          {"end", milliseconds(span.end)},
                          {"chord", audio::chordLabel(span.chord)}});
    }
    auto sections = nlohmann::json::array();
    for (const auto& section : analysis.sections) {
        const auto first = static_cast<std::size_t>(section.firstBeat);
        const auto end = first + static_cast<std::size_t>(section.beats);
        sections.push_back({{"start", milliseconds(analysis.beats.times[first])},
                            {"end", milliseconds(analysis.beats.times[end])},
                            {"section", audio::sectionName(section.label)}});
    }
    return {{"seconds", milliseconds(analysis.seconds)},
            {"tempo", analysis.beats.bpm},
            {"tempoShare", analysis.beats.tempoShare},
            {"tempoAlternatives", tempoAlternatives(analysis.beats)},
            {"steadiness", analysis.beats.steadiness},
            {"confidence", analysis.beats.confidence},
            {"beats", times(analysis.beats.times)},
            {"downbeats", times(analysis.downbeats())},
            {"beatsPerBar", analysis.metre.beatsPerBar},
            {"key", analysis.key.name()},
            {"keyConfidence", analysis.key.confidence},
            {"tuningSemitones", analysis.tuning},
            {"chords", std::move(chords)},
            {"sections", std::move(sections)},
            {"melody", notes(analysis, analysis.melody)},
            {"bass", notes(analysis, analysis.bass)},
            {"remarks", analysis.remarks}};
}

} // namespace canto::cli

#endif
