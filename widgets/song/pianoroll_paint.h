// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"

#include <QColor>
#include <QRectF>
#include <vector>

class QPainter;

namespace canto::widgets {

/// Lowest and highest pitch that a drawing of the song shows, with at least an octave between.
struct PitchRange {
    int low = 48;
    int high = 72; ///< inclusive
};
PitchRange pitchRange(const music::Song& song);

/// Colour of a track's notes: muted, unlike those of classes, and another one for each track.
/// `dark` picks the brighter set.
QColor trackColour(std::size_t track, bool dark);

/// What a drawing shows of a song and where.
struct RollFrame {
    QRectF area;           ///< pixels
    music::Tick from = 0;  ///< left edge
    music::Tick to = 1920; ///< right edge, > from
    PitchRange pitches;
    bool dark = false;
    std::vector<bool> silent = {}; ///< by track: drawn pale

    double xOf(music::Tick tick) const;
    /// Top of the pitch's row.
    double yOf(int pitch) const;
    double rowHeight() const;
    /// The tick at a position, and the pitch of a row, limited to 0 .. 127.
    music::Tick tickAt(double x) const;
    int pitchAt(double y) const;
    /// Where a note is drawn; drums are short marks.
    QRectF boxOf(const music::Note& note) const;
};

/// Draws notes [first, song.notes.size()) that fall into the frame until `milliseconds` are over.
/// @return the note to go on with, or notes.size() when all are drawn. Velocity sets the strength
///         of the colour; drums are drawn as short marks.
std::size_t paintNotes(QPainter& painter, const music::Song& song, const RollFrame& frame,
                       std::size_t first = 0, int milliseconds = 100);

/// A whole song in a small box: notes only, cut after 10 ms.
void paintMiniature(QPainter& painter, const QRectF& area, const music::Song& song, bool dark);

} // namespace canto::widgets
