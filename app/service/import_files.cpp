#include "app/service/importer.h"
#include "core/base/unicode.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>

namespace canto {
namespace fs = std::filesystem;

namespace {
constexpr int kDeepestFolder = 64;

bool isMidiName(const fs::path& path) {
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    constexpr std::array kEndings = {".mid", ".midi", ".kar", ".rmi", ".smf"};
    return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

fs::path absoluteNormal(const fs::path& path) {
    std::error_code none;
    return fs::absolute(path, none).lexically_normal();
}

/// Folders below, each once though links may lead in circles.
void collect(const fs::path& folder, int depth, std::set<fs::path>& entered,
             std::vector<fs::path>& files) {
    std::error_code none;
    if (depth > kDeepestFolder || !entered.insert(fs::canonical(folder, none)).second) {
        return;
    }
    std::vector<fs::path> entries;
    for (fs::directory_iterator it(folder, fs::directory_options::skip_permission_denied, none);
         !none && it != fs::directory_iterator(); it.increment(none)) {
        entries.push_back(it->path());
    }
    std::sort(entries.begin(), entries.end()); // which of two links to a folder counts is fixed
    for (const fs::path& entry : entries) {
        if (fs::is_directory(entry, none)) {
            collect(entry, depth + 1, entered, files);
        } else if (isMidiName(entry)) {
            files.push_back(entry);
        }
    }
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
            collect(root, 0, entered, files);
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
