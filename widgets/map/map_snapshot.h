// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/projection/grid_index.h"
#include "widgets/map/map_scale.h"

#include <QColor>
#include <QPoint>
#include <QRectF>
#include <QString>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace canto::widgets {

/// Bits of MapSnapshot::flags().
enum PointFlag : std::uint8_t {
    kHeldOut = 1, ///< the model never saw it
    kMine = 2,    ///< the user's own music
};

/// One column of labels, ready to colour a map by: a small class number a row.
struct MapColouring {
    QString title;                      ///< "Genre"
    std::vector<std::uint16_t> classes; ///< a row each, index into names
    std::vector<QString> names;
    /// What a name stands for, for each name or for the first of them; may be empty.
    std::vector<QString> descriptions;
    /// Column and line of each name in the legend, or of the first of them; (-1, -1) and missing
    /// ones are listed below.
    std::vector<QPoint> places;
    /// A colour for each name; empty leaves it to the theme's colour-blind-safe palette.
    std::vector<QColor> colours;
    /// The last class is that of the rows without a value; drawn in grey, below all others.
    bool lastIsUnlabelled = false;
    /// Of numbers: the first scale->shades classes are steps of it.
    std::optional<MapScale> scale;

    std::vector<std::size_t> counts() const;
};

/// Classes of a column of texts: each text gets one, by falling count (ties by name). Rows without
/// a text come last under a name that none of them has, "(no genre)" for the title "Genre".
MapColouring makeColouring(QString title, std::span<const QString> labels);

/// Numbers as a gradient from dark blue to yellow, from the 2nd to the 98th percentile; what lies
/// beyond has the colour of the end. Rows that are not finite are "unknown", last.
MapColouring makeScale(const QString& title, const QString& unit, std::span<const float> values);

/// The points of a map, immutable, shared between threads. Rows keep the numbers the caller gave;
/// points that are not finite stay rows but are neither drawn nor found.
class MapSnapshot {
  public:
    /// Sorts into drawing order and builds the index: about 0.2 s for 1M points, so not on the
    /// GUI thread. @param y as long as x; flags empty (all 0) or as long as x. A colouring that
    /// does not fit the number of rows is replaced by one class.
    static std::shared_ptr<const MapSnapshot> make(std::vector<float> x, std::vector<float> y,
                                                   MapColouring colouring = {},
                                                   std::vector<std::uint8_t> flags = {});

    std::size_t size() const { return m_x.size(); }
    std::span<const float> x() const { return m_x; }
    std::span<const float> y() const { return m_y; }
    std::span<const std::uint8_t> flags() const { return m_flags; }
    const std::shared_ptr<const MapColouring>& colouring() const { return m_colouring; }
    const projection::GridIndex& index() const { return m_index; }
    /// Smallest box around the finite points, y growing upwards (top() is the least y).
    QRectF bounds() const { return m_bounds; }

    /// Rows in drawing order: along a Morton curve so that neighbours share cache lines, at random
    /// within a cell so that no class always covers another.
    std::span<const std::uint32_t> order() const { return m_order; }
    std::span<const float> orderedX() const { return m_orderedX; }
    std::span<const float> orderedY() const { return m_orderedY; }

    /// About how many points lie in the box, never fewer than there are; constant time.
    std::size_t atMostIn(const QRectF& box) const;

  private:
    void sortForDrawing();
    void countCells();

    std::vector<float> m_x, m_y, m_orderedX, m_orderedY;
    std::vector<std::uint8_t> m_flags;
    std::vector<std::uint32_t> m_order;
    std::shared_ptr<const MapColouring> m_colouring;
    projection::GridIndex m_index;
    QRectF m_bounds;
    std::vector<std::uint32_t> m_cellSums; ///< summed-area table of kCells x kCells counts
};

using MapSnapshotPtr = std::shared_ptr<const MapSnapshot>;

} // namespace canto::widgets
