// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QAbstractButton>

namespace canto::widgets {

/// A chip that can be dragged: a click or Return presses it, dragging carries the object that it
/// represents. It emits the mouse position also outside itself; whoever listens finds the drop
/// target. The menu key asks for the same targets as a menu.
class DragChip : public QAbstractButton {
    Q_OBJECT
    Q_PROPERTY(bool elided READ isElided)

  public:
    enum class Size { Normal, Small };

    explicit DragChip(QWidget* parent = nullptr, Size size = Size::Normal);

    /// Unlike that of other buttons the text is plain: an ampersand in a title does not mark
    /// a shortcut.
    void setText(const QString& text);
    /// Drawn in the accent colour: chosen, or in use. (Not QAbstractButton's "checked", which a
    /// click would change.)
    void setMarked(bool marked);
    bool marked() const { return m_marked; }
    /// Whether the text does not fit; the tooltip starts with it then.
    bool isElided() const;
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void dragBegan();
    void dragMoved(QPoint global);
    void dragDropped(QPoint global);
    void dragCancelled();
    void menuAsked(QPoint global);

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

  private:
    int padding() const;
    int grip() const;
    QRect textRect() const;

    Size m_size;
    QPoint m_pressed;
    bool m_dragging = false, m_marked = false;
};

} // namespace canto::widgets
