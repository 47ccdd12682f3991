// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/markdown.h"
#include "models/evaluation/reports.h"

namespace canto {

using nlohmann::json;

namespace {

constexpr auto kPercent = Figure::Unit::Percent;

void backAgain(Markdown& text, const json& report) {
    text.heading(2, "What comes back of phrases");
    text.paragraph("Notes on the grid, equal in track, pitch and sixteenth; velocity: mean "
                   "difference in steps of 127. Asked of whole files (canto evaluate --files): "
                   "recall at least 0.80 at a precision of at least 0.85, velocity off by at most "
                   "10.");
    text.table({"weights", "windows"}, {{"F1", "f1"},
                                        {"recall", "recall"},
                                        {"precision", "precision"},
                                        {"velocity off by", "velocityError", 1},
                                        {"timing", "offset"},
                                        {"program", "program"},
                                        {"r notes", "controls/notes", 2},
                                        {"r register", "controls/register", 2},
                                        {"r loudness", "controls/loudness", 2}});
    const auto rows = [&](const std::string& name, const json& part) {
        for (const char* windows : {"all", "strict"}) {
            if (part.contains(windows)) {
                text.row({name, windows}, part[windows]);
            }
        }
    };
    rows("these", report["reconstruction"]);
    if (report.contains("others")) {
        for (const auto& [name, other] : report["others"].items()) {
            rows(name, other);
        }
    }
    text.table(
        {"track"},
        {{"notes", "notes", 0}, {"F1", "f1"}, {"recall", "recall"}, {"precision", "precision"}});
    for (const auto& [track, part] : report["reconstruction"]["all"]["tracks"].items()) {
        text.row({track}, part);
    }
}

void draws(Markdown& text, const json& report) {
    text.heading(2, "Drawn from the prior");
    text.paragraph("Of phrases, means. Kit: pieces of it in phrases with drums. Of the tracks that "
                   "play: bars without a note, pitch classes a bar, notes of at least two "
                   "sixteenths, drum hits on eighths.");
    const auto rows = [&](const char* part) {
        for (const auto& [name, figures] : report.items()) {
            for (const auto& [kind, title] : {std::pair("drawn", "drawn"), {"songs", "songs"}}) {
                text.row({name, title}, part == nullptr ? figures[kind] : figures[kind][part]);
            }
        }
    };
    text.table({"class", ""},
               {{"notes", "notes", 1},
                {"velocity", "velocity", 1},
                {"silent", "silent", 1, kPercent},
                {"with drums", "withDrums", 1, kPercent},
                {"kit", "kitPieces", 1},
                {"empty bars", "emptyBars", 1, kPercent},
                {"pitch classes", "pitchClasses", 1},
                {"long notes", "longNotes", 1, kPercent},
                {"drums on eighths", "drumsOnEighths", 1, kPercent},
                {"its class by counted features", "countedAsItsClass", 1, kPercent}});
    rows(nullptr);
    text.paragraph("The class by counted features is that of a logistic regression on the notes of "
                   "8,000 training phrases, in which the model takes no part.");
    text.table({"class"},
               {{"draws read as their class by the model", "readAsItsClass", 1, kPercent}});
    for (const auto& [name, part] : report.items()) {
        text.row({name}, part);
    }
    text.paragraph("The most similar of 40,000 phrases of the training songs, as F1 of the notes "
                   "(equal in step, track and pitch); nearly a copy: at least 0.8.");
    text.table({"class", ""}, {{"phrases", "phrases", 0},
                               {"median", "median"},
                               {"95 %", "p95"},
                               {"most", "most"},
                               {"nearly copies", "copies", 1, kPercent}});
    rows("nearest");
}

} // namespace

std::string polyphonicMarkdown(const json& report) {
    Markdown text;
    text.heading(1, "Style: all notes on six tracks");
    text.paragraph("Split: " + word(report, "split") + ".");
    backAgain(text, report);
    if (report["classes"].is_object()) {
        text.heading(2, "Classes");
        text.paragraph(
            "Of songs: the mean of the logarithms over a song's phrases. The interval is 95 % of "
            "1,000 samples of the artists with replacement (songs without an artist stand for "
            "themselves). Calibration error: mean difference, over ten bins of the best class's "
            "score, of that score and the share that is right: with the calibration in the "
            "weights' card (songs: and a temperature fitted on the validation songs), and for the "
            "densities of the prior. Asked: 0.55 and 0.63 right, an error of at most 0.05.");
        text.table({""}, {{"number", "number", 0},
                          {"artists", "groups", 0},
                          {"right", "right"},
                          {"from", "from"},
                          {"to", "to"},
                          {"calibration error", "calibrationError"},
                          {"of the densities", "uncalibrated"}});
        text.row({"two bars"}, report["classes"]["twoBars"]);
        text.row({"songs"}, report["classes"]["songs"]);
    }
    text.heading(2, "Between two phrases, at five points");
    text.paragraph("Monotonic: pairs whose distance to the end never rises (1 - F1 of the notes). "
                   "Asked: 90 %, and notes in the middle within 15 % of the mean of the ends.");
    text.table({"pairs"}, {{"monotonic", "monotonic", 1, kPercent},
                           {"notes in the middle against the ends", "middleAgainstEnds", 2}});
    text.row({fixed(number(report, "interpolation/pairs"), 0)}, report["interpolation"]);
    text.heading(2, "A track carried to another phrase");
    text.paragraph(
        printed("Pairs in which both play the track; good: F1 of the track to the source's and of "
                "the others to their own at least 0.8. Of %.0f pairs %.1f %% are good; asked: 80 "
                "%%.",
                number(report, "carrying/pairs"), 100 * number(report, "carrying/good")));
    text.table({"track"}, {{"pairs", "pairs", 0},
                           {"to the source", "toSource"},
                           {"others to their own", "othersToOwn"},
                           {"good", "good", 1, kPercent}});
    for (const auto& [track, part] : report["carrying"]["tracks"].items()) {
        text.row({track}, part);
    }
    if (report["draws"].is_object()) {
        draws(text, report["draws"]);
    }
    text.heading(2, "Time");
    text.paragraph(printed("A phrase is decoded in %.1f ms (median), %.1f ms (95 %%), on the "
                           "threads of this run; asked: 30 ms on one core.",
                           number(report, "decodeMilliseconds/median"),
                           number(report, "decodeMilliseconds/p95")));
    return text.text();
}

} // namespace canto
