// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/text_lists.h"
#include "models/evaluation/markdown.h"
#include "models/evaluation/reports.h"

namespace canto {

using nlohmann::json;

namespace {

constexpr auto kPercent = Figure::Unit::Percent;
constexpr const char* kTracks[] = {"drums", "bass", "guitar", "strings"};

void reconstruction(Markdown& text, const json& report) {
    for (const auto& [kind, part] : report["reconstruction"]["windows"].items()) {
        text.heading(3, kind == "strict" ? "Strict windows (every track sounds in every bar)"
                                         : "All windows");
        text.paragraph(printed("%d phrases.", part["phrases"].get<int>()));
        text.table({""}, {{"accuracy", "accuracy"},
                          {"without holds", "accuracyWithoutHolds"},
                          {"onset accuracy", "onsetAccuracy"},
                          {"onset F1", "onsetF1"}});
        for (const char* track : kTracks) {
            text.row({track}, part["model"][track]);
        }
        text.row({"**mean**"}, part["model"]["mean"]);
        for (const auto& [name, other] : report["others"].items()) {
            if (other["windows"].contains(kind)) {
                text.row({name + " (" + word(other, "steps") + " steps)"},
                         other["windows"][kind]["model"]["mean"]);
            }
        }
        text.row({"always hold"}, part["alwaysHold"]["mean"]);
        text.row({"most frequent"}, part["mostFrequent"]["mean"]);
        text.paragraph("Distance of the latents' mean and covariance from the prior's, per "
                       "dimension: " +
                       fixed(number(part, "momentDistance")) + ".");
    }
}

void museGan(Markdown& text, const json& report) {
    const auto& part = report["musegan"];
    text.heading(2, "Drawn from the prior: MuseGAN's figures");
    text.paragraph(
        printed("%d bars drawn, the same number from each component. EB: empty bars; UPC: pitch "
                "classes in a bar; QN: notes of an eighth or longer; DP: drum hits on eighths.",
                part["drawn"]["bars"].get<int>()));
    text.table({""}, {{"EB drums", "drums/emptyBars", 1, kPercent},
                      {"EB bass", "bass/emptyBars", 1, kPercent},
                      {"EB guitar", "guitar/emptyBars", 1, kPercent},
                      {"EB strings", "strings/emptyBars", 1, kPercent},
                      {"UPC bass", "bass/pitchClasses", 2},
                      {"UPC guitar", "guitar/pitchClasses", 2},
                      {"UPC strings", "strings/pitchClasses", 2},
                      {"QN bass", "bass/qualifiedNotes", 1, kPercent},
                      {"QN guitar", "guitar/qualifiedNotes", 1, kPercent},
                      {"QN strings", "strings/qualifiedNotes", 1, kPercent},
                      {"DP", "drumPattern", 1, kPercent}});
    for (const auto& [kind, title] :
         {std::pair{"drawn", "**drawn**"}, {"data", "data"}, {"dataStrict", "data, strict"}}) {
        if (part.contains(kind) && part[kind]["bars"].get<int>() > 0) {
            text.row({title}, part[kind]);
        }
    }
}

void interpolation(Markdown& text, const json& report) {
    const auto& part = report["interpolation"];
    text.heading(2, "Interpolation");
    text.paragraph(
        printed("%d pairs of phrases of different songs, along straight lines; the share of pairs "
                "whose Hamming distance to the end never rises (asked: 90 %%).",
                part["pairs"].get<int>()));
    text.table({"points"},
               {{"falls to the end", "fallsToTheEnd", 1, kPercent},
                {"falls back to the start", "fallsToTheStart", 1, kPercent}},
               {"mean distance to the end"});
    for (const char* points : {"5", "7", "9"}) {
        if (!part.contains(points)) {
            continue;
        }
        std::vector<std::string> distances;
        for (const auto& value : part[points]["meanDistance"]) {
            distances.push_back(fixed(value.get<double>()));
        }
        text.row({points}, part[points], {joinedText(distances, " ")});
    }
    text.paragraph("![Mean distance to the end](interpolation.png)");
    text.paragraph("*Nine points: mean Hamming distance to the end point (black) and mean notes of "
                   "each track, as a part of the most of any (orange drums, light blue bass, green "
                   "guitar, red strings).*");
}

void fill(Markdown& text, const json& report) {
    if (!report.contains("fill")) {
        return; // of an earlier version
    }
    const auto& part = report["fill"];
    text.heading(2, "Keeping a part and filling the rest");
    text.paragraph(printed(
        "%d phrases; the rest is written towards the latent of another song. Log likelihood: of "
        "the "
        "rest's tokens when the network reads the whole phrase, higher is more at home. Pasted: "
        "the kept part over the other latent's music as it is.",
        part["phrases"].get<int>()));
    text.table({"kept", "phrase"}, {{"log likelihood of the rest", "restLogLikelihood"},
                                    {"its notes a step", "restNotesPerStep"},
                                    {"kept notes that are equal", "lockedNotesKept", 1, kPercent}});
    for (const char* kept : {"drums and bass", "first bar"}) {
        for (const char* phrase : {"song", "pasted", "filled"}) {
            if (part.contains(kept)) {
                text.row({kept, phrase}, part[kept][phrase]);
            }
        }
    }
}

void sweeps(Markdown& text, const json& report) {
    const auto& part = report["sweeps"];
    text.heading(2, "Sweeps of single dimensions");
    text.paragraph("Each dimension is set to nine values between - and + the reach (in the prior's "
                   "standard deviations), beside the phrase itself; r is Pearson's correlation of "
                   "the value and what is counted in the decoded phrase, averaged with its sign "
                   "over the phrases where it is defined. Asked: |r| >= 0.8 for some dimension for "
                   "note count, mean pitch and silence.");
    for (const char* reach : {"10", "2"}) {
        if (!part.contains(reach)) {
            continue;
        }
        text.paragraph(printed("Reach %s, %d phrases:", reach, part[reach]["phrases"].get<int>()));
        text.table({"property"},
                   {{"best dimension", "dimension", 0},
                    {"r", "r", 2},
                    {"phrases with abs(r) >= 0.8", "strongShare", 0, kPercent}},
                   {"next"});
        for (const auto& [name, property] : part[reach]["properties"].items()) {
            const auto& best = property["best"];
            const auto next = [&](std::size_t i) {
                return printed("%.0f (%.2f)", number(best[i], "dimension"), number(best[i], "r"));
            };
            text.row({name}, best[0], {next(1) + ", " + next(2)});
        }
    }
    text.paragraph("![Correlations](sweeps.png)");
    text.paragraph("*abs(r) for a reach of 2: a row a property in the order of the table, a column "
                   "a dimension; white 0, dark 1.*");
}

void predictions(Markdown& text, const std::string& name, const json& part) {
    std::string perLabel;
    for (const auto& [label, figures] : part["perLabel"].items()) {
        perLabel +=
            (perLabel.empty() ? "" : ", ") + label + " " + fixed(number(figures, "accuracy"), 2);
    }
    text.row({name}, part,
             {printed("%.3f of %d", number(part, "bySong"), part["songs"].get<int>()), perLabel});
}

void genres(Markdown& text, const json& report) {
    const auto& part = report["genres"];
    if (!part.contains("distances")) {
        return;
    }
    text.heading(2, "Genres on held-out artists");
    text.paragraph(printed("Chance %.3f. The probe is a logistic regression on the latents of the "
                           "training split. By song: the mean prediction of its phrases.",
                           number(part, "chance")));
    text.table({""}, {{"phrases", "accuracy"}, {"mean of genres", "meanOfLabels"}},
               {"songs", "per genre"});
    for (const std::string kind : {"all", "strict"}) {
        if (part.contains(kind)) {
            if (part[kind].contains("nearestComponent")) {
                predictions(text, "nearest component, " + kind + " windows",
                            part[kind]["nearestComponent"]);
            }
            predictions(text, "probe, " + kind + " windows", part[kind]["probe"]);
        }
    }
    text.paragraph("In these files classical music differs from the rest by its instruments and "
                   "metre alone for the most part: that it is found says little. No classical "
                   "phrase of the test split passes the strict rule.");
    text.paragraph("Distances between the genres' mean latents (Euclidean, in the prior's standard "
                   "deviations):");
    const auto net = json::parse(report.value("net", "{}"), nullptr, false);
    auto titles = net.value("labels", std::vector<std::string>());
    const auto names = titles;
    titles.insert(titles.begin(), "");
    text.table(titles);
    const auto& distances = part["distances"]["euclidean"];
    for (std::size_t row = 0; row < names.size() && row < distances.size(); ++row) {
        std::vector<std::string> cells{names[row]};
        for (const auto& value : distances[row]) {
            cells.push_back(fixed(value.get<double>(), 2));
        }
        text.row(cells);
    }
    text.paragraph("![Distances](distances.png) ![Plane of the prior](plane.png)");
    text.paragraph("*Left: the same, dark is near. Right: phrases in the first two dimensions by "
                   "genre (in this order orange, light blue, green, red, blue, pink), with the "
                   "middles of the prior's components in black.*");
}

void move(Markdown& text, const json& report) {
    const auto& part = report["move"];
    if (part.empty()) {
        return;
    }
    text.heading(2, "Moving a phrase to another genre");
    text.paragraph(
        "Phrases of the test split, each moved to every other genre, decoded, encoded again and "
        "shown to the probe. Goal: another prediction for 60 % of them with a cosine of the pitch "
        "classes >= 0.8. \"plane\" moves the two dimensions of the prior; \"means\" the rest too, "
        "by the difference of the genres' means; \"search\" goes 1, 1.5, 2, 2.5, 3 or 4 times that "
        "way, until a second probe, learned from one half of the training songs, predicts the "
        "target. The prediction is that of a probe of the other half.");
    text.table({"way"}, {{"times the difference", "amount", 2},
                         {"prediction changed", "predictionChanged", 1, kPercent},
                         {"predicted as wanted", "predictedAsWanted", 1, kPercent},
                         {"wanted before", "wantedBefore", 1, kPercent},
                         {"pitch-class cosine", "pitchClassCosine"},
                         {"cosine >= 0.8", "cosineAbove0.8", 1, kPercent},
                         {"both", "changedAndAbove0.8", 1, kPercent},
                         {"rhythm kept (F1)", "rhythmKept"}});
    for (const auto& [way, figures] : part.items()) {
        text.row({way}, figures);
    }
}

} // namespace

std::string styleMarkdown(const json& report) {
    Markdown text;
    text.heading(1, "Style space: report");
    text.paragraph("Split \"" + word(report, "split") + "\" of " + word(report, "dataset") +
                   "; weights " + word(report["reconstruction"], "weights") + " after " +
                   report.value("steps", "?") + " steps.");
    text.heading(2, "Reconstruction");
    reconstruction(text, report);
    museGan(text, report);
    interpolation(text, report);
    fill(text, report);
    sweeps(text, report);
    genres(text, report);
    move(text, report);
    return text.text();
}

} // namespace canto
