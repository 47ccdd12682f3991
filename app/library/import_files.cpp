// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/library/importer.h"
#include "core/base/unicode.h"
#include "core/midi/file_kind.h"
#include "models/datasets/folder_walk.h"

#include <algorithm>
#include <cctype>
#include <set>
#include <unordered_map>

namespace canto {
namespace fs = std::filesystem;

namespace {
fs::path absoluteNormal(const fs::path& path) {
    std::error_code none;
    return fs::absolute(path, none).lexically_normal();
}

bool sameButForCase(const std::string& a, const std::string& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return std::tolower(static_cast<unsigned char>(x)) ==
               std::tolower(static_cast<unsigned char>(y));
    });
}
} // namespace

Result<std::vector<ImportFile>> findMidiFiles(std::span<const fs::path> paths, Naming naming,
                                              std::size_t* macMetadata) {
    std::vector<ImportFile> found;
    std::set<fs::path> entered;
    for (const fs::path& path : paths) {
        std::error_code none;
        const fs::path root = absoluteNormal(path);
        if (!fs::exists(fs::symlink_status(root, none))) {
            return fail(Error::Code::NotFound, "There is no such file or folder", path.string());
        }
        std::vector<fs::path> files;
        const bool folder = fs::is_directory(root, none);
        if (folder) {
            CANTO_TRY(below, filesBelow(root, midi::isMidiName, &entered, macMetadata));
            files = std::move(*below);
        } else {
            files.push_back(root);
        }
        for (fs::path& file : files) {
            ImportFile& entry = found.emplace_back();
            entry.name = naming == Naming::Absolute
                             ? file.string()
                             : file.lexically_relative(folder ? root : root.parent_path()).string();
            entry.file = std::move(file);
        }
    }
    std::sort(found.begin(), found.end(),
              [](const ImportFile& a, const ImportFile& b) { return a.name < b.name; });
    found.erase(
        std::unique(found.begin(), found.end(),
                    [](const ImportFile& a, const ImportFile& b) { return a.name == b.name; }),
        found.end());
    return found;
}

void labelByFolder(std::vector<ImportFile>& files, const fs::path& root,
                   std::span<const std::string> known) {
    const fs::path top = absoluteNormal(root / "").parent_path();
    for (ImportFile& file : files) {
        const fs::path below = file.file.lexically_relative(top);
        if (file.labelled || below.empty() || *below.begin() == "..") {
            continue; // labels from a table are not guesses; a file from elsewhere
        }
        const bool inFolder = std::next(below.begin()) != below.end();
        const fs::path named = inFolder ? *below.begin() : top.filename();
        const std::string name = composedForm(trimmed(named.string()));
        const auto spelled = std::find_if(known.begin(), known.end(), [&](const std::string& one) {
            return sameButForCase(one, name);
        });
        if (spelled != known.end()) {
            file.labels.genre = *spelled;
        } else if (inFolder) {
            file.labels.genre = name;
        }
    }
}

std::size_t attachLabels(std::vector<ImportFile>& files, const atlas::LabelTable& table,
                         std::span<const fs::path> bases) {
    std::unordered_map<std::string, ImportFile*> byPath, byComposedPath;
    for (ImportFile& file : files) {
        byPath.emplace(file.file.string(), &file);
        byComposedPath.emplace(composedForm(file.file.string()), &file);
    }
    std::vector<fs::path> roots;
    for (const fs::path& base : bases) {
        roots.push_back(absoluteNormal(base.empty() ? fs::path(".") : base));
    }
    std::size_t strays = 0;
    for (const atlas::LabelRow& row : table.rows) {
        ImportFile* file = nullptr;
        for (const auto& [paths, composed] :
             {std::pair(&byPath, false), std::pair(&byComposedPath, true)}) {
            for (auto root = roots.begin(); root != roots.end() && file == nullptr; ++root) {
                const std::string path = (*root / row.path).lexically_normal().string();
                const auto found = paths->find(composed ? composedForm(path) : path);
                file = found == paths->end() ? nullptr : found->second;
            }
        }
        if (file == nullptr) {
            ++strays;
            continue;
        }
        file->labels = row;
        file->labelled = true;
    }
    return strays;
}

} // namespace canto
