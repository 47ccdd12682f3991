// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/markdown.h"
#include "models/evaluation/reports.h"

namespace canto {

using nlohmann::json;

namespace {

void notes(Markdown& text, const json& models, const char* key) {
    text.table(
        {"model", "parameters", "note F1"},
        {{"pitch-class F1", "pitchClassF1"}, {"precision", "precision"}, {"recall", "recall"}},
        {"notes a unit (score)"});
    for (const auto& model : models) {
        if (model.contains(key)) {
            const auto& figures = model[key];
            text.row({word(model, "name"), fixed(number(figures, "parameters") / 1e6, 2) + " M",
                      "**" + fixed(number(figures, "noteF1")) + "**"},
                     figures,
                     {printed("%.1f (%.1f)", number(figures, "notesAUnit"),
                              number(figures, "notesAUnitOfTheScore"))});
        }
    }
}

void chords(Markdown& text, const json& models) {
    text.heading(2, "Chords");
    text.paragraph("Beats whose lowest tone is the chord's bass, whose root sounds, and the share "
                   "of sounding pitch classes that belong to the chord.");
    text.table({"model"}, {{"bass", "bass"}, {"root", "root"}, {"tones", "tones"}});
    for (const auto& model : models) {
        text.row({word(model, "name")}, model["figures"]["chordAccuracy"]);
    }
    text.row({"the score itself"}, models[0]["figures"]["chordAccuracyOfTheScore"]);
}

void losses(Markdown& text, const json& models) {
    text.heading(2, "Losses, true notes shown");
    text.paragraph("Nats a token of pitch, from means: with the clean score, the corrupted one, "
                   "the sound alone.");
    text.table({"model", "clean", "corrupted", "sound alone"});
    for (const auto& model : models) {
        const auto& loss = model["figures"]["loss"];
        std::vector<std::string> cells{word(model, "name")};
        for (const char* stage : {"cleanScore", "corruptedScore", "soundAlone"}) {
            cells.push_back(loss.contains(stage) ? fixed(number(loss[stage], "pitchNats")) : "");
        }
        text.row(cells);
    }
}

void ablations(Markdown& text, const json& models) {
    text.heading(2, "Parts of the latent taken away");
    text.paragraph("Chords and sound: from the sound alone. Texture: where the corrupted score is "
                   "given.");
    text.table({"model", "taken away"}, {{"note F1", "noteF1"}, {"nats a token", "pitchNats"}});
    for (const auto& model : models) {
        for (const auto& [part, scores] : model["figures"]["without"].items()) {
            text.row({word(model, "name"), part}, scores);
        }
    }
}

void swaps(Markdown& text, const json& models) {
    text.heading(2, "Chords of one song, texture of another");
    text.paragraph("Units decoded from the chords of one song and the latent of the sound of "
                   "another: share of sounding pitch classes that belong to the chords of either, "
                   "F1 of the steps at which something starts against the score of either.");
    text.table({"model"}, {{"in the chords given", "chordsOfTheirSource/tones"},
                           {"in the other song's", "chordsOfTheTexture/tones"},
                           {"steps of the texture given", "stepsOfTheTexture"},
                           {"of the other song", "stepsOfTheChords"}});
    for (const auto& model : models) {
        if (model["figures"].contains("swap")) {
            text.row({word(model, "name")}, model["figures"]["swap"]);
        }
    }
}

void songs(Markdown& text, const json& songs) {
    text.heading(2, "Whole recordings");
    text.paragraph(printed(
        "%d recordings as `canto arrange` does them: beats, bars and chords as analysed, not as "
        "annotated. Notes: same pitch, at most a sixteenth away. MCA: share of the melody's time "
        "in which the highest tone has its pitch class. WPD (s), RGC (parts of a sixteenth) and "
        "IPE (bits) after the text of Etude: near to the score is best. Etude's own table gives "
        ".49, .042 and 10.13 for human covers of other songs, .21, .020 and 9.02 for itself.",
        songs.value("recordings", 0)));
    text.table({"arranged by"}, {{"note F1", "noteF1"},
                                 {"precision", "precision"},
                                 {"recall", "recall"},
                                 {"onset correlation", "onsetCorrelation"},
                                 {"MCA", "melodyChroma"},
                                 {"WPD", "warpDeviation", 2},
                                 {"RGC", "gridDeviation"},
                                 {"IPE", "patternEntropy", 2},
                                 {"notes/s", "notesASecond", 1},
                                 {"mean pitch", "meanPitch", 1},
                                 {"polyphony", "polyphony", 1}});
    for (const auto& row : songs["rows"]) {
        text.row({word(row, "name")}, row);
    }
    for (const auto& file : songs["notAnalysed"]) {
        text.paragraph(word(file, "file") + " was left out: " + word(file, "reason"));
    }
}

} // namespace

std::string arrangementMarkdown(const json& report) {
    Markdown text;
    text.heading(1, "The Arrangement space");
    const auto& models = report["models"];
    text.paragraph(
        printed("%d units of two bars of held-out songs (split %s). Notes written greedily from "
                "the sound alone against the piano and bridge of the score; same pitch, at most a "
                "sixteenth away; means over units. How readily a step falls silent was chosen on "
                "the valid split.",
                models[0]["figures"].value("units", 0), word(report, "split").c_str()));
    notes(text, models, "figures");
    if (models[0].contains("secondFont")) {
        text.heading(2, "The same songs, sounded by the held-back SoundFont");
        notes(text, models, "secondFont");
    }
    chords(text, models);
    losses(text, models);
    ablations(text, models);
    swaps(text, models);
    if (report.contains("songs")) {
        songs(text, report["songs"]);
    }
    return text.text();
}

} // namespace canto
