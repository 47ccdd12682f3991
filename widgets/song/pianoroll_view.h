// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/song.h"
#include "widgets/song/pianoroll_paint.h"

#include <QAbstractScrollArea>
#include <QImage>
#include <QTimer>
#include <memory>

namespace canto::widgets {

/// A song as a piano roll: bars and beats on a ruler, pitches on a keyboard at the left, notes in
/// the colours of their tracks, a playhead. Ctrl+wheel zooms in time, the wheel scrolls; a click
/// asks to play from there. A song is drawn in slices, so that no song holds up the window.
class PianorollView : public QAbstractScrollArea {
    Q_OBJECT

  public:
    explicit PianorollView(QWidget* parent = nullptr);

    std::shared_ptr<const music::Song> song() const { return m_song; }
    /// Where notes are drawn, viewport pixels (without ruler and keyboard).
    RollFrame frame() const;
    double pixelsPerQuarter() const { return m_pixelsPerQuarter; }

    QSize sizeHint() const override;

  public Q_SLOTS:
    /// Null shows the hint. The view is fitted to the song when it is short, else starts at bar 1.
    void setSong(std::shared_ptr<const canto::music::Song> song);
    /// Negative hides it. The view follows when it leaves the visible part.
    void setPlayhead(canto::music::Tick tick);
    /// Text above the notes: what is shown and where it comes from.
    void setCaption(const QString& caption);
    /// Text in the middle when there is no song.
    void setHint(const QString& hint);
    void zoom(double factor);
    void fitSong();

  Q_SIGNALS:
    void seekRequested(canto::music::Tick tick);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

  private:
    void invalidate();
    void showFromStart();
    void updateScrollBar();
    void paintGround(QPainter& painter, const RollFrame& frame) const;
    void paintRuler(QPainter& painter, const RollFrame& frame) const;
    void paintKeys(QPainter& painter, const RollFrame& frame) const;
    void paintTracks(QPainter& painter) const;
    void paintPlayhead(QPainter& painter, const RollFrame& frame) const;
    void resume();
    bool dark() const;

    std::shared_ptr<const music::Song> m_song;
    QString m_caption, m_hint;
    PitchRange m_pitches;
    std::vector<bool> m_sounding; ///< tracks that hold a note
    double m_pixelsPerQuarter = 48;
    bool m_untouched = true; ///< the scale follows the window until someone zooms
    music::Tick m_playhead = -1;
    QImage m_image;         ///< ground and notes, device pixels
    std::size_t m_next = 0; ///< note to go on with
    bool m_imageValid = false;
    QTimer m_resume;
};

} // namespace canto::widgets
