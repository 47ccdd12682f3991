// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// What a model can besides: say what it leaves of a song. No LibTorch here.

#include "core/music/song.h"

#include <string>

namespace canto::models {

/// A LatentModel that also implements this does not take every song as it is: a model of piano
/// music, for example, hears a piano part of what a band plays. Thread: as LatentModel.
class Reducer {
  public:
    virtual ~Reducer() = default;

    /// In words, for people; empty: the song is heard as it is.
    virtual std::string reductionOf(const music::Song& song) const = 0;
};

} // namespace canto::models
