// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/explore/shape_controller.h"
#include "app/workspace/phrase_drag.h"

namespace canto::app {

/// Drag and drop of the current phrase from the map, the Explore dock or the inspector onto a
/// class in the legend or a region of the prior, and the menus that do the same. Thread: GUI.
class GenreDrag : public QObject {
    Q_OBJECT

  public:
    /// @param window  owner of the menus.
    GenreDrag(QWidget& window, PhraseDrag& transfer, widgets::LatentMap& map,
              MapController& mapController, ShapeController& shapes, QObject* parent = nullptr);

    void addChip(widgets::PhraseChip* chip);

    /// The drop target under a screen position.
    struct Target {
        int label = -1; ///< of the model's classes; -1: none
        bool component = false;
        int index = -1; ///< row of the legend, or component
        QString whyNot; ///< why the row is not a target; empty: it is
    };
    Target targetAt(QPoint global) const;
    bool dragging() const { return m_drag.dragging(); }

  private:
    /// The current phrase; first makes it that of `row` unless row is -1.
    std::optional<DraggedPhrase> take(qint64 row);
    std::optional<DropTarget> dropTarget(QPoint global, const DraggedPhrase& dragged);
    void showMenu(QPoint global);
    void showLegendMenu(int row, QPoint global);

    QWidget& m_window;
    PhraseDrag& m_drag;
    widgets::LatentMap& m_map;
    MapController& m_mapController;
    ShapeController& m_shapes;
};

} // namespace canto::app
