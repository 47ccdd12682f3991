// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/run.h"

#include "core/base/atomic_file.h"
#include "core/base/file_checksum.h"
#include "core/base/json_text.h"
#include "core/base/path_text.h"
#include "models/common/device.h"
#include "models/nn/torch_edge.h"
#include "models/registry/registry.h"
#include "models/train/ranks.h"
#include "models/train/trainer.h"

#include <fstream>

namespace canto::models::train {

using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr const char* kFile = "run.json";
constexpr const char* kChecksumKey = "datasetChecksum";

/// Reads a key into a field. BadInput names it.
template <class T>
Result<void> take(const json& from, const char* key, T& field) {
    const auto found = from.find(key);
    if (found == from.end()) {
        return fail(Error::Code::BadInput, std::string("The key \"") + key + "\" is missing");
    }
    try {
        if constexpr (std::is_same_v<T, fs::path>) {
            field = pathFromText(found->get<std::string>());
        } else {
            field = found->get<T>();
        }
    } catch (const json::exception&) {
        return fail(Error::Code::BadInput,
                    std::string("The key \"") + key + "\" is of a wrong kind");
    }
    return {};
}

/// Calls `use` with each key of run.json and its field.
template <class Request, class Use>
void eachField(Request& request, const Use& use) {
    use("architecture", request.architecture);
    use("dataset", request.dataset);
    use("preset", request.preset);
    use("changes", request.changes);
    use("seed", request.seed);
    use("batch", request.batch);
    use("device", request.device);
    use("threads", request.threads);
    use("steps", request.steps);
    use("minutes", request.minutes);
    use("epochs", request.epochs);
    use("epochSteps", request.epochSteps);
    use("epochMinutes", request.epochMinutes);
    use("patience", request.patience);
    use("keepEpochs", request.keepEpochs);
    use("logEvery", request.logEvery);
    use("initialWeights", request.initialWeights);
    use("frozen", request.frozen);
    use("rateFactor", request.rateFactor);
}

/// Writes run.json. @param result  null while the run has not ended.
Result<void> writeRequest(const RunRequest& request, const std::string& datasetChecksum,
                          const TrainResult* result) {
    std::error_code problem;
    fs::create_directories(request.out, problem);
    if (problem) {
        return fail(Error::Code::Io, "The folder of the run cannot be made: " + problem.message(),
                    request.out.string());
    }
    auto document = request.toJson();
    document[kChecksumKey] = datasetChecksum;
    if (result != nullptr) {
        document["result"] = {{"end", nameOf(result->end)},
                              {"steps", result->steps},
                              {"weights", result->weights.empty()
                                              ? json()
                                              : json(result->weights.filename().string())},
                              {"bestScore", result->bestScore ? json(*result->bestScore) : json()}};
    }
    return writeFileAtomically(request.out / kFile, jsonText(document, 2) + "\n");
}

} // namespace

json RunRequest::toJson() const {
    json document;
    eachField(*this, [&](const char* key, const auto& field) {
        if constexpr (std::is_same_v<std::decay_t<decltype(field)>, fs::path>) {
            document[key] = pathText(field);
        } else {
            document[key] = field;
        }
    });
    return document;
}

Result<RunRequest> RunRequest::fromJson(const json& from) {
    if (!from.is_object()) {
        return fail(Error::Code::BadInput, "A run is described by a JSON object");
    }
    RunRequest request;
    Result<void> ok;
    eachField(request, [&](const char* key, auto& field) {
        if (ok) {
            ok = take(from, key, field);
        }
    });
    return ok.map([&] { return std::move(request); });
}

namespace {

Result<json> readRunFile(const fs::path& folder) {
    std::ifstream in(folder / kFile);
    if (!in) {
        return fail(Error::Code::NotFound, "This is not the folder of a run: it has no run.json",
                    folder.string());
    }
    return json::parse(in, nullptr, false);
}

/// Checks that the dataset is the one that the run was started with.
Result<void> checkSameData(const RunRequest& request, const std::string& checksum) {
    const auto document = readRunFile(request.out);
    const auto kept =
        document && document->is_object() ? document->value(kChecksumKey, json()) : json();
    if (!kept.is_string() || kept == checksum) {
        return {};
    }
    return fail(Error::Code::BadInput,
                "The data of this run have changed: " + request.dataset.filename().string() +
                    " is not the file that the run began with",
                request.dataset.string(),
                "Put the first file back, or start a new run. canto train --resume with "
                "--changed-data goes on all the same; songs that were held out may then have been "
                "learned, and scores start again");
}

} // namespace

Result<void> checkNoRun(const fs::path& folder) {
    std::error_code problem;
    for (fs::directory_iterator it(folder, problem), end; !problem && it != end;
         it.increment(problem)) {
        const auto name = it->path().filename().string();
        // Weights of another run could be mistaken for those of this one.
        if (name.starts_with("checkpoint-") || name == "best.safetensors" ||
            name == "last.safetensors") {
            return fail(Error::Code::BadInput, "This folder already holds a run", folder.string(),
                        "Resume it, or take another folder");
        }
    }
    return {};
}

Result<RunRequest> readRequest(const fs::path& folder) {
    CANTO_TRY(document, readRunFile(folder));
    auto request = RunRequest::fromJson(*document);
    if (!request) {
        auto error = request.error();
        error.code = Error::Code::BadFile;
        error.where = (folder / kFile).string();
        return fail(error);
    }
    request->out = folder;
    return request;
}

namespace {

/// The device of this process: torchrun gives each its own.
Result<std::string> deviceOf(const RunRequest& request,
                             const std::optional<RankEnvironment>& environment) {
    if (environment &&
        (request.device == "cuda" || (request.device == "auto" && torch::cuda::is_available()))) {
        return resolveDevice("cuda:" + std::to_string(environment->localRank));
    }
    return resolveDevice(request.device);
}

Result<std::shared_ptr<Trainable>> trainableOf(const RunRequest& request) {
    CANTO_TRY(architecture, findArchitecture(request.architecture));
    auto changes = request.changes.is_object() ? request.changes : json::object();
    if (request.batch > 0) {
        changes["batch"] = request.batch;
    }
    return (*architecture)
        ->makeTraining({.dataset = request.dataset,
                        .preset = request.preset,
                        .changes = changes,
                        .seed = request.seed,
                        .initialWeights = request.initialWeights});
}

Result<void> resume(Trainer& trainer, RunData data, const Observer& observer) {
    std::vector<std::string> notes;
    const auto resumed = trainer.resume(&notes, data);
    // A run that was killed before its first checkpoint starts again.
    const bool nothingYet =
        !resumed && resumed.error().code == Error::Code::NotFound && notes.empty();
    if (resumed) {
        notes.push_back("Going on from step " + std::to_string(trainer.step()));
    }
    for (const auto& text : notes) {
        if (observer.onEvent) {
            observer.onEvent({RunEvent::Kind::Note, trainer.step(), text, {}, 0});
        }
    }
    return nothingYet ? Result<void>() : resumed;
}

} // namespace

Result<TrainResult> runTraining(const RunRequest& request, Start start, const RunControl& control,
                                const Observer& observer) {
    CANTO_TRY(environment, RankEnvironment::fromEnvironment());
    CANTO_TRY(device, deviceOf(request, *environment));
    std::shared_ptr<Ranks> ranks;
    if (*environment) {
        CANTO_TRY(met, Ranks::meet(**environment, *device != "cpu"));
        ranks = *met;
    }
    const bool first = !ranks || ranks->rank() == 0;
    CANTO_TRY(checksum, checksumOfFile(request.dataset));
    if (first && start == Start::Fresh) {
        CANTO_CHECK(checkNoRun(request.out));
    }
    if (start == Start::Resume) {
        CANTO_CHECK(checkSameData(request, *checksum));
    }
    CANTO_TRY(trainable, trainableOf(request));
    // Other data only belong to the run once its checkpoint does not contain the old scores.
    if (first && start != Start::ResumeWithOtherData) {
        CANTO_CHECK(writeRequest(request, *checksum, nullptr));
    }
    const KeepMemory keep;
    CANTO_TRY(trainer, torchEdge([&] {
                  TrainerOptions options;
                  static_cast<RunSettings&>(options) = request;
                  options.device = torch::Device(*device);
                  options.ranks = ranks;
                  return std::make_unique<Trainer>(*trainable, request.out, std::move(options));
              }));
    if (start != Start::Fresh) {
        const bool other = start == Start::ResumeWithOtherData;
        auto ok = resume(**trainer, other ? RunData::Changed : RunData::Same, observer);
        if (ok && first && other) {
            ok = writeRequest(request, *checksum, nullptr);
        }
        if (!ok) {
            return fail(ok.error());
        }
    }
    const auto result = (*trainer)->run(control, observer);
    if (result && first) {
        CANTO_CHECK(writeRequest(request, *checksum, &*result));
    }
    return result;
}

} // namespace canto::models::train
