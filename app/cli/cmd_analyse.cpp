// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "app/cli/analysis_json.h"
#include "app/cli/commands.h"
#include "core/midi/smf_reader.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <vector>

namespace canto::cli {

namespace {

struct Args {
    std::vector<std::string> files;
    std::string beats;
    std::string chords;
    std::string melody;
    std::string pop909;
    std::string annotations;
    std::string soundFont;
    double bpm = 0; ///< 0: not known
};

/// Annotations of one recording; paths are empty if there are none.
struct Annotations {
    std::string beats;
    std::string chords;
    std::string melody;
    std::string key;
    bool any() const {
        return !beats.empty() || !chords.empty() || !melody.empty() || !key.empty();
    }
};

/// An annotation as `read` reads its text; the path is added to its errors.
template <class Read>
auto annotation(const std::string& path, const Read& read) -> decltype(read(path)) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        return fail(Error::Code::NotFound, "The annotation cannot be read", path);
    }
    auto result = read(std::string(std::istreambuf_iterator<char>(in), {}));
    if (!result) {
        result.error().where = path + ", " + result.error().where;
    }
    return result;
}

/// The pitch of a line every 10 ms.
std::vector<double> everyHundredth(const audio::AudioAnalysis& analysis,
                                   const std::vector<int>& line) {
    std::vector<double> pitches(static_cast<std::size_t>(analysis.seconds * 100));
    const auto& beats = analysis.beats.times;
    std::size_t beat = 0;
    for (std::size_t i = 0; i < pitches.size(); ++i) {
        const double at = (static_cast<double>(i) + 0.5) / 100;
        while (beat + 2 < beats.size() && beats[beat + 1] <= at) {
            ++beat;
        }
        if (at >= beats[beat] && at < beats[beat + 1]) {
            const double part = (at - beats[beat]) / (beats[beat + 1] - beats[beat]);
            const auto step = std::min<std::size_t>(3, static_cast<std::size_t>(part * 4));
            pitches[i] = line[beat * 4 + step];
        }
    }
    return pitches;
}

/// The track of a MIDI file with the name MELODY, else its first track with notes.
Result<std::vector<double>> melodyOf(const std::string& path, std::size_t hundredths) {
    CANTO_TRY(read, midi::readSmfFile(path));
    const auto& song = read->song;
    std::optional<std::size_t> track;
    for (const auto& note : song.notes) {
        const bool lead = song.tracks[note.track].name == "MELODY";
        if (lead || !track) {
            track = note.track;
        }
        if (lead) {
            break;
        }
    }
    std::vector<double> pitches(hundredths);
    for (const auto& note : song.notes) {
        if (note.track == track) {
            const auto from = static_cast<std::size_t>(std::max(0.0, note.startSeconds * 100));
            const auto to = static_cast<std::size_t>(std::max(0.0, note.endSeconds() * 100));
            for (std::size_t i = from; i < to && i < hundredths; ++i) {
                pitches[i] = note.pitch;
            }
        }
    }
    return pitches;
}

/// Beats a minute by the median gap; 0 for fewer than two beats.
double tempoOf(const std::vector<double>& beats) {
    std::vector<double> gaps;
    for (std::size_t i = 1; i < beats.size(); ++i) {
        gaps.push_back(beats[i] - beats[i - 1]);
    }
    if (gaps.empty()) {
        return 0;
    }
    const auto middle = gaps.begin() + static_cast<std::ptrdiff_t>(gaps.size() / 2);
    std::nth_element(gaps.begin(), middle, gaps.end());
    return *middle > 0 ? 60 / *middle : 0;
}

bool near(double ratio, double wanted) { return std::fabs(ratio / wanted - 1) <= 0.04; }

Result<nlohmann::json> measure(const audio::AudioAnalysis& analysis, const Annotations& paths) {
    nlohmann::json measures = nlohmann::json::object();
    if (!paths.beats.empty()) {
        const auto column = [&](int index) {
            return annotation(paths.beats, [index](const std::string& text) {
                return audio::readBeatList(text, index);
            });
        };
        CANTO_TRY(beats, column(0));
        measures["beatF"] = audio::beatFMeasure(*beats, analysis.beats.times).f;
        const auto continuity = audio::beatContinuity(*beats, analysis.beats.times);
        measures["beatCmlt"] = continuity.correct;
        measures["beatAmlt"] = continuity.anyLevel;
        if (const double bpm = tempoOf(*beats); bpm > 0) {
            const double ratio = analysis.beats.bpm / bpm;
            measures["tempoRight"] = near(ratio, 1) ? 1 : 0;
            measures["tempoRightOrOctave"] =
                near(ratio, 1) || near(ratio, 2) || near(ratio, 0.5) ? 1 : 0;
        }
        // POP909: the third column marks the downbeats of bars of four (or three).
        if (const auto down = column(2); down && !down->empty()) {
            measures["downbeatF"] = audio::beatFMeasure(*down, analysis.downbeats()).f;
        }
    }
    if (!paths.chords.empty()) {
        CANTO_TRY(chords, annotation(paths.chords, [](const std::string& text) {
                      return audio::readChordList(text);
                  }));
        const auto accuracy = audio::chordAccuracy(*chords, analysis.chordSpans());
        measures["chordRoot"] = accuracy.root;
        measures["chordMajMin"] = accuracy.majMin;
    }
    if (!paths.melody.empty()) {
        const auto analysisLine = everyHundredth(analysis, analysis.melody);
        CANTO_TRY(melody, melodyOf(paths.melody, analysisLine.size()));
        measures["melodyChroma"] = audio::rawChromaAccuracy(*melody, analysisLine);
    }
    if (!paths.key.empty()) {
        CANTO_TRY(score, annotation(paths.key, [&](const std::string& text) {
                      return audio::keyScore(text.substr(0, text.find_last_not_of(" \r\n") + 1),
                                             analysis.key.name());
                  }));
        measures["keyExact"] = *score == 1 ? 1 : 0;
        measures["keyWeighted"] = *score;
    }
    return measures;
}

Annotations annotationsOf(const Args& args, const std::string& file) {
    const std::string id = std::filesystem::path(file).stem().string();
    if (!args.annotations.empty()) {
        const auto named = [&](const char* ending) {
            const auto path = std::filesystem::path(args.annotations) / (id + ending);
            return std::filesystem::exists(path) ? path.string() : std::string();
        };
        return {named(".beats"), named(".chords"), {}, named(".key")};
    }
    if (args.pop909.empty()) {
        return {args.beats, args.chords, args.melody, {}};
    }
    const auto folder = std::filesystem::path(args.pop909) / id;
    return {(folder / "beat_midi.txt").string(),
            (folder / "chord_midi.txt").string(),
            (folder / (id + ".mid")).string(),
            {}};
}

Result<int> analyseOne(const Args& args) {
    ProgressLine line("Seconds");
    CANTO_TRY(recording, analyseFile(args.files.front(), optionsFor(args.bpm), args.soundFont,
                                     interruptToken(), line.callback()));
    auto document = toJson(recording->analysis);
    document["file"] = args.files.front();
    if (const auto paths = annotationsOf(args, args.files.front()); paths.any()) {
        CANTO_TRY(measures, measure(recording->analysis, paths));
        document["measures"] = std::move(*measures);
    }
    return print(document);
}

/// Means over recordings; those that cannot be analysed are listed and left out.
Result<int> analyseMany(const Args& args) {
    const auto cancel = interruptToken();
    auto songs = nlohmann::json::array();
    auto bad = nlohmann::json::array();
    std::map<std::string, std::pair<double, int>> sums;
    ProgressLine line("Recordings");
    for (std::size_t i = 0; i < args.files.size() && !cancel.cancelled(); ++i) {
        const std::string& file = args.files[i];
        const auto recording = analyseFile(file, optionsFor(args.bpm), args.soundFont, cancel);
        line.update(i + 1, args.files.size());
        auto measures = recording ? measure(recording->analysis, annotationsOf(args, file))
                                  : Result<nlohmann::json>(fail(recording.error()));
        if (!measures) {
            bad.push_back({{"file", file}, {"reason", measures.error().message()}});
            continue;
        }
        for (const auto& [name, value] : measures->items()) {
            sums[name].first += value.get<double>();
            ++sums[name].second;
        }
        auto& song = *measures;
        song["file"] = file;
        song["tempo"] = recording->analysis.beats.bpm;
        song["tempoAlternatives"] = tempoAlternatives(recording->analysis.beats);
        song["remarks"] = recording->analysis.remarks;
        song["confidence"] = recording->analysis.beats.confidence;
        song["key"] = recording->analysis.key.name();
        songs.push_back(std::move(song));
    }
    if (cancel.cancelled()) {
        return fail(Error::Code::Cancelled, "Analysis cancelled");
    }
    auto means = nlohmann::json::object();
    for (const auto& [name, sum] : sums) {
        means[name] = sum.first / sum.second;
    }
    const std::size_t count = songs.size();
    return print(
        {{"recordings", count}, {"means", means}, {"songs", std::move(songs)}, {"bad", bad}},
        count > 0 ? kGood : kFailed);
}

} // namespace

void addAnalyseCommand(CLI::App& app, Action& action) {
    Command<Args> command(
        app, action, "analyse",
        "Beats, bars, key, chords and lines of recordings, and how right they are",
        [](const Args& args) {
            return args.files.size() == 1 ? analyseOne(args) : analyseMany(args);
        });
    auto& args = command.args();
    command.required(
        "file", args.files,
        "Recordings (WAV, FLAC, Ogg, MP3, AIFF) or MIDI files, which are sounded first");
    command.option("--beats", args.beats,
                   "Beats to compare with: a time in s a line, POP909's flags after it");
    command.option("--chords", args.chords, "Chords to compare with: lines of start, end, label");
    command.option("--melody", args.melody,
                   "MIDI file with the melody: its track MELODY, else the first");
    command.option("--pop909", args.pop909,
                   "Folder of POP909: annotations of recordings named by their song, 001.flac",
                   CLI::ExistingDirectory);
    command.option("--annotations", args.annotations,
                   "Folder with NAME.beats, NAME.chords and NAME.key for each recording NAME.wav",
                   CLI::ExistingDirectory);
    addSoundOptions(command, args);
    command->footer(
        "Examples:\n"
        "  canto analyse song.mp3\n"
        "  canto analyse 030.flac --beats 030/beat_midi.txt --chords 030/chord_midi.txt\n"
        "  canto analyse POP909/030/030.mid POP909/063/063.mid --pop909 POP909\n"
        "With several files: the measures of mir_eval for each and their means. A recording may "
        "last up to three hours.");
}

} // namespace canto::cli

#endif
