// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/pianoroll_view.h"

#include "widgets/common/theme.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace canto::widgets {

namespace {

constexpr int kRuler = 24;    ///< height of the ruler
constexpr int kKeyboard = 44; ///< width of the keyboard
constexpr int kCaption = 26;  ///< height of the line with title and tracks
constexpr int kSliceMs = 30;
constexpr double kLeastPixels = 2; ///< a quarter note
constexpr double kMostPixels = 800;

bool blackKey(int pitch) {
    const int step = pitch % 12;
    return step == 1 || step == 3 || step == 6 || step == 8 || step == 10;
}

} // namespace

PianorollView::PianorollView(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("pianoroll"));
    setAccessibleName(tr("Piano roll"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_hint = tr("Click a point on the map to see and play it");
    m_resume.setSingleShot(true);
    m_resume.setInterval(0);
    connect(&m_resume, &QTimer::timeout, this, &PianorollView::resume);
}

bool PianorollView::dark() const { return themeOf(*this).dark; }

QSize PianorollView::sizeHint() const { return {700, 220}; }

RollFrame PianorollView::frame() const {
    RollFrame frame;
    frame.area = QRectF(kKeyboard, kCaption + kRuler, std::max(1, viewport()->width() - kKeyboard),
                        std::max(1, viewport()->height() - kCaption - kRuler));
    const int quarter = m_song ? std::max(1, m_song->ticksPerQuarter) : 480;
    const double ticksPerPixel = quarter / m_pixelsPerQuarter;
    frame.from = std::llround(horizontalScrollBar()->value() * ticksPerPixel);
    frame.to =
        frame.from + std::max<music::Tick>(1, std::llround(frame.area.width() * ticksPerPixel));
    frame.pitches = m_pitches;
    frame.dark = dark();
    return frame;
}

void PianorollView::setSong(std::shared_ptr<const music::Song> song) {
    m_song = std::move(song);
    m_playhead = -1;
    m_pitches = m_song ? pitchRange(*m_song) : PitchRange();
    m_sounding.assign(m_song ? m_song->tracks.size() : 0, false);
    for (std::size_t at = 0; m_song && at < m_song->notes.size(); ++at) {
        if (m_song->notes[at].track < m_sounding.size()) {
            m_sounding[m_song->notes[at].track] = true;
        }
    }
    setAccessibleDescription(
        m_song ? tr("%1 in %2")
                     .arg(tr("%Ln note(s)", nullptr, static_cast<int>(m_song->notes.size())),
                          tr("%Ln bar(s)", nullptr, m_song->bars()))
               : m_hint);
    horizontalScrollBar()->setValue(0);
    showFromStart();
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
    const double room = std::max(50, viewport()->width() - kKeyboard - 8);
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

void PianorollView::zoom(double factor) {
    m_untouched = false;
    const double middle = horizontalScrollBar()->value() + frame().area.width() / 2;
    const double before = m_pixelsPerQuarter;
    m_pixelsPerQuarter = std::clamp(before * factor, kLeastPixels, kMostPixels);
    updateScrollBar();
    horizontalScrollBar()->setValue(
        static_cast<int>(middle * m_pixelsPerQuarter / before - frame().area.width() / 2));
    invalidate();
}

void PianorollView::updateScrollBar() {
    double width = 0;
    if (m_song) {
        const music::Tick end = m_song->metre.barStart(m_song->bars());
        width =
            static_cast<double>(end) / std::max(1, m_song->ticksPerQuarter) * m_pixelsPerQuarter;
    }
    const int page = std::max(1, viewport()->width() - kKeyboard);
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
    const int turned =
        event->angleDelta().y() != 0 ? event->angleDelta().y() : event->angleDelta().x();
    if (event->modifiers() & Qt::ControlModifier) {
        zoom(std::exp2(turned / 480.0));
    } else {
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - turned / 2);
    }
    event->accept();
}

void PianorollView::mousePressEvent(QMouseEvent* event) {
    const RollFrame shown = frame();
    const double x = event->position().x();
    if (event->button() != Qt::LeftButton || !m_song || x < shown.area.left()) {
        QAbstractScrollArea::mousePressEvent(event);
        return;
    }
    const double share = (x - shown.area.left()) / shown.area.width();
    Q_EMIT seekRequested(shown.from +
                         std::llround(share * static_cast<double>(shown.to - shown.from)));
}

void PianorollView::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoom(1.25);
        break;
    case Qt::Key_Minus:
        zoom(0.8);
        break;
    case Qt::Key_0:
        fitSong();
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void PianorollView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        invalidate();
    }
}

} // namespace canto::widgets
