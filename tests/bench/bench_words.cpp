// SPDX-License-Identifier: GPL-3.0-or-later
// What the compound words keep of a folder of MIDI files: JSON on stdout.
//
//   bench_words FOLDER
//
// A note is kept when the song made from the words has it on the same pitch at the sixteenth that
// is nearest to its onset (every note of the song finds at most one); "onsetError" is how far, in
// sixteenths, onsets were moved to it.

#include "core/codec/compound_words.h"
#include "core/midi/smf_reader.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace fs = std::filesystem;
using namespace canto;
using namespace canto::codec;

namespace {

struct Sums {
    std::size_t files = 0;
    std::size_t refused = 0;
    std::size_t notes = 0;
    std::size_t kept = 0;
    std::size_t merged = 0;
    std::size_t outOfRange = 0;
    std::size_t reduced = 0;
    std::size_t words = 0;
    std::size_t bars = 0;
    double error = 0;
    double lengthError = 0; ///< of the song in seconds, relative
    std::map<BeatGrid::Source, std::size_t> grids;
    std::vector<double> shares;
    std::vector<std::size_t> fourBars;
};

void add(const music::Song& song, Sums& sums) {
    const auto words = wordsOf(song);
    if (words.words.empty()) {
        ++sums.refused;
        return;
    }
    const auto back = songOfWords(words.words);
    const auto grid = beatGridOf(song);
    std::map<std::pair<std::int64_t, int>, int> there;
    for (const auto& note : back.notes) {
        ++there[{note.start / 120, note.pitch}];
    }
    std::size_t kept = 0;
    double first = 1e300;
    for (const auto& note : song.notes) {
        first = std::min(first, note.startSeconds);
        const auto step = std::max<std::int64_t>(0, grid.stepAt(note.start));
        if (auto at = there.find({step, note.pitch}); at != there.end() && at->second > 0) {
            --at->second;
            ++kept;
            sums.error += std::abs(grid.placeAt(note.start) - static_cast<double>(step));
        }
    }
    ++sums.files;
    sums.notes += song.notes.size();
    sums.kept += kept;
    sums.merged += words.merged;
    sums.outOfRange += words.outOfRange;
    sums.reduced += !words.reduction.empty();
    sums.words += words.words.size();
    sums.bars += words.bars.size();
    ++sums.grids[words.grid];
    sums.shares.push_back(static_cast<double>(kept) / static_cast<double>(song.notes.size()));
    const double before = song.notes.back().startSeconds - first;
    const double after = back.notes.back().startSeconds - back.notes.front().startSeconds;
    sums.lengthError += before > 0 ? std::abs(after / before - 1) : 0;
    for (int bar = 0; bar + 4 <= words.barCount(); bar += 4) {
        sums.fourBars.push_back(words.window(bar, 4, 100000).size());
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "bench_words FOLDER\n");
        return 2;
    }
    Sums sums;
    std::vector<fs::path> paths;
    for (const auto& entry : fs::recursive_directory_iterator(argv[1])) {
        if (entry.path().extension() == ".mid") {
            paths.push_back(entry.path());
        }
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        if (const auto file = midi::readSmfFile(path)) {
            add(file->song, sums);
        } else {
            ++sums.refused;
        }
    }
    if (sums.files == 0) {
        std::fprintf(stderr, "no MIDI file with a note\n");
        return 1;
    }
    std::sort(sums.shares.begin(), sums.shares.end());
    std::sort(sums.fourBars.begin(), sums.fourBars.end());
    const auto at = [](const auto& sorted, double q) {
        using Value = typename std::decay_t<decltype(sorted)>::value_type;
        return sorted.empty()
                   ? Value{}
                   : sorted[static_cast<std::size_t>(q * static_cast<double>(sorted.size() - 1))];
    };
    const auto files = static_cast<double>(sums.files);
    const nlohmann::json json = {
        {"files", sums.files},
        {"refused", sums.refused},
        {"notes", sums.notes},
        {"kept", static_cast<double>(sums.kept) / static_cast<double>(sums.notes)},
        {"merged", sums.merged},
        {"outOfRange", sums.outOfRange},
        {"keptOfAFile", {{"least", sums.shares.front()}, {"p5", at(sums.shares, 0.05)}}},
        {"onsetError", sums.error / static_cast<double>(std::max<std::size_t>(sums.kept, 1))},
        {"lengthErrorMean", sums.lengthError / files},
        {"reducedFiles", sums.reduced},
        {"grids",
         {{"metre", sums.grids[BeatGrid::Source::Metre]},
          {"downbeats", sums.grids[BeatGrid::Source::Downbeats]},
          {"onsets", sums.grids[BeatGrid::Source::Onsets]}}},
        {"bars", sums.bars},
        {"words", sums.words},
        {"wordsOfFourBars",
         {{"median", at(sums.fourBars, 0.5)},
          {"p75", at(sums.fourBars, 0.75)},
          {"p90", at(sums.fourBars, 0.9)},
          {"p95", at(sums.fourBars, 0.95)}}}};
    std::printf("%s\n", json.dump(1).c_str());
    return 0;
}
