// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/atlas/atlas.h"

#include <QString>
#include <vector>

namespace canto::app {

/// What a song is called wherever a person reads it. The library keeps the name of the file.
struct SongName {
    QString title;
    QString artist; ///< or composer; empty where neither is known
};

/// Names of all songs of a library, in their order:
/// * parts of a work by work and movement (core/music/display_title.h);
/// * clips of videos ("Q3_uj3Gif77SYM_5": emotion, video, number of the clip) by numbers, since a
///   video's identifier says nothing: "EMOPIA 12, clip 6" is from the twelfth video of that source
///   by the order of the identifiers, so that the same library gives the same numbers. Their
///   identifier is not an artist;
/// * all others by their title without its junk, or by the name of the file where they have none.
///   A title that is nothing but a number, without an artist, is "Untitled 122".
std::vector<SongName> songNames(const std::vector<atlas::SongRow>& songs);

} // namespace canto::app
