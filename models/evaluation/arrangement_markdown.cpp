// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/arrangement_markdown.h"

#include "core/base/text_line.h"

#include <array>
#include <utility>

namespace canto {

using nlohmann::json;

namespace {

double number(const json& object, const char* key) { return object.value(key, 0.0); }

void notes(std::string& text, const json& models, const char* key) {
    appendLine(text, "| model | parameters | note F1 | pitch-class F1 | precision | recall | notes "
                     "a unit (score) |");
    appendLine(text, "|---|---|---|---|---|---|---|");
    for (const auto& model : models) {
        if (!model.contains(key)) {
            continue;
        }
        const auto& figures = model[key];
        appendLine(text, "| %s | %.2f M | **%.3f** | %.3f | %.3f | %.3f | %.1f (%.1f) |",
                   model.value("name", "").c_str(), number(figures, "parameters") / 1e6,
                   number(figures, "noteF1"), number(figures, "pitchClassF1"),
                   number(figures, "precision"), number(figures, "recall"),
                   number(figures, "notesAUnit"), number(figures, "notesAUnitOfTheScore"));
    }
}

void chords(std::string& text, const json& models) {
    appendLine(text, "\n## Chords\n");
    appendLine(text, "Beats whose lowest tone is the chord's bass, whose root sounds, and the "
                     "share of sounding pitch classes that belong to the chord.\n");
    appendLine(text, "| model | bass | root | tones |");
    appendLine(text, "|---|---|---|---|");
    const auto row = [&](const std::string& name, const json& fit) {
        appendLine(text, "| %s | %.3f | %.3f | %.3f |", name.c_str(), number(fit, "bass"),
                   number(fit, "root"), number(fit, "tones"));
    };
    for (const auto& model : models) {
        row(model.value("name", ""), model["figures"]["chordAccuracy"]);
    }
    row("the score itself", models[0]["figures"]["chordAccuracyOfTheScore"]);
}

void losses(std::string& text, const json& models) {
    appendLine(text, "\n## Losses, true notes shown\n");
    appendLine(text, "Nats a token of pitch, from means: with the clean score, the corrupted one, "
                     "the sound alone.\n");
    appendLine(text, "| model | clean | corrupted | sound alone |");
    appendLine(text, "|---|---|---|---|");
    for (const auto& model : models) {
        const auto& loss = model["figures"]["loss"];
        const auto cell = [&](const char* stage) {
            std::string value = "";
            if (loss.contains(stage)) {
                appendLine(value, "%.3f", number(loss[stage], "pitchNats"));
                value.pop_back();
            }
            return value;
        };
        appendLine(text, "| %s | %s | %s | %s |", model.value("name", "").c_str(),
                   cell("cleanScore").c_str(), cell("corruptedScore").c_str(),
                   cell("soundAlone").c_str());
    }
}

void ablations(std::string& text, const json& models) {
    appendLine(text, "\n## Parts of the latent taken away\n");
    appendLine(text, "Chords and sound: from the sound alone. Texture: where the corrupted score "
                     "is given.\n");
    appendLine(text, "| model | taken away | note F1 | nats a token |");
    appendLine(text, "|---|---|---|---|");
    for (const auto& model : models) {
        for (const auto& [part, scores] : model["figures"]["without"].items()) {
            appendLine(text, "| %s | %s | %.3f | %.3f |", model.value("name", "").c_str(),
                       part.c_str(), number(scores, "noteF1"), number(scores, "pitchNats"));
        }
    }
}

void swaps(std::string& text, const json& models) {
    appendLine(text, "\n## Chords of one song, texture of another\n");
    appendLine(text, "Units decoded from the chords of one song and the latent of the sound of "
                     "another: share of sounding pitch classes that belong to the chords of "
                     "either, F1 of the steps at which something starts against the score of "
                     "either.\n");
    appendLine(text, "| model | in the chords given | in the other song's | steps of the texture "
                     "given | of the other song |");
    appendLine(text, "|---|---|---|---|---|");
    for (const auto& model : models) {
        const auto& figures = model["figures"];
        if (figures.contains("swap")) {
            const auto& swap = figures["swap"];
            appendLine(text, "| %s | %.3f | %.3f | %.3f | %.3f |", model.value("name", "").c_str(),
                       number(swap["chordsOfTheirSource"], "tones"),
                       number(swap["chordsOfTheTexture"], "tones"),
                       number(swap, "stepsOfTheTexture"), number(swap, "stepsOfTheChords"));
        }
    }
}

void songs(std::string& text, const json& songs) {
    appendLine(text, "\n## Whole recordings\n");
    appendLine(
        text,
        "%d recordings as `canto arrange` does them: beats, bars and chords as analysed, not "
        "as annotated. Notes: same pitch, at most a sixteenth away. MCA: share of the "
        "melody's time in which the highest tone has its pitch class. WPD (s), RGC (parts "
        "of a sixteenth) and IPE (bits) after the text of Etude: near to the score is "
        "best. Etude's own table gives .49, .042 and 10.13 for human covers of other "
        "songs, .21, .020 and 9.02 for itself.\n",
        songs.value("recordings", 0));
    appendLine(text, "| arranged by | note F1 | precision | recall | onset correlation | MCA | WPD "
                     "| RGC | IPE | notes/s | mean pitch | polyphony |");
    appendLine(text, "|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (const auto& row : songs["rows"]) {
        appendLine(text,
                   "| %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.2f | %.3f | %.2f | %.1f | %.1f | "
                   "%.1f |",
                   row.value("name", "").c_str(), number(row, "noteF1"), number(row, "precision"),
                   number(row, "recall"), number(row, "onsetCorrelation"),
                   number(row, "melodyChroma"), number(row, "warpDeviation"),
                   number(row, "gridDeviation"), number(row, "patternEntropy"),
                   number(row, "notesASecond"), number(row, "meanPitch"), number(row, "polyphony"));
    }
    for (const auto& file : songs["notAnalysed"]) {
        appendLine(text, "\n%s was left out: %s", file.value("file", "").c_str(),
                   file.value("reason", "").c_str());
    }
}

} // namespace

std::string arrangementMarkdown(const json& report) {
    std::string text;
    appendLine(text, "# The Arrangement space\n");
    const auto& models = report["models"];
    appendLine(
        text,
        "%d units of two bars of held-out songs (split %s). Notes written greedily from the "
        "sound alone against the piano and bridge of the score; same pitch, at most a "
        "sixteenth away; means over units. How readily a step falls silent was chosen on the "
        "valid split.\n",
        models[0]["figures"].value("units", 0), report.value("split", "").c_str());
    notes(text, models, "figures");
    if (models[0].contains("secondFont")) {
        appendLine(text, "\n## The same songs, sounded by the held-back SoundFont\n");
        notes(text, models, "secondFont");
    }
    chords(text, models);
    losses(text, models);
    ablations(text, models);
    swaps(text, models);
    if (report.contains("songs")) {
        songs(text, report["songs"]);
    }
    return text;
}

} // namespace canto
