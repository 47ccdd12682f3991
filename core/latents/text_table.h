// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/latents/latent_table.h"

#include <map>
#include <optional>

namespace canto::latents {

/// A column of separated values: numbers or text.
struct TextColumn {
    std::string name; ///< in lower case
    bool numeric = false;
    std::vector<float> numbers; ///< by row where numeric; NaN for an empty field
    LabelColumn texts;          ///< else
};

struct TextTable {
    std::vector<TextColumn> columns;
    std::size_t rows = 0;
};

/// Reads .csv or .tsv: the separator is the one of comma, semicolon and tab that the first row has
/// most often; a line "sep=;" before it, a byte order mark and empty lines are skipped.
/// @param asText  names of columns that stay text although they hold numbers; "*" for all.
/// Errors: those of readLatentTable.
Result<TextTable> parseTextTable(std::string_view text, const std::string& where,
                                 const std::vector<std::string>& asText,
                                 const CancelToken& cancel = {}, const Progress& progress = {});
Result<TextTable> readTextTable(const std::filesystem::path& path,
                                const std::vector<std::string>& asText,
                                const CancelToken& cancel = {}, const Progress& progress = {});

/// A number as a table has it: blanks around it are ignored; "nan", "NA", "null", "None" and an
/// empty field are NaN. Nothing for other text.
std::optional<float> tableNumber(std::string_view field);

std::string lowerCase(std::string_view text);

/// Collects values of a column.
class LabelBuilder {
  public:
    void add(std::string_view value);
    LabelColumn take(std::string name);

  private:
    std::map<std::string, std::uint32_t, std::less<>> m_known;
    std::vector<std::uint32_t> m_codes;
};

} // namespace canto::latents
