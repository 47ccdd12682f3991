// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/orchestra_markdown.h"

#include "core/base/text_line.h"
#include "models/evaluation/spectrogram_row.h"

#include <algorithm>
#include <cstdio>
#include <vector>

namespace canto {

using nlohmann::json;

namespace {

constexpr std::size_t kCrop = 32;

std::string word(const json& object, const char* key) { return object.value(key, std::string()); }

/// "57.9", the mean of a side of some rows, or a dash.
std::string accuracy(const std::vector<const json*>& rows, const char* side) {
    double sum = 0;
    for (const json* row : rows) {
        if (!row->contains(side)) {
            return "-";
        }
        sum += (*row)[side].value("accuracy", 0.0);
    }
    if (rows.empty()) {
        return "-";
    }
    char text[16];
    std::snprintf(text, sizeof text, "%.1f", 100 * sum / static_cast<double>(rows.size()));
    return text;
}

std::string accuracy(const json& row, const char* side) {
    return accuracy(std::vector{&row}, side);
}

std::string range(const json& row) {
    if (!row.contains("test")) {
        return "-";
    }
    char text[32];
    std::snprintf(text, sizeof text, "%.1f to %.1f", 100 * row["test"].value("low", 0.0),
                  100 * row["test"].value("high", 0.0));
    return text;
}

/// Rows of one kind, feature and split, in their order.
std::vector<const json*> find(const json& report, const std::string& split, const std::string& kind,
                              const std::string& feature) {
    std::vector<const json*> rows;
    for (const auto& row : report["rows"]) {
        if (word(row, "split") == split && word(row, "kind") == kind &&
            (feature.empty() || word(row, "feature") == feature)) {
            rows.push_back(&row);
        }
    }
    return rows;
}

/// Kinds by chroma, MFCC and mel: held-out accuracy (training clips), the mean where several
/// runs are given, and the slides' figure.
void gridOf(std::string& text, const json& report, const std::string& split,
            const std::vector<std::pair<const char*, const char*>>& kinds) {
    appendLine(text,
               "| held out (training) %% | chroma | MFCC | mel | slides: chroma / MFCC / mel |");
    appendLine(text, "|---|---|---|---|---|");
    for (const auto& [kind, title] : kinds) {
        std::string cells;
        for (const char* feature : {"chroma", "mfcc", "mel"}) {
            const auto rows = find(report, split, kind, feature);
            cells += ' ';
            cells += accuracy(rows, "test");
            if (!rows.empty()) {
                cells.append(" (").append(accuracy(rows, "train")).append(")");
            }
            if (rows.size() > 1) {
                cells.append(", mean of ").append(std::to_string(rows.size()));
            }
            cells += " |";
        }
        const auto& there = report["published"][kind];
        appendLine(text, "| %s |%s %.2f / %.2f / %.2f |", title, cells.c_str(),
                   there.value("chroma", 0.0), there.value("mfcc", 0.0), there.value("mel", 0.0));
    }
}

void describeSplit(std::string& text, const json& part) {
    appendLine(text, "| clips (works) | training | held out |");
    appendLine(text, "|---|---|---|");
    const auto& sides = part["sides"];
    for (const auto& [composer, counts] : sides["train"]["composers"].items()) {
        const auto held = sides["test"]["composers"].value(composer, json::object());
        appendLine(text, "| %s | %d (%d) | %d (%d) |", composer.c_str(), counts.value("clips", 0),
                   counts.value("works", 0), held.value("clips", 0), held.value("works", 0));
    }
    appendLine(text, "\nLargest class: %.1f %% of the held-out clips.",
               100 * part.value("largestClass", 0.0));
}

void adversarial(std::string& text, const json& report, const std::string& split) {
    appendLine(text, "\n### Table 7: logistic probe on ALI's latents\n");
    appendLine(text,
               "| latent | width | description | held out %% | training %% | steps | slides |");
    appendLine(text, "|---|---|---|---|---|---|---|");
    for (const auto* row : find(report, split, "ali", "")) {
        const auto latent = std::to_string(row->value("latent", 0));
        appendLine(text, "| %s | %.2g | %s | %s | %s | %s | %.2f |", latent.c_str(),
                   row->value("width", 0.0), word(*row, "method").c_str(),
                   accuracy(*row, "test").c_str(), accuracy(*row, "train").c_str(),
                   word(*row, "steps").c_str(), report["published"]["ali"].value(latent, 0.0));
    }
}

void others(std::string& text, const json& report, const std::string& split) {
    appendLine(text, "\n### Our own encoder\n");
    appendLine(text,
               "| | held out %% | 90 %% of draws of works | training %% | second SoundFont %% |");
    appendLine(text, "|---|---|---|---|---|");
    for (const auto* row : find(report, split, "clip", "")) {
        appendLine(text, "| %s, %s | %s | %s | %s | %s |", word(*row, "name").c_str(),
                   word(*row, "method").c_str(), accuracy(*row, "test").c_str(),
                   range(*row).c_str(), accuracy(*row, "train").c_str(),
                   accuracy(*row, "second").c_str());
    }
}

void secondFont(std::string& text, const json& report) {
    appendLine(text, "\n## The second SoundFont\n");
    appendLine(text, "Held-out clips of the same music as another SoundFont sounds it; nothing was "
                     "fitted to it.\n");
    appendLine(text, "| | split | feature | description | training font %% | second font %% |");
    appendLine(text, "|---|---|---|---|---|---|");
    bool any = false;
    for (const auto& row : report["rows"]) {
        if (row.contains("second")) {
            any = true;
            appendLine(text, "| %s | %s | %s | %s | %s | %s |", word(row, "name").c_str(),
                       word(row, "split").c_str(), word(row, "feature").c_str(),
                       word(row, "method").c_str(), accuracy(row, "test").c_str(),
                       accuracy(row, "second").c_str());
        }
    }
    if (!any) {
        appendLine(text, "\nNo such clips were given (--second).");
    }
}

void archives(std::string& text, const json& report) {
    appendLine(text, "\n## Is it the archive that is learned?\n");
    appendLine(text,
               "Within composers whose files come from two archives or more; descriptions by our "
               "own encoder, logistic probes.\n");
    for (const auto& part : report["archive"]) {
        const auto name = word(part, "name");
        if (!part.contains("archiveAccuracy")) {
            appendLine(text, "%s: %s.", name.c_str(), word(part, "note").c_str());
            continue;
        }
        appendLine(
            text,
            "**%s** (split %s, %d clips): the archive is predicted right for %.1f %%, its largest "
            "share is %.1f %%.\n",
            name.c_str(), word(part, "split").c_str(), part.value("clips", 0),
            100 * part.value("archiveAccuracy", 0.0), 100 * part.value("archiveLargest", 0.0));
        appendLine(text,
                   "| composers, fitted on clips of | same archive %% (largest) | other archives "
                   "%% (largest) |");
        appendLine(text, "|---|---|---|");
        for (const auto& across : part["composersAcross"]) {
            std::string cells;
            for (const char* key : {"sameArchive", "otherArchives"}) {
                char cell[48] = " - |";
                if (across[key].is_object()) {
                    std::snprintf(cell, sizeof cell, " %.1f (%.1f) |",
                                  100 * across[key].value("accuracy", 0.0),
                                  100 * across[key].value("largest", 0.0));
                }
                cells += cell;
            }
            appendLine(text, "| %s |%s", word(across, "fittedOn").c_str(), cells.c_str());
        }
        text += '\n';
    }
}

void interpolations(std::string& text, const json& report) {
    appendLine(text, "\n## Interpolation: 16 steps from the origin to (1, ..., 1)\n");
    for (const auto& [name, part] : report["interpolation"].items()) {
        double least = 1e9;
        double sum = 0;
        for (const auto& step : part["differenceOfNeighbours"]) {
            least = std::min(least, step.get<double>());
            sum += step.get<double>();
        }
        const auto steps = static_cast<double>(part["differenceOfNeighbours"].size());
        appendLine(text,
                   "**%s** (latent %d): neighbours differ by %.2f dB in the mean, %.2f at least; "
                   "random pairs of the prior by %.2f dB. A clip through encoder and generator "
                   "comes back within %.2f dB (the mean clip: %.2f dB).",
                   name.c_str(), part.value("latent", 0), sum / std::max(steps, 1.0), least,
                   part.value("differenceOfRandomPairs", 0.0), part.value("reconstructionDb", 0.0),
                   part.value("meanOfDataDb", 0.0));
        appendLine(
            text,
            "The slides read that the origin is loud: level at the origin %.1f dB, at twice "
            "the usual distance %.1f dB, correlation of level and distance %.2f (generated), "
            "%.2f (real clips and the length of their code).\n",
            part.value("levelAtOrigin", 0.0), part.value("levelFarOut", 0.0),
            part.value("levelByRadius", 0.0), part.value("realLevelByNorm", 0.0));
        appendLine(text, "![16 spectrograms in a row](interpolation-%s.png)\n", name.c_str());
    }
}

} // namespace

std::string orchestraMarkdown(const json& report) {
    std::string text = "# Orchestra space: the tables of the Symphony2vec slides\n\n";
    std::string names;
    for (const auto& name : report["composers"]) {
        names += (names.empty() ? "" : ", ") + name.get<std::string>();
    }
    appendLine(text,
               "Composers here: %s. The slides had recordings of one orchestra by Beethoven, "
               "Brahms, Haydn, Sibelius and Tchaikovsky; no Sibelius symphony was to be had as "
               "free MIDI, so another composer stands in his place, and the sound is a "
               "SoundFont's. The slides' figures are shown for orientation, not for comparison.",
               names.c_str());
    for (const auto& [split, title] :
         {std::pair{"clip", "By clip (leaky: the same movement on both sides, as in the slides)"},
          std::pair{"work", "By work (all movements of a work on one side)"}}) {
        if (!report["splits"].contains(split)) {
            continue;
        }
        appendLine(text, "\n## %s\n", title);
        describeSplit(text, report["splits"][split]);
        appendLine(text, "\n### Table 3: classifiers\n");
        gridOf(text, report, split,
               {{"feed-forward", "feed-forward"}, {"convolutional", "CNN"}, {"recurrent", "LSTM"}});
        appendLine(text, "\n### Table 4: logistic probe on 40 dimensions\n");
        gridOf(text, report, split,
               {{"ae", "AE"}, {"contractive", "contractive AE"}, {"vae", "VAE"}, {"pca", "PCA"}});
        adversarial(text, report, split);
        others(text, report, split);
    }
    secondFont(text, report);
    archives(text, report);
    interpolations(text, report);
    return text;
}

Result<void> drawOrchestraReport(const json& report, const std::filesystem::path& folder) {
    for (const auto& [name, part] : report["interpolation"].items()) {
        std::vector<SpectrogramTile> tiles;
        const auto& crops = part["crops"];
        for (std::size_t at = 0; at < crops.size(); ++at) {
            if (at % (kCrop * kCrop) == 0) {
                tiles.push_back({static_cast<int>(kCrop), static_cast<int>(kCrop), {}});
            }
            tiles.back().decibels.push_back(crops[at].get<float>());
        }
        if (auto ok = drawSpectrogramRow(tiles, folder / ("interpolation-" + name + ".png")); !ok) {
            return ok;
        }
    }
    return {};
}

} // namespace canto
