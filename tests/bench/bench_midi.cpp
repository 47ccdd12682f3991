// SPDX-License-Identifier: GPL-3.0-or-later
// How fast a folder of MIDI files becomes notes with seconds, from memory: JSON on stdout.
// With --dump it prints the notes instead, a JSON document a line, for tests/bench/compare_mido.
//
//   bench_midi FOLDER [--seconds 3]
//   bench_midi --dump FILE...

#include "core/midi/smf_reader.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace fs = std::filesystem;
using namespace canto;

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Seconds of the processor, so that other programs on the machine count little.
double now() {
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

bool isMidi(const fs::path& path) {
    std::string extension = path.extension().string();
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return extension == ".mid" || extension == ".midi" || extension == ".kar" ||
           extension == ".rmi";
}

Bytes load(const fs::path& path) {
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

nlohmann::json bench(const fs::path& folder, double seconds) {
    std::vector<Bytes> files;
    std::size_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file() && isMidi(entry.path())) {
            files.push_back(load(entry.path()));
            bytes += files.back().size();
        }
    }
    double best = 0;
    double worstFile = 0;
    std::size_t notes = 0;
    std::size_t events = 0;
    std::size_t refused = 0;
    int rounds = 0;
    for (const double start = now(); rounds < 2 || now() - start < seconds; ++rounds) {
        notes = events = refused = 0;
        double spent = 0;
        for (const Bytes& file : files) {
            const double fileStart = now();
            const auto read = midi::readSmf(file);
            const double took = now() - fileStart;
            spent += took;
            worstFile = rounds == 1 ? std::max(worstFile, took) : worstFile;
            refused += read ? 0 : 1;
            notes += read ? read->song.notes.size() : 0;
            events += read ? read->song.events.size() : 0;
        }
        best = rounds == 0 ? spent : std::min(best, spent);
    }
    const double megabytes = static_cast<double>(bytes) / 1e6;
    return {{"files", files.size()},
            {"bytes", bytes},
            {"refused", refused},
            {"notes", notes},
            {"events", events},
            {"rounds", rounds},
            {"secondsBestRound", best},
            {"megabytesPerSecond", megabytes / best},
            {"filesPerSecond", static_cast<double>(files.size()) / best},
            {"slowestFileMs", worstFile * 1e3}};
}

/// One line: [start, length, startSeconds, lengthSeconds, track, channel, program, pitch, velocity]
/// a note, and what was mended.
void dump(const fs::path& path) {
    const auto file = midi::readSmfFile(path);
    if (!file) {
        const nlohmann::json line{{"error", file.error().message()}};
        std::printf("%s\n", line.dump(-1, ' ', true).c_str());
        return;
    }
    std::printf("{\"format\":%d,\"declaredTracks\":%d,\"tracks\":%zu,\"tpq\":%d,\"notes\":[",
                file->format, file->declaredTracks, file->song.tracks.size(),
                file->song.ticksPerQuarter);
    const char* comma = "";
    for (const music::Note& n : file->song.notes) {
        std::printf("%s[%lld,%lld,%.9f,%.9f,%d,%d,%d,%d,%d]", comma,
                    static_cast<long long>(n.start), static_cast<long long>(n.length),
                    n.startSeconds, n.lengthSeconds, n.track, n.channel % music::kPortChannels,
                    n.program, n.pitch, n.velocity);
        comma = ",";
    }
    std::printf("],\"repairs\":{");
    comma = "";
    for (int kind = 0; kind <= static_cast<int>(midi::Repair::Kind::Last); ++kind) {
        const auto which = static_cast<midi::Repair::Kind>(kind);
        if (const std::size_t count = file->repairs.count(which); count > 0) {
            std::printf("%s\"%s\":%zu", comma, midi::repairName(which), count);
            comma = ",";
        }
    }
    std::printf("}}\n");
}

} // namespace

int main(int argc, char** argv) {
    if (argc > 2 && std::strcmp(argv[1], "--dump") == 0) {
        for (int i = 2; i < argc; ++i) {
            dump(argv[i]);
        }
        return 0;
    }
    double seconds = 3;
    fs::path folder;
    for (int i = 1; i < argc; ++i) {
        if (std::strcmp(argv[i], "--seconds") == 0 && i + 1 < argc) {
            seconds = std::atof(argv[++i]);
        } else {
            folder = argv[i];
        }
    }
    if (folder.empty() || !fs::is_directory(folder)) {
        std::fprintf(stderr, "usage: bench_midi FOLDER [--seconds 3]\n"
                             "       bench_midi --dump FILE...\n");
        return 2;
    }
    std::printf("%s\n", bench(folder, seconds).dump(2).c_str());
    return 0;
}
