// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/selection/phrase_source.h"

#include <filesystem>
#include <functional>
#include <span>

namespace canto::app {

struct PhraseExport {
    std::size_t written = 0; ///< files
    std::size_t missing = 0; ///< phrases without a file and without a model
    bool cancelled = false;  ///< the user ended it; what was written stays
};

using ExportProgress = std::function<void(std::size_t done, std::size_t total)>;

/// "007 Song title, bar 5.mid": the number keeps the order of the rows, and names apart.
/// @param number  from 1. @param total  sets the digits of the number.
std::string phraseFileName(const Library& library, std::uint32_t row, std::size_t number,
                           std::size_t total);

/// Writes each phrase as a MIDI file into a folder. Errors: Io where a file cannot be written.
/// Thread: any.
Result<PhraseExport> exportPhrases(const Library& library, std::span<const std::uint32_t> rows,
                                   PhraseSource& source, const std::filesystem::path& folder,
                                   const CancelToken& cancel, const ExportProgress& progress);

/// The rows as a table in UTF-8, separated by commas (RFC 4180): title, artist, bar (from 1), file,
/// one column for each label and measure of the library, then the latent as z1, z2 ...
/// @return Cancelled. Thread: any.
Result<std::string> phraseTable(const Library& library, std::span<const std::uint32_t> rows,
                                const CancelToken& cancel, const ExportProgress& progress);

} // namespace canto::app
