// SPDX-License-Identifier: GPL-3.0-or-later
#ifdef CANTO_SOUND

#include "models/datasets/render_arrangements.h"

#include "core/audio/grid_features.h"
#include "core/base/checksum.h"
#include "core/base/file_checksum.h"
#include "core/sound/audio_file.h"
#include "core/sound/render_file.h"
#include "core/sound/soundfont_probe.h"
#include "models/datasets/band_mix.h"
#include "models/datasets/copies.h"
#include "models/datasets/prepare.h"
#include "models/datasets/prepared_arrangements.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <mutex>
#include <optional>
#include <sstream>

namespace canto {

namespace fs = std::filesystem;
using tensors::ArrangedGrid;
using tensors::ArrangedSong;
using tensors::PreparedArrangements;

namespace {

constexpr double kMostSeconds = 29 * 60; // in memory

/// One song to be rendered.
struct Job {
    ArrangedSong song;
    fs::path font;
};

Result<atlas::LabelTable> labelsOf(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return fail(Error::Code::NotFound, "The labels cannot be opened", path.string());
    }
    std::ostringstream whole;
    whole << file.rdbuf();
    std::string text = whole.str();
    if (constexpr std::string_view kId = "song_id,"; text.starts_with(kId)) {
        text.replace(0, kId.size(), "path,");
    }
    return atlas::parseLabels(text, path.string());
}

bool duple(const atlas::LabelRow& row) {
    const auto beats = classOf(row, "num_beats_per_measure");
    const auto quavers = classOf(row, "num_quavers_per_beat");
    return (beats.empty() || beats == "2" || beats == "4") && (quavers.empty() || quavers == "2");
}

/// Keeps the first `most` of a split in an order drawn by the seed.
void keepSome(std::vector<ArrangedSong>& songs, int most, std::uint64_t seed) {
    Random random(seed);
    for (std::size_t i = songs.size(); i > 1; --i) {
        std::swap(songs[i - 1], songs[random.below(i)]);
    }
    if (most > 0 && songs.size() > static_cast<std::size_t>(most)) {
        songs.resize(static_cast<std::size_t>(most));
    }
}

Result<std::vector<Job>> jobsOf(const ArrangementCorpusOptions& options,
                                ArrangementCorpusReport& report) {
    CANTO_TRY(table, labelsOf(options.labels));
    std::vector<ArrangedSong> all;
    Copies copies;
    for (const auto& row : table->rows) {
        if (!duple(row)) {
            ++report.otherMetre;
            continue;
        }
        const auto score = checksumOfFile(scoreFile(options.music / row.path));
        if (auto reason = copies.reason(score.value_or(std::string()), row.path); !reason.empty()) {
            report.bad.push_back({row.path, std::move(reason)});
            continue;
        }
        ArrangedSong song;
        song.path = row.path;
        song.title = row.title.empty() ? classOf(row, "name") : row.title;
        song.artist = row.artist;
        song.split = row.split;
        all.push_back(std::move(song));
    }
    fillSplits(all, options.seed, [](const ArrangedSong& song) {
        return std::optional(SplitSong{song.path, {}});
    });
    std::map<std::string, std::vector<ArrangedSong>> bySplit;
    for (auto& song : all) {
        bySplit[song.split].push_back(std::move(song));
    }
    for (auto& [split, songs] : bySplit) {
        keepSome(songs, split == "train" ? options.songs : options.heldOut, options.seed);
    }
    if (!bySplit.contains("test") && bySplit.contains("valid")) {
        auto& valid = bySplit["valid"];
        const auto kept = valid.begin() + static_cast<std::ptrdiff_t>((valid.size() + 2) / 3);
        for (auto song = kept; song != valid.end(); ++song) {
            song->split = "test";
            bySplit["test"].push_back(*song);
        }
        valid.erase(kept, valid.end());
    }
    std::vector<Job> jobs;
    for (const auto& [split, songs] : bySplit) {
        for (const auto& song : songs) {
            jobs.push_back({song, options.soundFont});
            if (split == "test" && !options.secondFont.empty()) {
                jobs.push_back({song, options.secondFont});
                jobs.back().song.split = "font";
            }
        }
    }
    if (jobs.empty()) {
        return fail(Error::Code::BadInput, "No song in duple metre was found",
                    options.labels.string());
    }
    std::sort(jobs.begin(), jobs.end(), [](const Job& a, const Job& b) {
        return std::tie(a.song.split, a.song.path) < std::tie(b.song.split, b.song.path);
    });
    return jobs;
}

/// Beats of the part of a song that is used: [first, last].
std::pair<int, int> excerptOf(const ScoredSong& scored, double seconds, Random& random) {
    const int last = static_cast<int>(scored.beats.size()) - 1;
    const auto begins = [&](int downbeat) {
        return scored.beats[static_cast<std::size_t>(downbeat)];
    };
    const double room = begins(last) - begins(scored.downbeats.front()) - seconds;
    if (seconds <= 0 || room <= 0) {
        return {scored.downbeats.front(), last};
    }
    const double from = begins(scored.downbeats.front()) + room * random.uniform();
    int first = scored.downbeats.front();
    for (const int downbeat : scored.downbeats) {
        first = begins(downbeat) <= from ? downbeat : first;
    }
    int end = first;
    while (end < last && begins(end + 1) <= begins(first) + seconds) {
        ++end;
    }
    return {first, end};
}

Result<std::vector<float>> renderedBand(music::Song band, const Job& job, double seconds,
                                        const CancelToken& cancel) {
    const std::array songs{std::make_shared<const music::Song>(std::move(band))};
    return sound::renderSongs(songs,
                              {.soundFont = job.font,
                               .rate = audio::kRate,
                               .gain = 0.25F,
                               .mostSeconds = std::min(seconds, kMostSeconds)},
                              cancel)
        .map(&sound::RenderedAudio::mono);
}

Result<ArrangedGrid> encoded(Job& job, const ArrangementCorpusOptions& options,
                             const CancelToken& cancel) {
    CANTO_TRY(scored, readScoreFolder(options.music / job.song.path));
    const std::string key = job.song.path; // the same band for both fonts
    Random random(options.seed ^ checksum(std::as_bytes(std::span(key))));
    const auto [first, last] = excerptOf(*scored, options.seconds, random);
    if (last - first < arrange::kUnitBeats) {
        return fail(Error::Code::BadInput, "Shorter than two bars");
    }
    const auto beats =
        std::span<const double>(scored->beats)
            .subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(last - first) + 1);
    double origin = beats.front();
    std::vector<float> samples;
    if (scored->recording) {
        CANTO_TRY(read,
                  sound::readMono(*scored->recording, audio::kRate, beats.back() + 1, cancel));
        samples = std::move(read->samples);
        origin = 0;
        job.song.mix = "a recording";
        job.song.font.clear();
    } else {
        auto band = mixedBand(*scored, first, last, random);
        CANTO_TRY(rendered,
                  renderedBand(std::move(band.song), job, beats.back() - origin + 0.5, cancel));
        samples = std::move(*rendered);
        roughen(samples, audio::kRate, random);
        job.song.mix = std::move(band.words);
        job.song.font = job.font.filename().string();
    }
    std::vector<double> fromOrigin(beats.begin(), beats.end());
    for (double& beat : fromOrigin) {
        beat -= origin;
    }
    ArrangedGrid grid;
    const auto features = audio::gridFeatures(audio::analyseFrames(samples), fromOrigin);
    for (const float value : features.values) {
        grid.features.push_back(
            static_cast<std::uint8_t>(std::lround(255 * std::clamp(value, 0.0F, 1.0F))));
    }
    grid.chords = chordsOfBeats(scored->chords, beats);
    grid.notes = partNotes(*scored, first, last);
    for (const int downbeat : scored->downbeats) {
        if (downbeat >= first && downbeat <= last - arrange::kUnitBeats) {
            grid.downbeats.push_back(downbeat - first);
        }
    }
    return grid;
}

} // namespace

Result<ArrangementCorpusReport> renderArrangements(const ArrangementCorpusOptions& asked,
                                                   const CancelToken& cancel,
                                                   const Progress& progress) {
    auto options = asked;
    CANTO_CHECK(options.resolve());
    ArrangementCorpusReport report;
    CANTO_TRY(jobs, jobsOf(options, report));
    std::vector<std::optional<ArrangedGrid>> grids(jobs->size());
    std::mutex mutex;
    CANTO_TRY(
        done,
        forEachFile(jobs->size(), options.threads, cancel, progress, "Rendering cancelled",
                    [&](std::size_t i) {
                        auto grid = encoded((*jobs)[i], options, cancel);
                        if (grid) {
                            grids[i] = std::move(*grid);
                        } else if (grid.error().code != Error::Code::Cancelled) {
                            const std::scoped_lock lock(mutex);
                            report.bad.push_back({(*jobs)[i].song.path, grid.error().message()});
                        }
                    }));
    std::sort(report.bad.begin(), report.bad.end(),
              [](const auto& a, const auto& b) { return a.path < b.path; });
    PreparedArrangements all;
    for (std::size_t i = 0; i < grids.size(); ++i) {
        if (!grids[i]) {
            continue;
        }
        const auto& song = (*jobs)[i].song;
        CANTO_CHECK(all.addSong(song, *grids[i]));
        ++report.songs[song.split];
        report.units[song.split] += grids[i]->downbeats.size();
        report.recordings += song.font.empty() ? 1 : 0;
        grids[i].reset();
    }
    if (all.units() == 0) {
        return noneUsable("songs", options.music, report.bad);
    }
    CANTO_CHECK(all.write(options.out));
    auto songs = report.songs;
    songs.erase("font"); // the test songs a second time
    report.warnings = splitWarnings(songs);
    return report;
}

} // namespace canto

#endif
