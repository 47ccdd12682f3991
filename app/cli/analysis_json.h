// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifdef CANTO_SOUND

#include "app/spaces/arrangement/analyse_file.h"

#include <nlohmann/json.hpp>

namespace canto::cli {

/// @param bpm  stated by the user; 0: unknown.
audio::AnalysisOptions optionsFor(double bpm);

/// Tempi other than the detected one: [{"tempo": bpm, "share": probability}].
nlohmann::json tempoAlternatives(const audio::Beats& beats);

/// The output of `canto analyse` for a recording: times in s, lines as notes, chords as labels.
nlohmann::json toJson(const audio::AudioAnalysis& analysis);

} // namespace canto::cli

#endif
