// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/note_network_file.h"

#include "app/library/model_store.h"

#include <cstdlib>
#include <string>
#include <vector>

namespace canto {

namespace fs = std::filesystem;

namespace {

const fs::path& noteNetworkName() {
    static const fs::path name = fs::path("networks") / "basic-pitch.safetensors";
    return name;
}

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr ? value : "";
}

} // namespace

fs::path userNoteNetwork() {
    fs::path data = variable("XDG_DATA_HOME");
    if (!data.is_absolute()) { // as the specification of these folders has it
        const fs::path home = variable("HOME");
        if (home.empty()) {
            return {};
        }
        data = home / ".local" / "share";
    }
    return data / "Cantograph" / "Cantograph" / noteNetworkName();
}

Result<fs::path> noteNetworkFile(const fs::path& dataFolder) {
    const auto notThere = [](const std::string& where) {
        return fail(Error::Code::NotFound, "The network that finds notes is not installed", where,
                    "packaging/setup installs it, or canto import-weights basic-pitch FOLDER");
    };
    std::error_code ignored;
    if (const auto named = variable("CANTO_NOTE_NETWORK"); !named.empty()) {
        if (named != "none" && fs::is_regular_file(named, ignored)) {
            return fs::path(named);
        }
        return notThere("CANTO_NOTE_NETWORK is " + named);
    }
    const fs::path user = userNoteNetwork();
    std::vector<fs::path> places;
    if (!dataFolder.empty()) {
        places.push_back(dataFolder / noteNetworkName());
    }
    if (!user.empty()) {
        places.push_back(user);
    }
    for (const auto& place : places) {
        if (fs::is_regular_file(place, ignored)) {
            return place;
        }
    }
    if (const auto shipped = findAsset(noteNetworkName())) {
        return *shipped;
    }
    return notThere(user.string());
}

} // namespace canto
