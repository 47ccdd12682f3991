// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/explore/shape_controller.h"
#include "app/workspace/phrase_drag.h"

namespace canto::app {

/// The phrase at hand as something to carry: from the map, from the Explore dock or from the
/// inspector; a genre's name in the legend and the parts of the prior as places to drop it. Also
/// the menus that do the same without dragging. Thread: GUI.
class GenreDrag : public QObject {
    Q_OBJECT

  public:
    /// @param window  owner of the menus.
    GenreDrag(QWidget& window, PhraseDrag& transfer, widgets::LatentMap& map,
              MapController& mapController, ShapeController& shapes, QObject* parent = nullptr);

    void addChip(widgets::PhraseChip* chip);

    /// What lies under a place of the screen.
    struct Target {
        int label = -1; ///< of the model's classes; -1: none
        bool component = false;
        int index = -1; ///< row of the legend, or component
        QString whyNot; ///< a legend row that is no genre tells why
    };
    Target targetAt(QPoint global) const;
    bool dragging() const { return m_drag.dragging(); }

  private:
    /// The phrase at hand, of a row first where that is not -1.
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
