// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/pianoroll_view.h"

#include "widgets/song/pianoroll_layout.h"

#include "widgets/common/accessible_role.h"
#include "widgets/common/theme.h"

#include <QPainter>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace canto::widgets {

namespace {

constexpr int kSliceMs = 30;
constexpr double kLeastPixels = 2; ///< a quarter note
constexpr double kMostPixels = 800;
constexpr int kLeastForLane = 150; ///< height from which on velocities have room

} // namespace

PianorollView::PianorollView(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("pianoroll"));
    setAccessibleRole(*this, QAccessible::Graphic); // before it has a name
    setAccessibleName(tr("Piano roll"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_hint = tr("Click a point on the map to see and play it");
    viewport()->setMouseTracking(true);
    m_resume.setSingleShot(true);
    m_resume.setInterval(0);
    connect(&m_resume, &QTimer::timeout, this, &PianorollView::resume);
}

bool PianorollView::dark() const { return themeOf(*this).dark; }

QSize PianorollView::sizeHint() const { return {700, 220}; }

int PianorollView::gutter() const { return m_drums ? kDrumNames : kKeyboard; }

QRectF PianorollView::velocityLane() const {
    const int width = viewport()->width() - gutter();
    const bool room = viewport()->height() >= kLeastForLane && width > 0;
    return m_editable && m_song && room
               ? QRectF(gutter(), viewport()->height() - kLane, width, kLane)
               : QRectF();
}

RollFrame PianorollView::frame() const {
    RollFrame frame;
    const int left = gutter();
    const int below = kCaption + kRuler + int(velocityLane().height());
    frame.area = QRectF(left, kCaption + kRuler, std::max(1, viewport()->width() - left),
                        std::max(1, viewport()->height() - below));
    const int quarter = m_song ? std::max(1, m_song->ticksPerQuarter) : 480;
    const double ticksPerPixel = quarter / m_pixelsPerQuarter;
    frame.from = std::llround(horizontalScrollBar()->value() * ticksPerPixel);
    frame.to =
        frame.from + std::max<music::Tick>(1, std::llround(frame.area.width() * ticksPerPixel));
    frame.pitches = m_pitches;
    frame.dark = dark();
    frame.silent = m_silent;
    return frame;
}

void PianorollView::takeSong(std::shared_ptr<const music::Song> song) {
    m_song = std::move(song);
    m_sounding.assign(m_song ? m_song->tracks.size() : 0, false);
    for (std::size_t at = 0; m_song && at < m_song->notes.size(); ++at) {
        if (m_song->notes[at].track < m_sounding.size()) {
            m_sounding[m_song->notes[at].track] = true;
        }
    }
    m_difference.reset();
    if (m_before && m_song && m_before != m_song) {
        m_difference = music::compareNotes(*m_before, *m_song);
    }
}

void PianorollView::setSong(std::shared_ptr<const music::Song> song) {
    m_drag = Drag::None;
    m_before.reset();
    takeSong(std::move(song));
    m_playhead = -1;
    m_pitches = m_song ? pitchRange(*m_song) : PitchRange();
    m_selection.clear();
    if (m_song && (m_track >= m_sounding.size() || !m_sounding[m_track])) {
        const auto first = std::find(m_sounding.begin(), m_sounding.end(), true);
        m_track = first != m_sounding.end() ? std::size_t(first - m_sounding.begin()) : 0;
    }
    m_drums = drumTrack(m_track);
    describe();
    horizontalScrollBar()->setValue(0);
    showFromStart();
}

void PianorollView::updateSong(std::shared_ptr<const music::Song> song) {
    if (song == m_song) {
        return; // made here
    }
    if (!song || !m_song) {
        setSong(std::move(song));
        return;
    }
    m_drag = Drag::None;
    takeSong(std::move(song));
    const PitchRange needed = pitchRange(*m_song);
    m_pitches = {std::min(m_pitches.low, needed.low), std::max(m_pitches.high, needed.high)};
    select({});
    updateScrollBar();
    invalidate();
}

void PianorollView::setBefore(std::shared_ptr<const music::Song> before) {
    m_before = std::move(before);
    takeSong(m_song);
    if (m_before && m_song) {
        const PitchRange old = pitchRange(*m_before);
        m_pitches = {std::min(m_pitches.low, old.low), std::max(m_pitches.high, old.high)};
    }
    describe();
    invalidate();
}

void PianorollView::showFromStart() {
    fitSong();
    // A long song starts at a readable size instead of being squeezed into the window.
    m_pixelsPerQuarter = std::max(m_pixelsPerQuarter, 14.0);
    m_untouched = true;
    updateScrollBar();
    invalidate();
}

void PianorollView::fitSong() {
    m_untouched = false;
    if (!m_song || m_song->notes.empty()) {
        return;
    }
    const music::Tick end = m_song->metre.barStart(m_song->bars());
    const double quarters = static_cast<double>(end) / std::max(1, m_song->ticksPerQuarter);
    const double room = std::max(50, viewport()->width() - gutter() - 8);
    m_pixelsPerQuarter = std::clamp(room / std::max(1.0, quarters), kLeastPixels, 160.0);
    updateScrollBar();
    invalidate();
}

void PianorollView::setPlayhead(music::Tick tick) {
    const RollFrame before = frame();
    const double old = before.xOf(m_playhead);
    m_playhead = tick;
    if (m_song && tick >= 0 && (tick < before.from || tick >= before.to)) {
        const double pixels =
            static_cast<double>(tick) / std::max(1, m_song->ticksPerQuarter) * m_pixelsPerQuarter;
        horizontalScrollBar()->setValue(static_cast<int>(pixels - before.area.width() / 10));
        viewport()->update();
        return;
    }
    const auto strip = [this](double x) {
        viewport()->update(QRect(static_cast<int>(x) - 8, 0, 16, viewport()->height()));
    };
    strip(old);
    strip(before.xOf(tick));
}

void PianorollView::setCaption(const QString& caption) {
    m_caption = caption;
    viewport()->update();
}

void PianorollView::setHint(const QString& hint) {
    m_hint = hint;
    viewport()->update();
}

void PianorollView::zoom(double factor) { zoomAt(factor, frame().area.center().x()); }

void PianorollView::zoomAt(double factor, double x) {
    m_untouched = false;
    const double into = std::max(0.0, x - frame().area.left());
    const double under = horizontalScrollBar()->value() + into;
    const double before = m_pixelsPerQuarter;
    m_pixelsPerQuarter = std::clamp(before * factor, kLeastPixels, kMostPixels);
    updateScrollBar();
    horizontalScrollBar()->setValue(static_cast<int>(under * m_pixelsPerQuarter / before - into));
    invalidate();
}

void PianorollView::zoomPitches(double factor) {
    zoomPitchesAt(factor, (m_pitches.low + m_pitches.high) / 2);
}

void PianorollView::zoomPitchesAt(double factor, int pitch) {
    constexpr int kFewest = 6, kAll = 128;
    const int rows = m_pitches.high - m_pitches.low + 1;
    // At least one row more or fewer, or small factors would do nothing.
    const int wanted = std::clamp(factor > 1 ? std::min(rows - 1, int(rows / factor))
                                             : std::max(rows + 1, int(rows / factor)),
                                  kFewest, kAll);
    const double share = double(pitch - m_pitches.low) / std::max(1, rows - 1);
    const int low = pitch - int(std::lround(share * (wanted - 1)));
    m_pitches.low = std::clamp(low, 0, kAll - wanted);
    m_pitches.high = m_pitches.low + wanted - 1;
    invalidate();
}

void PianorollView::scrollPitches(int by) {
    by = std::clamp(by, -m_pitches.low, 127 - m_pitches.high);
    m_pitches.low += by;
    m_pitches.high += by;
    invalidate();
}

void PianorollView::updateScrollBar() {
    double width = 0;
    if (m_song) {
        const music::Tick end = m_song->metre.barStart(m_song->bars());
        width =
            static_cast<double>(end) / std::max(1, m_song->ticksPerQuarter) * m_pixelsPerQuarter;
    }
    const int page = std::max(1, viewport()->width() - gutter());
    // Bounded by what a scroll bar can count, for songs of absurd length.
    const double over = std::clamp(width + 4 - page, 0.0, 1e9);
    horizontalScrollBar()->setPageStep(page);
    horizontalScrollBar()->setSingleStep(40);
    horizontalScrollBar()->setRange(0, static_cast<int>(over));
}

void PianorollView::invalidate() {
    m_imageValid = false;
    m_resume.stop();
    viewport()->update();
}

void PianorollView::resume() {
    if (m_song && m_imageValid && m_next < m_song->notes.size()) {
        QPainter painter(&m_image);
        m_next = paintNotes(painter, *m_song, frame(), m_next, kSliceMs);
        viewport()->update();
        if (m_next < m_song->notes.size()) {
            m_resume.start();
        }
    }
}

void PianorollView::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    const ThemeColours& colours = themeOf(*this);
    const RollFrame shown = frame();
    if (!m_song) {
        painter.fillRect(viewport()->rect(), colours.ground);
        painter.setPen(colours.mutedText);
        painter.drawText(viewport()->rect().adjusted(24, 0, -24, 0),
                         Qt::AlignCenter | Qt::TextWordWrap, m_hint);
        return;
    }
    const qreal ratio = devicePixelRatioF();
    const QSize pixels = viewport()->size() * ratio;
    if (!m_imageValid || m_image.size() != pixels) {
        m_image = QImage(pixels, QImage::Format_ARGB32_Premultiplied);
        m_image.setDevicePixelRatio(ratio);
        m_image.fill(colours.ground);
        QPainter inner(&m_image);
        inner.setFont(font());
        paintGround(inner, shown);
        m_next = paintNotes(inner, *m_song, shown, 0, kSliceMs);
        m_imageValid = true;
        if (m_next < m_song->notes.size()) {
            m_resume.start();
        }
    }
    painter.drawImage(0, 0, m_image);
    paintDifference(painter, shown);
    paintSelection(painter, shown);
    paintLane(painter, shown);
    paintKeys(painter, shown);
    paintRuler(painter, shown);
    paintTracks(painter);
    paintPlayhead(painter, shown);
}

void PianorollView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    if (m_untouched) {
        showFromStart();
    } else {
        updateScrollBar();
        invalidate();
    }
}

void PianorollView::scrollContentsBy(int, int) { invalidate(); }

void PianorollView::wheelEvent(QWheelEvent* event) {
    // With Alt or Shift some systems report a turn of the other axis.
    const int turned =
        event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    const bool control = event->modifiers() & Qt::ControlModifier;
    if (event->modifiers() & Qt::ShiftModifier) {
        const int pitch = frame().pitchAt(event->position().y());
        control ? zoomPitchesAt(std::exp2(turned / 480.0), pitch)
                : scrollPitches(turned > 0 ? 2 : -2);
    } else if (control) {
        zoomAt(std::exp2(turned / 480.0), event->position().x());
    } else {
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - turned / 2);
    }
    event->accept();
}

void PianorollView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        invalidate();
    }
}

} // namespace canto::widgets
