// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QTimer>
#include <QWidget>

namespace canto::widgets {

/// Shows which widget the keyboard acts on, in every window of the program: a frame in the accent
/// colour around whatever gets the focus by Tab, Shift+Tab or a shortcut, until the mouse takes it
/// elsewhere. A widget that is scrolled out of sight is scrolled into view when it gets the focus.
/// Installed once, as an event filter of the application. Thread: GUI.
class FocusRing : public QObject {
    Q_OBJECT

  public:
    explicit FocusRing(QObject* parent = nullptr);
    ~FocusRing() override;

    /// The frame that is shown now, in coordinates of the screen; null when there is none.
    QRect shownRect() const;

    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void focus(QWidget* widget, Qt::FocusReason reason);
    void place();

    bool m_keyboard = false; ///< the focus was moved by keys last
    QPointer<QWidget> m_target, m_frame;
    QTimer m_later; ///< moves that come in a row are followed once
};

/// The part of a widget that no ancestor cuts off, in the widget's own coordinates; null where the
/// widget is hidden. Unlike QWidget::visibleRegion(), what lies over it does not count.
QRect shownPart(const QWidget& widget);

} // namespace canto::widgets
