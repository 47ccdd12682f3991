// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/shape.h"
#include "app/workspace/transfer_spec.h"
#include "app/workspace/variant.h"
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace canto::app {

/// What a window has open and what was done in it: enough to go on after the program was killed, or
/// on another day from a project file.
struct SessionState {
    struct End {
        models::Latent latent;
        std::string name;
        double bpm = 120;
        bool operator==(const End&) const = default;
    };
    /// A phrase whose notes were changed by hand.
    struct Edit {
        std::string before; ///< MIDI file, base64; empty: no phrase was edited
        std::string after;  ///< the same, edited
        std::string title;  ///< of the phrase as it was
        int bars = 0;       ///< length to play
        models::Latent latent;
        std::int64_t row = -1; ///< the phrase as it was; -1: not of the library
        bool operator==(const Edit&) const = default;
    };
    std::string space; ///< Space::id; empty: the first
    std::string atlas; ///< absolute path of the library; empty: none was open
    /// The same from the folder of the project file (loadProject makes it absolute); empty: not
    /// known.
    std::string atlasRelative;
    std::string atlasDigest;         ///< libraryDigest() of its phrases; empty: not known
    std::uint64_t atlasPhrases = 0;  ///< that it had
    std::string modelVersion;        ///< latents below are of this model; empty: there was none
    std::string map;                 ///< name of the projection shown
    std::string column;              ///< label that colours it
    std::vector<std::string> hidden; ///< classes of the column that the legend hides
    std::vector<double> view;        ///< left, bottom, width, height in map units; empty: not known
    std::vector<std::pair<double, double>> path; ///< anchors, map units
    std::vector<std::int64_t> pathRows; ///< of the phrases they lie on, -1: none; may be empty
    int pathSteps = 8;
    std::string pathGeometry;             ///< "linear", "slerp"; empty: the model's own
    bool pathOriginalEnds = true;         ///< originals are played at ends that are songs
    std::vector<std::uint32_t> selection; ///< rows
    std::int64_t row = -1;                ///< that plays or was played last, -1: none
    Shape shape;                          ///< the current phrase and its sliders
    /// Of the interpolation, at most two; one without a latent is not set.
    std::vector<End> ends;
    int interpolationPoints = 0;       ///< 0: not known
    std::string interpolationGeometry; ///< as pathGeometry
    bool prior = false;                ///< drawn on the map
    TransferSpec spec;                 ///< on the Transfer panel
    std::vector<TransferSpec> results; ///< of transfers that were made, the oldest first
    std::string soundFont;             ///< that plays; empty: not known. Of the shown space only
    std::string project;               ///< file that it was opened from or saved to; empty: none
    std::vector<KeptVariant> variants; ///< what was made, the newest first
    Edit edit;
    double tempo = 0; ///< quarters a minute at which all is played; 0: each at its own
    std::vector<SessionState> others; ///< of spaces that are not shown
    bool operator==(const SessionState&) const = default;
};

/// Whether the state of a space has anything that a person made: a path, a selection, an
/// interpolation, a transfer, an edited phrase, a starred variant.
bool hasWork(const SessionState& state);
/// Whether two states, with their other spaces, have the same work: what is only looked at or
/// played (view, colours, the phrase that plays, the space that is shown) does not count.
bool sameWork(const SessionState& a, const SessionState& b);

std::string toJson(const SessionState& state);
/// BadFile for anything that toJson has not written.
Result<SessionState> sessionFromJson(const std::string& json);

} // namespace canto::app
