// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Where phrases begin in any metre.

#include "core/music/metre_map.h"
#include "core/music/time.h"

namespace canto::codec {

/// Iterates over the bar lines at which phrases may begin: every bar line, but of bars shorter than
/// two quarters those less than two quarters after the last start are skipped. Inside a bar longer
/// than a phrase further phrases start every four quarters.
class PhraseStarts {
  public:
    /// @param metre            must outlive this object. @param ticksPerQuarter >= 1. @param bars
    ///                         length of a phrase in units of four quarters, >= 1.
    PhraseStarts(const music::MetreMap& metre, int ticksPerQuarter, int bars);

    /// Moves to the next start; the first call, to the start of bar 0. False after a million bars,
    /// since a time signature may make a bar of a single tick.
    bool next();
    /// The bar that the start lies in, from 0.
    int bar() const { return m_bar; }
    music::Tick start() const { return m_start; }
    /// Skips the bars before `bar`, once the starts inside the present one are done.
    void skipToBar(int bar);

  private:
    const music::MetreMap& m_metre;
    music::Tick m_quarter;
    music::Tick m_phrase;
    int m_bar = -1;
    int m_nextBar = 0;
    int m_looked = 0;
    music::Tick m_start;
    music::Tick m_barEnd = 0;
    bool m_longBar = false;
};

} // namespace canto::codec
