// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/emotion_markdown.h"

#include "core/base/text_line.h"
#include "core/music/class_labels.h"
#include "models/evaluation/png_canvas.h"

#include <array>
#include <cstdio>

namespace canto {

using nlohmann::json;

namespace {

constexpr std::array<const char*, 7> kElements = {"tempo", "chord",    "beat",    "type",
                                                  "pitch", "duration", "velocity"};

double number(const json& object, const char* key) { return object.value(key, 0.0); }

void reconstruction(std::string& text, const json& part) {
    appendLine(text, "\n## Reconstruction\n");
    appendLine(text,
               "%d phrases of songs the network has not seen; share of the values that words "
               "say, with the true words before.\n",
               part["phrases"].get<int>());
    appendLine(text, "| element | model | unigram | bigram | values |");
    appendLine(text, "|---|---|---|---|---|");
    for (const char* element : kElements) {
        appendLine(text, "| %s | %.3f | %.3f | %.3f | %d |", element,
                   number(part["model"], element), number(part["unigram"], element),
                   number(part["bigram"], element), part["said"].value(element, 0));
    }
    appendLine(text,
               "\nNotes found again when the decoder writes alone (same pitch, at most a sixteenth "
               "away): F1 **%.3f** over %d phrases (asked for: .8). Codes used: %.0f %%.",
               number(part, "noteF1"), part["writtenPhrases"].get<int>(),
               100 * number(part, "codesUsed"));
}

/// Figures of other networks on the same phrases, as in ablation studies.
void beside(std::string& text, const json& parts) {
    appendLine(text, "\n## Other networks on the same phrases\n");
    appendLine(text,
               "| network | tempo | chord | beat | type | pitch | duration | velocity | note F1 "
               "| nats |");
    appendLine(text, "|---|---|---|---|---|---|---|---|---|---|");
    for (const auto& [name, part] : parts.items()) {
        std::string row = "| " + name + " |";
        for (const char* element : kElements) {
            char cell[32];
            std::snprintf(cell, sizeof cell, " %.3f |", number(part["model"], element));
            row += cell;
        }
        appendLine(text, "%s %.3f | %.3f |", row.c_str(), number(part, "noteF1"),
                   number(part, "nats"));
    }
}

void transfer(std::string& text, const json& part) {
    appendLine(text, "\n## Elements transferred between songs\n");
    appendLine(text,
               "%d random pairs of phrases of different songs. An element has moved when its mean "
               "lies nearer to the source's than to the target's; another has stayed when its mean "
               "lies nearer to the target's. Goal: .80 of each.\n",
               part["pairs"].get<int>());
    appendLine(text, "| transferred | moved | of pairs | way to the source | others stayed | of |");
    appendLine(text, "|---|---|---|---|---|---|");
    for (const auto& [element, row] : part["elements"].items()) {
        appendLine(text, "| %s | %.3f | %d | %.2f | %.3f | %d |", element.c_str(),
                   number(row, "moved"), row["pairs"].get<int>(), number(row, "wayToTheSource"),
                   number(row, "othersStayed"), row["othersCounted"].get<int>());
    }
    appendLine(text, "\nDecoding: %.0f words a second on one thread (asked for: 300 on two cores).",
               number(part, "wordsPerSecond"));
}

void probeRow(std::string& text, const std::string& name, const json& scores) {
    appendLine(text, "| %s | %.3f | %.3f | %.3f |", name.c_str(), number(scores, "quadrant"),
               number(scores, "arousal"), number(scores, "valence"));
}

void probe(std::string& text, const json& part) {
    appendLine(text, "\n## Emotion probe\n");
    const auto& figures = part["both"];
    appendLine(text,
               "Trained on the %d clips outside the test split; its features were "
               "chosen by cross-validation in five parts, no song in two; tested once on %d "
               "clips.\n",
               figures.value("learnedFrom", 0), figures.value("tested", 0));
    appendLine(text, "| classifier | quadrant | arousal | valence |");
    appendLine(text, "|---|---|---|---|");
    for (const char* kind : {"features", "latents", "both"}) {
        probeRow(text, std::string(kind) + ", held-out pieces", part[kind]["test"]);
        probeRow(text, std::string(kind) + ", cross-validated", part[kind]["crossValidated"]);
    }
    for (const auto& [name, scores] : part["published"].items()) {
        probeRow(text, name, scores);
    }
    appendLine(text, "| most frequent class | %.3f | | |", number(part, "majority"));
}

void separation(std::string& text, const json& part) {
    appendLine(text, "\n## Which elements carry arousal, which valence\n");
    appendLine(text,
               "Silhouettes of the pieces' mean latents on this data; separation.png shows them "
               "in this order, white for 0 to dark for .4.\n");
    appendLine(text,
               "| element | happy-calm | tense-sad | arousal | happy-tense | sad-calm | valence |");
    appendLine(text, "|---|---|---|---|---|---|---|");
    for (const auto& [element, row] : part.items()) {
        appendLine(text, "| %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f |", element.c_str(),
                   number(row, "arousal Q1-Q4"), number(row, "arousal Q2-Q3"),
                   number(row, "arousal"), number(row, "valence Q1-Q2"),
                   number(row, "valence Q3-Q4"), number(row, "valence"));
    }
}

void generation(std::string& text, const json& part) {
    appendLine(text, "\n## Drawn from the prior\n");
    appendLine(text, "| | PR | NPC | POLY | BPR | BNPC | BPOLY | phrases |");
    appendLine(text, "|---|---|---|---|---|---|---|---|");
    for (const auto& [quadrant, kinds] : part["quadrants"].items()) {
        for (const auto& [kind, row] : kinds.items()) {
            const auto mean = [&](const char* key) { return number(row[key], "mean"); };
            appendLine(text, "| %s %s | %.1f | %.2f | %.2f | %.1f | %.2f | %.2f | %d |",
                       music::className("emotion", quadrant).c_str(), kind.c_str(), mean("PR"),
                       mean("NPC"), mean("POLY"), mean("BPR"), mean("BNPC"), mean("BPOLY"),
                       row["phrases"].get<int>());
        }
    }
    appendLine(text, "\n| classified as requested | quadrant | arousal | valence |");
    appendLine(text, "|---|---|---|---|");
    probeRow(text, "sampled phrases", part["classified"]);
    probeRow(text, "sampled phrases, by the probe of pieces", part["classifiedByPieceProbe"]);
    probeRow(text, "real held-out phrases (accuracy of the classifier)", part["classifier"]);
    appendLine(text, "| chance | %.3f | .500 | .500 |", number(part, "chance"));
}

} // namespace

std::string emotionMarkdown(const json& report) {
    std::string text;
    appendLine(text, "# Emotion space\n");
    appendLine(text, "%s; split \"%s\".", report["card"].value("title", "MusER").c_str(),
               report.value("split", "").c_str());
    reconstruction(text, report["reconstruction"]);
    if (report.contains("beside")) {
        auto parts = report["beside"];
        parts["(this one)"] = report["reconstruction"];
        beside(text, parts);
    }
    transfer(text, report["transfer"]);
    if (report.contains("probe")) {
        probe(text, report["probe"]);
        separation(text, report["separation"]);
        generation(text, report["generation"]);
    }
    return text;
}

Result<void> drawEmotionReport(const json& report, const std::filesystem::path& folder) {
    if (!report.contains("separation")) {
        return {};
    }
    // A row for all and each element, a column for each pair and the two means.
    constexpr int kCell = 40;
    const auto& part = report["separation"];
    PngCanvas canvas(6 * kCell, static_cast<int>(part.size()) * kCell);
    int y = 0;
    for (const auto& [element, row] : part.items()) {
        int x = 0;
        for (const char* key : {"arousal Q1-Q4", "arousal Q2-Q3", "arousal", "valence Q1-Q2",
                                "valence Q3-Q4", "valence"}) {
            canvas.fill(x, y, kCell - 1, kCell - 1, heatColour(number(row, key) / 0.4));
            x += kCell;
        }
        y += kCell;
    }
    return canvas.write(folder / "separation.png");
}

} // namespace canto
