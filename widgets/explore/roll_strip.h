// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"
#include "widgets/song/pianoroll_paint.h"

#include <QWidget>
#include <memory>
#include <vector>

namespace canto::widgets {

/// Phrases below each other as small piano rolls with a common scale of time and pitch, so that
/// changes from one to the next are visible. A click, or Return on the row chosen with Up and
/// Down, asks to play one.
class RollStrip : public QWidget {
    Q_OBJECT

  public:
    explicit RollStrip(QWidget* parent = nullptr);

    /// @param captions  as many; empty: the number of the row alone. A null song is still to come.
    void setRolls(std::vector<std::shared_ptr<const music::Song>> songs, int bars,
                  QStringList captions = {});
    int count() const { return int(m_songs.size()); }
    /// The row that plays, or -1.
    void setActive(int row);
    int active() const { return m_active; }
    QRect rowRect(int row) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

  Q_SIGNALS:
    void rowActivated(int row);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

  private:
    void reportRow();

    std::vector<std::shared_ptr<const music::Song>> m_songs;
    QStringList m_captions;
    int m_bars = 2;
    PitchRange m_pitches;
    int m_active = -1, m_current = 0;
};

} // namespace canto::widgets
