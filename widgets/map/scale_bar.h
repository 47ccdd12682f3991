// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/map/legend.h"

namespace canto::widgets {

/// The numbers of a scale in the legend: the gradient with round numbers beside it, and how the
/// points are spread along it. It is the filter too: a drag shows only the numbers between its
/// ends, a click shows all again. Up and Down move the range by a twelfth of the scale (from the
/// bottom or the top when all is shown), with Shift its upper end; Space shows all.
class ScaleBar : public QWidget {
    Q_OBJECT

  public:
    /// @param shades  an entry each, the least number first. @param title  for screen readers.
    ScaleBar(MapScale scale, std::vector<LegendEntry> shades, const QString& title,
             QWidget* parent = nullptr);

    int shades() const { return static_cast<int>(m_shades.size()); }
    bool shown(int shade) const;
    /// Emits nothing.
    void setShown(int shade, bool shown);
    /// Where the gradient is drawn, pixels; the largest number at the top.
    QRectF bar() const;
    /// "-35.0 to -28.2", of what is shown.
    QString rangeText() const;
    QSize sizeHint() const override;

  Q_SIGNALS:
    void rangeChosen();

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    int shadeAt(double y) const;
    bool allShown() const;
    bool takesKey(int key) const;
    /// Shows only these and emits it.
    void choose(int first, int last);
    void describe();

    MapScale m_scale;
    std::vector<LegendEntry> m_shades;
    std::vector<bool> m_shown;
    int m_from = -1;         ///< shade where the drag began; -1: none
    QPointF m_pressed;       ///< where
    bool m_dragging = false; ///< moved far enough to be a drag
};

} // namespace canto::widgets
