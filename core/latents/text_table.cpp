// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latents/text_table.h"

#include "core/base/csv_reader.h"
#include "core/base/unicode.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fstream>
#include <limits>
#include <set>

namespace canto::latents {

namespace {

constexpr std::size_t kRowsLookedAt = 1000; ///< that decide whether a column is numeric
constexpr std::size_t kRowsBetweenLooks = 4096;
constexpr CsvLimits kTableLimits{kMostLatentColumns, std::size_t(1) << 20};

/// Removes a byte order mark and a first line "sep=;". @return its separator, 0 for none.
char takeTableStart(std::string_view& text) {
    if (text.starts_with("\xEF\xBB\xBF")) {
        text.remove_prefix(3);
    }
    constexpr std::string_view kLine = "sep=";
    if (!text.starts_with(kLine) || text.size() < 6 || (text[5] != '\r' && text[5] != '\n')) {
        return 0;
    }
    const char separator = text[4];
    text.remove_prefix(text.substr(5).starts_with("\r\n") ? 7 : 6);
    return separator;
}

char separatorOfTable(std::string_view text, const std::string& where) {
    char separator = ',';
    std::size_t most = 1;
    for (const char candidate : {',', '\t', ';'}) {
        std::vector<std::string> fields;
        const auto count = CsvReader(text, candidate, where, kTableLimits).next(fields);
        if (count && *count > most) {
            most = *count;
            separator = candidate;
        }
    }
    return separator;
}

/// Which columns hold numbers, by the first rows. Errors are left to the reading itself.
std::vector<bool> numericColumns(CsvReader reader, std::size_t columns) {
    std::vector<bool> numeric(columns, true), any(columns, false);
    std::vector<std::string> fields;
    for (std::size_t row = 0; row < kRowsLookedAt && !reader.atEnd(); ++row) {
        const auto count = reader.next(fields);
        if (!count) {
            break;
        }
        for (std::size_t i = 0; i < std::min(columns, *count); ++i) {
            const auto number = tableNumber(fields[i]);
            numeric[i] = numeric[i] && number.has_value();
            any[i] = any[i] || (number && !std::isnan(*number));
        }
    }
    for (std::size_t i = 0; i < columns; ++i) {
        numeric[i] = numeric[i] && any[i];
    }
    return numeric;
}

} // namespace

std::optional<float> tableNumber(std::string_view field) {
    const auto text = trimmed(field);
    const float nan = std::numeric_limits<float>::quiet_NaN();
    if (text.empty()) {
        return nan;
    }
    const auto* end = text.data() + text.size();
    const auto* begin = text.data() + (text.front() == '+' ? 1 : 0);
    double number = 0;
    const auto parsed = std::from_chars(begin, end, number); // also "nan" and "inf"
    if (parsed.ptr == end) {
        if (parsed.ec == std::errc::result_out_of_range) {
            const bool tiny = text.find("e-") != text.npos || text.find("E-") != text.npos;
            return tiny ? 0.0F : std::numeric_limits<float>::infinity();
        }
        return static_cast<float>(number);
    }
    for (const char* missing : {"NA", "N/A", "null", "NULL", "None"}) {
        if (text == missing) {
            return nan;
        }
    }
    return std::nullopt;
}

std::string lowerCase(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return lower;
}

void LabelBuilder::add(std::string_view value) {
    auto found = m_known.find(value);
    if (found == m_known.end()) {
        found =
            m_known.emplace(std::string(value), static_cast<std::uint32_t>(m_known.size())).first;
    }
    m_codes.push_back(found->second);
}

LabelColumn LabelBuilder::take(std::string name) {
    LabelColumn column{std::move(name), std::vector<std::string>(m_known.size()),
                       std::move(m_codes)};
    for (const auto& [value, code] : m_known) {
        column.values[code] = value;
    }
    m_known.clear();
    m_codes.clear();
    return column;
}

Result<TextTable> parseTextTable(std::string_view text, const std::string& where,
                                 const std::vector<std::string>& asText, const CancelToken& cancel,
                                 const Progress& progress) {
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        return fail(Error::Code::BadInput, "The table is written in UTF-16", where,
                    "Save it as \"CSV UTF-8\".");
    }
    const char named = takeTableStart(text);
    CsvReader reader(text, named != 0 ? named : separatorOfTable(text, where), where, kTableLimits);
    TextTable table;
    if (reader.atEnd()) {
        return fail(Error::Code::BadShape, "The table is empty", where);
    }
    std::vector<std::string> fields;
    CANTO_TRY(header, reader.next(fields));
    std::set<std::string> names;
    for (std::size_t i = 0; i < *header; ++i) {
        std::string name = lowerCase(trimmed(fields[i]));
        if (name.empty()) { // as pandas writes its row numbers
            name = "column " + std::to_string(i + 1);
        }
        if (!names.insert(name).second) {
            return reader.refuse(Error::Code::BadInput,
                                 "A column stands twice in the header: " + name);
        }
        table.columns.emplace_back().name = std::move(name);
    }
    const auto stays = [&](const std::string& name) {
        return std::any_of(asText.begin(), asText.end(), [&](const std::string& wanted) {
            return wanted == "*" || lowerCase(wanted) == name;
        });
    };
    const auto numeric = numericColumns(reader, *header);
    for (std::size_t i = 0; i < *header; ++i) {
        table.columns[i].numeric = numeric[i] && !stays(table.columns[i].name);
    }
    std::vector<LabelBuilder> labels(*header);
    const bool single = *header == 1;
    while (!reader.atEnd()) {
        CANTO_TRY(count, reader.next(fields));
        if (*count == 1 && fields[0].empty() && !single) {
            continue; // an empty line
        }
        if (*count != *header) {
            return reader.refuse(Error::Code::BadInput, std::to_string(*count) +
                                                            " fields where the header has " +
                                                            std::to_string(*header));
        }
        if (++table.rows > kMostLatentRows) {
            return reader.refuse(Error::Code::TooLarge,
                                 "More than " + std::to_string(kMostLatentRows) + " rows");
        }
        for (std::size_t i = 0; i < *count; ++i) {
            TextColumn& column = table.columns[i];
            if (!column.numeric) {
                labels[i].add(trimmed(fields[i]));
                continue;
            }
            const auto number = tableNumber(fields[i]);
            if (!number) {
                auto refused =
                    reader.refuse(Error::Code::BadInput, "Column \"" + column.name +
                                                             "\" holds numbers, but here \"" +
                                                             fields[i].substr(0, 40) + "\"");
                refused.value().hint = "Name it as a label: --label " + column.name + ".";
                return refused;
            }
            column.numbers.push_back(*number);
        }
        if (table.rows % kRowsBetweenLooks == 0) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
            if (progress) {
                progress(reader.position(), text.size());
            }
        }
    }
    for (std::size_t i = 0; i < *header; ++i) {
        if (!table.columns[i].numeric) {
            table.columns[i].texts = labels[i].take(table.columns[i].name);
        }
    }
    return table;
}

Result<TextTable> readTextTable(const std::filesystem::path& path,
                                const std::vector<std::string>& asText, const CancelToken& cancel,
                                const Progress& progress) try {
    std::error_code problem;
    const auto size = std::filesystem::file_size(path, problem);
    if (problem) {
        return fail(Error::Code::NotFound, "There is no such file", path.string());
    }
    if (size > kMostTableBytes) {
        return fail(Error::Code::TooLarge, "The table is larger than 16 GiB", path.string(),
                    "Save the numbers as .npy and the labels beside them.");
    }
    std::string text(size, '\0');
    std::ifstream file(path, std::ios::binary);
    if (!file.read(text.data(), static_cast<std::streamsize>(size)) && size > 0) {
        return fail(Error::Code::Io, "The file cannot be read", path.string());
    }
    return parseTextTable(text, path.string(), asText, cancel, progress);
} catch (const std::bad_alloc&) {
    return fail(Error::Code::NoMemory, "There is not enough memory for the table", path.string(),
                "Save the numbers as .npy and the labels beside them.");
}

} // namespace canto::latents
