// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/common/latent_model.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace canto {

/// Opens a model. Thread: any.
using OpenModel = std::function<Result<std::shared_ptr<models::LatentModel>>()>;

/// Lets all callers share one model: `open` is called when nobody has the model, and a caller who
/// comes meanwhile waits for it. The model goes when the last caller lets go of it. Copies share
/// the model, too. @return empty for an empty function.
OpenModel shareModel(OpenModel open);

/// The same for weights at a path: all callers in this process share one model of one file, whoever
/// asked. A file that was written again since is another one. Thread: any.
OpenModel sharedModel(const std::filesystem::path& weights);

/// Folders that may contain the shipped files, in the order in which they are searched:
/// $CANTO_ASSETS; ../share/cantograph and ../../share/cantograph from the program (an installation,
/// wherever it was moved to); "assets" beside the program and one to three folders above it (a build
/// tree); "cantograph" in $XDG_DATA_HOME and $XDG_DATA_DIRS. Thread: any.
std::vector<std::filesystem::path> assetFolders();

/// A shipped file, by its path below the assets folder. NotFound lists the searched folders.
Result<std::filesystem::path> findAsset(const std::filesystem::path& relative);

/// Shipped weights of an architecture: assets/models/<id>.safetensors.
/// @param architecture  empty: the one of the space that is shown first.
Result<std::filesystem::path> shippedWeights(const std::string& architecture = {});

/// The path, or for an empty one the shipped weights of the architecture.
Result<std::filesystem::path> weightsOrShipped(const std::filesystem::path& path,
                                               const std::string& architecture = {});

/// Opens weights at a path, or the shipped ones for an empty path.
Result<std::shared_ptr<models::LatentModel>>
openModelOrShipped(const std::string& path, const std::string& architecture = {});

} // namespace canto
