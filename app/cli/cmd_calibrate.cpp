// SPDX-License-Identifier: GPL-3.0-or-later
#if defined(CANTO_SOUND) && defined(CANTO_ATLAS)

#include "app/cli/commands.h"
#include "app/cli/similar_json.h"
#include "app/spaces/orchestra/composer_prediction.h"
#include "app/spaces/orchestra/known_clips.h"
#include "app/spaces/orchestra/orchestra_sound.h"

#include <algorithm>
#include <ctime>
#include <fstream>
#include <map>

namespace canto::cli {

using nlohmann::json;

namespace {

struct CalibrateOptions {
    std::string model;
    std::string atlas;
    std::string out;
    std::vector<std::string> sets; ///< NAME=FILE
    std::vector<std::string> unseen;
    std::string recordings;
    std::string quoted;
    KnownClips::Options test;
};

std::vector<LabelledClip> clipsOf(const models::orchestra::OrchestraModel& model,
                                  const atlas::AtlasPoints& points) {
    std::vector<LabelledClip> clips;
    for (std::size_t row = 0; row < points.count(); ++row) {
        const auto& song = points.songOf(row);
        const auto latent = points.latent(row);
        clips.push_back({{latent.begin(), latent.end()},
                         song.path,
                         song.composer,
                         song.split,
                         song.label("font"),
                         song.label("work"),
                         model.energy({latent.begin(), latent.end()})});
    }
    return clips;
}

Result<std::vector<LabelledClip>> encodedClips(const models::orchestra::OrchestraModel& model,
                                               const std::string& file) {
    CANTO_TRY(prepared, tensors::PreparedClips::open(file));
    ProgressLine line("Clips");
    CANTO_TRY(latents, model.encodeClips(*prepared, interruptToken(), line.callback()));
    std::vector<LabelledClip> clips;
    for (std::size_t i = 0; i < latents->size(); ++i) {
        const auto& movement = prepared->movements()[prepared->movement(i)];
        clips.push_back({(*latents)[i], movement.path, movement.composer, movement.split,
                         movement.font, movement.work, model.energy((*latents)[i])});
    }
    return clips;
}

/// How often the model predicts the composer of real recordings, without those by other composers.
Result<RecordingsAccuracy> accuracyOn(const models::orchestra::OrchestraModel& model,
                                      const std::string& file) {
    CANTO_TRY(clips, encodedClips(model, file));
    const auto& classes = model.info().classes;
    std::map<std::string, std::pair<std::string, std::vector<models::Latent>>> recordings;
    for (const auto& clip : *clips) {
        if (std::find(classes.begin(), classes.end(), clip.composer) != classes.end()) {
            auto& [composer, latents] = recordings[clip.recording];
            composer = clip.composer;
            latents.push_back(clip.latent);
        }
    }
    if (recordings.empty()) {
        return fail(Error::Code::BadInput, "No recording is by one of the model's composers", file,
                    "Name the folders after the composers");
    }
    const auto names = [&model](std::span<const models::Latent> latents,
                                const std::string& composer) {
        const auto prediction = predictionOn(model, latents);
        return prediction && prediction->composer == composer;
    };
    RecordingsAccuracy accuracy;
    double right = 0, all = 0;
    for (const auto& [path, recording] : recordings) {
        const auto& [composer, latents] = recording;
        ++accuracy.recordings;
        accuracy.right += names(latents, composer) ? 1 : 0;
        for (const models::Latent& latent : latents) {
            right += names({&latent, 1}, composer) ? 1 : 0;
            ++all;
        }
    }
    accuracy.clipAccuracy = right / all;
    accuracy.source = "canto calibrate --recordings";
    const std::time_t now = std::time(nullptr);
    char date[11];
    std::strftime(date, sizeof date, "%Y-%m-%d", std::gmtime(&now));
    accuracy.date = date;
    return accuracy;
}

Result<RecordingsAccuracy> quotedAccuracy(const std::string& file) {
    std::ifstream in(file);
    const auto accuracy = recordingsAccuracyFrom(json::parse(in, nullptr, false));
    if (!accuracy) {
        return fail(Error::Code::BadFile, "These are not figures of recordings", file,
                    R"(Write {"recordings": 31, "right": 8, "clipAccuracy": 0.1, "source": "who", )"
                    R"("date": "2026-01-31"})");
    }
    return *accuracy;
}

Result<int> calibrate(const CalibrateOptions& options) {
    CANTO_TRY(model, openOrchestra(options.model));
    CANTO_TRY(library, openPoints(options.atlas, (*model)->info().version));
    CANTO_TRY(known, KnownClips::calibrate(clipsOf(**model, library->points),
                                           (*model)->info().version, options.test));
    std::vector<NamedClips> sets;
    CANTO_TRY(named, namedValues("--clips", "NAME=FILE", options.sets));
    for (const auto& [name, file] : *named) {
        CANTO_TRY(clips, encodedClips(**model, file));
        sets.push_back({name, std::move(*clips)});
    }
    known->measure(sets);
    std::vector<LabelledClip> unseen;
    for (const auto& file : options.unseen) {
        CANTO_TRY(clips, encodedClips(**model, file));
        unseen.insert(unseen.end(), clips->begin(), clips->end());
    }
    if (!options.unseen.empty()) {
        known->setUnseenSounds(unseenSounds(**model, unseen));
    }
    if (!options.recordings.empty() || !options.quoted.empty()) {
        CANTO_TRY(accuracy, options.quoted.empty() ? accuracyOn(**model, options.recordings)
                                                   : quotedAccuracy(options.quoted));
        known->setRecordingsAccuracy(*accuracy);
    }
    CANTO_CHECK(known->write(options.out));
    json result = known->rates();
    if (known->recordingsAccuracy()) {
        result["realRecordings"] = toJson(*known->recordingsAccuracy());
    }
    return print(result);
}

} // namespace

void addCalibrateCommand(CLI::App& app, Action& action) {
    Command<CalibrateOptions> command(
        app, action, "calibrate",
        "Set and evaluate the distance beyond which the Orchestra space names none of its "
        "composers for a recording",
        calibrate);
    auto& args = command.args();
    command.required("--model", args.model, "Weights of the Orchestra space");
    command.required("--atlas", args.atlas,
                     "Library of clips made with these weights: its split \"train\" is the known "
                     "music, \"valid\" sets the thresholds, \"test\" is measured");
    command.required("--out", args.out, "The safetensors file to write");
    command.option("--clips", args.sets,
                   "NAME=FILE: clips (canto render-corpus) to measure the thresholds with; "
                   "composers that are not in the library should be rejected. Repeatable");
    command.option("--unseen", args.unseen,
                   "Clips of the test works with SoundFonts that training did not use: how often "
                   "the composer is right, as shown beside a user's recording. Repeatable");
    auto* recordings =
        command.option("--recordings", args.recordings,
                       "Clips of real recordings (canto render-corpus --music FOLDER, a "
                       "folder per composer): how often the composer is right");
    command
        .option("--quote", args.quoted,
                "The same figures from a measurement made elsewhere, as JSON")
        ->excludes(recordings);
    command.shown("--neighbours", args.test.neighbours, "Nearest known clips averaged",
                  CLI::Range(1, 1000));
    command.shown("--refuse", args.test.refused,
                  "Share of held-out clips by the known composers that may be refused",
                  CLI::Range(0.0, 0.5));
    command->footer("Example:\n"
                    "  canto calibrate --model orchestra.safetensors --atlas orchestra.atlas "
                    "--clips others=others.safetensors --out orchestra-known.safetensors");
}

} // namespace canto::cli

#endif
