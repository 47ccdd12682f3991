// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/music/class_labels.h"
#include "models/evaluation/markdown.h"
#include "models/evaluation/png_canvas.h"
#include "models/evaluation/reports.h"

#include <array>

namespace canto {

using nlohmann::json;

namespace {

constexpr std::array<const char*, 7> kElements = {"tempo", "chord",    "beat",    "type",
                                                  "pitch", "duration", "velocity"};

const std::vector<Figure> kProbeFigures{
    {"quadrant", "quadrant"}, {"arousal", "arousal"}, {"valence", "valence"}};

const std::vector<Figure> kSilhouettes{
    {"happy-calm", "arousal Q1-Q4"},  {"tense-sad", "arousal Q2-Q3"}, {"arousal", "arousal"},
    {"happy-tense", "valence Q1-Q2"}, {"sad-calm", "valence Q3-Q4"},  {"valence", "valence"}};

void reconstructionOfWords(Markdown& text, const json& part) {
    text.heading(2, "Reconstruction");
    text.paragraph(printed("%d phrases of songs the network has not seen; share of the values that "
                           "words say, with the true words before.",
                           part["phrases"].get<int>()));
    text.table({"element", "model", "unigram", "bigram", "values"});
    for (const std::string element : kElements) {
        text.row({element, fixed(number(part, "model/" + element)),
                  fixed(number(part, "unigram/" + element)),
                  fixed(number(part, "bigram/" + element)),
                  fixed(number(part, "said/" + element), 0)});
    }
    text.paragraph(
        printed("Notes found again when the decoder writes alone (same pitch, at most a sixteenth "
                "away): F1 **%.3f** over %d phrases (asked for: .8). Codes used: %.0f %%.",
                number(part, "noteF1"), part["writtenPhrases"].get<int>(),
                100 * number(part, "codesUsed")));
}

/// Figures of other networks on the same phrases, as in ablation studies.
void beside(Markdown& text, const json& parts) {
    text.heading(2, "Other networks on the same phrases");
    text.table({"network"}, {{"tempo", "model/tempo"},
                             {"chord", "model/chord"},
                             {"beat", "model/beat"},
                             {"type", "model/type"},
                             {"pitch", "model/pitch"},
                             {"duration", "model/duration"},
                             {"velocity", "model/velocity"},
                             {"note F1", "noteF1"},
                             {"nats", "nats"}});
    for (const auto& [name, part] : parts.items()) {
        text.row({name}, part);
    }
}

void transfer(Markdown& text, const json& part) {
    text.heading(2, "Elements transferred between songs");
    text.paragraph(
        printed("%d random pairs of phrases of different songs. An element has moved when its mean "
                "lies nearer to the source's than to the target's; another has stayed when its "
                "mean lies nearer to the target's. Goal: .80 of each.",
                part["pairs"].get<int>()));
    text.table({"transferred"}, {{"moved", "moved"},
                                 {"of pairs", "pairs", 0},
                                 {"way to the source", "wayToTheSource", 2},
                                 {"others stayed", "othersStayed"},
                                 {"of", "othersCounted", 0}});
    for (const auto& [element, row] : part["elements"].items()) {
        text.row({element}, row);
    }
    text.paragraph(
        printed("Decoding: %.0f words a second on one thread (asked for: 300 on two cores).",
                number(part, "wordsPerSecond")));
}

void probe(Markdown& text, const json& part) {
    text.heading(2, "Emotion probe");
    const auto& figures = part["both"];
    text.paragraph(printed("Trained on the %d clips outside the test split; its features were "
                           "chosen by cross-validation in five parts, no song in two; tested once "
                           "on %d clips.",
                           figures.value("learnedFrom", 0), figures.value("tested", 0)));
    text.table({"classifier"}, kProbeFigures);
    for (const std::string kind : {"features", "latents", "both"}) {
        text.row({kind + ", held-out pieces"}, part[kind]["test"]);
        text.row({kind + ", cross-validated"}, part[kind]["crossValidated"]);
    }
    for (const auto& [name, scores] : part["published"].items()) {
        text.row({name}, scores);
    }
    text.row({"most frequent class", fixed(number(part, "majority")), "", ""});
}

void separation(Markdown& text, const json& part) {
    text.heading(2, "Which elements carry arousal, which valence");
    text.paragraph("Silhouettes of the pieces' mean latents on this data; separation.png shows "
                   "them in this order, white for 0 to dark for .4.");
    text.table({"element"}, kSilhouettes);
    for (const auto& [element, row] : part.items()) {
        text.row({element}, row);
    }
}

const std::vector<Figure> kDrawnFigures{{"notes a second", "notesASecond", 1},
                                        {"POLY", "POLY/mean", 2},
                                        {"velocity", "velocity", 0},
                                        {"pitch", "pitch", 1},
                                        {"PR", "PR/mean", 1},
                                        {"NPC", "NPC/mean", 2},
                                        {"BPR", "BPR/mean", 1},
                                        {"BNPC", "BNPC/mean", 2},
                                        {"BPOLY", "BPOLY/mean", 2},
                                        {"phrases", "phrases", 0}};

const std::vector<Figure> kDistances{{"notes a second", "notesASecond", 2},
                                     {"POLY", "POLY", 2},
                                     {"velocity", "velocity", 1},
                                     {"pitch", "pitch", 1}};

void generation(Markdown& text, const json& part) {
    text.heading(2, "Drawn from the prior");
    text.table({""}, kDrawnFigures);
    for (const auto& [quadrant, kinds] : part["quadrants"].items()) {
        for (const std::string kind : {"data", "drawn"}) {
            text.row({music::className("emotion", quadrant) + " " + kind}, kinds[kind]);
        }
    }
    text.paragraph("Earth mover's distances between what is drawn and the data, each in the unit "
                   "of its figure:");
    text.table({"mood"}, kDistances);
    for (const auto& [quadrant, kinds] : part["quadrants"].items()) {
        text.row({music::className("emotion", quadrant)}, kinds["distance"]);
    }
    text.paragraph(
        "The first classifier counts compound words; the second, which took no part in "
        "any choice, counts notes in seconds. Both were trained on phrases of the data.");
    text.table({"classified as requested"}, kProbeFigures);
    text.row({"drawn phrases, second classifier"}, part["classifiedBySeconds"]);
    text.row({"drawn phrases, first classifier"}, part["classified"]);
    if (part.contains("classifiedByPieceProbe")) {
        text.row({"drawn phrases, by the probe of pieces"}, part["classifiedByPieceProbe"]);
    }
    text.row({"rules (tempo, mode, register, loudness), second"}, part["byRule"]);
    text.row({"rules, first"}, part["byRuleByWords"]);
    text.row({"real held-out phrases, second (its accuracy)"}, part["secondClassifier"]);
    text.row({"real held-out phrases, first (its accuracy)"}, part["classifier"]);
    text.row({"chance", fixed(number(part, "chance")), ".500", ".500"});
    if (!part.contains("candidates")) {
        return;
    }
    text.paragraph("Other numbers of candidates among which a draw is chosen (1: none is chosen); "
                   "distances are means of the moods.");
    text.table({"candidates"}, {{"notes a second", "distance/notesASecond", 2},
                                {"POLY", "distance/POLY", 2},
                                {"velocity", "distance/velocity", 1},
                                {"pitch", "distance/pitch", 1},
                                {"as requested, second", "classifiedBySeconds/quadrant"},
                                {"first", "classified/quadrant"}});
    for (const auto& row : part["candidates"]) {
        text.row({fixed(number(row, "candidates"), 0)}, row);
    }
}

} // namespace

std::string emotionMarkdown(const json& report) {
    Markdown text;
    text.heading(1, "Emotion space");
    text.paragraph(report["card"].value("title", "MusER") + "; split \"" + word(report, "split") +
                   "\".");
    if (!report.contains("reconstruction")) {
        generation(text, report["generation"]); // asked for alone
        return text.text();
    }
    reconstructionOfWords(text, report["reconstruction"]);
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
    return text.text();
}

Result<void> drawEmotionReport(const json& report, const std::filesystem::path& folder) {
    if (!report.contains("separation")) {
        return {};
    }
    // A row for all and each element, a column for each pair and the two means.
    std::vector<std::vector<double>> rows;
    for (const auto& [element, row] : report["separation"].items()) {
        auto& values = rows.emplace_back();
        for (const auto& figure : kSilhouettes) {
            values.push_back(number(row, figure.path) / 0.4);
        }
    }
    return drawHeat(rows, 40, 40, folder / "separation.png");
}

} // namespace canto
