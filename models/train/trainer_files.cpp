// SPDX-License-Identifier: GPL-3.0-or-later
// The part of the trainer that saves and restores.

#include "core/base/atomic_file.h"
#include "core/base/json_text.h"
#include "models/nn/weights_io.h"
#include "models/train/trainer.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>

namespace canto::models::train {

namespace fs = std::filesystem;
using nlohmann::json;
using torch::Tensor;

namespace {

constexpr const char* kFormat = "canto.checkpoint.1";

/// Step in the name of a checkpoint, -1 for another file.
std::int64_t stepOf(const fs::path& path) {
    const std::string name = path.filename().string();
    const std::string prefix = "checkpoint-";
    const std::string suffix = ".safetensors";
    if (!name.starts_with(prefix) || !name.ends_with(suffix)) {
        return -1;
    }
    std::int64_t step = -1;
    const char* end = name.data() + name.size() - suffix.size();
    const auto parsed = std::from_chars(name.data() + prefix.size(), end, step);
    return parsed.ec == std::errc() && parsed.ptr == end ? step : -1;
}

/// Keys in which a stored network configuration differs from this one, "a, b"; empty when equal.
std::string differingKeys(const std::string& stored, const json& wanted) {
    if (stored == jsonText(wanted)) {
        return {};
    }
    const auto kept = json::parse(stored, nullptr, false);
    std::string keys;
    for (const auto& [key, value] : wanted.items()) {
        if (!kept.is_object() || kept.value(key, json()) != value) {
            keys += (keys.empty() ? "" : ", ") + key;
        }
    }
    return keys.empty() ? "its configuration" : keys;
}

} // namespace

std::vector<fs::path> Trainer::checkpoints() const {
    std::vector<std::pair<std::int64_t, fs::path>> found;
    std::error_code problem;
    for (fs::directory_iterator it(m_folder, problem), end; !problem && it != end;
         it.increment(problem)) {
        if (const auto step = stepOf(it->path()); step >= 0) {
            found.emplace_back(step, it->path());
        }
    }
    std::sort(found.rbegin(), found.rend());
    std::vector<fs::path> paths;
    for (auto& [step, path] : found) {
        paths.push_back(std::move(path));
    }
    return paths;
}

tl::unexpected<Error> Trainer::stopNotFinite(const std::string& what, const std::string& where) {
    m_notFinite = true;
    return fail(Error::Code::Model, "Training stopped: " + what + " is not finite",
                "step " + std::to_string(m_step) + ", " + where,
                "The last checkpoint is good; resume from it with a lower rate");
}

Result<void> Trainer::checkFinite() {
    for (const auto& optimiser : m_optimisers) {
        if (!optimiser.finite()) {
            return stopNotFinite("a parameter", optimiser.name());
        }
    }
    return {};
}

std::vector<NamedTensor> Trainer::stateTensors() const {
    std::vector<NamedTensor> tensors;
    for (const auto& optimiser : m_optimisers) {
        for (auto& tensor : optimiser.state()) {
            tensors.push_back({tensor.name, tensor.tensor.cpu()});
        }
    }
    for (const auto& [name, tensor] : m_unmoved) {
        tensors.push_back({"unmoved." + name, tensor.detach().cpu().contiguous()});
    }
    tensors.push_back({"random", m_generator.get_state()});
    tensors.push_back({"dataOrder", m_order.state()});
    return tensors;
}

Result<void> Trainer::applyState(const std::map<std::string, Tensor>& tensors) {
    const auto random = tensors.find("random");
    const auto order = tensors.find("dataOrder");
    if (random == tensors.end() || order == tensors.end() ||
        random->second.sizes() != m_generator.get_state().sizes() ||
        random->second.scalar_type() != torch::kUInt8) {
        return fail(Error::Code::BadFile, "The checkpoint lacks its random state or data order");
    }
    for (auto& optimiser : m_optimisers) {
        if (auto ok = optimiser.restore(tensors); !ok) {
            return ok;
        }
    }
    torch::NoGradGuard off;
    for (auto& [name, tensor] : m_unmoved) {
        const auto found = tensors.find("unmoved." + name);
        if (found == tensors.end() || found->second.sizes() != tensor.sizes()) {
            return fail(Error::Code::BadShape, "The checkpoint is of another network", name);
        }
        tensor.copy_(found->second);
    }
    if (auto ok = m_order.restore(order->second); !ok) {
        return ok;
    }
    m_generator.set_state(random->second);
    return {};
}

json Trainer::stateJson() const {
    double seconds = m_seconds;
    if (m_start != Clock::time_point()) {
        seconds += std::chrono::duration<double>(Clock::now() - m_start).count();
    }
    json losses = json::object();
    for (const auto& [name, mean] : m_losses) {
        losses[name] = {mean.sum, mean.count};
    }
    return {{"step", m_step},
            {"epoch", m_epoch},
            {"worse", m_worse},
            {"logged", m_logged},
            {"validated", m_validated.step},
            {"threads", m_threads},
            {"seconds", seconds},
            {"seed", m_options.seed},
            {"bestScore", m_bestScore ? json(*m_bestScore) : json()},
            {"last", m_last},
            {"losses", losses}};
}

Result<void> Trainer::checkpoint() {
    if (auto ok = checkFinite(); !ok) {
        return ok;
    }
    m_saved = m_step;
    if (!first()) {
        return {};
    }
    const auto tensors = stateTensors();
    std::vector<tensors::TensorView> views;
    for (const auto& tensor : tensors) {
        views.push_back(toView(tensor.name, tensor.tensor));
    }
    const auto path = m_folder / ("checkpoint-" + std::to_string(m_step) + ".safetensors");
    if (auto ok = tensors::writeSafeTensors(path, views,
                                            {{"format", kFormat},
                                             {"architecture", m_trainable->architecture()},
                                             {"config", jsonText(m_trainable->netConfig())},
                                             {"state", jsonText(stateJson())}});
        !ok) {
        return ok;
    }
    const auto all = checkpoints();
    for (std::size_t i = static_cast<std::size_t>(std::max(1, m_options.checkpointsKept));
         i < all.size(); ++i) {
        std::error_code ignored; // a remaining old file does no harm
        fs::remove(all[i], ignored);
    }
    return {};
}

Result<void> Trainer::restore(const fs::path& path, RunData data) {
    CANTO_TRY(file, tensors::SafeTensors::open(path, tensors::OpenOptions::weights()));
    if (file->metadata("format") != kFormat) {
        return fail(Error::Code::BadFile, "This is not a checkpoint", path.string());
    }
    if (const auto keys = differingKeys(file->metadata("config"), m_trainable->netConfig());
        !keys.empty()) {
        return fail(Error::Code::BadFile,
                    "The checkpoint belongs to another network: it differs in " + keys,
                    path.string(),
                    "Sizes and classes of a network come from the options and the data of its "
                    "run; start a new run, with --from if these weights fit");
    }
    const auto state = json::parse(file->metadata("state"), nullptr, false);
    const auto whole = [&](const char* key) {
        return state.is_object() && state.value(key, json()).is_number_integer();
    };
    for (const char* key : {"step", "epoch", "worse", "logged", "validated", "threads", "seed"}) {
        if (!whole(key)) {
            return fail(Error::Code::BadFile, "The checkpoint does not contain its state",
                        path.string(), std::string("It lacks ") + key);
        }
    }
    const auto last = state.value("last", json());
    const auto losses = state.value("losses", json());
    const auto best = state.value("bestScore", json());
    if (!state.value("seconds", json()).is_number() || !(best.is_number() || best.is_null()) ||
        !last.is_object() || !losses.is_object()) {
        return fail(Error::Code::BadFile, "The checkpoint does not contain its state",
                    path.string());
    }
    if (state["seed"].get<std::uint64_t>() != m_options.seed) {
        return fail(Error::Code::BadInput, "The checkpoint was made with another seed",
                    path.string(), "Give the seed of its config.json");
    }
    std::map<std::string, Tensor> tensors;
    for (const auto& view : file->tensors()) {
        CANTO_TRY(tensor, toTorch(view));
        tensors[view.name] = *tensor;
    }
    if (data == RunData::Changed) {
        tensors["dataOrder"] = m_order.state(); // positions in other rows are meaningless
    }
    if (auto ok = applyState(tensors); !ok) {
        return ok;
    }
    m_step = m_saved = state["step"].get<std::int64_t>();
    m_epoch = state["epoch"].get<int>();
    m_worse = state["worse"].get<int>();
    m_logged = state["logged"].get<std::int64_t>();
    m_validated.step = state["validated"].get<std::int64_t>();
    m_threads = state["threads"].get<int>();
    m_seconds = state["seconds"].get<double>();
    m_bestScore = best.is_number() ? std::optional(best.get<double>()) : std::nullopt;
    m_last.clear();
    for (const auto& [name, value] : last.items()) {
        if (value.is_number()) {
            m_last[name] = value.get<double>();
        }
    }
    m_losses.clear();
    for (const auto& [name, mean] : losses.items()) {
        if (mean.is_array() && mean.size() == 2 && mean[0].is_number() && mean[1].is_number()) {
            m_losses[name] = {mean[0].get<double>(), mean[1].get<std::int64_t>()};
        }
    }
    return {};
}

Result<void> Trainer::forgetScores() {
    m_bestScore.reset();
    m_worse = 0;
    m_last.clear();
    if (!first()) {
        return {};
    }
    std::error_code problem;
    const auto best = m_folder / "best.safetensors";
    if (fs::exists(best, problem)) {
        const auto kept =
            m_folder / ("best-before-step-" + std::to_string(m_step) + ".safetensors");
        fs::rename(best, kept, problem);
        if (problem) {
            return fail(Error::Code::Io,
                        "The best weights so far cannot be renamed: " + problem.message(),
                        kept.string());
        }
    }
    if (auto ok = log({{"step", m_step}, {"note", "the data set changed; scores start again"}});
        !ok) {
        return ok;
    }
    return checkpoint(); // from here on a kill cannot restore the old scores
}

fs::path Trainer::result() const {
    if (m_bestScore) {
        return m_folder / "best.safetensors";
    }
    return m_epoch > 0 ? m_folder / "last.safetensors" : fs::path();
}

Result<void> Trainer::resume(std::vector<std::string>* notes, RunData data) {
    Error last{
        Error::Code::NotFound, "There is no checkpoint to go on from", m_folder.string(), {}};
    for (const auto& path : checkpoints()) {
        auto ok = restore(path, data);
        if (ok && first()) {
            ok = dropLaterLines();
        }
        if (ok) {
            return data == RunData::Changed ? forgetScores() : Result<void>();
        }
        last = ok.error();
        if (notes != nullptr) {
            notes->push_back(last.message());
        }
    }
    return fail(last);
}

Result<void> Trainer::writeConfig() {
    if (!first()) {
        return {};
    }
    const json config = {{"architecture", m_trainable->architecture()},
                         {"net", m_trainable->netConfig()},
                         {"training", m_trainable->trainConfig()},
                         {"seed", m_options.seed},
                         {"steps", m_options.minutes > 0 ? json() : json(m_total)},
                         {"minutes", m_options.minutes},
                         {"device", m_options.device.str()},
                         {"processes", m_options.ranks ? m_options.ranks->world() : 1},
                         {"threads", m_threads}};
    return writeFileAtomically(m_folder / "config.json", jsonText(config, 2) + "\n");
}

Result<void> Trainer::writeWeights(const std::string& name, const Measures& measures) {
    if (!first()) {
        return {};
    }
    auto metadata = m_trainable->card();
    metadata["architecture"] = m_trainable->architecture();
    metadata["config"] = jsonText(m_trainable->netConfig());
    metadata["training"] = jsonText(m_trainable->trainConfig());
    metadata["steps"] = std::to_string(m_step);
    metadata["seed"] = std::to_string(m_options.seed);
    metadata["validation"] = jsonText(json(measures));
    // The score belongs to these numbers; reduced precision is for shipping (canto evaluate
    // --ship).
    return saveWeights(m_trainable->module(), m_folder / name, std::move(metadata),
                       Precision::Full);
}

Result<void> Trainer::log(const json& line) {
    if (!first()) {
        return {};
    }
    std::ofstream out(m_folder / "metrics.jsonl", std::ios::app);
    out << jsonText(line) << '\n';
    out.flush();
    if (!out) {
        return fail(Error::Code::Io, "The log of the run cannot be written",
                    (m_folder / "metrics.jsonl").string());
    }
    return {};
}

Result<void> Trainer::dropLaterLines() {
    const auto path = m_folder / "metrics.jsonl";
    std::ifstream in(path);
    std::string kept;
    bool dropped = false;
    for (std::string text; std::getline(in, text);) {
        const auto line = json::parse(text, nullptr, false);
        const auto step = line.is_object() ? line.value("step", json()) : json();
        const bool validation = line.is_object() && line.contains("validation");
        const bool note = line.is_object() && line.contains("note");
        const auto last = validation ? m_validated.step : note ? m_step : m_logged;
        // A line that was truncated by a kill is not an object.
        if (step.is_number_integer() && step.get<std::int64_t>() <= last) {
            kept += text + '\n';
        } else {
            dropped = true;
        }
    }
    in.close();
    return dropped ? writeFileAtomically(path, kept) : Result<void>();
}

} // namespace canto::models::train
