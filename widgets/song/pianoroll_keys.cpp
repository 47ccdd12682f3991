// SPDX-License-Identifier: GPL-3.0-or-later
// Keys of the piano roll.

#include "widgets/song/pianoroll_view.h"

#include <QKeyEvent>
#include <QScrollBar>
#include <algorithm>
#include <utility>

namespace canto::widgets {

namespace {

constexpr int kVelocityStep = 8; ///< of one press of a key

} // namespace

bool PianorollView::handles(const QKeyEvent& event) const {
    const bool some = !m_selection.empty();
    switch (event.key()) {
    case Qt::Key_Escape:
        return m_drag != Drag::None || some;
    case Qt::Key_A:
        return event.modifiers() == Qt::ControlModifier;
    case Qt::Key_Comma:
    case Qt::Key_Less:
    case Qt::Key_Period:
    case Qt::Key_Greater:
    case Qt::Key_Insert:
        return true;
    case Qt::Key_D:
        return event.modifiers() == Qt::NoModifier;
    case Qt::Key_Q:
        return some && event.modifiers() == Qt::NoModifier;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        return some && event.modifiers() == Qt::NoModifier;
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        return some;
    default:
        return false;
    }
}

bool PianorollView::event(QEvent* event) {
    // The window has the same keys for the map: here they are for notes.
    if (event->type() == QEvent::ShortcutOverride && m_editable && m_song &&
        handles(*static_cast<QKeyEvent*>(event))) {
        event->accept();
        return true;
    }
    return QAbstractScrollArea::event(event);
}

void PianorollView::selectNext(bool forward, bool add) {
    const std::size_t count = m_song->notes.size();
    if (count == 0) {
        return;
    }
    std::size_t next = forward ? 0 : count - 1;
    if (!m_selection.empty()) {
        const std::size_t from = forward ? m_selection.back() : m_selection.front();
        next = forward ? std::min(from + 1, count - 1) : from - std::min<std::size_t>(from, 1);
    }
    music::NoteIndices chosen = add ? m_selection : music::NoteIndices();
    if (!std::binary_search(chosen.begin(), chosen.end(), next)) {
        chosen.insert(std::upper_bound(chosen.begin(), chosen.end(), next), next);
    }
    select(std::move(chosen));
    const music::Note& note = m_song->notes[next];
    const RollFrame shown = frame();
    if (note.start < shown.from || note.start >= shown.to) {
        const double x = double(note.start) / std::max(1, m_song->ticksPerQuarter);
        horizontalScrollBar()->setValue(
            static_cast<int>(x * m_pixelsPerQuarter - shown.area.width() / 10));
    }
    if (note.pitch < m_pitches.low) {
        scrollPitches(note.pitch - m_pitches.low);
    } else if (note.pitch > m_pitches.high) {
        scrollPitches(note.pitch - m_pitches.high);
    }
}

void PianorollView::moveByKey(const QKeyEvent& event) {
    const bool octave = event.modifiers() & Qt::ShiftModifier;
    const bool control = event.modifiers() & Qt::ControlModifier;
    const bool fine = event.modifiers() & Qt::AltModifier;
    const int direction = event.key() == Qt::Key_Right || event.key() == Qt::Key_Up ? 1 : -1;
    const music::Tick ticks = direction * (fine ? 1 : step());
    const bool inTime = event.key() == Qt::Key_Left || event.key() == Qt::Key_Right;
    if (inTime && control) {
        resizeSelected(ticks);
    } else if (inTime) {
        moveSelected(ticks, 0);
    } else if (control) {
        changeVelocityOfSelected(direction * (fine ? 1 : kVelocityStep));
    } else {
        moveSelected(0, direction * (octave ? 12 : 1));
    }
}

bool PianorollView::editKey(const QKeyEvent& event) {
    if (!m_editable || !m_song || !handles(event)) {
        return false;
    }
    switch (event.key()) {
    case Qt::Key_Escape:
        if (m_drag != Drag::None) {
            cancelDrag();
        } else {
            select({});
        }
        break;
    case Qt::Key_A:
        selectAll();
        break;
    case Qt::Key_Comma:
    case Qt::Key_Less:
        selectNext(false, event.modifiers() & Qt::ShiftModifier);
        break;
    case Qt::Key_Period:
    case Qt::Key_Greater:
        selectNext(true, event.modifiers() & Qt::ShiftModifier);
        break;
    case Qt::Key_Insert: {
        const bool one = m_selection.size() == 1;
        const int pitch =
            one ? m_song->notes[m_selection.front()].pitch : (m_pitches.low + m_pitches.high) / 2;
        drawNote(snapped(*m_song, std::max<music::Tick>(m_playhead, 0), m_snap), pitch);
        break;
    }
    case Qt::Key_D:
        setPencil(!m_pencil);
        Q_EMIT pencilChanged(m_pencil);
        break;
    case Qt::Key_Q:
        quantiseSelected();
        break;
    case Qt::Key_Delete:
    case Qt::Key_Backspace:
        deleteSelected();
        break;
    default:
        moveByKey(event);
    }
    return true;
}

void PianorollView::keyPressEvent(QKeyEvent* event) {
    if (editKey(*event)) {
        event->accept();
        return;
    }
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        event->modifiers() & Qt::ControlModifier ? zoomPitches(1.25) : zoom(1.25);
        break;
    case Qt::Key_Minus:
        event->modifiers() & Qt::ControlModifier ? zoomPitches(0.8) : zoom(0.8);
        break;
    case Qt::Key_0:
        fitSong();
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

} // namespace canto::widgets
