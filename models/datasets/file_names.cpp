// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/file_names.h"

#include "core/base/unicode.h"

namespace canto {

namespace fs = std::filesystem;

const std::map<std::string, fs::path>& FileNames::namesIn(const fs::path& folder) {
    const auto [known, added] = m_folders.try_emplace(folder);
    if (added) {
        std::error_code problem;
        for (fs::directory_iterator it(folder.empty() ? fs::path(".") : folder, problem);
             !problem && it != fs::directory_iterator(); it.increment(problem)) {
            const fs::path name = it->path().filename();
            known->second.emplace(composedForm(name.string()), name);
        }
    }
    return known->second;
}

std::string FileNames::nameIn(const fs::path& folder, const std::string& name) {
    const fs::path named = folder / name;
    const fs::path found = find(named);
    if (found == named) {
        return name;
    }
    return fs::path(name).is_absolute() ? found.string()
                                        : found.lexically_relative(folder).string();
}

fs::path FileNames::find(const fs::path& named) {
    std::error_code problem;
    if (fs::exists(named, problem)) {
        return named;
    }
    fs::path found;
    for (const fs::path& part : named) {
        if (part.has_root_path() || part == "." || part == ".." || part.empty() ||
            fs::exists(found / part, problem)) {
            found /= part;
            continue;
        }
        const auto& names = namesIn(found);
        const auto name = names.find(composedForm(part.string()));
        if (name == names.end()) {
            return named;
        }
        found /= name->second;
    }
    return found;
}

} // namespace canto
