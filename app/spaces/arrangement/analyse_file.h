// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifdef CANTO_SOUND

#include "core/audio/audio_analysis.h"
#include "core/base/cancel.h"
#include "core/base/result.h"

#include <filesystem>
#include <functional>
#include <span>

namespace canto {

struct Recording {
    audio::SongFrames frames;
    audio::AudioAnalysis analysis;
};

/// Reads a recording in pieces and analyses it: WAV, FLAC, Ogg, MP3, AIFF; or a MIDI file, which
/// the built-in synth renders first. Progress counts seconds of sound.
/// @param soundFont  for MIDI files; empty: the system's.
/// @param onSound    gets every sample as it is read, one channel at audio::kRate; may be empty.
/// Errors with the file's name: those of sound::streamMono (TooLarge beyond three hours), of the
/// synth, and of audio::analyse.
Result<Recording> analyseFile(const std::filesystem::path& path,
                              const audio::AnalysisOptions& options = {},
                              const std::filesystem::path& soundFont = {},
                              const CancelToken& cancel = {}, const Progress& progress = {},
                              const std::function<void(std::span<const float>)>& onSound = {});

} // namespace canto

#endif
