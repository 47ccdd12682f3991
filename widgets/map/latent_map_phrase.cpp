// SPDX-License-Identifier: GPL-3.0-or-later
// The prior on the map, and dragging a phrase over it.

#include "widgets/map/latent_map.h"
#include "widgets/map/latent_map_parts.h"

#include <QLineF>
#include <QMouseEvent>
#include <cmath>

namespace canto::widgets {
namespace {

constexpr double kMarkReach = 12; ///< pixels around the mark in which it can be grabbed
constexpr double kDropReach = 14; ///< pixels around a thin component that belong to it

} // namespace

void LatentMap::setComponents(QVector<MapComponent> components) {
    m->components = std::move(components);
    m->targetComponent = -1;
    m->colourComponents();
    m->repaintMarks();
}

const QVector<MapComponent>& LatentMap::components() const { return m->components; }

void LatentMap::Parts::colourComponents() {
    for (MapComponent& component : components) {
        component.colour = otherColour(themeOf(*plot).dark);
        for (std::size_t c = 0; colouring && c < colouring->names.size(); ++c) {
            if (colouring->names[c] == component.name) {
                component.colour = looks[c].colour;
            }
        }
    }
}

int LatentMap::componentAt(QPoint global) const {
    const QPoint at = mapFromGlobal(global);
    if (!rect().contains(at) || (m->legend->isVisible() && m->legend->geometry().contains(at))) {
        return -1;
    }
    const QPointF place = m->view.toMap(at);
    int best = -1;
    double nearest = 0;
    for (int i = 0; i < m->components.size(); ++i) {
        const MapComponent& component = m->components[i];
        const QPointF off = place - component.centre;
        const double distance = std::hypot(off.x(), off.y());
        if (contains(component, place, kDropReach * m->view.unitsPerPixel) &&
            (best < 0 || distance < nearest)) {
            best = i;
            nearest = distance;
        }
    }
    return best;
}

void LatentMap::setTargetComponent(int component) {
    if (component != m->targetComponent) {
        m->targetComponent = component;
        m->repaintMarks();
    }
}

void LatentMap::setLineages(QVector<MapLineage> lineages, int shown) {
    m->lineages = std::move(lineages);
    m->lineageShown = shown;
    m->repaintMarks();
}

const QVector<MapLineage>& LatentMap::lineages() const { return m->lineages; }

qint64 LatentMap::rowUnder(QPoint global) const {
    const QPoint at = mapFromGlobal(global);
    const bool covered = m->legend->isVisible() && m->legend->geometry().contains(at);
    return rect().contains(at) && !covered ? m->rowAt(at, kMarkReach) : -1;
}

void LatentMap::setTargetRow(qint64 row) {
    m->marks.target.reset();
    if (row >= 0 && m->snapshot && std::size_t(row) < m->snapshot->size()) {
        m->marks.target = QPointF(double(m->snapshot->x()[std::size_t(row)]),
                                  double(m->snapshot->y()[std::size_t(row)]));
    }
    m->repaintMarks();
}

bool LatentMap::Parts::onMark(QPointF pixel) const {
    for (const auto& mark : {marks.marked, marks.decoded}) {
        if (mark && QLineF(view.toPixel(*mark), pixel).length() <= kMarkReach) {
            return true;
        }
    }
    return false;
}

bool LatentMap::dragPhrase(const QMouseEvent& event) {
    if (m->drag == Drag::Pending && m->tool == Tool::Select && m->anchor < 0) {
        const bool control = event.modifiers() & Qt::ControlModifier;
        const qint64 row = control ? m->rowAt(m->pressed, kMarkReach) : -1;
        if (row < 0 && !m->onMark(m->pressed)) {
            return false;
        }
        m->drag = Drag::Phrase;
        setCursor(Qt::ClosedHandCursor);
        Q_EMIT phraseDragBegan(row);
    }
    if (m->drag != Drag::Phrase) {
        return false;
    }
    Q_EMIT phraseDragMoved(event.globalPosition().toPoint());
    return true;
}

void LatentMap::dropPhrase(const QMouseEvent& event) {
    setCursor(Qt::ArrowCursor);
    Q_EMIT phraseDragDropped(event.globalPosition().toPoint());
}

} // namespace canto::widgets
