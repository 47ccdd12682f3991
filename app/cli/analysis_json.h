// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifdef CANTO_SOUND

#include "app/cli/cli_support.h"
#include "app/spaces/arrangement/analyse_file.h"

#include <nlohmann/json.hpp>

namespace canto::cli {

/// @param bpm  stated by the user; 0: unknown.
audio::AnalysisOptions optionsFor(double bpm);

/// Adds --bpm and --soundfont to a command that analyses recordings.
template <class Args>
void addSoundOptions(Command<Args>& command, Args& args) {
    command.option("--bpm", args.bpm,
                   "Approximate tempo in beats a minute, if you know it; otherwise half or "
                   "double may be found",
                   CLI::Range(30.0, 300.0));
    command.option("--soundfont", args.soundFont, "For MIDI files; default: the system's",
                   CLI::ExistingFile);
}

/// Tempi other than the detected one: [{"tempo": bpm, "share": probability}].
nlohmann::json tempoAlternatives(const audio::Beats& beats);

/// The output of `canto analyse` for a recording: times in s, lines as notes, chords as labels.
nlohmann::json toJson(const audio::AudioAnalysis& analysis);

} // namespace canto::cli

#endif
