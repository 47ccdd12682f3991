#pragma once

#ifdef CANTO_SOUND

#include "app/service/listen_file.h"

#include <nlohmann/json.hpp>

namespace canto::cli {

/// @param bpm  as a person gave it; 0: not known.
audio::ListenOptions optionsFor(double bpm);

/// Tempi beside the one that was found: [{"tempo": bpm, "share": probability}].
nlohmann::json tempoAlternatives(const audio::Beats& beats);

/// What `canto listen` prints of a recording: times in s, lines as notes, chords as labels.
nlohmann::json toJson(const audio::Heard& heard);

} // namespace canto::cli

#endif
