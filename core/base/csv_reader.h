// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace canto {

/// Beyond these a table is refused with TooLarge.
struct CsvLimits {
    std::size_t columns = 256;
    std::size_t field = std::size_t(64) * 1024; ///< bytes of one
};

/// Splits separated values by RFC 4180 into fields, without interpreting them. Lines end with CRLF,
/// LF or CR. The text must outlive the reader.
class CsvReader {
  public:
    /// @param where  names the text in errors.
    CsvReader(std::string_view text, char separator, const std::string& where, CsvLimits limits)
        : m_text(text), m_where(where), m_separator(separator), m_limits(limits) {}

    /// Of the row that was read last; the first is 1.
    std::size_t row() const { return m_row; }
    std::size_t position() const { return m_at; } ///< bytes read so far
    bool atEnd() const { return m_at >= m_text.size(); }

    /// Reads the next row. `fields` keeps its memory between rows; strings past the returned number
    /// are left over from a longer row.
    Result<std::size_t> next(std::vector<std::string>& fields) {
        ++m_row;
        std::size_t count = 0;
        while (true) {
            if (count >= m_limits.columns) {
                return refuse(Error::Code::TooLarge,
                              "More than " + std::to_string(m_limits.columns) + " fields");
            }
            if (count == fields.size()) {
                fields.emplace_back();
            }
            std::string& field = fields[count++];
            field.clear();
            const bool quoted = m_at < m_text.size() && m_text[m_at] == '"';
            CANTO_CHECK(quoted ? readQuoted(field) : readPlain(field));
            if (m_at < m_text.size() && m_text[m_at] == m_separator) {
                ++m_at;
                continue;
            }
            skipLineEnd();
            return count;
        }
    }

    tl::unexpected<Error> refuse(Error::Code code, std::string what) const {
        return fail(code, std::move(what), m_where + ", row " + std::to_string(m_row));
    }

  private:
    Result<void> append(std::string& field, std::string_view text) {
        if (field.size() + text.size() > m_limits.field) {
            return refuse(Error::Code::TooLarge, "A field is longer than " +
                                                     std::to_string(m_limits.field / 1024) +
                                                     " KiB");
        }
        field.append(text);
        return {};
    }

    Result<void> readPlain(std::string& field) {
        const std::array<char, 3> ends{m_separator, '\r', '\n'};
        const std::size_t end =
            std::min(m_text.find_first_of(ends.data(), m_at, ends.size()), m_text.size());
        const std::string_view text = m_text.substr(m_at, end - m_at);
        m_at = end;
        if (text.find('"') != std::string_view::npos) {
            return refuse(Error::Code::BadInput, "A quote inside a field that has none around it");
        }
        return append(field, text);
    }

    Result<void> readQuoted(std::string& field) {
        ++m_at;
        while (true) {
            const std::size_t quote = m_text.find('"', m_at);
            if (quote == std::string_view::npos) {
                return refuse(Error::Code::BadInput, "A quote is never closed");
            }
            if (auto ok = append(field, m_text.substr(m_at, quote - m_at)); !ok) {
                return ok;
            }
            m_at = quote + 1;
            if (m_at >= m_text.size() || m_text[m_at] != '"') {
                break;
            }
            field += '"';
            ++m_at;
        }
        if (m_at < m_text.size() && m_text[m_at] != m_separator && m_text[m_at] != '\r' &&
            m_text[m_at] != '\n') {
            return refuse(Error::Code::BadInput, "Text after a closing quote");
        }
        return {};
    }

    void skipLineEnd() {
        if (m_at < m_text.size() && m_text[m_at] == '\r') {
            ++m_at;
        }
        if (m_at < m_text.size() && m_text[m_at] == '\n') {
            ++m_at;
        }
    }

    std::string_view m_text;
    std::string m_where;
    char m_separator;
    CsvLimits m_limits;
    std::size_t m_at = 0;
    std::size_t m_row = 0;
};

} // namespace canto
