// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/run_log.h"

#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

namespace canto {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::map<std::string, double> numbersOf(const json& object) {
    std::map<std::string, double> numbers;
    for (const auto& [name, value] : object.items()) {
        if (value.is_number()) {
            numbers[name] = value.get<double>();
        }
    }
    return numbers;
}

} // namespace

Result<RunLog> readRunLog(const fs::path& folder) {
    std::ifstream file(folder / "metrics.jsonl");
    if (!file) {
        return fail(Error::Code::NotFound, "The folder has no log of a run",
                    (folder / "metrics.jsonl").string());
    }
    RunLog log;
    for (std::string text; std::getline(file, text);) {
        const auto line = json::parse(text, nullptr, false);
        if (!line.is_object() || !line.contains("step") || !line["step"].is_number_integer()) {
            continue;
        }
        const auto step = line["step"].get<std::int64_t>();
        if (const auto losses = line.find("losses"); losses != line.end() && losses->is_object()) {
            while (!log.losses.empty() && log.losses.back().step >= step) {
                log.losses.pop_back();
            }
            log.losses.push_back({step, numbersOf(*losses)});
        }
        if (const auto figures = line.find("validation");
            figures != line.end() && figures->is_object()) {
            while (!log.epochs.empty() && log.epochs.back().step >= step) {
                log.epochs.pop_back();
            }
            EpochLine epoch;
            epoch.epoch = static_cast<int>(log.epochs.size()) + 1;
            if (const auto number = line.find("epoch");
                number != line.end() && number->is_number_integer()) {
                epoch.epoch = number->get<int>();
            }
            epoch.step = step;
            epoch.measures = numbersOf(*figures);
            char name[40];
            std::snprintf(name, sizeof name, "epoch-%04d.safetensors", epoch.epoch);
            std::error_code ignored;
            if (fs::is_regular_file(folder / name, ignored)) {
                epoch.weights = folder / name;
            }
            log.epochs.push_back(std::move(epoch));
        }
    }
    return log;
}

} // namespace canto
