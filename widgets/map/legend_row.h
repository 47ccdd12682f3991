// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/map/legend.h"

#include <QAbstractButton>

namespace canto::widgets {

/// One class in the legend: a check box that paints itself.
class LegendRow : public QAbstractButton {
    Q_OBJECT

  public:
    LegendRow(LegendEntry entry, QWidget* parent);

    const QString& name() const { return m_entry.name; }
    /// How many points of the class are meant now: all, or those of a selection.
    void setCount(std::size_t count);
    std::size_t count() const { return m_count; }
    QPoint place() const { return m_entry.place; }
    /// Marks the row as the drop target.
    void setDropTarget(bool on);
    QSize sizeHint() const override;

  Q_SIGNALS:
    void toggleAsked();
    void isolateAsked();
    void addAsked();
    /// -1 to the row above, 1 to the row below.
    void moveAsked(int step);
    void menuAsked(QPoint global);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

  private:
    LegendEntry m_entry;
    std::size_t m_count; ///< shown; at most m_entry.count, which sets the width
    bool m_dropTarget = false;
    bool m_secondClick = false; ///< the release to come belongs to a double click
};

} // namespace canto::widgets
