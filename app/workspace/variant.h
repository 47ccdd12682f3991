// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/common/latent_model.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace canto::app {

/// Music that was made and is kept, as sessions have it.
struct KeptVariant {
    std::string kind;  ///< "decoded", "path", "interpolated", "edited", "transferred" ...
    std::string title; ///< "Path, step 3 of 8"
    std::string how;   ///< one line: how it was made
    std::vector<std::string> parents;  ///< names of the phrases that it was made of
    std::optional<std::uint64_t> seed; ///< of its random numbers; empty: none were used
    std::string model;                 ///< ModelInfo::title; empty: it is not of a space's model
    std::string modelVersion;          ///< ModelInfo::version; the latent is of this model
    models::Latent latent;             ///< empty: none is known
    int bars = 0;                      ///< length to play; 0: the song's own
    bool starred = false;
    std::string midi; ///< the music: a MIDI file in Base64
    bool operator==(const KeptVariant&) const = default;
};

} // namespace canto::app
