// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifdef CANTO_SOUND

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "models/datasets/prepare_files.h"
#include "models/datasets/render_source.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace canto {

/// Labels: CSV with `file`, `composer`, and optionally `work`, `movement`, `archive`, `kind` and
/// `split`. None: every MIDI and sound file below `music`, one folder for each composer; the folder
/// below that (or else the file) is the work. Works are not divided by the split that is drawn, and
/// each composer's are divided in the same proportions (drawSplits).
struct CorpusOptions : RenderSource {
    float gain = 0.25f;                 ///< of the synth; above 0.3 full orchestras clip
    double seconds = 240;               ///< from the beginning of each movement; 0: all of it
    std::vector<std::string> composers; ///< empty: all
    std::vector<std::string> splits;    ///< empty: all
    std::vector<std::string> leaveOut;  ///< kinds: "quartet"
    /// Each MIDI movement is rendered once more with each of these.
    std::vector<std::filesystem::path> moreFonts;
    /// Set: everything that does not make a composer is redrawn for each movement and SoundFont
    /// (models/datasets/varied_music.h), the tuning (415 to 445 Hz) and the place of the first clip
    /// too, so that clips are not at their numbers' places. The same number gives the same bytes.
    std::optional<std::uint64_t> vary;
};

struct CorpusReport {
    std::size_t movements = 0;
    std::size_t clips = 0;
    std::size_t resumed = 0; ///< movements that an earlier call had rendered
    std::size_t silent = 0;  ///< clips left out
    std::size_t clipped = 0; ///< movements whose level had to be lowered
    std::map<std::string, std::map<std::string, std::size_t>> bySplit; ///< composer, split: clips
    std::vector<BadFile> bad;          ///< unreadable ones, and copies of others
    std::vector<std::string> warnings; ///< for the user: about the splits
};

/// Renders MIDI movements (or reads recordings), cuts them into clips of 10 s and writes their
/// features (models/datasets/prepared_clips.h). Results are kept in `<out>.parts`, one file for
/// each movement, until all are done: an interrupted call can be resumed. Unreadable files, and all
/// but the first of files with the same bytes, are listed and left out. Errors: those of the labels
/// and the SoundFont; BadInput; Io; Cancelled.
Result<CorpusReport> renderCorpus(const CorpusOptions& options, const CancelToken& cancel,
                                  const Progress& progress);

} // namespace canto

#endif
