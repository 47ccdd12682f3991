// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/project_file.h"

#include "core/base/atomic_file.h"
#include "core/base/checksum.h"
#include "core/base/json_text.h"
#include "core/base/path_text.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

namespace canto::app {

namespace fs = std::filesystem;

namespace {

constexpr auto kProjectFormat = "canto.project";
constexpr std::uintmax_t kMostProjectBytes = 256U << 20U; ///< a selection of 10 million phrases

std::string digestOf(std::string_view bytes) {
    Checksum sum;
    sum.update(std::as_bytes(std::span(bytes.data(), bytes.size())));
    return sum.hex();
}

tl::unexpected<Error> notAProject(const std::string& where) {
    return fail(Error::Code::BadFile, "This file is not a Cantograph project", where,
                "Choose a file that was saved with File > Save");
}

tl::unexpected<Error> damaged(const std::string& where) {
    return fail(Error::Code::BadFile, "This project file is damaged", where,
                "Open a copy or a backup of it; the file was not changed");
}

fs::path relativeTo(const fs::path& folder, const std::string& file) {
    return file.empty() ? fs::path() : fs::path(file).lexically_relative(folder);
}

} // namespace

std::string projectText(const SessionState& state) {
    const std::string content = toJson(state);
    const nlohmann::json head{{"format", kProjectFormat},
                              {"version", kProjectVersion},
                              {"bytes", content.size()},
                              {"xxh64", digestOf(content)}};
    return jsonText(head) + '\n' + content;
}

Result<SessionState> projectFromText(const std::string& text, const std::string& where) {
    if (text.empty()) {
        return fail(Error::Code::BadFile, "This project file is empty", where,
                    "Open a copy or a backup of it");
    }
    const std::size_t end = std::min(text.find('\n'), text.size());
    const auto head = nlohmann::json::parse(text.substr(0, end), nullptr, false);
    if (!head.is_object() || !head.contains("format") || head["format"] != kProjectFormat ||
        !head.contains("version") || !head["version"].is_number_integer()) {
        return notAProject(where);
    }
    if (head["version"].get<std::int64_t>() > kProjectVersion) {
        return fail(Error::Code::BadFile, "This project was saved by a newer version of Cantograph",
                    where, "Open it with that version; the file was not changed");
    }
    if (!head.contains("bytes") || !head["bytes"].is_number_unsigned() || !head.contains("xxh64") ||
        !head["xxh64"].is_string()) {
        return damaged(where);
    }
    const std::string content = end < text.size() ? text.substr(end + 1) : std::string();
    if (content.size() < head["bytes"].get<std::uint64_t>()) {
        return fail(Error::Code::Truncated, "The end of this project file is missing", where,
                    "Copy it again from where it came, or open a backup of it");
    }
    if (content.size() != head["bytes"].get<std::uint64_t>() ||
        digestOf(content) != head["xxh64"].get<std::string>()) {
        return damaged(where);
    }
    const auto state = sessionFromJson(content);
    if (!state) {
        return damaged(where);
    }
    return *state;
}

Result<void> saveProject(SessionState state, const fs::path& file) {
    const fs::path whole = fs::absolute(file).lexically_normal();
    const fs::path folder = whole.parent_path();
    state.project.clear(); // the file may be copied and renamed
    state.atlasRelative = relativeTo(folder, state.atlas).string();
    for (SessionState& other : state.others) {
        other.project.clear();
        other.atlasRelative = relativeTo(folder, other.atlas).string();
    }
    return writeFileAtomically(whole, projectText(state));
}

Result<SessionState> loadProject(const fs::path& file) {
    const std::string where = pathText(file);
    std::error_code error;
    if (!fs::exists(file, error)) {
        return fail(Error::Code::NotFound, "This project file is not there", where,
                    "Look for it where it was moved to, and open it with File > Open");
    }
    if (!fs::is_regular_file(file, error)) {
        return notAProject(where);
    }
    const std::uintmax_t size = fs::file_size(file, error);
    if (!error && size > kMostProjectBytes) {
        return fail(Error::Code::TooLarge, "This file is too large for a project", where,
                    "Choose a file that was saved with File > Save");
    }
    std::ifstream in(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in.is_open() || in.bad() || text.size() < size) {
        return fail(Error::Code::Io, "This project file cannot be read", where,
                    "Check that you may read the file and that its disk is there");
    }
    CANTO_TRY(state, projectFromText(text, where));
    const fs::path whole = fs::absolute(file).lexically_normal();
    state->project = whole.string();
    const auto place = [&](SessionState& one) {
        if (!one.atlasRelative.empty()) {
            one.atlasRelative =
                (whole.parent_path() / one.atlasRelative).lexically_normal().string();
        }
    };
    place(*state);
    std::for_each(state->others.begin(), state->others.end(), place);
    return state;
}

std::string libraryDigest(const atlas::AtlasPoints& points, std::size_t phrases) {
    Checksum sum;
    for (std::size_t row = 0; row < std::min(phrases, points.count()); ++row) {
        const std::string& song = points.songOf(row).hash;
        std::array<std::byte, sizeof(std::int32_t)> bar{};
        std::memcpy(bar.data(), &points.segments[row].bar, bar.size());
        sum.update(std::as_bytes(std::span(song.data(), song.size())));
        sum.update(bar);
    }
    return sum.hex();
}

fs::path findLibrary(const SessionState& state, std::span<const fs::path> known) {
    std::error_code ignored;
    for (const fs::path& path : {fs::path(state.atlasRelative), fs::path(state.atlas)}) {
        if (!path.empty() && fs::is_regular_file(path, ignored)) {
            return path;
        }
    }
    const auto same = std::find_if(known.begin(), known.end(), [&](const fs::path& path) {
        return !path.empty() && path.filename() == fs::path(state.atlas).filename() &&
               fs::is_regular_file(path, ignored);
    });
    return same != known.end() ? fs::absolute(*same) : fs::path();
}

} // namespace canto::app
