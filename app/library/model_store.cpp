// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/model_store.h"

#include "models/registry/registry.h"

#include <cstdlib>
#include <map>
#include <mutex>
#include <sstream>
#include <utility>

namespace canto {

namespace fs = std::filesystem;

namespace {

/// The model of the space that is shown first.
const std::string kDefaultArchitecture = "polyphonic";

/// A model that lives as long as somebody uses it.
struct SharedModel {
    explicit SharedModel(OpenModel how) : open(std::move(how)) {}

    Result<std::shared_ptr<models::LatentModel>> get() {
        const std::lock_guard lock(mutex);
        if (auto known = model.lock()) {
            return known;
        }
        auto opened = open();
        if (opened) {
            model = *opened;
        }
        return opened;
    }

    const OpenModel open;
    std::mutex mutex; ///< of what follows
    std::weak_ptr<models::LatentModel> model;
};

} // namespace

OpenModel shareModel(OpenModel open) {
    if (!open) {
        return {};
    }
    return [shared = std::make_shared<SharedModel>(std::move(open))] { return shared->get(); };
}

OpenModel sharedModel(const fs::path& weights) {
    static std::mutex mutex;
    static std::map<std::pair<fs::path, fs::file_time_type>, std::weak_ptr<SharedModel>> all;
    std::error_code ignored; // opening the file says what is wrong
    const auto path = fs::weakly_canonical(weights, ignored);
    const auto written = fs::last_write_time(weights, ignored);
    const std::lock_guard lock(mutex);
    std::erase_if(all, [](const auto& known) { return known.second.expired(); });
    auto& known = all[{path, written}];
    auto shared = known.lock();
    if (!shared) {
        shared = std::make_shared<SharedModel>(
            [name = weights.string()] { return models::openModel(name); });
        known = shared;
    }
    return [shared] { return shared->get(); };
}

std::vector<fs::path> assetFolders() {
    const auto variable = [](const char* name) {
        const char* value = std::getenv(name);
        return std::string(value == nullptr ? "" : value);
    };
    std::vector<fs::path> folders;
    if (const auto requested = variable("CANTO_ASSETS"); !requested.empty()) {
        folders.emplace_back(requested);
    }
    std::error_code problem;
    const fs::path program = fs::read_symlink("/proc/self/exe", problem);
    if (!problem) {
        fs::path folder = program.parent_path();
        folders.push_back(folder / ".." / "share" / "cantograph");
        folders.push_back(folder / ".." / ".." / "share" / "cantograph");
        for (int up = 0; up < 4; ++up) {
            folders.push_back(folder / "assets");
            folder = folder.parent_path();
        }
    }
    std::string shared = variable("XDG_DATA_HOME");
    if (const auto home = variable("HOME"); shared.empty() && !home.empty()) {
        shared = home + "/.local/share";
    }
    const auto system = variable("XDG_DATA_DIRS");
    shared += ":" + (system.empty() ? "/usr/local/share:/usr/share" : system);
    std::istringstream list(shared);
    for (std::string folder; std::getline(list, folder, ':');) {
        if (fs::path(folder).is_absolute()) { // others are to be ignored, says XDG
            folders.push_back(fs::path(folder) / "cantograph");
        }
    }
    return folders;
}

Result<fs::path> findAsset(const fs::path& relative) {
    std::string tried;
    for (const auto& folder : assetFolders()) {
        std::error_code ignored;
        const auto path = (folder / relative).lexically_normal();
        if (fs::is_regular_file(path, ignored)) {
            return path;
        }
        tried += (tried.empty() ? "" : ", ") + path.string();
    }
    return fail(Error::Code::NotFound, relative.string() + " does not lie in any assets folder",
                tried,
                "On Debian, install cantograph-data or cantograph-emotion; elsewhere set "
                "CANTO_ASSETS to the folder that holds it");
}

Result<fs::path> shippedWeights(const std::string& architecture) {
    const std::string& id = architecture.empty() ? kDefaultArchitecture : architecture;
    return findAsset(fs::path("models") / (id + ".safetensors"));
}

Result<fs::path> weightsOrShipped(const fs::path& path, const std::string& architecture) {
    return path.empty() ? shippedWeights(architecture) : path;
}

Result<std::shared_ptr<models::LatentModel>> openModelOrShipped(const std::string& path,
                                                                const std::string& architecture) {
    CANTO_TRY(weights, weightsOrShipped(path, architecture));
    return models::openModel(weights->string());
}

} // namespace canto
