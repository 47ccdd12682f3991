// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli/commands.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <unistd.h>
#include <vector>

namespace canto::cli {
namespace {

namespace fs = std::filesystem;

struct Bench {
    const char* name;
    const char* what;
    const char* peer; ///< Python script beside the benchmarks, or nullptr
    int rounds = 1;   ///< ours and the peer's alternate, so that both see the same load of the
                      ///< machine
};

constexpr std::array kBenches{
    Bench{"midi", "reading a folder of MIDI files, beside mido", "peer_midi.py"},
    Bench{"umap", "PCA, neighbours and UMAP, beside umap-learn", "peer_umap.py"},
    Bench{"decode",
          "latents to notes, one thread, of the model --id, beside the same network in Python "
          "PyTorch",
          "peer_decode.py", 3},
    Bench{"train-step", "a training step of a --model, beside the same network in Python PyTorch",
          "peer_train_step.py", 5},
    Bench{"startup",
          "start of the window to a drawn map, its memory when idle, and commands without network",
          nullptr},
    Bench{"map", "painting 10,000 to 1,000,000 points, beside stock QCPGraph", nullptr},
};

std::string quoted(const std::string& word) {
    std::string text = "'";
    for (const char c : word) {
        text += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return text + "'";
}

/// Runs a command and reads the one JSON document it prints.
Result<nlohmann::json> runForJson(const std::string& command) {
    const auto close = [](FILE* pipe) { return pclose(pipe); };
    std::unique_ptr<FILE, decltype(close)> pipe(popen(command.c_str(), "r"), close);
    if (!pipe) {
        return fail(Error::Code::Io, "The benchmark could not be started", command);
    }
    std::string text;
    std::array<char, 4096> buffer{};
    while (const std::size_t got = fread(buffer.data(), 1, buffer.size(), pipe.get())) {
        text.append(buffer.data(), got);
    }
    if (const int status = pclose(pipe.release()); status != 0) {
        return fail(Error::Code::Io, "The benchmark ended with an error", command);
    }
    auto document = nlohmann::json::parse(text, nullptr, false);
    if (document.is_discarded()) {
        return fail(Error::Code::Io, "The benchmark printed no JSON", command);
    }
    return document;
}

double middle(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// Each number of the documents replaced by its median over them; the rest as in the first.
nlohmann::json medianOf(const std::vector<nlohmann::json>& documents) {
    auto merged = documents.front();
    for (auto& [key, value] : merged.items()) {
        if (!value.is_number_float()) {
            continue;
        }
        std::vector<double> values;
        for (const auto& document : documents) {
            values.push_back(document.value(key, 0.0));
        }
        value = middle(std::move(values));
    }
    return merged;
}

/// Median over the rounds of our seconds divided by the peer's; none for other benchmarks.
std::optional<double> secondsToPeer(const std::vector<nlohmann::json>& ours,
                                    const std::vector<nlohmann::json>& peers) {
    constexpr const char* kKey = "medianSeconds";
    std::vector<double> ratios;
    for (std::size_t i = 0; i < std::min(ours.size(), peers.size()); ++i) {
        if (ours[i].contains(kKey) && peers[i].value(kKey, 0.0) > 0) {
            ratios.push_back(ours[i].value(kKey, 0.0) / peers[i].value(kKey, 0.0));
        }
    }
    return ratios.empty() ? std::nullopt : std::optional(middle(std::move(ratios)));
}

Result<nlohmann::json> runBench(const Bench& bench, const std::vector<std::string>& args) {
    std::string name = bench.name;
    for (char& c : name) {
        c = c == '-' ? '_' : c;
    }
    const fs::path program = fs::read_symlink("/proc/self/exe").parent_path() / ("bench_" + name);
    if (!fs::exists(program)) {
        return fail(Error::Code::NotFound, "This build has no such benchmark", program.string(),
                    "Configure with -DCANTO_BENCH=ON (packaging/run does) and build again.");
    }
    std::string arguments;
    for (const std::string& word : args) {
        arguments += " " + quoted(word);
    }
    // Debian's interpreter, which has Debian's modules, before any other on the path.
    const std::string python = fs::exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";
    std::vector<nlohmann::json> ours;
    std::vector<nlohmann::json> peers;
    std::string missing;
    for (int round = 0; round < bench.rounds; ++round) {
        auto one = runForJson(quoted(program.string()) + arguments);
        if (!one) {
            return one;
        }
        ours.push_back(std::move(*one));
        if (bench.peer != nullptr && missing.empty()) {
            const fs::path script = program.parent_path() / bench.peer;
            auto peer = runForJson(python + " " + quoted(script.string()) + arguments);
            if (peer) {
                peers.push_back(std::move(*peer));
            } else {
                missing = peer.error().message();
            }
        }
    }
    nlohmann::json joined{{"bench", bench.name}, {"cantograph", medianOf(ours)}};
    if (bench.rounds > 1) {
        joined["rounds"] = bench.rounds;
    }
    if (!peers.empty()) {
        joined["peer"] = medianOf(peers);
        if (const auto ratio = secondsToPeer(ours, peers)) {
            joined["secondsToPeer"] = *ratio;
        }
    } else if (!missing.empty()) {
        joined["peer"] = {{"missing", missing}};
    }
    return joined;
}

} // namespace

void addBenchCommand(CLI::App& app, Action& action) {
    auto* command = app.add_subcommand(
        "bench", "Benchmark this program on this machine, beside its peers if they are installed");
    command->require_subcommand(1);
    command->footer("Examples:\n"
                    "  canto bench midi ~/Music/midi\n"
                    "  canto bench umap --points 70000\n"
                    "  canto bench train-step --model musae --preset recurrent\n"
                    "  canto bench train-step --model muser --prior\n"
                    "  canto bench train-step --model orchestra --preset ali\n");
    for (const Bench& bench : kBenches) {
        auto* one = command->add_subcommand(bench.name, bench.what);
        one->prefix_command(); // the arguments that follow are the benchmark's own
        one->callback([&action, one, &bench] {
            action = [args = one->remaining(), &bench] {
                const auto joined = runBench(bench, args);
                if (!joined) {
                    return report(joined.error());
                }
                print(*joined);
                return kGood;
            };
        });
    }
}

} // namespace canto::cli
