// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"

namespace canto::app {

/// A piece of our own for a small band, 24 bars in A minor at 96 beats a minute: flute, electric
/// piano, bass and drums. The tour makes its recording of it.
music::Song tourPiece();

} // namespace canto::app
