// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/music/note_edit.h"
#include "widgets/song/pianoroll_paint.h"

#include <QAbstractScrollArea>
#include <QImage>
#include <QTimer>
#include <memory>
#include <optional>

namespace canto::widgets {

/// A song as a piano roll: bars and beats on a ruler, keys or the names of drums at the left, notes
/// in the colours of their tracks, a playhead, and an editor of the notes where setEditable() says
/// so. A song is drawn in slices, so that no song holds up the window.
///
/// Mouse: the wheel scrolls in time, with Shift in pitch; Ctrl+wheel zooms in time at the cursor,
/// Ctrl+Shift+wheel in pitch. A click on the ruler asks to play from there (anywhere, where nothing
/// can be edited). Editable: a click selects a note (Ctrl or Shift adds), a drag over empty ground
/// selects what it covers, dragging notes moves them, dragging their right edge changes their
/// length, Alt leaves the grid; a double click draws a note, or deletes one. With the pencil every
/// press on empty ground draws. Dragging in the lane below sets velocities.
///
/// Keys: + and - zoom, 0 fits; Ctrl+A selects all, comma and full stop the note before or after
/// (Shift adds it), arrows move by grid and semitone (Shift: octave; Alt: a tick), Ctrl+arrows
/// change length and velocity, Q quantises, D is the pencil, Insert draws a note at the playhead,
/// Delete deletes, Esc ends a drag or the selection.
///
/// Edits are made here and reported whole; setters never emit. Thread: GUI.
class PianorollView : public QAbstractScrollArea {
    Q_OBJECT

  public:
    explicit PianorollView(QWidget* parent = nullptr);

    /// During a drag: with the change so far.
    std::shared_ptr<const music::Song> song() const { return m_song; }
    /// Where notes are drawn, viewport pixels (without ruler, keys and velocity lane).
    RollFrame frame() const;
    double pixelsPerQuarter() const { return m_pixelsPerQuarter; }
    /// Notes of song() that are selected, ascending.
    const music::NoteIndices& selection() const { return m_selection; }
    bool editable() const { return m_editable; }
    bool pencil() const { return m_pencil; }
    music::Snap snap() const { return m_snap; }
    /// The track to which drawn notes belong; its keys or drums are shown at the left.
    std::size_t activeTrack() const { return m_track; }
    /// Whether the left edge shows names of drums.
    bool showsDrums() const { return m_drums; }
    /// Where velocities are drawn, viewport pixels; empty where there is no room, or nothing can be
    /// edited.
    QRectF velocityLane() const;
    /// "2 added, 1 removed" in comparison with setBefore(); empty: nothing to compare, or equal.
    QString differenceText() const;
    /// Width of what is left of the notes, pixels.
    int gutter() const;

    QSize sizeHint() const override;

  public Q_SLOTS:
    /// Null shows the hint. The view is fitted to the song when it is short, else starts at bar 1.
    void setSong(std::shared_ptr<const canto::music::Song> song);
    /// Another version of the song that is shown: the view stays, and the selection if it is the
    /// very version that was made here.
    void updateSong(std::shared_ptr<const canto::music::Song> song);
    /// Version A to compare with: its notes that are not in the song are hatched, what was added
    /// or moved is drawn in another colour. Null: none.
    void setBefore(std::shared_ptr<const canto::music::Song> before);
    /// Negative hides it. The view follows when it leaves the visible part.
    void setPlayhead(canto::music::Tick tick);
    /// Text above the notes: what is shown and where it comes from.
    void setCaption(const QString& caption);
    /// Text in the middle when there is no song.
    void setHint(const QString& hint);
    void setEditable(bool on);
    void setPencil(bool on);
    void setSnap(canto::music::Snap snap);
    void setActiveTrack(std::size_t track);
    void setSelection(canto::music::NoteIndices notes);
    /// By track; tracks beyond the end sound.
    void setSilentTracks(std::vector<bool> silent);
    void zoom(double factor);
    /// Shows fewer (factor > 1) or more pitches.
    void zoomPitches(double factor);
    void fitSong();

    // Edits of the selected notes; nothing happens without any.
    void selectAll();
    void deleteSelected();
    void quantiseSelected();
    /// @param by  ticks. @param semitones  upwards.
    void moveSelected(canto::music::Tick by, int semitones);
    void resizeSelected(canto::music::Tick by);
    void changeVelocityOfSelected(int by);
    /// A note of one grid step on the active track, which is then selected.
    void drawNote(canto::music::Tick tick, int pitch);

  Q_SIGNALS:
    void seekRequested(canto::music::Tick tick);
    /// A whole edit was made. @param what  of it, for an undo step ("Move notes").
    void edited(std::shared_ptr<const canto::music::Song> song, const QString& what);
    void selectionChanged();
    void activeTrackChanged(std::size_t track);
    void pencilChanged(bool on);

  protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;

  private:
    enum class Drag { None, Seek, Band, Move, Stretch, Velocity };
    struct Hit {
        enum class On { Nothing, Ruler, Ground, Note, NoteEnd, Lane } on = On::Nothing;
        std::size_t note = 0; ///< of the song, for Note and NoteEnd
    };

    void invalidate();
    void showFromStart();
    void updateScrollBar();
    void takeSong(std::shared_ptr<const music::Song> song);
    void paintGround(QPainter& painter, const RollFrame& frame) const;
    void paintRuler(QPainter& painter, const RollFrame& frame) const;
    void paintKeys(QPainter& painter, const RollFrame& frame) const;
    void paintTracks(QPainter& painter) const;
    void paintPlayhead(QPainter& painter, const RollFrame& frame) const;
    void paintDifference(QPainter& painter, const RollFrame& frame) const;
    void paintSelection(QPainter& painter, const RollFrame& frame) const;
    void paintLane(QPainter& painter, const RollFrame& frame) const;
    void resume();
    bool dark() const;

    void zoomAt(double factor, double x);
    void zoomPitchesAt(double factor, int pitch);
    void scrollPitches(int by);
    Hit hitAt(QPointF at) const;
    void showCursor(QPointF at);
    bool handles(const QKeyEvent& event) const;
    bool editKey(const QKeyEvent& event);
    void moveByKey(const QKeyEvent& event);
    void selectNext(bool forward, bool add);
    void dragTo(QPointF at, bool free);
    void dragVelocity(QPointF at);
    void cancelDrag();
    /// Shows an edit, and reports it unless it is part of a drag.
    void apply(music::EditedSong edit, const QString& what);
    void preview(music::EditedSong edit);
    void select(music::NoteIndices notes);
    music::Tick step() const;
    music::Note newNote() const; ///< of the active track
    bool drumTrack(std::size_t track) const;
    void describe();

    std::shared_ptr<const music::Song> m_song;
    std::shared_ptr<const music::Song> m_before;
    std::optional<music::NoteDifference> m_difference;
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

    bool m_editable = false;
    bool m_pencil = false;
    music::Snap m_snap = music::Snap::Sixteenth;
    std::size_t m_track = 0;
    bool m_drums = false;
    std::vector<bool> m_silent;
    music::NoteIndices m_selection;

    Drag m_drag = Drag::None;
    bool m_moved = false;   ///< the drag has changed something
    bool m_drawing = false; ///< the note that is stretched was drawn by this press
    QPointF m_pressed, m_at;
    std::size_t m_grabbed = 0; ///< the note under the press
    std::shared_ptr<const music::Song> m_dragSong;
    music::NoteIndices m_dragSelection;
};

} // namespace canto::widgets
