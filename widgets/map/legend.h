#pragma once

#include "widgets/map/map_scale.h"

#include <QColor>
#include <QString>
#include <QWidget>
#include <optional>
#include <vector>

class QLabel;
class QVBoxLayout;

namespace canto::widgets {

class LegendRow;
class ScaleBar;

struct LegendEntry {
    QString name;
    QColor colour;
    std::size_t count = 0;
};

/// Classes of the map with their colours and counts; the list is the filter. A click toggles a
/// class, a double click shows it alone (or all again), Ctrl+click adds it to those shown, and
/// begins such a set when all are shown. Space and Return do the same for the focused row, Up and
/// Down move. Each row is a check box to a screen reader. The classes of a scale share one bar
/// (ScaleBar) above the rows of the others.
class Legend : public QWidget {
    Q_OBJECT

  public:
    explicit Legend(QWidget* parent = nullptr);

    /// Replaces the list; all classes are shown. @param scale  of the first scale->shades entries.
    void setEntries(const QString& title, std::vector<LegendEntry> entries,
                    const std::optional<MapScale>& scale = {});
    /// Of classes, those of a scale included.
    int count() const;
    ScaleBar* scaleBar() const { return m_scale; } ///< null without a scale
    bool shown(int index) const;
    /// Without telling anyone: for whoever changes the filter elsewhere.
    void setShown(int index, bool shown);

    /// The class whose row is under a place of the screen, -1 for none.
    int rowAt(QPoint global) const;
    QString name(int index) const;
    /// Shows that something would be dropped on a row; -1 for none.
    void setDropTarget(int index);

    QSize sizeHint() const override;

  public Q_SLOTS:
    void toggle(int index);
    void isolate(int index);
    void add(int index);
    void showAll();

  Q_SIGNALS:
    void visibilityChanged(std::vector<bool> shown);
    /// The menu of a row is wanted, by the right button or the menu key.
    void menuAsked(int index, QPoint global);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void changed();
    int shades() const; ///< classes of the scale, before those of the rows
    /// Null for a class without a row.
    LegendRow* row(int index) const;

    QLabel* m_title;
    QVBoxLayout* m_layout;
    ScaleBar* m_scale = nullptr;
    std::vector<LegendRow*> m_rows;
};

} // namespace canto::widgets
