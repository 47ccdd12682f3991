// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QVector>

namespace canto::widgets {

/// The fewest of the points that keep the line within `tolerance` of all (Douglas and Peucker
/// 1973); first and last stay.
QVector<QPointF> simplified(const QVector<QPointF>& points, double tolerance);

/// Arrowheads along a line: place and direction (unit vector), about every `spacing`, at least one
/// for a line longer than half of that.
struct Arrow {
    QPointF place;
    QPointF direction;
};
QVector<Arrow> arrowsAlong(const QVector<QPointF>& line, double spacing);

/// Index of the nearest point within `reach`, the last on a tie; -1 when there is none.
int hit(const QVector<QPointF>& points, QPointF place, double reach);

/// A path over the map as anchors that may be tied to points.
class MapPath {
  public:
    struct Anchor {
        QPointF place;   ///< map units
        qint64 row = -1; ///< the point it snapped to
    };

    bool empty() const { return m_anchors.isEmpty(); }
    /// Clicks add anchors until it is finished.
    bool adding() const { return m_adding; }
    const QVector<Anchor>& anchors() const { return m_anchors; }
    QVector<QPointF> places() const;
    QVector<qint64> rows() const;

    void set(QVector<Anchor> anchors);
    void add(Anchor anchor);
    void removeLast();
    void move(int index, Anchor anchor);
    void reverse();
    void clear();
    void finish() { m_adding = false; }

  private:
    QVector<Anchor> m_anchors;
    bool m_adding = false;
};

} // namespace canto::widgets
