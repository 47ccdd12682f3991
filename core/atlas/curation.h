// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Corrections of a library by hand: labels of songs, songs that are taken out and put back. What a
// label was at first stays in the file, in the table original_labels.

#include "core/atlas/atlas.h"

#include <cstddef>
#include <variant>

namespace canto::atlas {

/// A label of a song before and after a correction; an empty text: no label.
struct LabelChange {
    RowId song = 0;
    std::string column; ///< as SongRow::label
    std::string before, after;
    bool operator==(const LabelChange&) const = default;
};

/// The first value of a label that was changed.
struct OriginalLabel {
    RowId song = 0;
    std::string column;
    std::string value; ///< empty: it had none
    bool operator==(const OriginalLabel&) const = default;
};

/// Rows of a table as they were stored, for putting them back.
struct StoredRows {
    using Value =
        std::variant<std::monostate, std::int64_t, double, std::string, std::vector<std::byte>>;
    std::string table;
    std::vector<std::vector<Value>> rows;
};

/// Songs that were taken out of a library, with everything that belongs to them.
struct TakenSongs {
    std::vector<RowId> songs;
    std::vector<StoredRows> tables; ///< in the order in which they are put back
};

/// Sets a label of a song that was read. Columns are named as in SongRow::label.
void setLabel(SongRow& song, const std::string& column, const std::string& value);

// Each call opens the file, migrates an older schema as Atlas::open does, and is one transaction,
// whole or not at all, on the disk when it returns. Errors: those of Atlas; NotFound for a song
// that the library does not have. Thread: any, one at a time for a file.

/// Sets each label to `after`. The value that the file had at first is kept (originalLabels).
Result<void> changeLabels(const std::filesystem::path& atlas, std::span<const LabelChange> changes);
/// Labels that are not what they were at first, by song and column; none for a library of an older
/// schema. Changes nothing.
Result<std::vector<OriginalLabel>> originalLabels(const std::filesystem::path& atlas);
/// Takes songs out with their segments, latents, positions, lineage and first labels.
Result<TakenSongs> takeOutSongs(const std::filesystem::path& atlas, std::span<const RowId> songs);
/// Puts them back as they were, with the same ids. BadInput: one of the ids or paths is in use by
/// now.
Result<void> putBackSongs(const std::filesystem::path& atlas, const TakenSongs& taken);

} // namespace canto::atlas
