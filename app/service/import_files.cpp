#include "app/service/folder_walk.h"
#include "app/service/importer.h"
#include "core/base/unicode.h"
#include "core/midi/file_kind.h"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace canto {
namespace fs = std::filesystem;

namespace {
fs::path absoluteNormal(const fs::path& path) {
    std::error_code none;
    return fs::absolute(path, none).lexically_normal();
}
} // namespace

Result<std::vector<ImportFile>> findMidiFiles(std::span<const fs::path> paths, Naming naming) {
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
            auto below = service::filesBelow(root, midi::isMidiName, &entered);
            if (!below) {
                return fail(below.error());
            }
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
