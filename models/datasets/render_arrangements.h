// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifdef CANTO_SOUND

#include "core/base/cancel.h"
#include "core/base/result.h"
#include "models/datasets/prepare_files.h"
#include "models/datasets/render_source.h"

#include <map>
#include <string>
#include <vector>

namespace canto {

/// Labels: CSV with `path` (or `song_id`, as POP909's index.csv has it): folders of songs
/// (score_folder.h) relative to `music`; and, if it has them, `name`, `artist`,
/// `num_quavers_per_beat`, `num_beats_per_measure` (3, and 3 quavers, are left out) and `split`.
struct ArrangementCorpusOptions : RenderSource {
    std::filesystem::path secondFont; ///< held out: renders the test songs a second time; may be
                                      ///< empty
    double seconds = 120;             ///< of each song, from a bar drawn by the seed; 0: all
    int songs = 0;                    ///< maximum for the training split; 0: all
    /// Maximum number of songs of each other split; of the songs that the labels call valid, if
    /// they have no test split, two in three become test. 0: all.
    int heldOut = 0;
};

struct ArrangementCorpusReport {
    std::map<std::string, std::size_t> songs; ///< by split
    std::map<std::string, std::size_t> units;
    std::size_t recordings = 0; ///< songs whose own recording was used instead of a rendering
    std::size_t otherMetre = 0; ///< left out
    std::vector<BadFile> bad;   ///< unreadable ones, and copies of others
    std::vector<std::string> warnings; ///< for the user: about the splits
};

/// Renders scored songs with a band (band_mix.h), computes the audio features
/// (core/audio/grid_features.h) and writes sound, chords and score on one grid
/// (models/datasets/prepared_arrangements.h). The same input gives the same bytes, whatever the
/// number of threads. Unreadable songs, and all but the first of songs with the same score file,
/// are listed and left out. Errors: those of labels and SoundFonts; BadInput; Io; Cancelled.
Result<ArrangementCorpusReport> renderArrangements(const ArrangementCorpusOptions& options,
                                                   const CancelToken& cancel,
                                                   const Progress& progress);

} // namespace canto

#endif
