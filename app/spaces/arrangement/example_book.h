// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/model_store.h"
#include "core/arrange/examples.h"

#include <filesystem>

namespace canto {

#ifdef CANTO_ATLAS

/// The examples of MIDI files: of a file, or of all in a folder and below. Files that cannot be
/// read or have no two bars with notes are passed over. NotFound; BadInput when none is left;
/// Cancelled. Progress counts files. Thread: any.
Result<std::vector<arrange::Example>> examplesOfFiles(const std::filesystem::path& path,
                                                      const CancelToken& cancel,
                                                      const Progress& progress);

/// Examples decoded from the library of the Arrangement space: at most `most` of its phrases,
/// spread evenly over it. Errors: those of the library and the model; Cancelled. Progress counts
/// phrases. Thread: any, for minutes.
Result<std::vector<arrange::Example>> examplesOfLibrary(const std::filesystem::path& library,
                                                        const models::LatentModel& model, int most,
                                                        const CancelToken& cancel,
                                                        const Progress& progress);

/// The same of the weights and the library that ship, 400 phrases.
Result<std::vector<arrange::Example>> shippedExamples(const CancelToken& cancel,
                                                      const Progress& progress);

#endif

} // namespace canto
