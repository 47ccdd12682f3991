// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/selection/selection_export.h"

#include "core/base/atomic_file.h"
#include "core/midi/smf_writer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace canto::app {
namespace {

constexpr qsizetype kMostTitle = 60; ///< letters of a title in a file name

std::string cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char letter : text) {
        quoted += letter;
        if (letter == '"') {
            quoted += letter;
        }
    }
    return quoted + '"';
}

/// The shortest text that gives the same number again, whatever the locale; empty for NaN.
std::string cell(float value) {
    if (!std::isfinite(value)) {
        return {};
    }
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    return {digits.data(), end};
}

/// The library's labels, without measures and what has a column of its own.
std::vector<std::string> tableColumns(const Library& library) {
    std::vector<std::string> columns;
    for (const std::string& column : library.columns) {
        const bool measure =
            std::any_of(library.measures.begin(), library.measures.end(),
                        [&](const LibraryMeasure& one) { return one.name == column; });
        if (!measure && column != "artist" && column != "title") {
            columns.push_back(column);
        }
    }
    return columns;
}

std::string tableHeader(const Library& library, std::size_t latentSize) {
    std::string header = "title,artist,bar,file";
    for (const std::string& column : tableColumns(library)) {
        header += ',' + cell(column);
    }
    for (const LibraryMeasure& measure : library.measures) {
        header += ',' + cell(measure.name);
    }
    for (std::size_t d = 0; d < latentSize; ++d) {
        header += ",z" + std::to_string(d + 1);
    }
    return header + "\r\n";
}

} // namespace

std::string phraseFileName(const Library& library, std::uint32_t row, std::size_t number,
                           std::size_t total) {
    QString title = library.nameOf(row).title.left(kMostTitle);
    for (QChar& letter : title) { // signs that some file system refuses
        if (!letter.isLetterOrNumber() && !QStringLiteral(" -_.,()'").contains(letter)) {
            letter = QLatin1Char('_');
        }
    }
    const auto digits = int(std::to_string(total).size());
    return QStringLiteral("%1 %2, bar %3.mid")
        .arg(number, digits, 10, QLatin1Char('0'))
        .arg(title.trimmed())
        .arg(library.points.segments[row].bar + 1)
        .toStdString();
}

Result<PhraseExport> exportPhrases(const Library& library, std::span<const std::uint32_t> rows,
                                   PhraseSource& source, const std::filesystem::path& folder,
                                   const CancelToken& cancel, const ExportProgress& progress) {
    PhraseExport done;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (cancel.cancelled()) {
            done.cancelled = true;
            return done;
        }
        const auto song = source.read(rows[i], cancel);
        if (song) {
            const auto bytes = midi::writeSmf(**song);
            CANTO_CHECK(writeFileAtomically(
                folder / phraseFileName(library, rows[i], i + 1, rows.size()),
                std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size())));
            ++done.written;
        } else if (song.error().code != Error::Code::Cancelled) {
            ++done.missing;
        }
        progress(i + 1, rows.size());
    }
    return done;
}

Result<std::string> phraseTable(const Library& library, std::span<const std::uint32_t> rows,
                                const CancelToken& cancel, const ExportProgress& progress) {
    const std::size_t size = rows.empty() ? 0 : library.points.latent(rows.front()).size();
    const std::vector<std::string> columns = tableColumns(library);
    std::string table = tableHeader(library, size);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (cancel.cancelled()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        const std::uint32_t row = rows[i];
        const atlas::SongRow& song = library.points.songOf(row);
        const SongName& name = library.nameOf(row);
        table += cell(name.title.toStdString()) + ',' + cell(name.artist.toStdString()) + ',' +
                 std::to_string(library.points.segments[row].bar + 1) + ',' + cell(song.path);
        for (const std::string& column : columns) {
            table += ',' + cell(song.label(column));
        }
        for (const LibraryMeasure& measure : library.measures) {
            table += ',' + cell(measure.values[row]);
        }
        for (const float value : library.points.latent(row)) {
            table += ',' + cell(value);
        }
        table += "\r\n";
        progress(i + 1, rows.size());
    }
    return table;
}

} // namespace canto::app
