// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/common/drag_chip.h"

#include <QFrame>
#include <QStringList>
#include <QVector>

class QLabel;
class QToolButton;

namespace canto::widgets {

class ElidedLabel;
class FlowLayout;

/// One song on the Transfer panel: the whole of it and each of its elements as chips that can be
/// carried to another song.
class ElementStrip : public QFrame {
    Q_OBJECT

  public:
    explicit ElementStrip(QWidget* parent = nullptr);

    /// @param badge  a letter or two by which the transfer spec names it. @param role  "receives",
    /// "gives".
    void setSong(const QString& title, const QString& badge, const QString& role);
    void setElements(const QStringList& titles);
    /// Which elements of this song go into the result.
    void setUsed(const QVector<bool>& used);
    /// What is carried would be dropped here.
    void setDropTarget(bool on);

    DragChip* whole() const { return m_whole; }
    DragChip* chip(int element) const { return m_chips.value(element); }
    int count() const { return int(m_chips.size()); }
    QToolButton* playButton() const { return m_play; }
    QToolButton* removeButton() const { return m_remove; }

  Q_SIGNALS:
    void playAsked();
    void removeAsked();
    /// A chip was made: somebody has to follow its drags. Element -1 is the whole song.
    void chipMade(canto::widgets::DragChip* chip, int element);

  protected:
    void paintEvent(QPaintEvent* event) override;

  private:
    QLabel* m_badge;
    ElidedLabel* m_role;
    DragChip* m_whole;
    QToolButton *m_play, *m_remove;
    FlowLayout* m_flow;
    QVector<DragChip*> m_chips;
    QString m_title;
    bool m_target = false;
};

} // namespace canto::widgets
