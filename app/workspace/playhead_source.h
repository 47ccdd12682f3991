// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/time.h"

namespace canto::app {

/// A feature whose music has a playhead of its own: play, stop and rewind go to it while its music
/// is what plays. Thread: GUI.
class PlayheadSource {
  public:
    virtual ~PlayheadSource() = default;
    virtual bool current() const = 0; ///< its music is what plays, or played last
    virtual void toggle() = 0;
    virtual void toStart() = 0;
    virtual music::Tick playheadTick() const = 0;
};

} // namespace canto::app
