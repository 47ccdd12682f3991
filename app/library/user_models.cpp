// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/user_models.h"

#include "app/library/model_store.h"
#include "core/base/json_text.h"
#include "core/tensors/safetensors.h"
#include "models/common/model_card.h"
#include "models/registry/registry.h"

#include <algorithm>
#include <cctype>

namespace canto {

namespace fs = std::filesystem;

namespace {

Result<StoredModel> describe(const fs::path& path, bool shipped) {
    CANTO_TRY(file, tensors::SafeTensors::open(path, tensors::OpenOptions::weights()));
    StoredModel model{
        path,    file->metadata("title"), file->metadata("architecture"), file->checksum(),
        shipped, file->metadata()};
    if (model.title.empty()) {
        model.title = path.stem().string();
    }
    return model;
}

bool isBelow(const fs::path& path, const fs::path& folder) {
    const auto inside = fs::weakly_canonical(path), root = fs::weakly_canonical(folder);
    return std::mismatch(root.begin(), root.end(), inside.begin(), inside.end()).first ==
           root.end();
}

} // namespace

std::string fileNameFor(const std::string& title) {
    std::string name;
    for (const char c : title) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || byte >= 0x80) {
            name += static_cast<char>(byte < 0x80 ? std::tolower(byte) : byte);
        } else if (!name.empty() && name.back() != '-') {
            name += '-';
        }
    }
    while (!name.empty() && name.back() == '-') {
        name.pop_back();
    }
    return name.empty() ? "model" : name.substr(0, 80);
}

std::vector<StoredModel> listModels(const fs::path& userFolder, std::vector<std::string>* notes) {
    std::vector<StoredModel> models;
    for (const auto& architecture : models::architectures()) {
        if (const auto path = shippedWeights(architecture.id)) {
            if (auto model = describe(*path, true)) {
                models.push_back(std::move(*model));
            }
        }
    }
    std::vector<std::pair<fs::file_time_type, fs::path>> own;
    std::error_code problem;
    for (const auto& entry : fs::directory_iterator(userFolder, problem)) {
        if (entry.path().extension() == ".safetensors") {
            own.emplace_back(fs::last_write_time(entry.path(), problem), entry.path());
        }
    }
    std::sort(own.rbegin(), own.rend());
    for (const auto& [time, path] : own) {
        auto model = describe(path, false);
        if (model) {
            models.push_back(std::move(*model));
        } else if (notes != nullptr) {
            notes->push_back(model.error().message());
        }
    }
    return models;
}

Result<StoredModel> addModel(const fs::path& weights, const fs::path& userFolder,
                             const std::string& title, std::map<std::string, std::string> card) {
    if (title.empty()) {
        return fail(Error::Code::BadInput, "The model needs a name");
    }
    for (const auto& folder : assetFolders()) {
        std::error_code ignored;
        if (fs::exists(folder, ignored) && isBelow(userFolder, folder)) {
            return fail(Error::Code::BadInput, "Shipped files are not written to",
                        userFolder.string());
        }
    }
    std::error_code problem;
    fs::create_directories(userFolder, problem);
    if (problem) {
        return fail(Error::Code::Io, "The folder of models cannot be made: " + problem.message(),
                    userFolder.string());
    }
    const std::string name = fileNameFor(title);
    fs::path target = userFolder / (name + ".safetensors");
    for (int number = 2; fs::exists(target, problem); ++number) {
        target = userFolder / (name + "-" + std::to_string(number) + ".safetensors");
    }
    card["title"] = title;
    for (auto& [key, value] : card) {
        value = validUtf8(value); // file names need not be UTF-8, a card must be
    }
    CANTO_CHECK(models::writeCard(weights, target, card));
    return describe(target, false);
}

} // namespace canto
