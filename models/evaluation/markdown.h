// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace canto {

/// What printf would write.
std::string printed(const char* format, ...) __attribute__((format(printf, 1, 2)));

/// "0.953".
std::string fixed(double value, int decimals = 3);

/// The number at a path of keys ("test/accuracy") below an object; 0 if there is none.
double number(const nlohmann::json& object, std::string_view path);
/// The text of a key; empty if there is none.
std::string word(const nlohmann::json& object, const char* key);

/// A column of figures of a table.
struct Figure {
    const char* title;
    const char* path; ///< of the number in the object of a row
    int decimals = 3;
    enum class Unit { None, Percent } unit = Unit::None; ///< Percent: of a share of 1
};

/// Writes a report: headings, paragraphs and tables, an empty line between them.
class Markdown {
  public:
    void heading(int level, const std::string& title);
    void paragraph(const std::string& text);

    /// Begins a table with columns of text, of figures, and of text again.
    void table(std::vector<std::string> titles, std::vector<Figure> figures = {},
               const std::vector<std::string>& more = {});
    /// A row of it: cells of text, the figures of an object if one is given, more cells of text.
    void row(std::vector<std::string> cells, const nlohmann::json& object = nullptr,
             const std::vector<std::string>& more = {});
    const std::string& text() const { return m_text; }

  private:
    void beginBlock();
    void writeRow(const std::vector<std::string>& cells);

    std::string m_text;
    std::vector<Figure> m_figures; ///< of the table
};

} // namespace canto
