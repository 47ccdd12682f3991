// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// From the user's own MIDI files to a fine-tuned model: surveys the files, divides them, checks
// whether they suffice, and defines the run. Shared by the wizard and the command line.

#include "models/datasets/prepare.h"
#include "models/train/run.h"

namespace canto {

enum class LabelSource {
    Folders, ///< name of the folder that contains a file, below the chosen one
    Csv,     ///< a column of a labels file
    Given,   ///< the labels of the files (those of a library)
};

/// A file that may be used for training.
struct OwnFile {
    std::filesystem::path file;
    std::string title;
    std::string artist;
    std::string label; ///< empty: none
};

struct OwnSong {
    OwnFile file;
    std::size_t phrases = 0;
    std::string split;   ///< "train", "valid", "test"; empty when skipped
    std::string skipped; ///< why it is left out; empty: it is used
};

struct LabelCount {
    std::string label;
    std::size_t songs = 0, phrases = 0;
    std::size_t train = 0, valid = 0, test = 0; ///< songs
};

struct OwnMusic {
    std::vector<OwnSong> songs; ///< in the order of their files
    std::vector<LabelCount> labels;
    std::size_t trainPhrases = 0, heldOutPhrases = 0, skipped = 0;
    std::vector<std::string> warnings; ///< with the figures they refer to
    bool usable = false;               ///< enough music to train on and to evaluate with
};

/// Below these numbers the user is warned.
inline constexpr std::size_t kFewTrainPhrases = 400;
inline constexpr std::size_t kFewSongsOfLabel = 3;

/// All MIDI files below a folder, labelled by the first folder below it that contains them (files
/// directly in it: by its own name).
Result<std::vector<OwnFile>> filesByFolder(const std::filesystem::path& folder);
/// The same files, labelled by a column of a CSV (paths relative to the CSV or absolute); files
/// without a row have no label.
Result<std::vector<OwnFile>> filesByCsv(const std::filesystem::path& folder,
                                        const std::filesystem::path& csv,
                                        const std::string& column = "genre");

/// Reads every file, leaves out unusable ones and duplicates, and divides the songs: of each label
/// about a tenth for validation and a tenth for testing, at least one of each if the label has five
/// songs, one for validation if it has three. The same files and seed give the same split. Errors:
/// Cancelled; BadInput without any file.
Result<OwnMusic> surveyOwnMusic(const std::vector<OwnFile>& files, std::uint64_t seed,
                                const CancelToken& cancel, const Progress& progress,
                                int threads = 0);

/// Writes labels.csv and phrases.safetensors into a folder. Errors: those of prepare(); BadInput if
/// the music is not usable.
/// @param weights  that will be trained: the dataset is of the kind that they learn from; empty:
///     tokens of four tracks.
Result<std::filesystem::path> writeOwnDataset(const OwnMusic& music,
                                              const std::filesystem::path& folder,
                                              const CancelToken& cancel, const Progress& progress,
                                              const std::filesystem::path& weights = {});

/// The run that fine-tunes `weights` on a dataset of own music: lower learning rates, weights of
/// each epoch kept, a batch size that fits the number of training phrases.
models::train::RunRequest fineTuneRequest(const std::filesystem::path& dataset,
                                          const std::filesystem::path& weights,
                                          const std::filesystem::path& out, double minutes,
                                          std::size_t trainPhrases);

} // namespace canto
