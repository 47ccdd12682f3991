// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/evaluation/style_markdown.h"

#include "core/base/text_line.h"

#include <cstdio>
#include <vector>

namespace canto {

using nlohmann::json;

namespace {

double number(const json& object, const char* key) { return object.value(key, 0.0); }

void scoreRow(std::string& text, const std::string& name, const json& scores) {
    appendLine(text, "| %s | %.3f | %.3f | %.3f | %.3f |", name.c_str(), number(scores, "accuracy"),
               number(scores, "accuracyWithoutHolds"), number(scores, "onsetAccuracy"),
               number(scores, "onsetF1"));
}

void reconstruction(std::string& text, const json& report) {
    for (const auto& [kind, part] : report["reconstruction"]["windows"].items()) {
        appendLine(text, "\n### %s\n",
                   kind == "strict" ? "Strict windows (every track sounds in every bar)"
                                    : "All windows");
        appendLine(text, "%d phrases.\n", part["phrases"].get<int>());
        appendLine(text, "| | accuracy | without holds | onset accuracy | onset F1 |");
        appendLine(text, "|---|---|---|---|---|");
        for (const char* track : {"drums", "bass", "guitar", "strings"}) {
            scoreRow(text, track, part["model"][track]);
        }
        scoreRow(text, "**mean**", part["model"]["mean"]);
        for (const auto& [name, other] : report["others"].items()) {
            if (other["windows"].contains(kind)) {
                scoreRow(text, name + " (" + other.value("steps", "") + " steps)",
                         other["windows"][kind]["model"]["mean"]);
            }
        }
        scoreRow(text, "always hold", part["alwaysHold"]["mean"]);
        scoreRow(text, "most frequent", part["mostFrequent"]["mean"]);
        appendLine(
            text,
            "\nDistance of the latents' mean and covariance from the prior's, per dimension: %.3f.",
            number(part, "momentDistance"));
    }
}

void museGan(std::string& text, const json& report) {
    const auto& part = report["musegan"];
    appendLine(text, "\n## Drawn from the prior: MuseGAN's figures\n");
    appendLine(text,
               "%d bars drawn, the same number from each component. EB: empty bars; UPC: pitch "
               "classes in a bar; QN: notes of an eighth or longer; DP: drum hits on eighths.\n",
               part["drawn"]["bars"].get<int>());
    appendLine(text,
               "| | EB drums | EB bass | EB guitar | EB strings | UPC bass | UPC guitar | UPC "
               "strings | QN bass | QN guitar | QN strings | DP |");
    appendLine(text, "|---|---|---|---|---|---|---|---|---|---|---|---|");
    for (const char* kind : {"drawn", "data", "dataStrict"}) {
        if (!part.contains(kind) || part[kind]["bars"].get<int>() == 0) {
            continue;
        }
        std::string row = std::string("| ") + (std::string(kind) == "drawn"  ? "**drawn**"
                                               : std::string(kind) == "data" ? "data"
                                                                             : "data, strict");
        const auto add = [&](double value, bool share) {
            char buffer[32];
            std::snprintf(buffer, sizeof buffer, share ? " | %.1f %%" : " | %.2f",
                          share ? 100 * value : value);
            row += buffer;
        };
        for (const char* track : {"drums", "bass", "guitar", "strings"}) {
            add(number(part[kind][track], "emptyBars"), true);
        }
        for (const char* track : {"bass", "guitar", "strings"}) {
            add(number(part[kind][track], "pitchClasses"), false);
        }
        for (const char* track : {"bass", "guitar", "strings"}) {
            add(number(part[kind][track], "qualifiedNotes"), true);
        }
        add(number(part[kind], "drumPattern"), true);
        appendLine(text, "%s |", row.c_str());
    }
}

void interpolation(std::string& text, const json& report) {
    const auto& part = report["interpolation"];
    appendLine(text, "\n## Interpolation\n");
    appendLine(text,
               "%d pairs of phrases of different songs, along straight lines; the share of pairs "
               "whose Hamming distance to the end never rises (asked: 90 %%).\n",
               part["pairs"].get<int>());
    appendLine(
        text, "| points | falls to the end | falls back to the start | mean distance to the end |");
    appendLine(text, "|---|---|---|---|");
    for (const char* points : {"5", "7", "9"}) {
        if (!part.contains(points)) {
            continue;
        }
        std::string distances;
        for (const auto& value : part[points]["meanDistance"]) {
            char buffer[16];
            std::snprintf(buffer, sizeof buffer, "%.3f ", value.get<double>());
            distances += buffer;
        }
        appendLine(text, "| %s | %.1f %% | %.1f %% | %s|", points,
                   100 * number(part[points], "fallsToTheEnd"),
                   100 * number(part[points], "fallsToTheStart"), distances.c_str());
    }
    appendLine(text, "\n![Mean distance to the end](interpolation.png)\n");
    appendLine(
        text, "*Nine points: mean Hamming distance to the end point (black) and mean notes of each "
              "track, as a part of the most of any (orange drums, light blue bass, green guitar, "
              "red strings).*");
}

void sweeps(std::string& text, const json& report) {
    const auto& part = report["sweeps"];
    appendLine(text, "\n## Sweeps of single dimensions\n");
    appendLine(text,
               "Each dimension is set to nine values between - and + the reach (in the prior's "
               "standard deviations), beside the phrase itself; r is Pearson's correlation of the "
               "value and what is counted in the decoded phrase, averaged with its sign over the "
               "phrases where it is defined. Asked: |r| >= 0.8 for some dimension for note count, "
               "mean pitch and silence.");
    for (const char* reach : {"10", "2"}) {
        if (!part.contains(reach)) {
            continue;
        }
        appendLine(text, "\nReach %s, %d phrases:\n", reach, part[reach]["phrases"].get<int>());
        appendLine(text, "| property | best dimension | r | phrases with abs(r) >= 0.8 | next |");
        appendLine(text, "|---|---|---|---|---|");
        for (const auto& [name, property] : part[reach]["properties"].items()) {
            const auto& best = property["best"];
            appendLine(text, "| %s | %d | %.2f | %.0f %% | %d (%.2f), %d (%.2f) |", name.c_str(),
                       best[0]["dimension"].get<int>(), best[0]["r"].get<double>(),
                       100 * best[0]["strongShare"].get<double>(), best[1]["dimension"].get<int>(),
                       best[1]["r"].get<double>(), best[2]["dimension"].get<int>(),
                       best[2]["r"].get<double>());
        }
    }
    appendLine(text, "\n![Correlations](sweeps.png)\n");
    appendLine(text,
               "*abs(r) for a reach of 2: a row a property in the order of the table, a column a "
               "dimension; white 0, dark 1.*");
}

void predictions(std::string& text, const std::string& name, const json& part) {
    std::string perLabel;
    for (const auto& [label, figures] : part["perLabel"].items()) {
        char buffer[96];
        std::snprintf(buffer, sizeof buffer, "%s%s %.2f", perLabel.empty() ? "" : ", ",
                      label.c_str(), figures["accuracy"].get<double>());
        perLabel += buffer;
    }
    appendLine(text, "| %s | %.3f | %.3f | %.3f of %d | %s |", name.c_str(),
               number(part, "accuracy"), number(part, "meanOfLabels"), number(part, "bySong"),
               part["songs"].get<int>(), perLabel.c_str());
}

void genres(std::string& text, const json& report) {
    const auto& part = report["genres"];
    if (!part.contains("distances")) {
        return;
    }
    appendLine(text, "\n## Genres on held-out artists\n");
    appendLine(text,
               "Chance %.3f. The probe is a logistic regression on the latents of the training "
               "split. By song: the mean prediction of its phrases.\n",
               number(part, "chance"));
    appendLine(text, "| | phrases | mean of genres | songs | per genre |");
    appendLine(text, "|---|---|---|---|---|");
    for (const char* kind : {"all", "strict"}) {
        if (part.contains(kind)) {
            const std::string windows = std::string(kind) + " windows";
            if (part[kind].contains("nearestComponent")) {
                predictions(text, "nearest component, " + windows, part[kind]["nearestComponent"]);
            }
            predictions(text, "probe, " + windows, part[kind]["probe"]);
        }
    }
    appendLine(
        text, "\nIn these files classical music differs from the rest by its instruments and metre "
              "alone for the most part: that it is found says little. No classical phrase of the "
              "test split passes the strict rule.");
    appendLine(text,
               "\nDistances between the genres' mean latents (Euclidean, in the prior's standard "
               "deviations):\n");
    std::vector<std::string> names;
    const auto net = json::parse(report.value("net", "{}"), nullptr, false);
    for (const auto& name : net.value("labels", json::array())) {
        names.push_back(name.get<std::string>());
    }
    std::string head = "| |";
    std::string rule = "|---|";
    for (const auto& name : names) {
        head += " " + name + " |";
        rule += "---|";
    }
    appendLine(text, "%s\n%s", head.c_str(), rule.c_str());
    const auto& distances = part["distances"]["euclidean"];
    for (std::size_t row = 0; row < names.size() && row < distances.size(); ++row) {
        std::string cells = "| " + names[row] + " |";
        for (const auto& value : distances[row]) {
            char buffer[24];
            std::snprintf(buffer, sizeof buffer, " %.2f |", value.get<double>());
            cells += buffer;
        }
        appendLine(text, "%s", cells.c_str());
    }
    appendLine(text, "\n![Distances](distances.png) ![Plane of the prior](plane.png)\n");
    appendLine(
        text, "*Left: the same, dark is near. Right: phrases in the first two dimensions by genre "
              "(in this order orange, light blue, green, red, blue, pink), with the middles of the "
              "prior's components in black.*");
}

void move(std::string& text, const json& report) {
    const auto& part = report["move"];
    if (part.empty()) {
        return;
    }
    appendLine(text, "\n## Moving a phrase to another genre\n");
    appendLine(
        text, "Phrases of the test split, each moved to every other genre, decoded, encoded again "
              "and shown to the probe. Goal: another prediction for 60 %% of them with a cosine of "
              "the pitch classes >= 0.8. \"plane\" moves the two dimensions of the prior; "
              "\"means\" the rest too, by the difference of the genres' means; \"search\" goes 1, "
              "1.5, 2, 2.5, 3 or 4 times that way, until a second probe, learned from one half of "
              "the training songs, predicts the target. The prediction is that of a probe of the "
              "other half.\n");
    appendLine(
        text,
        "| way | times the difference | prediction changed | predicted as wanted | wanted before "
        "| pitch-class cosine | "
        "cosine >= 0.8 | both | rhythm kept (F1) |");
    appendLine(text, "|---|---|---|---|---|---|---|---|---|");
    for (const auto& [way, figures] : part.items()) {
        appendLine(
            text, "| %s | %.2f | %.1f %% | %.1f %% | %.1f %% | %.3f | %.1f %% | %.1f %% | %.3f |",
            way.c_str(), number(figures, "amount"), 100 * number(figures, "predictionChanged"),
            100 * number(figures, "predictedAsWanted"), 100 * number(figures, "wantedBefore"),
            number(figures, "pitchClassCosine"), 100 * number(figures, "cosineAbove0.8"),
            100 * number(figures, "changedAndAbove0.8"), number(figures, "rhythmKept"));
    }
}

} // namespace

std::string styleMarkdown(const json& report) {
    std::string text;
    appendLine(text, "# Style space: report\n");
    appendLine(text, "Split \"%s\" of %s; weights %s after %s steps.",
               report.value("split", "").c_str(), report.value("dataset", "").c_str(),
               report["reconstruction"].value("weights", "").c_str(),
               report.value("steps", "?").c_str());
    appendLine(text, "\n## Reconstruction");
    reconstruction(text, report);
    museGan(text, report);
    interpolation(text, report);
    sweeps(text, report);
    genres(text, report);
    move(text, report);
    return text;
}

} // namespace canto
