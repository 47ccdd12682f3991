// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Models of the user, in addition to the shipped ones, which are never written to.

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace canto {

struct StoredModel {
    std::filesystem::path path;
    std::string title;
    std::string architecture;
    std::string checksum; ///< of the weights: ModelInfo::version
    bool shipped = false;
    std::map<std::string, std::string> card; ///< the whole metadata
};

/// Shipped weights of each architecture, then those in `userFolder`, the newest first. Files that
/// cannot be opened are skipped, each with a line in `notes` if that is given.
std::vector<StoredModel> listModels(const std::filesystem::path& userFolder,
                                    std::vector<std::string>* notes = nullptr);

/// Copies weights into the user's folder under a name made of the title; a name in use gets a
/// number, so that nothing is replaced. `card` is added to the metadata. Errors: those of opening
/// and writing weights; BadInput for an empty title or for a folder of shipped files.
Result<StoredModel> addModel(const std::filesystem::path& weights,
                             const std::filesystem::path& userFolder, const std::string& title,
                             std::map<std::string, std::string> card = {});

/// A file name for a title: letters, digits and dashes.
std::string fileNameFor(const std::string& title);

} // namespace canto
