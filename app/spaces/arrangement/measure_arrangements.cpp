// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/spaces/arrangement/measure_arrangements.h"

#include "app/spaces/arrangement/analyse_file.h"
#include "core/arrange/arrange_song.h"
#include "core/arrange/cover_measures.h"
#include "core/arrange/performance.h"
#include "models/datasets/score_folder.h"

#include <algorithm>
#include <map>
#include <set>

namespace canto {

using nlohmann::json;

namespace {

constexpr double kMelodyHop = 0.01; ///< s

/// The reference for an arrangement.
struct Truth {
    const Recording* recording = nullptr;
    std::vector<music::Note> wanted; ///< bridge and piano of the score
    std::vector<double> melody;      ///< of the score, every kMelodyHop, 0: none
    audio::Feature chroma;
    double step = 0; ///< a sixteenth at the median beat, s
};

/// The song without the tracks of other parts.
music::Song partsOf(const ScoredSong& scored, const std::set<arrange::Part>& parts) {
    auto song = scored.song;
    std::erase_if(song.notes, [&](const music::Note& note) {
        return !parts.contains(scored.parts[note.track]);
    });
    return song;
}

double medianBeat(const std::vector<double>& times) {
    std::vector<double> lengths;
    for (std::size_t i = 1; i < times.size(); ++i) {
        lengths.push_back(times[i] - times[i - 1]);
    }
    const auto middle = lengths.begin() + static_cast<std::ptrdiff_t>(lengths.size() / 2);
    std::nth_element(lengths.begin(), middle, lengths.end());
    return *middle;
}

Truth truthOf(const Recording& recording, const ScoredSong& scored) {
    Truth truth;
    truth.recording = &recording;
    truth.wanted = partsOf(scored, {arrange::Part::Bridge, arrange::Part::Piano}).notes;
    truth.melody.resize(static_cast<std::size_t>(recording.frames.seconds / kMelodyHop));
    for (const auto& note : partsOf(scored, {arrange::Part::Melody}).notes) {
        const auto end =
            std::min(static_cast<std::size_t>(note.endSeconds() / kMelodyHop), truth.melody.size());
        for (auto t = static_cast<std::size_t>(note.startSeconds / kMelodyHop); t < end; ++t) {
            truth.melody[t] = note.pitch;
        }
    }
    truth.chroma = arrange::chromaOfRecording(recording.frames);
    truth.step = medianBeat(scored.beats) / arrange::kStepsPerBeat;
    return truth;
}

json measuresOf(const music::Song& song, const Truth& truth) {
    const double seconds = truth.recording->frames.seconds;
    const auto match = arrange::matchOnsets(song, truth.wanted, truth.step);
    const auto onsets = arrange::onsetTimes(song);
    double pitch = 0;
    double sounding = 0;
    for (const auto& note : song.notes) {
        pitch += note.pitch;
        sounding += note.lengthSeconds;
    }
    const double count = std::max<double>(1, static_cast<double>(song.notes.size()));
    return {{"noteF1", match.f1},
            {"precision", match.precision},
            {"recall", match.recall},
            {"onsetCorrelation", arrange::onsetCorrelation(song, truth.recording->frames)},
            {"melodyChroma", arrange::melodyChromaKept(song, truth.melody, kMelodyHop)},
            {"warpDeviation",
             arrange::warpDeviation(truth.chroma, arrange::chromaOfSong(song, seconds))},
            {"gridDeviation", arrange::gridDeviation(onsets, truth.step)},
            {"patternEntropy", arrange::patternEntropy(onsets)},
            {"notesASecond", static_cast<double>(song.notes.size()) / seconds},
            {"meanPitch", pitch / count},
            {"polyphony", sounding / seconds}};
}

std::vector<std::filesystem::path> recordingsIn(const std::filesystem::path& folder) {
    static const std::set<std::string> endings{".flac", ".wav", ".ogg", ".mp3"};
    std::vector<std::filesystem::path> files;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
        if (endings.contains(entry.path().extension().string())) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

Result<json> measureArrangements(const std::filesystem::path& recordings,
                                 const std::filesystem::path& scores,
                                 const std::vector<NamedArranger>& arrangers,
                                 const CancelToken& cancel, const Progress& progress) {
    const auto files = recordingsIn(recordings);
    std::vector<std::string> names{"score"};
    for (const auto& each : arrangers) {
        names.push_back(each.name);
    }
    std::map<std::string, std::map<std::string, double>> sums;
    json notAnalysed = json::array();
    std::size_t analysis = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Evaluation cancelled");
        }
        const auto recording = analyseFile(files[i], {}, {}, cancel);
        const auto scored = readScoreFolder(scores / files[i].stem());
        if (!recording || !scored) {
            const auto& error = recording ? scored.error() : recording.error();
            notAnalysed.push_back(
                {{"file", files[i].filename().string()}, {"reason", error.message()}});
            continue;
        }
        const auto truth = truthOf(*recording, *scored);
        const auto add = [&](const std::string& name, const music::Song& song) {
            const auto measures = measuresOf(song, truth);
            for (const auto& [key, value] : measures.items()) {
                sums[name][key] += value.get<double>();
            }
        };
        add("score", partsOf(*scored, {arrange::Part::Bridge, arrange::Part::Piano}));
        for (const auto& each : arrangers) {
            CANTO_TRY(made, arrange::arrangeSong(recording->analysis, recording->frames,
                                                 *each.arranger, cancel));
            add(each.name, made->song);
        }
        ++analysis;
        if (progress) {
            progress(i + 1, files.size());
        }
    }
    if (analysis == 0) {
        return fail(Error::Code::NotFound, "No recording with a score was found",
                    recordings.string(), "NAME.flac beside a folder NAME of --scores");
    }
    json rows = json::array();
    for (const auto& name : names) {
        json row{{"name", name}};
        for (const auto& [key, sum] : sums[name]) {
            row[key] = sum / static_cast<double>(analysis);
        }
        rows.push_back(std::move(row));
    }
    return json{{"recordings", analysis},
                {"notAnalysed", std::move(notAnalysed)},
                {"rows", std::move(rows)}};
}

} // namespace canto

#endif
