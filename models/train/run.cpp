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
        field = found->get<T>();
    } catch (const json::exception&) {
        return fail(Error::Code::BadInput,
                    std::string("The key \"") + key + "\" is of a wrong kind");
    }
    return {};
}

TrainerOptions optionsOf(const RunRequest& request, const std::string& device) {
    TrainerOptions options;
    options.steps = request.steps;
    options.minutes = request.minutes;
    options.epochs = request.epochs;
    options.seed = request.seed;
    options.logEvery = request.logEvery;
    options.epochSteps = request.epochSteps;
    options.epochMinutes = request.epochMinutes;
    options.patience = request.patience;
    options.keepEpochs = request.keepEpochs;
    options.threads = request.threads;
    options.device = torch::Device(device);
    options.frozen = request.frozen;
    options.rateFactor = request.rateFactor;
    return options;
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
    return {{"architecture", architecture},
            {"dataset", pathText(dataset)},
            {"preset", preset},
            {"changes", changes},
            {"seed", seed},
            {"batch", batch},
            {"device", device},
            {"threads", threads},
            {"steps", steps},
            {"minutes", minutes},
            {"epochs", epochs},
            {"epochSteps", epochSteps},
            {"epochMinutes", epochMinutes},
            {"patience", patience},
            {"keepEpochs", keepEpochs},
            {"logEvery", logEvery},
            {"initialWeights", pathText(initialWeights)},
            {"frozen", frozen},
            {"rateFactor", rateFactor}};
}

Result<RunRequest> RunRequest::fromJson(const json& from) {
    if (!from.is_object()) {
        return fail(Error::Code::BadInput, "A run is described by a JSON object");
    }
    RunRequest request;
    std::string dataset;
    std::string initialWeights;
    for (auto ok :
         {take(from, "architecture", request.architecture), take(from, "dataset", dataset),
          take(from, "preset", request.preset), take(from, "changes", request.changes),
          take(from, "seed", request.seed), take(from, "batch", request.batch),
          take(from, "device", request.device), take(from, "threads", request.threads),
          take(from, "steps", request.steps), take(from, "minutes", request.minutes),
          take(from, "epochs", request.epochs), take(from, "epochSteps", request.epochSteps),
          take(from, "epochMinutes", request.epochMinutes),
          take(from, "patience", request.patience), take(from, "keepEpochs", request.keepEpochs),
          take(from, "logEvery", request.logEvery), take(from, "initialWeights", initialWeights),
          take(from, "frozen", request.frozen), take(from, "rateFactor", request.rateFactor)}) {
        if (!ok) {
            return fail(ok.error());
        }
    }
    request.dataset = pathFromText(dataset);
    request.initialWeights = pathFromText(initialWeights);
    return request;
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
    const auto document = readRunFile(folder);
    if (!document) {
        return fail(document.error());
    }
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
    const auto architecture = findArchitecture(request.architecture);
    if (!architecture) {
        return fail(architecture.error());
    }
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
    const auto environment = RankEnvironment::fromEnvironment();
    if (!environment) {
        return fail(environment.error());
    }
    const auto device = deviceOf(request, *environment);
    if (!device) {
        return fail(device.error());
    }
    std::shared_ptr<Ranks> ranks;
    if (*environment) {
        auto met = Ranks::meet(**environment, *device != "cpu");
        if (!met) {
            return fail(met.error());
        }
        ranks = *met;
    }
    const bool first = !ranks || ranks->rank() == 0;
    const auto checksum = checksumOfFile(request.dataset);
    if (!checksum) {
        return fail(checksum.error());
    }
    if (first && start == Start::Fresh) {
        if (auto ok = checkNoRun(request.out); !ok) {
            return fail(ok.error());
        }
    }
    if (start == Start::Resume) {
        if (auto ok = checkSameData(request, *checksum); !ok) {
            return fail(ok.error());
        }
    }
    const auto trainable = trainableOf(request);
    if (!trainable) {
        return fail(trainable.error());
    }
    // Other data only belong to the run once its checkpoint does not contain the old scores.
    if (first && start != Start::ResumeWithOtherData) {
        if (auto ok = writeRequest(request, *checksum, nullptr); !ok) {
            return fail(ok.error());
        }
    }
    const KeepMemory keep;
    auto trainer = torchEdge([&] {
        auto options = optionsOf(request, *device);
        options.ranks = ranks;
        return std::make_unique<Trainer>(*trainable, request.out, std::move(options));
    });
    if (!trainer) {
        return fail(trainer.error());
    }
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
        if (auto ok = writeRequest(request, *checksum, &*result); !ok) {
            return fail(ok.error());
        }
    }
    return result;
}

} // namespace canto::models::train
