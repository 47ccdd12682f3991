// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Compares two models on the same held-out music.

#include "core/base/cancel.h"
#include "core/codec/token_metrics.h"
#include "models/common/latent_model.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace canto {

struct CompareOptions {
    std::size_t phrases = 300; ///< maximum, drawn by the seed
    std::uint64_t seed = 1;
};

/// Of all notes of the phrases (core/codec/file_notes.h).
struct NoteFigures {
    double recall = 0;
    double precision = 0;
    double f1 = 0;
};

/// How well a model reconstructs held-out phrases.
struct HeldOutFigures {
    std::size_t phrases = 0;
    std::string split; ///< "test", else "valid"
    /// For a dataset of all notes, in place of the figures below.
    std::optional<NoteFigures> notes;
    double accuracy = 0; ///< means over tracks, as TrackScores
    double accuracyWithoutHolds = 0;
    double onsetF1 = 0;
};

/// Each phrase encoded and decoded, compared token by token or, in a dataset of all notes, note by
/// note; the same phrases for every model. Errors: those of PhraseSet::open and the model; NotFound
/// if nothing is held out; Cancelled.
Result<HeldOutFigures> heldOutFigures(const models::LatentModel& model,
                                      const std::filesystem::path& dataset,
                                      const CompareOptions& options, const CancelToken& cancel,
                                      const Progress& progress = {});

} // namespace canto
