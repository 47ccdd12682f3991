// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifdef CANTO_SOUND

#include "core/arrange/arranger.h"
#include "core/base/cancel.h"
#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace canto {

struct NamedArranger {
    std::string name;
    std::unique_ptr<canto::arrange::Arranger> arranger;
};

/// Arranges whole recordings by each arranger as `canto arrange` does, and compares the results
/// with the recording and the score that it was played from (core/arrange/cover_measures.h). The
/// score's own bridge and piano are measured like an arrangement: the row "score".
/// @param recordings  folder of NAME.flac, .wav, .ogg or .mp3.
/// @param scores      folder of folders NAME, as score_folder.h reads them.
/// @return  {"recordings", "notAnalysed": [{file, reason}], "rows": [{name, noteF1, precision,
///          recall, onsetCorrelation, melodyChroma, warpDeviation, gridDeviation, patternEntropy,
///          notesASecond, meanPitch, polyphony}]}, means over recordings.
/// Errors: NotFound for a folder without recordings; those of the arrangers; Cancelled.
Result<nlohmann::json> measureArrangements(const std::filesystem::path& recordings,
                                           const std::filesystem::path& scores,
                                           const std::vector<NamedArranger>& arrangers,
                                           const CancelToken& cancel, const Progress& progress);

} // namespace canto

#endif
