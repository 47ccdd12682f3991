// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/atlas/atlas.h"
#include "core/atlas/label_csv.h"
#include "core/base/cancel.h"
#include "models/common/latent_model.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace canto {

struct ImportOptions {
    /// Every how many segments of a song one is taken, >= 1.
    int hop = 1;
    /// At most so many segments a song, spread over it; 0: all.
    int maxSegments = 0;
    /// Only files of these splits (labels column "split"); empty: all.
    std::vector<std::string> splits;
    /// SongRow::split of a file whose labels name none.
    std::string split = "mine";
    /// SongRow::source of all.
    std::string source;
    atlas::Precision precision = atlas::Precision::Float;
    /// Encode again what the atlas holds already.
    bool again = false;
    /// A file whose content the atlas already holds under another name is known, not a new song,
    /// where no other file lies at that name: a folder that was moved is not imported twice, and a
    /// second copy of a song that is still there is a song of its own. What the same call imports
    /// does not count. Relative names count from the folder of the atlas.
    bool knowByContent = false;
    /// The labels of the files are guesses: they fill what the atlas has no value for and replace
    /// nothing.
    bool labelsAreGuesses = false;
};

/// A file to be imported.
struct ImportFile {
    std::filesystem::path file;
    std::string name; ///< SongRow::path
    atlas::LabelRow labels;
    bool labelled = false; ///< the labels name it
};

struct ImportReport {
    std::size_t imported = 0;   ///< read and encoded now
    std::size_t kept = 0;       ///< were in the atlas, unchanged
    std::size_t relabelled = 0; ///< of the kept: their labels were brought up to date
    std::size_t leftOut = 0;    ///< of another split than asked for
    std::size_t segments = 0;   ///< of the imported
    std::size_t reduced = 0;    ///< of the imported: not heard as they are (models::Reducer)
    std::string reduction;      ///< what was done with the first of these, after its name
    bool cancelled = false;     ///< what was done until then is in the atlas
    /// Files of macOS beside the music that findMidiFiles passed over; filled in by who called it.
    std::size_t macMetadata = 0;
    std::vector<atlas::FailedFile> failed;
    std::vector<atlas::RowId> importedSongs, keptSongs; ///< in the order of the files
};

enum class Naming {
    Absolute, ///< the song can be found again wherever the atlas lies
    Relative, ///< to the folder that was given: for an atlas that is shared
};

/// All MIDI files (.mid .midi .kar .rmi .smf, any case) in folders and below, and files that are
/// named themselves whatever their ending, in the order of their names. Symbolic links are
/// followed, each folder entered once. NotFound for a path that is not there.
/// @param macMetadata  raised by the number of files passed over that macOS put beside the music
///                     ("._name", __MACOSX); may be null.
Result<std::vector<ImportFile>> findMidiFiles(std::span<const std::filesystem::path> paths,
                                              Naming naming, std::size_t* macMetadata = nullptr);

/// Gives each file its row: paths in the table are relative to one of `bases` (the first under
/// which the file is found) or absolute. Where no file has just that name, one whose name is the
/// same in the other Unicode form is taken (composedForm).
/// @return the number of rows that fit no file.
std::size_t attachLabels(std::vector<ImportFile>& files, const atlas::LabelTable& table,
                         std::span<const std::filesystem::path> bases);

/// Gives files without labels a genre: the first folder below `root` that a file lies in, or, for a
/// file that lies directly in `root`, the root's own name if that is one of `known`. A folder whose
/// name is one of `known` but for upper and lower case gets that spelling.
void labelByFolder(std::vector<ImportFile>& files, const std::filesystem::path& root,
                   std::span<const std::string> known);

/// Puts the files into the atlas, one transaction a song, so that it may be killed at any moment:
/// a second run goes on where the first ended and leaves what an undisturbed one would have left.
/// A file that cannot be read or has no notes is listed, in the report and in the atlas, and
/// skipped.
///
/// Errors: those of the atlas (disk full ...); the songs before are kept. Being cancelled is none.
/// Thread: any; atlas and model are used by nobody else meanwhile.
Result<ImportReport> importFiles(atlas::Atlas& atlas, const models::LatentModel& model,
                                 std::span<const ImportFile> files, const ImportOptions& options,
                                 const Progress& progress, const CancelToken& cancel);

} // namespace canto
