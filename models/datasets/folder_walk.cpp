// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/folder_walk.h"

#include <algorithm>
#include <string_view>

namespace canto {

namespace fs = std::filesystem;

namespace {

constexpr int kDeepestFolder = 64;

struct Walk {
    const std::function<bool(const fs::path&)>& wanted;
    std::set<fs::path>& entered;
    std::vector<fs::path> files;
    std::size_t macMetadata = 0;

    void take(const fs::path& entry, bool ofMac) {
        constexpr std::string_view kAppleDouble = "._";
        const std::string name = entry.filename().string();
        const bool beside = name.starts_with(kAppleDouble);
        if (!ofMac && !beside) {
            if (wanted(entry)) {
                files.push_back(entry);
            }
        } else if (wanted(entry.parent_path() / name.substr(beside ? kAppleDouble.size() : 0))) {
            ++macMetadata;
        }
    }

    void enter(const fs::path& folder, int depth, bool ofMac) {
        std::error_code ignored;
        if (depth > kDeepestFolder || !entered.insert(fs::canonical(folder, ignored)).second) {
            return;
        }
        std::vector<fs::path> entries;
        for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied,
                                       ignored);
             !ignored && it != fs::directory_iterator(); it.increment(ignored)) {
            entries.push_back(it->path());
        }
        // so that it is fixed which of two links to a folder counts
        std::sort(entries.begin(), entries.end());
        for (const fs::path& entry : entries) {
            if (fs::is_directory(entry, ignored)) {
                enter(entry, depth + 1, ofMac || entry.filename() == "__MACOSX");
            } else {
                take(entry, ofMac);
            }
        }
    }
};

} // namespace

Result<std::vector<fs::path>> filesBelow(const fs::path& folder,
                                         const std::function<bool(const fs::path&)>& wanted,
                                         std::set<fs::path>* entered, std::size_t* macMetadata) {
    std::error_code problem;
    fs::directory_iterator(folder, problem);
    if (problem) {
        return fail(Error::Code::NotFound, "The folder cannot be read: " + problem.message(),
                    folder.string());
    }
    std::set<fs::path> own;
    Walk walk{wanted, entered != nullptr ? *entered : own, {}};
    walk.enter(folder, 0, false);
    if (macMetadata != nullptr) {
        *macMetadata += walk.macMetadata;
    }
    std::sort(walk.files.begin(), walk.files.end());
    return std::move(walk.files);
}

} // namespace canto
