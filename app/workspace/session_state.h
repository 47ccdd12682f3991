// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/shape.h"
#include "app/workspace/transfer_spec.h"
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace canto::app {

/// What a window has open and what was done in it: enough to go on after the program was killed.
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
    std::string space;        ///< Space::id; empty: the first
    std::string atlas;        ///< path of the library; empty: none was open
    std::string modelVersion; ///< latents below are of this model; empty: there was none
    std::string map;          ///< name of the projection shown
    std::string column;       ///< label that colours it
    std::vector<std::pair<double, double>> path; ///< anchors, map units
    int pathSteps = 8;
    std::vector<std::uint32_t> selection; ///< rows
    std::int64_t row = -1;                ///< that plays or was played last, -1: none
    Shape shape;                          ///< the current phrase and its sliders
    std::vector<End> ends;                ///< of the interpolation, at most two
    bool prior = false;                   ///< drawn on the map
    TransferSpec spec;                    ///< on the Transfer panel
    Edit edit;
    double tempo = 0; ///< quarters a minute at which all is played; 0: each at its own
    std::vector<SessionState> others; ///< of spaces that are not shown
    bool operator==(const SessionState&) const = default;
};

std::string toJson(const SessionState& state);
/// BadFile for anything that toJson has not written.
Result<SessionState> sessionFromJson(const std::string& json);

} // namespace canto::app
