// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifdef CANTO_SOUND

#include "app/spaces/arrangement/analyse_file.h"

#include <nlohmann/json.hpp>

namespace canto::cli {

/// @param bpm  as a person gave it; 0: not known.
audio::AnalysisOptions optionsFor(double bpm);

/// Tempi beside the one that was found: [{"tempo": bpm, "share": probability}].
nlohmann::json tempoAlternatives(const audio::Beats& beats);

/// What `canto analyse` prints of a recording: times in s, lines as notes, chords as labels.
nlohmann::json toJson(const audio::AudioAnalysis& analysis);

} // namespace canto::cli

#endif
