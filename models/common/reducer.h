// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// An optional ability of a model: stating what it leaves out of a song. No LibTorch here.

#include "core/music/song.h"

#include <string>

namespace canto::models {

/// A LatentModel that also implements this does not use every song unchanged: a model of piano
/// music, for example, reduces a band's song to a piano part. Thread: as LatentModel.
class Reducer {
  public:
    virtual ~Reducer() = default;

    /// For the user, in words; empty if the song is used unchanged.
    virtual std::string reductionOf(const music::Song& song) const = 0;
};

} // namespace canto::models
