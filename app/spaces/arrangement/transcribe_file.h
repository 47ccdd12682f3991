// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifdef CANTO_SOUND

#include "app/spaces/arrangement/analyse_file.h"
#include "core/arrange/transcription.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace canto {

/// Longest recording whose notes are detected, s: 60 KB a second, 220 MB in all.
inline constexpr double kLongestTranscribed = 3600;

/// The notes of a recording, before they are put on beats.
struct DetectedNotes {
    std::vector<audio::DetectedNote> notes;
    std::string frontEnd; ///< title of the network, or "melody and bass lines"
    /// Whether a network found them; otherwise they are the lines of the analysis.
    bool byNetwork = false;
};

/// Detects the notes of a recording with the network in a file; reads the recording in pieces, on
/// one thread. Progress counts seconds. Errors: those of models::NoteNetwork::open and of
/// sound::streamMono (TooLarge beyond kLongestTranscribed); Cancelled.
Result<DetectedNotes> detectNotes(const std::filesystem::path& recording,
                                  const std::filesystem::path& network,
                                  const CancelToken& cancel = {}, const Progress& progress = {});

/// What is used without a network: the melody and bass lines of an analysis.
DetectedNotes linesAsNotes(const audio::AudioAnalysis& analysis);

struct TranscribeOptions {
    audio::AnalysisOptions analysis;
    arrange::Timing timing = arrange::Timing::Quantised;
    std::filesystem::path network;   ///< weights; empty: the melody and bass lines
    std::filesystem::path soundFont; ///< for MIDI files; empty: the system's
    audio::TrackerOptions tracker;
};

struct Transcription {
    music::Song song;
    DetectedNotes detected;
    std::optional<audio::AudioAnalysis> analysis; ///< none: no beats could be found
    std::string noBeats;                          ///< why not
    double seconds = 0;                           ///< of sound
    double networkSeconds = 0;                    ///< of work of the network and the note tracker
};

/// Reads a recording (or a MIDI file, which is rendered first) once, finds beats and notes and
/// writes them as a song. With a network, a recording without two bars of beats is still
/// transcribed, as played at 120 beats a minute. Progress counts seconds of sound. Errors: those of
/// analyseFile and detectNotes. Thread: any.
Result<Transcription> transcribeFile(const std::filesystem::path& path,
                                     const TranscribeOptions& options,
                                     const CancelToken& cancel = {}, const Progress& progress = {});

} // namespace canto

#endif
