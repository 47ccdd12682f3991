// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/markdown.h"
#include "models/evaluation/reports.h"
#include "models/evaluation/spectrogram_row.h"

#include <algorithm>

namespace canto {

using nlohmann::json;

namespace {

constexpr std::size_t kCrop = 32;

/// "57.9", the mean of a side of some rows, or a dash.
std::string accuracy(const std::vector<const json*>& rows, const char* side) {
    double sum = 0;
    for (const json* row : rows) {
        if (!row->contains(side)) {
            return "-";
        }
        sum += number((*row)[side], "accuracy");
    }
    return rows.empty() ? "-" : fixed(100 * sum / static_cast<double>(rows.size()), 1);
}

std::string accuracy(const json& row, const char* side) {
    return accuracy(std::vector{&row}, side);
}

std::string range(const json& row) {
    return row.contains("test") ? printed("%.1f to %.1f", 100 * number(row, "test/low"),
                                          100 * number(row, "test/high"))
                                : "-";
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
void gridOf(Markdown& text, const json& report, const std::string& split,
            const std::vector<std::pair<const char*, const char*>>& kinds) {
    text.table({"held out (training) %", "chroma", "MFCC", "mel", "slides: chroma / MFCC / mel"});
    for (const auto& [kind, title] : kinds) {
        std::vector<std::string> cells{title};
        for (const char* feature : {"chroma", "mfcc", "mel"}) {
            const auto rows = find(report, split, kind, feature);
            std::string cell = accuracy(rows, "test");
            if (!rows.empty()) {
                cell += " (" + accuracy(rows, "train") + ")";
            }
            if (rows.size() > 1) {
                cell += ", mean of " + std::to_string(rows.size());
            }
            cells.push_back(std::move(cell));
        }
        const auto& there = report["published"][kind];
        cells.push_back(printed("%.2f / %.2f / %.2f", number(there, "chroma"),
                                number(there, "mfcc"), number(there, "mel")));
        text.row(cells);
    }
}

void describeSplit(Markdown& text, const json& part) {
    text.table({"clips (works)", "training", "held out"});
    const auto& sides = part["sides"];
    const auto counted = [](const json& counts) {
        return printed("%d (%d)", counts.value("clips", 0), counts.value("works", 0));
    };
    for (const auto& [composer, counts] : sides["train"]["composers"].items()) {
        const auto held = sides["test"]["composers"].value(composer, json::object());
        text.row({composer, counted(counts), counted(held)});
    }
    text.paragraph(printed("Largest class: %.1f %% of the held-out clips.",
                           100 * number(part, "largestClass")));
}

void adversarial(Markdown& text, const json& report, const std::string& split) {
    text.heading(3, "Table 7: logistic probe on ALI's latents");
    text.table({"latent", "width", "description", "held out %", "training %", "steps", "slides"});
    for (const auto* row : find(report, split, "ali", "")) {
        const auto latent = std::to_string(row->value("latent", 0));
        text.row({latent, printed("%.2g", number(*row, "width")), word(*row, "method"),
                  accuracy(*row, "test"), accuracy(*row, "train"), word(*row, "steps"),
                  fixed(number(report, "published/ali/" + latent), 2)});
    }
}

void others(Markdown& text, const json& report, const std::string& split) {
    text.heading(3, "Our own encoder");
    text.table({"", "held out %", "90 % of draws of works", "training %", "second SoundFont %"});
    for (const auto* row : find(report, split, "clip", "")) {
        text.row({word(*row, "name") + ", " + word(*row, "method"), accuracy(*row, "test"),
                  range(*row), accuracy(*row, "train"), accuracy(*row, "second")});
    }
}

void secondFont(Markdown& text, const json& report) {
    text.heading(2, "The second SoundFont");
    text.paragraph("Held-out clips of the same music as another SoundFont sounds it; nothing was "
                   "fitted to it.");
    text.table({"", "split", "feature", "description", "training font %", "second font %"});
    bool any = false;
    for (const auto& row : report["rows"]) {
        if (row.contains("second")) {
            any = true;
            text.row({word(row, "name"), word(row, "split"), word(row, "feature"),
                      word(row, "method"), accuracy(row, "test"), accuracy(row, "second")});
        }
    }
    if (!any) {
        text.paragraph("No such clips were given (--second).");
    }
}

void sounds(Markdown& text, const json& report) {
    if (!report.contains("sounds") || report["sounds"].empty()) {
        return;
    }
    text.heading(2, "By clip, recording and work with each SoundFont");
    text.paragraph("Our own encoder on held-out works; a recording (a movement) and a work get the "
                   "composer with the greatest mean probability of their clips. Accuracy (90 % of "
                   "draws of works), mean of the composers, number; in % but the last.");
    const auto cell = [](const json& unit) {
        return printed("%.1f (%.1f to %.1f), %.1f, %d", 100 * number(unit, "accuracy"),
                       100 * number(unit, "low"), 100 * number(unit, "high"),
                       100 * number(unit, "meanOfClasses"), unit.value("count", 0));
    };
    text.table({"", "SoundFont", "split", "clips", "recordings", "works", "largest class, clips"});
    for (const auto& part : report["sounds"]) {
        for (const auto& row : part["sounds"]) {
            text.row({word(part, "name"), word(row, "font"), word(row, "split"), cell(row["clips"]),
                      cell(row["recordings"]), cell(row["works"]),
                      printed("%.1f", 100 * number(row, "clips/largestClass"))});
        }
    }
    for (const auto& part : report["sounds"]) {
        if (part.contains("fonts") && part["fonts"].is_object()) {
            text.paragraph(printed(
                "**%s**: which of %d SoundFonts was used is predicted right for %.1f %% of the "
                "clips (mean of "
                "the SoundFonts %.1f %%, the largest share is %.1f %%).",
                word(part, "name").c_str(), static_cast<int>(part["fonts"]["fonts"].size()),
                100 * number(part, "fonts/accuracy"), 100 * number(part, "fonts/meanOfClasses"),
                100 * number(part, "fonts/largest")));
        }
    }
}

void archives(Markdown& text, const json& report) {
    text.heading(2, "Is it the archive that is learned?");
    text.paragraph("Within composers whose files come from two archives or more; descriptions by "
                   "our own encoder, logistic probes.");
    for (const auto& part : report["archive"]) {
        const auto name = word(part, "name");
        if (!part.contains("archiveAccuracy")) {
            text.paragraph(name + ": " + word(part, "note") + ".");
            continue;
        }
        text.paragraph(
            printed("**%s** (split %s, %d clips): the archive is predicted right for %.1f %%, its "
                    "largest share is %.1f %%.",
                    name.c_str(), word(part, "split").c_str(), part.value("clips", 0),
                    100 * number(part, "archiveAccuracy"), 100 * number(part, "archiveLargest")));
        text.table({"composers, fitted on clips of", "same archive % (largest)",
                    "other archives % (largest)"});
        const auto cell = [](const json& figures) {
            return figures.is_object() ? printed("%.1f (%.1f)", 100 * number(figures, "accuracy"),
                                                 100 * number(figures, "largest"))
                                       : "-";
        };
        for (const auto& across : part["composersAcross"]) {
            text.row({word(across, "fittedOn"), cell(across["sameArchive"]),
                      cell(across["otherArchives"])});
        }
    }
}

void interpolations(Markdown& text, const json& report) {
    text.heading(2, "Interpolation: 16 steps from the origin to (1, ..., 1)");
    for (const auto& [name, part] : report["interpolation"].items()) {
        double least = 1e9;
        double sum = 0;
        for (const auto& step : part["differenceOfNeighbours"]) {
            least = std::min(least, step.get<double>());
            sum += step.get<double>();
        }
        const auto steps = static_cast<double>(part["differenceOfNeighbours"].size());
        text.paragraph(
            printed("**%s** (latent %d): neighbours differ by %.2f dB in the mean, %.2f at least; "
                    "random pairs of the prior by %.2f dB. A clip through encoder and generator "
                    "comes back within %.2f dB (the mean clip: %.2f dB).\n",
                    name.c_str(), part.value("latent", 0), sum / std::max(steps, 1.0), least,
                    number(part, "differenceOfRandomPairs"), number(part, "reconstructionDb"),
                    number(part, "meanOfDataDb")) +
            printed("The slides read that the origin is loud: level at the origin %.1f dB, at "
                    "twice the usual distance %.1f dB, correlation of level and distance %.2f "
                    "(generated), %.2f (real clips and the length of their code).",
                    number(part, "levelAtOrigin"), number(part, "levelFarOut"),
                    number(part, "levelByRadius"), number(part, "realLevelByNorm")));
        text.paragraph("![16 spectrograms in a row](interpolation-" + name + ".png)");
    }
}

} // namespace

std::string orchestraMarkdown(const json& report) {
    Markdown text;
    text.heading(1, "Orchestra space: the tables of the Symphony2vec slides");
    std::string names;
    for (const auto& name : report["composers"]) {
        names += (names.empty() ? "" : ", ") + name.get<std::string>();
    }
    text.paragraph("Composers here: " + names +
                   ". The slides had recordings of one orchestra by Beethoven, Brahms, Haydn, "
                   "Sibelius and Tchaikovsky; no Sibelius symphony was to be had as free MIDI, so "
                   "another composer stands in his place, and the sound is a SoundFont's. The "
                   "slides' figures are shown for orientation, not for comparison.");
    for (const auto& [split, title] :
         {std::pair{"clip", "By clip (leaky: the same movement on both sides, as in the slides)"},
          std::pair{"work", "By work (all movements of a work on one side)"}}) {
        if (!report["splits"].contains(split)) {
            continue;
        }
        text.heading(2, title);
        describeSplit(text, report["splits"][split]);
        text.heading(3, "Table 3: classifiers");
        gridOf(text, report, split,
               {{"feed-forward", "feed-forward"}, {"convolutional", "CNN"}, {"recurrent", "LSTM"}});
        text.heading(3, "Table 4: logistic probe on 40 dimensions");
        gridOf(text, report, split,
               {{"ae", "AE"}, {"contractive", "contractive AE"}, {"vae", "VAE"}, {"pca", "PCA"}});
        adversarial(text, report, split);
        others(text, report, split);
    }
    secondFont(text, report);
    sounds(text, report);
    archives(text, report);
    interpolations(text, report);
    return text.text();
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
