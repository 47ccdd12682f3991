// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/atlas/label_csv.h"

#include "core/base/csv_reader.h"
#include "core/base/unicode.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <set>

namespace canto::atlas {

namespace {
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr CsvLimits kLimits{kMaxLabelColumns, kMaxLabelField};

std::string columnName(std::string_view field) {
    std::string name(trimmed(field));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return name;
}

using Field = std::string LabelRow::*;

/// The member for a column, nullptr for an additional label.
Field memberOf(const std::string& column) {
    constexpr std::array<std::pair<const char*, Field>, 8> kMembers = {{
        {"path", &LabelRow::path},
        {"file", &LabelRow::path},
        {"title", &LabelRow::title},
        {"artist", &LabelRow::artist},
        {"composer", &LabelRow::composer},
        {"genre", &LabelRow::genre},
        {"emotion", &LabelRow::emotion},
        {"split", &LabelRow::split},
    }};
    for (const auto& [name, member] : kMembers) {
        if (column == name) {
            return member;
        }
    }
    return nullptr;
}

/// See parseLabels. Returns a comma if no separator yields a valid header.
char separatorOf(std::string_view text, const std::string& where) {
    char separator = ',';
    std::size_t most = 0;
    for (const char candidate : {',', ';', '\t'}) {
        std::vector<std::string> fields;
        const auto count = CsvReader(text, candidate, where, kLimits).next(fields);
        const bool header =
            count && std::any_of(fields.begin(), fields.end(), [](const std::string& field) {
                return memberOf(columnName(field)) == &LabelRow::path;
            });
        if (header && *count > most) {
            most = *count;
            separator = candidate;
        }
    }
    return separator;
}

/// Removes a first line "sep=;" from the text. @return the separator that it names, 0 for none.
char takeSeparatorLine(std::string_view& text) {
    constexpr std::string_view kSeparatorLine = "sep=";
    const std::size_t end = kSeparatorLine.size() + 1;
    if (!text.starts_with(kSeparatorLine) || text.size() <= end ||
        (text[end] != '\r' && text[end] != '\n')) {
        return 0;
    }
    const char separator = text[kSeparatorLine.size()];
    text.remove_prefix(end + (text.substr(end).starts_with("\r\n") ? 2 : 1));
    return separator;
}
} // namespace

Result<LabelTable> parseLabels(std::string_view text, const std::string& where) {
    if (text.size() > kMaxLabelBytes) {
        return fail(Error::Code::TooLarge, "The labels are larger than 512 MiB", where);
    }
    if (text.starts_with(kByteOrderMark)) {
        text.remove_prefix(kByteOrderMark.size());
    }
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        return fail(Error::Code::BadInput, "The labels are written in UTF-16", where + ", row 1",
                    "Save the table as \"CSV UTF-8\"");
    }
    const char named = takeSeparatorLine(text);
    CsvReader reader(text, named != 0 ? named : separatorOf(text, where), where, kLimits);
    std::vector<std::string> fields;
    LabelTable table;
    std::vector<Field> members;
    CANTO_TRY(header, reader.next(fields));
    for (std::size_t i = 0; i < *header; ++i) {
        table.columns.push_back(columnName(fields[i]));
        members.push_back(memberOf(table.columns.back()));
    }
    if (std::set<std::string>(table.columns.begin(), table.columns.end()).size() != *header) {
        return reader.refuse(Error::Code::BadInput, "A column stands twice in the header");
    }
    const auto paths = std::count(members.begin(), members.end(), &LabelRow::path);
    if (paths != 1) {
        return reader.refuse(Error::Code::BadInput,
                             paths == 0 ? "The header names no column \"path\" or \"file\""
                                        : "The header names both \"path\" and \"file\"");
    }
    while (!reader.atEnd()) {
        CANTO_TRY(count, reader.next(fields));
        if (*count == 1 && fields[0].empty()) {
            continue; // an empty line
        }
        if (*count != *header) {
            return reader.refuse(Error::Code::BadInput, std::to_string(*count) +
                                                            " fields where the header has " +
                                                            std::to_string(*header));
        }
        if (table.rows.size() == kMaxLabelRows) {
            return reader.refuse(Error::Code::TooLarge,
                                 "More than " + std::to_string(kMaxLabelRows) + " rows");
        }
        LabelRow& row = table.rows.emplace_back();
        for (std::size_t i = 0; i < *count; ++i) {
            if (members[i] == &LabelRow::path) {
                row.path = fields[i];
                continue;
            }
            std::string label = composedForm(trimmed(fields[i]));
            if (members[i] != nullptr) {
                row.*members[i] = std::move(label);
            } else if (!label.empty()) {
                row.labels[table.columns[i]] = std::move(label);
            }
        }
        if (row.path.empty()) {
            return reader.refuse(Error::Code::BadInput, "The row names no file");
        }
    }
    return table;
}

Result<LabelTable> readLabels(const std::filesystem::path& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) {
        const bool missing = error == std::errc::no_such_file_or_directory;
        return fail(missing ? Error::Code::NotFound : Error::Code::Io,
                    "Cannot read the labels: " + error.message(), path.string());
    }
    if (size > kMaxLabelBytes) {
        return fail(Error::Code::TooLarge, "The labels are larger than 512 MiB", path.string());
    }
    std::ifstream file(path, std::ios::binary);
    std::string text(size, '\0');
    file.read(text.data(), static_cast<std::streamsize>(size));
    if (static_cast<std::uintmax_t>(file.gcount()) != size) {
        return fail(Error::Code::Io, "Cannot read the labels", path.string());
    }
    return parseLabels(text, path.string());
}

} // namespace canto::atlas
