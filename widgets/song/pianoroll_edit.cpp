// SPDX-License-Identifier: GPL-3.0-or-later
// Mouse and edits of the piano roll.

#include "widgets/song/general_midi.h"
#include "widgets/song/pianoroll_layout.h"
#include "widgets/song/pianoroll_view.h"

#include <QAccessible>
#include <QApplication>
#include <QLocale>
#include <QMouseEvent>
#include <algorithm>
#include <cmath>
#include <utility>

namespace canto::widgets {

namespace {

constexpr double kEdge = 6; ///< pixels at the right end of a note that change its length

using music::NoteIndices;

bool holds(const NoteIndices& notes, std::size_t note) {
    return std::binary_search(notes.begin(), notes.end(), note);
}

NoteIndices with(NoteIndices notes, std::size_t note) {
    if (!holds(notes, note)) {
        notes.insert(std::upper_bound(notes.begin(), notes.end(), note), note);
    }
    return notes;
}

NoteIndices without(NoteIndices notes, std::size_t note) {
    std::erase(notes, note);
    return notes;
}

bool adds(const QInputEvent& event) {
    return (event.modifiers() & (Qt::ControlModifier | Qt::ShiftModifier)) != 0;
}

} // namespace

// ---- what can be edited

music::Tick PianorollView::step() const {
    const int quarter = m_song ? m_song->ticksPerQuarter : 480;
    return m_snap == music::Snap::Off ? gridStep(music::Snap::Sixteenth, quarter)
                                      : gridStep(m_snap, quarter);
}

bool PianorollView::drumTrack(std::size_t track) const {
    if (!m_song) {
        return false;
    }
    const auto first =
        std::find_if(m_song->notes.begin(), m_song->notes.end(),
                     [track](const music::Note& note) { return note.track == track; });
    return first != m_song->notes.end() && first->isDrum();
}

music::Note PianorollView::newNote() const {
    const auto plays = [this](const music::Song& song) {
        return std::any_of(song.notes.begin(), song.notes.end(),
                           [this](const music::Note& note) { return note.track == m_track; });
    };
    // A track that lost its last note keeps its instrument.
    return noteFor(!plays(*m_song) && m_before && plays(*m_before) ? *m_before : *m_song, m_track);
}

void PianorollView::setEditable(bool on) {
    if (on != m_editable) {
        cancelDrag();
        m_editable = on;
        select({});
        viewport()->unsetCursor();
        invalidate();
    }
}

void PianorollView::setPencil(bool on) {
    if (on != m_pencil) {
        m_pencil = on;
        viewport()->unsetCursor();
    }
}

void PianorollView::setSnap(music::Snap snap) { m_snap = snap; }

void PianorollView::setActiveTrack(std::size_t track) {
    m_track = track;
    const bool drums = drumTrack(track);
    if (drums != m_drums) {
        m_drums = drums;
        updateScrollBar();
    }
    invalidate();
}

void PianorollView::setSelection(NoteIndices notes) {
    std::sort(notes.begin(), notes.end());
    notes.erase(std::unique(notes.begin(), notes.end()), notes.end());
    std::erase_if(notes,
                  [this](std::size_t note) { return !m_song || note >= m_song->notes.size(); });
    m_selection = std::move(notes);
    describe();
    viewport()->update();
}

void PianorollView::setSilentTracks(std::vector<bool> silent) {
    if (silent != m_silent) {
        m_silent = std::move(silent);
        invalidate();
    }
}

void PianorollView::select(NoteIndices notes) {
    if (notes == m_selection) {
        return;
    }
    setSelection(std::move(notes));
    if (!m_selection.empty()) {
        const std::size_t track = m_song->notes[m_selection.front()].track;
        const bool one = std::all_of(m_selection.begin(), m_selection.end(), [&](std::size_t note) {
            return m_song->notes[note].track == track;
        });
        if (one && track != m_track) {
            setActiveTrack(track);
            Q_EMIT activeTrackChanged(track);
        }
    }
    Q_EMIT selectionChanged();
}

void PianorollView::describe() {
    if (!m_song) {
        setAccessibleDescription(m_hint);
        return;
    }
    QString text = tr("%1 in %2")
                       .arg(tr("%Ln note(s)", nullptr, static_cast<int>(m_song->notes.size())),
                            tr("%Ln bar(s)", nullptr, m_song->bars()));
    if (m_selection.size() == 1) {
        const music::Note& note = m_song->notes[m_selection.front()];
        const int bar = m_song->metre.barAt(note.start);
        const auto beat = std::max<music::Tick>(
            1, music::Tick(m_song->ticksPerQuarter) * 4 /
                   std::max(1, m_song->metre.metreAt(note.start).denominator));
        const QString drum = note.isDrum() ? drumName(note.pitch) : QString();
        text = tr("%1, bar %2, beat %3, velocity %4")
                   .arg(drum.isEmpty() ? pitchName(note.pitch) : drum, QLocale().toString(bar + 1),
                        QLocale().toString((note.start - m_song->metre.barStart(bar)) / beat + 1),
                        QLocale().toString(int(note.velocity)));
    } else if (!m_selection.empty()) {
        text = tr("%Ln note(s) selected", nullptr, static_cast<int>(m_selection.size()));
    }
    if (const QString difference = differenceText(); !difference.isEmpty()) {
        text = tr("%1; compared with A: %2").arg(text, difference);
    }
    if (text != accessibleDescription()) {
        setAccessibleDescription(text);
        QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
        QAccessible::updateAccessibility(&changed);
    }
}

// ---- edits

void PianorollView::preview(music::EditedSong edit) {
    takeSong(std::make_shared<const music::Song>(std::move(edit.song)));
    m_selection = std::move(edit.notes);
    describe();
    invalidate();
}

void PianorollView::apply(music::EditedSong edit, const QString& what) {
    if (edit.song.notes == m_song->notes) {
        return; // it stays as it is: at the end of what notes can be
    }
    preview(std::move(edit));
    const auto made = m_song; // whoever listens may show another
    Q_EMIT edited(made, what);
    Q_EMIT selectionChanged();
}

void PianorollView::selectAll() {
    if (m_song && m_editable) {
        NoteIndices all(m_song->notes.size());
        for (std::size_t i = 0; i < all.size(); ++i) {
            all[i] = i;
        }
        select(std::move(all));
    }
}

void PianorollView::deleteSelected() {
    if (m_song && m_editable && !m_selection.empty()) {
        apply(deleteNotes(*m_song, m_selection), tr("Delete notes"));
    }
}

void PianorollView::quantiseSelected() {
    if (m_song && m_editable && !m_selection.empty()) {
        const music::Snap grid = m_snap == music::Snap::Off ? music::Snap::Sixteenth : m_snap;
        apply(quantise(*m_song, m_selection, grid), tr("Quantise notes"));
    }
}

void PianorollView::moveSelected(music::Tick by, int semitones) {
    if (m_song && m_editable && !m_selection.empty()) {
        apply(moveNotes(*m_song, m_selection, by, semitones),
              by == 0 ? tr("Transpose notes") : tr("Move notes"));
    }
}

void PianorollView::resizeSelected(music::Tick by) {
    if (m_song && m_editable && !m_selection.empty()) {
        apply(resizeNotes(*m_song, m_selection, by, std::min(step(), std::abs(by))),
              tr("Change note lengths"));
    }
}

void PianorollView::changeVelocityOfSelected(int by) {
    if (m_song && m_editable && !m_selection.empty()) {
        apply(changeVelocity(*m_song, m_selection, by), tr("Change velocities"));
    }
}

void PianorollView::drawNote(music::Tick tick, int pitch) {
    if (m_song && m_editable) {
        music::Note note = newNote();
        note.start = tick;
        note.length = step();
        note.pitch = static_cast<std::uint8_t>(std::clamp(pitch, 0, 127));
        apply(addNote(*m_song, note), tr("Draw a note"));
    }
}

// ---- mouse

PianorollView::Hit PianorollView::hitAt(QPointF at) const {
    using On = Hit::On;
    const RollFrame shown = frame();
    if (!m_song || at.x() < shown.area.left()) {
        return {};
    }
    if (at.y() < shown.area.top()) {
        return {at.y() >= kCaption ? On::Ruler : On::Nothing};
    }
    if (velocityLane().contains(at)) {
        return {On::Lane};
    }
    if (!m_editable) { // of a million notes nobody asks for one
        return {On::Ground};
    }
    // Later notes are drawn over earlier ones; notes of the active track come first.
    std::optional<std::size_t> found;
    for (std::size_t i = m_song->notes.size(); i-- > 0;) {
        const music::Note& note = m_song->notes[i];
        if (shown.boxOf(note).adjusted(0, 0, 1, 1).contains(at)) {
            if (!found || (note.track == m_track && m_song->notes[*found].track != m_track)) {
                found = i;
            }
        }
    }
    if (!found) {
        return {On::Ground};
    }
    const QRectF box = shown.boxOf(m_song->notes[*found]);
    const double edge = std::min(kEdge, box.width() / 3);
    const bool end = !m_song->notes[*found].isDrum() && at.x() >= box.right() - edge;
    return {end ? On::NoteEnd : On::Note, *found};
}

void PianorollView::showCursor(QPointF at) {
    const Hit hit = hitAt(at);
    using On = Hit::On;
    if (!m_editable || hit.on == On::Nothing) {
        viewport()->unsetCursor();
    } else if (hit.on == On::Ruler) {
        viewport()->setCursor(Qt::PointingHandCursor);
    } else if (hit.on == On::Note) {
        viewport()->setCursor(Qt::SizeAllCursor);
    } else if (hit.on == On::NoteEnd) {
        viewport()->setCursor(Qt::SizeHorCursor);
    } else if (hit.on == On::Lane) {
        viewport()->setCursor(Qt::SizeVerCursor);
    } else {
        viewport()->setCursor(m_pencil ? Qt::CrossCursor : Qt::ArrowCursor);
    }
}

void PianorollView::mousePressEvent(QMouseEvent* event) {
    using On = Hit::On;
    const Hit hit = hitAt(event->position());
    if (event->button() != Qt::LeftButton || hit.on == On::Nothing) {
        QAbstractScrollArea::mousePressEvent(event);
        return;
    }
    m_pressed = m_at = event->position();
    m_moved = m_drawing = false;
    m_dragSong = m_song;
    m_dragSelection = m_selection;
    const RollFrame shown = frame();
    if (hit.on == On::Ruler || !m_editable) {
        m_drag = Drag::Seek;
        Q_EMIT seekRequested(std::max<music::Tick>(shown.tickAt(m_at.x()), 0));
    } else if (hit.on == On::Lane) {
        m_drag = Drag::Velocity;
        dragVelocity(m_at);
    } else if (hit.on == On::Note || hit.on == On::NoteEnd) {
        m_grabbed = hit.note;
        if (adds(*event)) {
            select(holds(m_selection, hit.note) ? without(m_selection, hit.note)
                                                : with(m_selection, hit.note));
        } else if (!holds(m_selection, hit.note)) {
            select({hit.note});
        }
        m_dragSelection = m_selection;
        m_drag = hit.on == On::NoteEnd ? Drag::Stretch : Drag::Move;
    } else if (m_pencil) {
        const bool free = event->modifiers() & Qt::AltModifier;
        // A note begins on the line before the cursor, not on the nearest.
        const music::Tick tick = shown.tickAt(m_at.x());
        music::Note note = newNote();
        const music::Tick bar = m_song->metre.barStart(m_song->metre.barAt(tick));
        const bool grid = m_snap != music::Snap::Off && !free;
        note.start = grid ? bar + (tick - bar) / step() * step() : tick;
        note.length = step();
        note.pitch = static_cast<std::uint8_t>(shown.pitchAt(m_at.y()));
        preview(addNote(*m_song, note));
        m_drag = Drag::Stretch;
        m_drawing = m_moved = true;
        m_dragSelection = m_selection;
        m_grabbed = m_selection.front();
    } else {
        m_drag = Drag::Band;
        if (!adds(*event)) {
            select({});
        }
        m_dragSelection = m_selection;
    }
    event->accept();
}

void PianorollView::mouseMoveEvent(QMouseEvent* event) {
    if (m_drag == Drag::None) {
        showCursor(event->position());
        return;
    }
    dragTo(event->position(), event->modifiers() & Qt::AltModifier);
    m_at = event->position();
}

void PianorollView::dragTo(QPointF at, bool free) {
    const RollFrame shown = frame();
    if (m_drag == Drag::Seek) {
        Q_EMIT seekRequested(std::max<music::Tick>(shown.tickAt(at.x()), 0));
        return;
    }
    if (m_drag == Drag::Velocity) {
        dragVelocity(at);
        return;
    }
    const bool far = (at - m_pressed).manhattanLength() >= QApplication::startDragDistance();
    if (!m_moved && !far) {
        return;
    }
    m_moved = true;
    if (m_drag == Drag::Band) {
        const QRectF band = QRectF(m_pressed, at).normalized();
        NoteIndices covered = m_dragSelection;
        for (std::size_t i = 0; i < m_song->notes.size(); ++i) {
            if (shown.boxOf(m_song->notes[i]).intersects(band)) {
                covered.push_back(i);
            }
        }
        std::sort(covered.begin(), covered.end());
        covered.erase(std::unique(covered.begin(), covered.end()), covered.end());
        select(std::move(covered));
        viewport()->update();
        return;
    }
    // A drawn note is in the song that is shown, not in the one from before the press.
    const music::Song& base = m_drawing ? *m_song : *m_dragSong;
    const std::size_t grabbed = m_drawing ? m_selection.front() : m_grabbed;
    if (grabbed >= base.notes.size()) {
        return;
    }
    const music::Note& note = base.notes[grabbed];
    const music::Snap grid = free ? music::Snap::Off : m_snap;
    const music::Tick by = shown.tickAt(at.x()) - shown.tickAt(m_pressed.x());
    if (m_drag == Drag::Move) {
        const int rows = shown.pitchAt(at.y()) - shown.pitchAt(m_pressed.y());
        const music::Tick start = snapped(base, note.start + by, grid);
        preview(moveNotes(base, m_dragSelection, by == 0 ? 0 : start - note.start, rows));
    } else {
        const music::Tick wanted = m_drawing ? shown.tickAt(at.x()) : note.end() + by;
        const music::Tick end = snapped(base, wanted, grid);
        const music::Tick least = grid == music::Snap::Off ? 1 : step();
        preview(
            resizeNotes(base, m_drawing ? m_selection : m_dragSelection, end - note.end(), least));
    }
}

void PianorollView::dragVelocity(QPointF at) {
    const QRectF lane = velocityLane();
    const RollFrame shown = frame();
    constexpr double kReach = 5;
    const double low = std::min(m_at.x(), at.x()) - kReach, high = std::max(m_at.x(), at.x()) + 1;
    NoteIndices under;
    for (std::size_t i = 0; i < m_song->notes.size(); ++i) {
        const double x = shown.xOf(m_song->notes[i].start);
        // With a selection only its notes change, so that chords can be balanced.
        if (x >= low && x <= high && (m_dragSelection.empty() || holds(m_dragSelection, i))) {
            under.push_back(i);
        }
    }
    m_at = at;
    if (under.empty()) {
        return;
    }
    const double share = (lane.bottom() - at.y()) / std::max(1.0, lane.height() - 6);
    music::EditedSong edit =
        setVelocity(*m_song, under, static_cast<int>(std::lround(share * 127)));
    edit.notes = m_dragSelection; // velocities do not move notes
    m_moved = true;
    preview(std::move(edit));
}

void PianorollView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || m_drag == Drag::None) {
        QAbstractScrollArea::mouseReleaseEvent(event);
        return;
    }
    const Drag drag = std::exchange(m_drag, Drag::None);
    const bool changed = m_moved && drag != Drag::Band && drag != Drag::Seek && m_dragSong &&
                         m_song->notes != m_dragSong->notes;
    const QString what = m_drawing                ? tr("Draw a note")
                         : drag == Drag::Move     ? tr("Move notes")
                         : drag == Drag::Velocity ? tr("Change velocities")
                                                  : tr("Change note lengths");
    if (!changed && m_dragSong && drag != Drag::Band && drag != Drag::Seek &&
        m_song != m_dragSong) {
        takeSong(m_dragSong); // it came back to where it was
        m_selection = m_dragSelection;
    }
    if (drag == Drag::Move && !m_moved && !adds(*event) && m_selection.size() > 1) {
        select({m_grabbed}); // a click on one of several selects it alone
    }
    m_dragSong.reset();
    showCursor(event->position());
    viewport()->update();
    if (changed) {
        const auto made = m_song;
        Q_EMIT edited(made, what);
        Q_EMIT selectionChanged();
    }
}

void PianorollView::mouseDoubleClickEvent(QMouseEvent* event) {
    using On = Hit::On;
    const Hit hit = hitAt(event->position());
    const bool note = hit.on == On::Note || hit.on == On::NoteEnd;
    if (event->button() != Qt::LeftButton || !m_editable || (!note && hit.on != On::Ground) ||
        m_pencil) {
        mousePressEvent(event);
        return;
    }
    m_drag = Drag::None;
    if (note) {
        select({hit.note});
        deleteSelected();
        return;
    }
    const RollFrame shown = frame();
    const music::Tick tick = std::max<music::Tick>(shown.tickAt(event->position().x()), 0);
    const music::Tick bar = m_song->metre.barStart(m_song->metre.barAt(tick));
    const bool grid = m_snap != music::Snap::Off && !(event->modifiers() & Qt::AltModifier);
    drawNote(grid ? bar + (tick - bar) / step() * step() : tick,
             shown.pitchAt(event->position().y()));
}

void PianorollView::cancelDrag() {
    if (m_drag != Drag::None && m_dragSong) {
        takeSong(m_dragSong);
        m_selection = m_dragSelection;
        describe();
        invalidate();
    }
    m_drag = Drag::None;
    m_dragSong.reset();
}

} // namespace canto::widgets
