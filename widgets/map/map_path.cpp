// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/map_path.h"

#include "core/base/verify.h"

#include <QLineF>
#include <algorithm>
#include <cmath>

namespace canto::widgets {

namespace {

double distanceToSegment(QPointF p, QPointF a, QPointF b) {
    const QPointF along = b - a;
    const double length = QPointF::dotProduct(along, along);
    const double t =
        length > 0 ? std::clamp(QPointF::dotProduct(p - a, along) / length, 0.0, 1.0) : 0.0;
    return QLineF(p, a + along * t).length();
}

} // namespace

QVector<QPointF> simplified(const QVector<QPointF>& points, double tolerance) {
    if (points.size() < 3) {
        return points;
    }
    std::vector<bool> kept(static_cast<std::size_t>(points.size()), false);
    kept.front() = kept.back() = true;
    std::vector<std::pair<qsizetype, qsizetype>> open{{0, points.size() - 1}};
    while (!open.empty()) {
        const auto [first, last] = open.back();
        open.pop_back();
        double farthest = tolerance;
        qsizetype at = -1;
        for (qsizetype i = first + 1; i < last; ++i) {
            const double distance = distanceToSegment(points[i], points[first], points[last]);
            if (distance > farthest) {
                farthest = distance;
                at = i;
            }
        }
        if (at >= 0) {
            kept[static_cast<std::size_t>(at)] = true;
            open.emplace_back(first, at);
            open.emplace_back(at, last);
        }
    }
    QVector<QPointF> result;
    for (qsizetype i = 0; i < points.size(); ++i) {
        if (kept[static_cast<std::size_t>(i)]) {
            result.push_back(points[i]);
        }
    }
    return result;
}

QVector<Arrow> arrowsAlong(const QVector<QPointF>& line, double spacing) {
    double length = 0;
    for (qsizetype i = 1; i < line.size(); ++i) {
        length += QLineF(line[i - 1], line[i]).length();
    }
    QVector<Arrow> arrows;
    if (!(length > spacing / 2) || !(spacing > 0)) {
        return arrows;
    }
    // A line across a very deep zoom would ask for millions; more than these nobody can see.
    const int count = static_cast<int>(std::clamp(std::floor(length / spacing), 1.0, 500.0));
    double next = length / count / 2, done = 0;
    for (qsizetype i = 1; i < line.size(); ++i) {
        const QLineF segment(line[i - 1], line[i]);
        const double own = segment.length();
        while (own > 0 && next <= done + own && arrows.size() < count) {
            arrows.push_back(
                {segment.pointAt((next - done) / own), (segment.p2() - segment.p1()) / own});
            next += length / count;
        }
        done += own;
    }
    return arrows;
}

int hit(const QVector<QPointF>& points, QPointF place, double reach) {
    int best = -1;
    for (qsizetype i = 0; i < points.size(); ++i) {
        const double distance = QLineF(points[i], place).length();
        if (distance <= reach) {
            reach = distance;
            best = static_cast<int>(i);
        }
    }
    return best;
}

QVector<QPointF> MapPath::places() const {
    QVector<QPointF> places;
    places.reserve(m_anchors.size());
    for (const Anchor& anchor : m_anchors) {
        places.push_back(anchor.place);
    }
    return places;
}

QVector<qint64> MapPath::rows() const {
    QVector<qint64> rows;
    rows.reserve(m_anchors.size());
    for (const Anchor& anchor : m_anchors) {
        rows.push_back(anchor.row);
    }
    return rows;
}

void MapPath::set(QVector<Anchor> anchors) {
    m_anchors = std::move(anchors);
    m_adding = false;
}

void MapPath::add(Anchor anchor) {
    if (!m_adding) {
        m_anchors.clear();
        m_adding = true;
    }
    m_anchors.push_back(anchor);
}

void MapPath::removeLast() {
    if (!m_anchors.isEmpty()) {
        m_anchors.removeLast();
    }
    m_adding = m_adding && !m_anchors.isEmpty();
}

void MapPath::move(int index, Anchor anchor) {
    CANTO_VERIFY(index >= 0 && index < m_anchors.size()) { return; }
    m_anchors[index] = anchor;
}

void MapPath::reverse() { std::reverse(m_anchors.begin(), m_anchors.end()); }

void MapPath::clear() {
    m_anchors.clear();
    m_adding = false;
}

} // namespace canto::widgets
