#pragma once

#include "app/window/shape_controller.h"

class QLabel;

namespace canto::app {

/// The phrase carried by the mouse: from the map, from the Explore dock or from the inspector, onto
/// a genre's name in the legend or onto a part of the prior. Also the menus that do the same
/// without dragging. Thread: GUI.
class GenreDrag : public QObject {
    Q_OBJECT

  public:
    /// @param window  over which the carried phrase is drawn.
    GenreDrag(QWidget& window, widgets::LatentMap& map, MapController& mapController,
              ShapeController& shapes, QObject* parent = nullptr);

    void addChip(widgets::PhraseChip* chip);

    /// What lies under a place of the screen.
    struct Target {
        int label = -1; ///< of the model's classes; -1: none
        bool component = false;
        int index = -1; ///< row of the legend, or component
        QString whyNot; ///< a legend row that is no genre tells why
    };
    Target targetAt(QPoint global) const;
    bool carrying() const { return m_carrying; }

  Q_SIGNALS:
    void problem(const QString& text, const QString& hint);

  private:
    void begin(qint64 row);
    void moveTo(QPoint global);
    void drop(QPoint global);
    void end();
    void showMenu(QPoint global);
    void showLegendMenu(int row, QPoint global);

    QWidget& m_window;
    widgets::LatentMap& m_map;
    MapController& m_mapController;
    ShapeController& m_shapes;
    QLabel* m_ghost;
    bool m_carrying = false;
};

} // namespace canto::app
