#pragma once

#include <QAbstractButton>

namespace canto::widgets {

/// The phrase at hand as something to take hold of: a click plays it, dragging carries it to a
/// genre. The mouse is followed beyond the window's other widgets; who lies below is the
/// receiver's affair. Return and Space play, the menu key asks for the same targets as a menu.
class PhraseChip : public QAbstractButton {
    Q_OBJECT

  public:
    explicit PhraseChip(QWidget* parent = nullptr);

    /// Empty: there is no phrase, and nothing can be dragged.
    void setPhrase(const QString& title);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void dragBegan();
    void dragMoved(QPoint global);
    void dragDropped(QPoint global);
    void dragCancelled();
    void menuAsked(QPoint global);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

  private:
    QPoint m_pressed;
    bool m_dragging = false;
};

} // namespace canto::widgets
