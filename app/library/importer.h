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
    /// Takes every hop-th segment of a song, >= 1.
    int hop = 1;
    /// At most this many segments of a song, spread over it; 0: all.
    int maxSegments = 0;
    /// Only files of these splits (labels column "split"); empty: all.
    std::vector<std::string> splits;
    /// SongRow::split of a file whose labels state none.
    std::string split = "mine";
    /// SongRow::source of all.
    std::string source;
    atlas::Precision precision = atlas::Precision::Float;
    /// Encodes again what the atlas contains already.
    bool again = false;
    /// A file whose content the atlas already has under another path is recognised instead of
    /// imported as a new song, if that path does not exist any more: a moved folder is not imported
    /// twice, but a second copy of an existing song is a song of its own. Files of the same call
    /// are not compared. Relative paths are relative to the folder of the atlas.
    bool knowByContent = false;
    /// The labels of the files are guesses: they only fill in missing values of the atlas.
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
    std::size_t relabelled = 0; ///< of the kept: their labels were updated
    std::size_t leftOut = 0;    ///< of another split than requested
    std::size_t segments = 0;   ///< of the imported
    std::size_t reduced = 0;    ///< of the imported: reduced before encoding (models::Reducer)
    std::string reduction;      ///< how the first of these was reduced, after its name
    bool cancelled = false;     ///< what was imported until then is in the atlas
    /// Files of macOS beside the music that findMidiFiles skipped; set by the caller.
    std::size_t macMetadata = 0;
    std::vector<atlas::FailedFile> failed;
    std::vector<atlas::RowId> importedSongs, keptSongs; ///< in the order of the files
};

enum class Naming {
    Absolute, ///< the song can be found wherever the atlas is moved
    Relative, ///< to the given folder: for an atlas that is shared
};

/// All MIDI files (.mid .midi .kar .rmi .smf, any case) in folders and below, and files that are
/// named explicitly whatever their extension, in the order of their names. Symbolic links are
/// followed, each folder entered once. NotFound for a path that does not exist.
/// @param macMetadata  is increased by the number of skipped macOS files ("._name", __MACOSX); may
///                     be null.
Result<std::vector<ImportFile>> findMidiFiles(std::span<const std::filesystem::path> paths,
                                              Naming naming, std::size_t* macMetadata = nullptr);

/// Gives each file its row: paths in the table are relative to one of `bases` (the first under
/// which the file is found) or absolute. If no file has exactly that name, one with the same name
/// in the other Unicode form is used (composedForm). @return the number of rows without a file.
std::size_t attachLabels(std::vector<ImportFile>& files, const atlas::LabelTable& table,
                         std::span<const std::filesystem::path> bases);

/// Gives files without labels a genre: the first folder below `root` that contains the file, or,
/// for a file directly in `root`, the root's own name if that is one of `known`. A folder whose
/// name equals one of `known` except for case gets that spelling.
void labelByFolder(std::vector<ImportFile>& files, const std::filesystem::path& root,
                   std::span<const std::string> known);

/// Imports the files into the atlas, one transaction for each song, so that it may be killed at any
/// time: a second run continues where the first ended, with the same result as an undisturbed one.
/// A file that cannot be read or has no notes is listed, in the report and in the atlas, and
/// skipped.
///
/// Errors: those of the atlas (disk full ...); the songs before are kept. Cancelling is not an
/// error. Thread: any; nobody else may use atlas and model meanwhile.
Result<ImportReport> importFiles(atlas::Atlas& atlas, const models::LatentModel& model,
                                 std::span<const ImportFile> files, const ImportOptions& options,
                                 const Progress& progress, const CancelToken& cancel);

} // namespace canto
