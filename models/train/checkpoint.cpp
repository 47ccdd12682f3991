// The part of the trainer that saves and restores.

#include "models/common/weights_io.h"
#include "models/train/trainer.h"

#include <algorithm>
#include <charconv>

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

Result<void> Trainer::checkpoint() {
    std::vector<NamedTensor> tensors;
    for (const auto& optimiser : m_optimisers) {
        if (!optimiser.finite()) {
            return fail(Error::Code::Model, "Training stopped: a parameter is not finite",
                        "step " + std::to_string(m_step) + ", " + optimiser.name(),
                        "The last checkpoint is good; resume from it with a lower rate");
        }
        for (auto& tensor : optimiser.state()) {
            tensors.push_back(std::move(tensor));
        }
    }
    tensors.push_back({"random", m_generator.get_state()});
    tensors.push_back({"dataOrder", m_order.state()});
    std::vector<tensorfile::TensorView> views;
    for (const auto& tensor : tensors) {
        views.push_back(toView(tensor.name, tensor.tensor));
    }
    double seconds = m_seconds;
    if (m_start != Clock::time_point()) {
        seconds += std::chrono::duration<double>(Clock::now() - m_start).count();
    }
    const json state = {{"step", m_step},
                        {"seconds", seconds},
                        {"seed", m_options.seed},
                        {"bestScore", m_bestScore}};
    const auto path = m_folder / ("checkpoint-" + std::to_string(m_step) + ".safetensors");
    if (auto ok = tensorfile::writeSafeTensors(path, views,
                                               {{"format", kFormat},
                                                {"architecture", m_trainable->architecture()},
                                                {"config", m_trainable->netConfig().dump()},
                                                {"state", state.dump()}});
        !ok) {
        return ok;
    }
    const auto all = checkpoints();
    for (std::size_t i = static_cast<std::size_t>(std::max(1, m_options.checkpointsKept));
         i < all.size(); ++i) {
        std::error_code ignored; // an old file that stays does no harm
        fs::remove(all[i], ignored);
    }
    return {};
}

Result<void> Trainer::restore(const fs::path& path) {
    const auto file = tensorfile::SafeTensors::open(path, tensorfile::OpenOptions::weights());
    if (!file) {
        return fail(file.error());
    }
    if (file->metadata("format") != kFormat ||
        file->metadata("config") != m_trainable->netConfig().dump()) {
        return fail(Error::Code::BadFile, "This is no checkpoint of this network", path.string());
    }
    const auto state = json::parse(file->metadata("state"), nullptr, false);
    if (!state.is_object() || !state.value("step", json()).is_number_integer() ||
        !state.value("seconds", json()).is_number() ||
        !state.value("seed", json()).is_number_integer() ||
        !state.value("bestScore", json()).is_number()) {
        return fail(Error::Code::BadFile, "The checkpoint does not tell its step", path.string());
    }
    if (state["seed"].get<std::uint64_t>() != m_options.seed) {
        return fail(Error::Code::BadInput, "The checkpoint was made with another seed",
                    path.string(), "Give the seed of its config.json");
    }
    std::map<std::string, Tensor> tensors;
    for (const auto& view : file->tensors()) {
        auto tensor = toTorch(view);
        if (!tensor) {
            return fail(tensor.error());
        }
        tensors[view.name] = *tensor;
    }
    const auto random = tensors.find("random");
    const auto order = tensors.find("dataOrder");
    if (random == tensors.end() || order == tensors.end() ||
        random->second.sizes() != m_generator.get_state().sizes() ||
        random->second.scalar_type() != torch::kUInt8) {
        return fail(Error::Code::BadFile, "The checkpoint lacks its random state or data order",
                    path.string());
    }
    for (auto& optimiser : m_optimisers) {
        if (auto ok = optimiser.restore(tensors); !ok) {
            return ok;
        }
    }
    if (auto ok = m_order.restore(order->second); !ok) {
        return ok;
    }
    m_generator.set_state(random->second);
    m_step = state["step"].get<std::int64_t>();
    m_seconds = state["seconds"].get<double>();
    m_bestScore = state["bestScore"].get<double>();
    return {};
}

Result<void> Trainer::resume(std::vector<std::string>* notes) {
    Error last{
        Error::Code::NotFound, "There is no checkpoint to go on from", m_folder.string(), {}};
    for (const auto& path : checkpoints()) {
        auto ok = restore(path);
        if (ok) {
            return {};
        }
        last = ok.error();
        if (notes != nullptr) {
            notes->push_back(last.message());
        }
    }
    return fail(last);
}

} // namespace canto::models::train
