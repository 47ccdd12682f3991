// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/audio/analysis_measures.h"
#include "core/audio/chord.h"
#include "core/audio/harmony.h"
#include "core/audio/structure.h"
#include "core/audio/wave_outline.h"
#include "core/music/song.h"

#include <QAbstractScrollArea>
#include <QImage>
#include <memory>
#include <vector>

namespace canto::widgets {

/// Beats and bars on the time axis of a recording.
struct RecordingMarks {
    std::vector<double> beats; ///< s, rising
    std::vector<bool> bars;    ///< whether a bar begins with the beat; as many as beats
    int firstBar = 1;          ///< number of the first of them, as the transport counts bars
    std::vector<audio::ChordSpan> chords;
    std::vector<audio::Section> sections; ///< by index into beats; may be empty
};

/// "C", "Am7", "F/A": a chord as people write it; empty for none.
QString chordName(const audio::Chord& chord);
/// "F♯ minor" in the language of the window.
QString keyName(const audio::Key& key);

/// A recording over time: sections, chords, bar lines, beats and waveform, and over it the notes of
/// its arrangement, as far as it is finished. Click: asks for the playhead there, on a section for
/// its beginning. Wheel: zooms
/// where the mouse is, with Shift scrolls. Keys: + - 0 for the scale, arrows by a beat, Home.
/// Thread: GUI.
class RecordingView : public QAbstractScrollArea {
    Q_OBJECT

  public:
    explicit RecordingView(QWidget* parent = nullptr);

    /// Another recording; null for none. Takes away notes and playhead.
    void setRecording(std::shared_ptr<const audio::WaveOutline> outline, RecordingMarks marks);
    /// @param written  the second up to which there are notes; what lies behind is shaded.
    void setNotes(std::shared_ptr<const music::Song> song, double written);
    void setPlayhead(double seconds); ///< < 0: none
    void setHint(const QString& hint);

    const RecordingMarks& marks() const { return m_marks; }
    const std::shared_ptr<const music::Song>& notes() const { return m_song; }
    double written() const { return m_written; }
    double playhead() const { return m_playhead; }
    double pixelsPerSecond() const { return m_scale; }

    /// Places on the viewport.
    double xOf(double seconds) const;
    double secondsAt(double x) const;
    QRectF boxOf(const music::Note& note) const;
    QRectF boxOf(const audio::Section& section) const;
    QRect waveArea() const; ///< of wave and notes; sections, chords and bars are above it

    QSize sizeHint() const override { return {700, 220}; }
    QSize minimumSizeHint() const override { return {200, 110}; }

  public Q_SLOTS:
    void zoom(double factor, double x); ///< what lies at x stays there
    void fit();

  Q_SIGNALS:
    void seekRequested(double seconds);

  protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;

  private:
    double seconds() const { return m_outline ? m_outline->seconds() : 0; }
    double fittingScale() const;
    void updateScrollBar();
    void invalidate();
    void paintWave(QPainter& painter) const;
    void paintGrid(QPainter& painter) const;
    void paintSections(QPainter& painter) const;
    void paintChords(QPainter& painter) const;
    void paintNotes(QPainter& painter) const;
    int sectionsHeight() const; ///< 0 without sections
    int barsTop() const;        ///< of the line with the numbers of bars
    const audio::Section* sectionAt(QPointF place) const;
    QString sectionText(const audio::Section& section) const;
    void seekTo(double x);

    std::shared_ptr<const audio::WaveOutline> m_outline;
    RecordingMarks m_marks;
    std::shared_ptr<const music::Song> m_song;
    int m_lowest = 36, m_highest = 84; ///< pitches shown
    double m_written = 0;
    double m_playhead = -1;
    double m_scale = 40;  ///< pixels a second
    bool m_fitted = true; ///< the scale follows the window until someone zooms
    QString m_hint;
    QImage m_image; ///< all but the playhead
    bool m_imageValid = false;
};

} // namespace canto::widgets
