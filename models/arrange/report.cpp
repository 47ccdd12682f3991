// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/arrange/arrange.h"
#include "models/arrange/net.h"
#include "models/arrange/scores.h"
#include "models/common/rows.h"
#include "models/nn/open_net.h"

#include <cstdio>

namespace canto::models::arrange {

using nlohmann::json;

namespace {

constexpr std::size_t kAblated = 400; ///< units for the ablations of the latent
constexpr std::size_t kChosenOn = 96; ///< units of the valid split by which the bias is chosen

using Rows = std::vector<std::int64_t>;

json fitJson(const ChordFit& fit) {
    const double beats = std::max(fit.beats, 1.0);
    return {{"beats", fit.beats},
            {"bass", fit.bass / beats},
            {"root", fit.root / beats},
            {"tones", fit.tones / beats}};
}

/// Means over units of the scores of the written notes.
json scoresOf(const std::vector<std::vector<PartNote>>& written, const Dataset& dataset,
              const Rows& rows) {
    double notes = 0;
    double classes = 0;
    double made = 0;
    double wanted = 0;
    double pitch = 0;
    ChordFit fit;
    ChordFit truth;
    Match all;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto target = dataset.targetOf(rows[i]);
        const auto chords = dataset.chordsOf(rows[i]);
        const auto match = matchNotes(written[i], target);
        notes += match.f1();
        classes += matchPitchClasses(written[i], target).f1();
        all += match;
        made += static_cast<double>(written[i].size());
        wanted += static_cast<double>(target.size());
        for (const auto& note : written[i]) {
            pitch += note.pitch;
        }
        fit += fitChords(written[i], chords);
        truth += fitChords(target, chords);
    }
    const double count = std::max<double>(1, static_cast<double>(rows.size()));
    return {{"noteF1", notes / count},
            {"pitchClassF1", classes / count},
            {"precision", all.both / std::max(all.made, 1.0)},
            {"recall", all.both / std::max(all.wanted, 1.0)},
            {"notesAUnit", made / count},
            {"notesAUnitOfTheScore", wanted / count},
            {"meanPitch", pitch / std::max(made, 1.0)},
            {"chordAccuracy", fitJson(fit)},
            {"chordAccuracyOfTheScore", fitJson(truth)}};
}

json lossJson(const NoteLoss& loss) {
    return {
        {"pitchNats", loss.pitch}, {"lengthNats", loss.length}, {"pitchAccuracy", loss.accuracy}};
}

/// All figures of a network on rows.
Result<json> figuresOf(NetImpl& net, const Dataset& dataset, const Rows& rows,
                       const CancelToken& cancel) {
    const auto stop = [&] { return cancel.cancelled(); };
    const auto& config = net.config;
    WriteOptions use;
    use.stage = config.unitsBefore ? 3 : 2;
    CANTO_TRY(bias, endBiasFor(net, dataset, atMost(dataset.rows("valid"), kChosenOn), use, stop));
    use.endBias = *bias;
    CANTO_TRY(written, writtenFor(net, dataset, rows, use, stop));
    json figures = scoresOf(*written, dataset, rows);
    figures["units"] = rows.size();
    figures["endBias"] = *bias;
    const auto some = atMost(rows, kAblated);
    const auto lossAt = [&](int stage, Ablation zero) {
        return noteLossOf(net, dataset, some, {stage, zero, 0}, stop).map(lossJson);
    };
    const std::pair<const char*, int> stages[] = {
        {"cleanScore", 0}, {"corruptedScore", 1}, {"soundAlone", 2}};
    for (const auto& [name, stage] : stages) {
        if (stage == 2 || config.hasTexture()) {
            CANTO_TRY(loss, lossAt(stage, {}));
            figures["loss"][name] = *loss;
        }
    }
    struct Part {
        const char* name;
        Ablation zero;
        bool there;
    };
    for (const auto& part :
         {Part{"nothing", {}, true}, Part{"chord", {true, false, false}, config.hasChord()},
          Part{"audio", {false, true, false}, config.hasAudio()},
          Part{"texture", {false, false, true}, config.hasTexture()}}) {
        if (!part.there) {
            continue;
        }
        // What a score would add is measured with one as input: the corrupted score.
        const int stage = part.zero.texture ? 1 : use.stage;
        const auto without = writtenFor(net, dataset, some, {stage, part.zero, *bias}, stop);
        const auto loss = lossAt(stage, part.zero);
        if (!without || !loss) {
            return fail(without ? loss.error() : without.error());
        }
        auto scores = scoresOf(*without, dataset, some);
        figures["without"][part.name] = {{"noteF1", scores["noteF1"]},
                                         {"pitchClassF1", scores["pitchClassF1"]},
                                         {"pitchNats", (*loss)["pitchNats"]}};
    }
    if (config.hasTexture()) {
        CANTO_TRY(given, writtenFor(net, dataset, some, {1, {}, *bias}, stop));
        figures["withCorruptedScore"] = scoresOf(*given, dataset, some)["noteF1"];
    }
    if (config.hasChord() && config.hasAudio()) {
        // The units come from another song, since rows are in order of songs and some are taken of
        // each.
        CANTO_TRY(swapped, swappedFor(net, dataset, some, some.size() / 2, use, stop));
        figures["swap"] = {{"chordsOfTheirSource", fitJson(swapped->ofChords)},
                           {"chordsOfTheTexture", fitJson(swapped->ofTexture)},
                           {"stepsOfTheTexture", swapped->withTexture.f1()},
                           {"stepsOfTheChords", swapped->withChords.f1()}};
    }
    figures["variant"] = nameOf(config.variant);
    std::int64_t parameters = 0;
    for (const auto& parameter : net.parameters()) {
        parameters += parameter.numel();
    }
    figures["parameters"] = parameters;
    return figures;
}

std::string lineOf(const std::string& name, const json& figures) {
    char line[160];
    std::snprintf(line, sizeof line, "%-16s %.3f    %.3f     %.3f   %6.1f   %.3f\n", name.c_str(),
                  figures["noteF1"].get<double>(), figures["pitchClassF1"].get<double>(),
                  figures["chordAccuracy"]["root"].get<double>(),
                  figures["notesAUnit"].get<double>(),
                  figures["loss"]["soundAlone"]["pitchNats"].get<double>());
    return line;
}

const char* const kHeading = "model            note F1  class F1  root    notes    nats\n";

} // namespace

Result<json> evaluateArrange(const tensors::SafeTensors& weights, const std::filesystem::path& path,
                             const std::string& split, const CancelToken& cancel) {
    CANTO_TRY(net, openNet(weights));
    CANTO_TRY(prepared, tensors::PreparedArrangements::open(path));
    return torchEdge([&]() -> Result<json> {
        const Dataset dataset(std::move(*prepared));
        const auto rows = dataset.rows(split);
        if (rows.empty()) {
            return emptySplit("units", split, path);
        }
        auto figures = figuresOf(**net, dataset, atMost(rows, 2 * kAblated), cancel);
        if (figures) {
            (*figures)["split"] = split;
            (*figures)["table"] = kHeading + lineOf((*figures)["variant"], *figures);
        }
        return figures;
    });
}

Result<json> arrangementReport(const ReportRequest& request, const CancelToken& cancel) {
    CANTO_TRY(prepared, tensors::PreparedArrangements::open(request.dataset));
    return torchEdge([&]() -> Result<json> {
        const Dataset dataset(std::move(*prepared));
        json report = {{"split", request.split}, {"models", json::array()}};
        std::vector<std::pair<std::string, const tensors::SafeTensors*>> all{{"", request.weights}};
        all.insert(all.end(), request.others.begin(), request.others.end());
        std::string table = kHeading;
        for (const auto& [name, weights] : all) {
            CANTO_TRY(net, openNet(*weights));
            const auto shown = name.empty() ? nameOf((*net)->config.variant) : name;
            json entry = {{"name", shown}};
            for (const auto& split : {request.split, std::string("font")}) {
                const auto rows = dataset.rows(split);
                if (rows.empty() && split == "font") {
                    continue; // no SoundFont was held out
                }
                if (rows.empty()) {
                    return emptySplit("units", split, request.dataset);
                }
                CANTO_TRY(figures, figuresOf(**net, dataset, atMost(rows, 2 * kAblated), cancel));
                entry[split == "font" ? "secondFont" : "figures"] = *figures;
            }
            table += lineOf(shown, entry["figures"]);
            report["models"].push_back(std::move(entry));
        }
        report["table"] = table;
        return report;
    });
}

} // namespace canto::models::arrange
