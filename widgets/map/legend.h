// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/map/class_look.h"
#include "widgets/map/map_scale.h"

#include <QPoint>
#include <QString>
#include <QWidget>
#include <optional>
#include <vector>

class QGridLayout;
class QLabel;
class QLineEdit;
class QScrollArea;
class QVBoxLayout;

namespace canto::widgets {

class LegendRow;
class ScaleBar;

struct LegendEntry {
    QString name;
    ClassLook look;
    std::size_t count = 0;
    QString description = {}; ///< what the name stands for, in the tooltip; may be empty
    QPoint place = {-1, -1};  ///< column and line above the list; (-1, -1) in the list
};

/// Classes of the map with their colours and counts; the list is the filter. A click toggles a
/// class, a double click shows it alone (or all again), Ctrl+click adds it to those shown, and
/// begins such a set when all are shown. Space and Return do the same for the focused row, Up and
/// Down move. Each row is a check box to a screen reader. The classes of a scale share one bar
/// (ScaleBar) above the rows of the others. Classes with
/// a place, such as the quadrants of emotion, stand in columns and lines. Rows that have no room
/// are reached by scrolling; where there are many, a field above them leaves those whose names hold
/// all words that are typed into it (searchKey). Tab stops at one row, Up and Down go on from it.
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
    /// Emits nothing: for changes that come from elsewhere.
    void setShown(int index, bool shown);

    /// The counts beside the names: of all points, or of those of a selection. @param counts  one
    /// a class; those of a scale are not shown.
    void setCounts(const std::vector<std::size_t>& counts);
    std::size_t shownCount(int index) const; ///< 0 for a class of a scale

    /// The class whose row is under a screen position, -1 for none.
    int rowAt(QPoint global) const;
    QString name(int index) const;
    /// Marks a row as the drop target; -1 for none.
    void setDropTarget(int index);

    /// Size of the whole list.
    QSize sizeHint() const override;
    /// The size to be given where there is so much room: a scroll bar has its width beside the
    /// rows.
    QSize sizeWithin(QSize room) const;
    /// Leaves the rows whose names match in the list; the map stays as it is. Shown as typed.
    void setSearchText(const QString& text);

  public Q_SLOTS:
    void toggle(int index);
    void isolate(int index);
    void add(int index);
    void showAll();

  Q_SIGNALS:
    void visibilityChanged(std::vector<bool> shown);
    /// Asks for the menu of a row, by the right button or the menu key.
    void menuAsked(int index, QPoint global);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    void changed();
    void search(const QString& text);
    /// Makes a row the tab stop of the legend.
    void setTabStop(LegendRow* row);
    /// To the next row that is listed, or the scale above the first.
    void moveFocus(int index, int step);
    int shades() const; ///< classes of the scale, before those of the rows
    /// Null for a class without a row.
    LegendRow* row(int index) const;

    QLabel* m_title;
    QLineEdit* m_search;
    QScrollArea* m_scroll;
    QVBoxLayout* m_layout;
    QGridLayout* m_grid; ///< of the rows with a place
    ScaleBar* m_scale = nullptr;
    std::vector<LegendRow*> m_rows;
    LegendRow* m_tabStop = nullptr;
};

} // namespace canto::widgets
