// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "models/common/latent_model.h"

#include <string>

namespace canto::cli {

/// A phrase of a MIDI file that a command works on.
struct PhraseArgument {
    music::Song song;
    models::Segment segment;
    models::Latent latent;
    double bpm = 120; ///< where the phrase starts
};

/// The phrase that starts at a bar; for a bar below 0, the first strict one, or the first of all.
/// Errors: those of reading and encoding; BadInput: no note, or no phrase starts there.
Result<PhraseArgument> phraseOf(const models::LatentModel& model, const std::string& path, int bar,
                                const CancelToken& cancel);

} // namespace canto::cli
