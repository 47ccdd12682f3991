// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QFrame>

class QAction;
class QLabel;
class QToolButton;

namespace canto::widgets {

/// A bar over the lower edge of its parent that says how many points are selected and offers what
/// can be done with them. It is shown while there are any, and wraps where there is little room.
class SelectionBar : public QFrame {
    Q_OBJECT

  public:
    /// @param over  the map; it must outlive the bar.
    explicit SelectionBar(QWidget* over);

    /// A button for an action; it shows the action's iconText().
    QToolButton* addButton(QAction* action, const char* name);
    /// 0 hides the bar.
    void setCount(std::size_t count);

  Q_SIGNALS:
    void clearAsked();

  protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void changeEvent(QEvent* event) override;

  private:
    void place();
    void paintIcons();

    QLabel* m_count = nullptr;
    QToolButton* m_clear = nullptr;
};

} // namespace canto::widgets
