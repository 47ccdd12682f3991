// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latents/guessed_options.h"

#include "core/latents/text_table.h"

#include <algorithm>
#include <fstream>

namespace canto::latents {

namespace fs = std::filesystem;

namespace {

bool isTextTable(const fs::path& path) {
    const std::string kind = lowerCase(path.extension().string());
    return kind == ".csv" || kind == ".tsv";
}

/// Names of the columns of a table, by its first row.
std::vector<std::string> headerOf(const fs::path& path) {
    constexpr std::size_t kStart = std::size_t(1) << 20;
    std::ifstream file(path, std::ios::binary);
    std::string text(kStart, '\0');
    file.read(text.data(), static_cast<std::streamsize>(kStart));
    text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
    text.resize(std::min(text.size(), text.find('\n')));
    std::vector<std::string> names;
    if (const auto table = parseTextTable(text + "\n", path.string(), {})) {
        for (const auto& column : table->columns) {
            names.push_back(column.name);
        }
    }
    return names;
}

} // namespace

TableOptions guessedOptions(const fs::path& latents, const fs::path& labels) {
    TableOptions options;
    options.labels = labels;
    const bool table = isTextTable(latents);
    for (const char* kind : {".csv", ".tsv"}) {
        fs::path beside = latents;
        beside.replace_extension(kind);
        std::error_code none;
        if (!table && options.labels.empty() && fs::is_regular_file(beside, none)) {
            options.labels = beside;
        }
    }
    if (!table && options.labels.empty()) {
        return options;
    }
    const auto names = headerOf(options.labels.empty() ? latents : options.labels);
    const auto first = [&](std::initializer_list<const char*> wanted) -> std::string {
        for (const char* name : wanted) {
            if (std::find(names.begin(), names.end(), name) != names.end()) {
                return name;
            }
        }
        return {};
    };
    options.sound = first({"sound", "audio", "midi", "file", "path"});
    if (!options.sound.empty()) {
        options.start = first({"start", "begin", "onset"});
        options.length = first({"length", "duration", "seconds"});
    }
    if (table) {
        for (const auto& name : names) {
            for (const char* label : {"id", "row", "index", "year", "part", "column 1"}) {
                if (name == label) {
                    options.labelColumns.push_back(name);
                }
            }
        }
    }
    return options;
}

} // namespace canto::latents
