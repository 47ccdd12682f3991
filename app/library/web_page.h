// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/originals.h"
#include "core/atlas/atlas.h"
#include "core/base/cancel.h"
#include "core/music/song.h"
#include "core/projection/points.h"
#include "models/common/latent_model.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace canto {

/// A map as one HTML file that needs nothing else: points to pan, zoom and search, coloured by a
/// column, and music that a small synthesiser in the page plays.
struct WebPage {
    std::string title;
    /// Columns of labels in their order, with their titles; values are those of the songs. The
    /// first twelve are taken, without those in which most songs have a value of their own.
    std::vector<std::pair<std::string, std::string>> columns;
    std::size_t mostPoints = 20000;
    std::size_t mostPhrases = 400;                     ///< with music
    std::size_t mostMusicBytes = std::size_t(6) << 20; ///< of notes, before base64
};

struct WebPageReport {
    std::size_t points = 0;  ///< in the page
    std::size_t total = 0;   ///< of the map
    std::size_t phrases = 0; ///< with music
    std::size_t notes = 0;
    std::size_t bytes = 0; ///< of the file
};

/// The music of a row; null where there is none.
using PhraseOfRow = std::function<std::shared_ptr<const music::Song>(std::size_t row)>;

/// Music of the original files as far as they are found, else decoded by the model if it is one of
/// these latents. @param points  must live longer. @param model  may be null.
PhraseOfRow webPagePhrases(const atlas::AtlasPoints& points, std::vector<OriginalFolder> folders,
                           std::shared_ptr<const models::LatentModel> model,
                           const CancelToken& cancel = {});

/// Writes the page. Of more points than mostPoints an even share of the rows is drawn, and the page
/// says so; the same for music. A phrase has at most its first 512 notes.
/// @param positions  of the rows; those that are not finite are left out.
/// Errors: BadShape (positions of other rows), BadInput (no points), Cancelled, those of
/// AtomicFile. Thread: any.
Result<WebPageReport> writeWebPage(const atlas::AtlasPoints& points,
                                   std::span<const projection::MapPoint> positions,
                                   const WebPage& page, const PhraseOfRow& phraseOf,
                                   const std::filesystem::path& path,
                                   const CancelToken& cancel = {}, const Progress& progress = {});

/// The text of the page around the data: what comes before it, and behind it.
std::pair<std::string_view, std::string_view> webPageFrame();

/// Notes as the page reads them, by their start: distance from the start before and length, each in
/// 5 ms and in bytes of seven bits, the lowest first, the last one below 128; pitch, and 128 for
/// drums; velocity; program.
std::string webPageNotes(const music::Song& song);

} // namespace canto
