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

void PianorollView::paintGround(QPainter& painter, const RollFrame& shown) const {
    const ThemeColours& colours = themeOf(*this);
    QColor shade = colours.text;
    shade.setAlphaF(0.035f);
    QColor octave = colours.line;
    octave.setAlphaF(0.6f);
    for (int pitch = shown.pitches.low; pitch <= shown.pitches.high; ++pitch) {
        const QRectF row(shown.area.left(), shown.yOf(pitch), shown.area.width(),
                         shown.rowHeight());
        if (blackKey(pitch)) {
            painter.fillRect(row, shade);
        }
        if (pitch % 12 == 0) {
            painter.fillRect(QRectF(row.left(), row.bottom() - 1, row.width(), 1), octave);
        }
    }
    const auto& metre = m_song->metre;
    QColor beatColour = colours.line;
    beatColour.setAlphaF(0.45f);
    const int first = metre.barAt(shown.from), last = metre.barAt(shown.to);
    const double barWidth = shown.xOf(metre.barStart(first + 1)) - shown.xOf(metre.barStart(first));
    const int every = std::max(1, static_cast<int>(std::ceil(8 / std::max(0.01, barWidth))));
    for (int bar = first; bar <= last; bar += every) {
        const music::Tick start = metre.barStart(bar);
        painter.fillRect(QRectF(shown.xOf(start), shown.area.top(), 1, shown.area.height()),
                         colours.line);
        const auto signature = metre.metreAt(start);
        const music::Tick beat =
            std::max<music::Tick>(1, m_song->ticksPerQuarter * 4 / signature.denominator);
        if (shown.xOf(start + beat) - shown.xOf(start) < 10) {
            continue;
        }
        for (music::Tick tick = start + beat; tick < metre.barStart(bar + 1); tick += beat) {
            painter.fillRect(QRectF(shown.xOf(tick), shown.area.top(), 1, shown.area.height()),
                             beatColour);
        }
    }
}

void PianorollView::paintRuler(QPainter& painter, const RollFrame& shown) const {
    const ThemeColours& colours = themeOf(*this);
    const QRectF ruler(0, kCaption, viewport()->width(), kRuler);
    painter.fillRect(ruler, colours.surface);
    painter.fillRect(QRectF(0, ruler.bottom() - 1, ruler.width(), 1), colours.line);
    painter.setFont(font());
    painter.setPen(colours.mutedText);
    const auto& metre = m_song->metre;
    const int first = metre.barAt(shown.from), last = metre.barAt(shown.to);
    const double barWidth = shown.xOf(metre.barStart(first + 1)) - shown.xOf(metre.barStart(first));
    int every = 1;
    while (every * barWidth < 36 && every < 1 << 20) {
        every *= 2;
    }
    painter.save();
    painter.setClipRect(QRectF(kKeyboard, ruler.top(), ruler.width() - kKeyboard, kRuler));
    for (int bar = first - first % every; bar <= last; bar += every) {
        const double x = shown.xOf(metre.barStart(bar));
        painter.fillRect(QRectF(x, ruler.bottom() - 7, 1, 6), colours.mutedText);
        painter.drawText(QRectF(x + 5, ruler.top(), 60, kRuler - 2),
                         Qt::AlignVCenter | Qt::AlignLeft, QLocale().toString(bar + 1));
    }
    painter.restore();
}

void PianorollView::paintKeys(QPainter& painter, const RollFrame& shown) const {
    const ThemeColours& colours = themeOf(*this);
    const QRectF column(0, shown.area.top(), kKeyboard, shown.area.height());
    painter.fillRect(column, colours.surface);
    QFont small = font();
    small.setPointSizeF(std::max(7.0, small.pointSizeF() - 1.5));
    painter.setFont(small);
    const double height = QFontMetricsF(small).height();
    const bool everyOctave = 12 * shown.rowHeight() >= height;
    for (int pitch = shown.pitches.low; pitch <= shown.pitches.high; ++pitch) {
        const double y = shown.yOf(pitch);
        if (blackKey(pitch) && shown.rowHeight() >= 3) {
            QColor key = colours.text;
            key.setAlphaF(0.5f);
            painter.fillRect(QRectF(kKeyboard - 12, y + 0.5, 11, shown.rowHeight() - 1), key);
        }
        if (pitch % 12 == 0 && (everyOctave || pitch % 24 == 0)) {
            // Middle C (60) is C4.
            const double middle = std::clamp(y + shown.rowHeight() / 2, column.top() + height / 2,
                                             column.bottom() - height / 2);
            painter.setPen(colours.mutedText);
            painter.drawText(QRectF(0, middle - height / 2, kKeyboard - 15, height),
                             Qt::AlignVCenter | Qt::AlignRight,
                             QStringLiteral("C%1").arg(pitch / 12 - 1));
        }
    }
    painter.fillRect(QRectF(kKeyboard - 1, column.top(), 1, column.height()), colours.line);
}

void PianorollView::paintTracks(QPainter& painter) const {
    const ThemeColours& colours = themeOf(*this);
    const QRectF line(0, 0, viewport()->width(), kCaption);
    painter.fillRect(line, colours.surface);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setFont(font());
    const QFontMetricsF metrics(font());
    double right = line.right() - 12;
    // From the right, as many as leave half of the line to the caption.
    for (std::size_t at = m_song->tracks.size(); at-- > 0;) {
        const QString name = QString::fromUtf8(m_song->tracks[at].name.c_str());
        if (!m_sounding[at] || name.isEmpty()) {
            continue;
        }
        const QString shownName = metrics.elidedText(name, Qt::ElideRight, 120);
        const double width = metrics.horizontalAdvance(shownName) + 14;
        if (right - width < line.width() / 2) {
            break;
        }
        painter.setPen(colours.mutedText);
        painter.drawText(QRectF(right - width + 14, 0, width, kCaption), Qt::AlignVCenter,
                         shownName);
        painter.setPen(Qt::NoPen);
        painter.setBrush(trackColour(at, colours.dark));
        painter.drawRoundedRect(QRectF(right - width, kCaption / 2.0 - 4, 8, 8), 2, 2);
        right -= width + 14;
    }
    painter.setPen(colours.text);
    const double room = right - 24;
    painter.drawText(QRectF(12, 0, room, kCaption), Qt::AlignVCenter,
                     metrics.elidedText(m_caption, Qt::ElideRight, room));
    painter.setRenderHint(QPainter::Antialiasing, false);
}

void PianorollView::paintPlayhead(QPainter& painter, const RollFrame& shown) const {
    if (m_playhead < shown.from || m_playhead > shown.to) {
        return;
    }
    const ThemeColours& colours = themeOf(*this);
    const double x = std::round(shown.xOf(m_playhead));
    painter.fillRect(QRectF(x - 0.5, shown.area.top(), 1.5, shown.area.height()), colours.accent);
    painter.setRenderHint(QPainter::Antialiasing, true);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.accent);
    painter.drawPolygon(QPolygonF{QPointF(x - 5, kCaption + kRuler - 9),
                                  QPointF(x + 5.5, kCaption + kRuler - 9),
                                  QPointF(x + 0.25, kCaption + kRuler - 1)});
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
