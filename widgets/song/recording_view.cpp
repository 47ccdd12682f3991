// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/recording_view.h"

#include "widgets/common/accessible_role.h"
#include "widgets/common/theme.h"
#include "widgets/song/pianoroll_paint.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace canto::widgets {
namespace {

constexpr int kSectionLine = 20;
constexpr int kChordLine = 24;
constexpr int kBarLine = 20;
constexpr double kMostScale = 800; ///< pixels a second
constexpr double kLeastScale = 0.05;
constexpr double kLeastPeak = 0.02; ///< what is quieter is drawn as quiet
constexpr double kWheelStep = 480;  ///< eighths of a degree that double the scale

/// "F♯", "B♭".
QString pitchName(int pitchClass) {
    const std::string_view plain = audio::pitchClassName(pitchClass);
    return QString::fromUtf8(plain.data(), qsizetype(plain.size()))
        .replace(QLatin1Char('#'), QChar(0x266f))
        .replace(QLatin1Char('b'), QChar(0x266d));
}

} // namespace

QString chordName(const audio::Chord& chord) {
    if (chord.none()) {
        return {};
    }
    const QString label = QString::fromStdString(audio::chordLabel(chord));
    const qsizetype colon = label.indexOf(QLatin1Char(':'));
    QString kind = colon < 0 ? QString() : label.mid(colon + 1).section(QLatin1Char('/'), 0, 0);
    if (kind == QLatin1String("maj")) {
        kind.clear();
    } else if (kind == QLatin1String("hdim7")) {
        kind = QStringLiteral("m7\u266d5");
    } else if (kind.startsWith(QLatin1String("min"))) {
        kind = QLatin1Char('m') + kind.mid(3);
    }
    const bool over = chord.bass >= 0 && chord.bass != chord.root;
    return pitchName(chord.root) + kind +
           (over ? QLatin1Char('/') + pitchName(chord.bass) : QString());
}

QString keyName(const audio::Key& key) {
    return (key.minor ? RecordingView::tr("%1 minor") : RecordingView::tr("%1 major"))
        .arg(pitchName(key.tonic));
}

RecordingView::RecordingView(QWidget* parent) : QAbstractScrollArea(parent) {
    setObjectName(QStringLiteral("recording"));
    setAccessibleRole(*this, QAccessible::Graphic); // before it has a name
    setAccessibleName(tr("Recording and arrangement"));
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAsNeeded);
}

void RecordingView::setRecording(std::shared_ptr<const audio::WaveOutline> outline,
                                 RecordingMarks marks) {
    m_outline = std::move(outline);
    m_marks = std::move(marks);
    m_song = nullptr;
    m_written = 0;
    m_playhead = -1;
    setAccessibleDescription(
        m_outline ? tr("%L1 s, %2")
                        .arg(seconds(), 0, 'f', 1)
                        .arg(tr("%Ln beat(s)", nullptr, static_cast<int>(m_marks.beats.size())))
                  : m_hint);
    QStringList sections;
    for (const audio::Section& section : m_marks.sections) {
        sections.append(sectionText(section));
    }
    if (!sections.isEmpty()) {
        setAccessibleDescription(accessibleDescription() + QStringLiteral(". ") +
                                 sections.join(QStringLiteral("; ")));
    }
    fit();
}

void RecordingView::setNotes(std::shared_ptr<const music::Song> song, double written) {
    m_song = std::move(song);
    m_written = written;
    m_lowest = 36;
    m_highest = 84;
    if (m_song && !m_song->notes.empty()) {
        const PitchRange range = pitchRange(*m_song);
        m_lowest = std::min(m_lowest, range.low);
        m_highest = std::max(m_highest, range.high);
    }
    invalidate();
}

void RecordingView::setPlayhead(double seconds) {
    if (seconds == m_playhead) {
        return;
    }
    const double before = xOf(m_playhead);
    m_playhead = seconds;
    const double x = xOf(seconds);
    const QRect area = waveArea();
    if (seconds >= 0 && (x < area.left() || x > area.right())) {
        horizontalScrollBar()->setValue(int(seconds * m_scale - area.width() / 10.0));
        viewport()->update();
        return;
    }
    for (const double at : {before, x}) {
        viewport()->update(QRect(int(at) - 7, 0, 14, viewport()->height()));
    }
}

void RecordingView::setHint(const QString& hint) {
    m_hint = hint;
    viewport()->update();
}

double RecordingView::xOf(double seconds) const {
    return seconds * m_scale - horizontalScrollBar()->value();
}

double RecordingView::secondsAt(double x) const {
    return (x + horizontalScrollBar()->value()) / m_scale;
}

int RecordingView::sectionsHeight() const { return m_marks.sections.empty() ? 0 : kSectionLine; }

int RecordingView::barsTop() const { return sectionsHeight() + kChordLine; }

QRect RecordingView::waveArea() const {
    const int top = barsTop() + kBarLine;
    return {0, top, viewport()->width(), std::max(1, viewport()->height() - top)};
}

QRectF RecordingView::boxOf(const music::Note& note) const {
    const QRect area = waveArea();
    const double row = area.height() / double(m_highest - m_lowest + 1);
    const double left = xOf(note.startSeconds);
    return {left, area.top() + (m_highest - note.pitch) * row,
            std::max(2.0, xOf(note.endSeconds()) - left - 1), std::max(2.0, row)};
}

QRectF RecordingView::boxOf(const audio::Section& section) const {
    const auto beat = [&](int index) {
        return xOf(m_marks.beats[std::min(std::size_t(index), m_marks.beats.size() - 1)]);
    };
    const double left = beat(section.firstBeat);
    return {left + 1, 2, std::max(1.0, beat(section.firstBeat + section.beats) - left - 2),
            kSectionLine - 3.0};
}

const audio::Section* RecordingView::sectionAt(QPointF place) const {
    const auto found =
        std::find_if(m_marks.sections.begin(), m_marks.sections.end(),
                     [&](const audio::Section& section) { return boxOf(section).contains(place); });
    return found != m_marks.sections.end() ? &*found : nullptr;
}

/// "Section A: bars 5 to 12".
QString RecordingView::sectionText(const audio::Section& section) const {
    const auto barOf = [&](int beat) { // that contains the beat
        const auto end =
            m_marks.bars.begin() + std::min<std::ptrdiff_t>(beat + 1, std::ssize(m_marks.bars));
        return m_marks.firstBar - 1 + int(std::count(m_marks.bars.begin(), end, true));
    };
    const QString name = QString::fromStdString(audio::sectionName(section.label));
    const int first = barOf(section.firstBeat);
    const int last = barOf(section.firstBeat + section.beats - 1);
    return first == last ? tr("Section %1: bar %L2").arg(name).arg(first)
                         : tr("Section %1: bars %L2 to %L3").arg(name).arg(first).arg(last);
}

double RecordingView::fittingScale() const {
    return seconds() > 0 ? std::clamp(viewport()->width() / seconds(), kLeastScale, kMostScale)
                         : 40;
}

void RecordingView::fit() {
    m_fitted = true;
    m_scale = fittingScale();
    updateScrollBar();
    horizontalScrollBar()->setValue(0);
    invalidate();
}

void RecordingView::zoom(double factor, double x) {
    if (!m_outline) {
        return;
    }
    const double there = secondsAt(x);
    const double scale = std::clamp(m_scale * factor, fittingScale(), kMostScale);
    m_fitted = scale <= fittingScale();
    m_scale = scale;
    updateScrollBar();
    horizontalScrollBar()->setValue(int(std::lround(there * m_scale - x)));
    invalidate();
}

void RecordingView::updateScrollBar() {
    const int page = std::max(1, viewport()->width());
    const double over = std::clamp(std::floor(seconds() * m_scale) - page, 0.0, 1e9);
    horizontalScrollBar()->setPageStep(page);
    horizontalScrollBar()->setSingleStep(40);
    horizontalScrollBar()->setRange(0, m_fitted ? 0 : int(over));
}

void RecordingView::invalidate() {
    m_imageValid = false;
    viewport()->update();
}

void RecordingView::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    const ThemeColours& colours = themeOf(*this);
    if (!m_outline) {
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
        paintWave(inner);
        paintGrid(inner);
        paintNotes(inner);
        paintChords(inner);
        paintSections(inner);
        m_imageValid = true;
    }
    painter.drawImage(0, 0, m_image);
    if (m_playhead >= 0) {
        const double x = std::round(xOf(m_playhead));
        painter.fillRect(QRectF(x - 0.5, barsTop(), 1.5, viewport()->height() - barsTop()),
                         colours.accent);
        painter.setRenderHint(QPainter::Antialiasing, true);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colours.accent);
        const double top = waveArea().top() - 9;
        painter.drawPolygon(
            QPolygonF{QPointF(x - 5, top), QPointF(x + 5.5, top), QPointF(x + 0.25, top + 8)});
    }
}

void RecordingView::paintWave(QPainter& painter) const {
    const ThemeColours& colours = themeOf(*this);
    const QRect area = waveArea();
    QColor ink = colours.mutedText;
    ink.setAlphaF(0.34f);
    const double middle = area.center().y() + 0.5;
    // Quiet recordings are drawn as high as loud ones.
    const auto whole = m_outline->between(0, seconds());
    const double peak = std::max({-double(whole.low), double(whole.high), kLeastPeak});
    const double half = 0.47 * area.height() / peak;
    for (int x = 0; x < area.width(); ++x) {
        const auto part = m_outline->between(secondsAt(x), secondsAt(x + 1));
        const double top = middle - half * double(part.high);
        painter.fillRect(QRectF(x, top, 1, std::max(1.0, half * double(part.high - part.low))),
                         ink);
    }
    const double end = xOf(m_written);
    if (m_song && m_written < seconds() && end < area.right()) {
        QColor veil = colours.ground;
        veil.setAlphaF(0.55f);
        painter.fillRect(QRectF(end, area.top(), area.right() + 1 - end, area.height()), veil);
    }
}

void RecordingView::paintGrid(QPainter& painter) const {
    const ThemeColours& colours = themeOf(*this);
    const QRect area = waveArea();
    painter.fillRect(QRect(0, 0, area.width(), area.top()), colours.surface);
    QColor beatInk = colours.line;
    beatInk.setAlphaF(0.5f);
    const auto& beats = m_marks.beats;
    const double beatWidth =
        beats.size() > 1 ? (beats.back() - beats.front()) / double(beats.size() - 1) * m_scale : 0;
    const auto bars = std::count(m_marks.bars.begin(), m_marks.bars.end(), true);
    const double barWidth = beatWidth * double(beats.size()) / double(std::max<long>(1, bars));
    int every = 1; // bars between two numbers
    while (every * barWidth < 34 && every < 1 << 20) {
        every *= 2;
    }
    int bar = m_marks.firstBar - 1;
    for (std::size_t i = 0; i < beats.size(); ++i) {
        const bool downbeat = i < m_marks.bars.size() && m_marks.bars[i];
        bar += downbeat ? 1 : 0;
        const double x = std::floor(xOf(beats[i]));
        if (x < -60 || x > area.width()) {
            continue;
        }
        if (downbeat && (barWidth >= 5 || (bar - 1) % every == 0)) {
            QColor line = colours.mutedText;
            line.setAlphaF(0.55f);
            painter.fillRect(QRectF(x, barsTop(), 1, viewport()->height() - barsTop()), line);
            if ((bar - 1) % every == 0) {
                painter.setPen(colours.mutedText);
                painter.drawText(QRectF(x + 4, barsTop(), 60, kBarLine),
                                 Qt::AlignVCenter | Qt::AlignLeft, QLocale().toString(bar));
            }
        } else if (!downbeat && beatWidth >= 6) {
            painter.fillRect(QRectF(x, area.top(), 1, area.height()), beatInk);
        }
    }
    painter.fillRect(QRect(0, area.top() - 1, area.width(), 1), colours.line);
}

void RecordingView::paintChords(QPainter& painter) const {
    const ThemeColours& colours = themeOf(*this);
    const QFontMetricsF metrics(font());
    const double top = sectionsHeight() + 3;
    double behind = -1e9; // names do not run into each other
    for (const audio::ChordSpan& span : m_marks.chords) {
        const double left = xOf(span.start), right = xOf(span.end);
        const QString name = chordName(span.chord);
        if (name.isEmpty() || right < 0 || left > viewport()->width()) {
            continue;
        }
        QColor shade = colours.accent;
        shade.setAlphaF(0.13f);
        painter.fillRect(QRectF(left + 1, top, std::max(1.0, right - left - 2), kChordLine - 5),
                         shade);
        // A name stays in sight while its chord does.
        const double x = std::max(left, 0.0) + 5;
        const double width = metrics.horizontalAdvance(name);
        if (x >= behind && width + 6 <= right - std::max(left, 0.0)) {
            painter.setPen(colours.text);
            painter.drawText(QRectF(x, top, width + 4, kChordLine - 5), Qt::AlignVCenter, name);
            behind = x + width + 4;
        }
    }
}

/// Sections of one label have one colour.
void RecordingView::paintSections(QPainter& painter) const {
    const ThemeColours& colours = themeOf(*this);
    const auto& palette = classPalette(colours.dark);
    for (const audio::Section& section : m_marks.sections) {
        const QRectF box = boxOf(section);
        if (box.right() < 0 || box.left() > viewport()->width()) {
            continue;
        }
        QColor shade = palette[std::size_t(section.label) % palette.size()];
        shade.setAlphaF(0.45f);
        painter.fillRect(box, shade);
        painter.setPen(colours.text);
        painter.drawText(box.adjusted(std::max(5.0, 5 - box.left()), 0, -2, 0),
                         Qt::AlignVCenter | Qt::AlignLeft,
                         QString::fromStdString(audio::sectionName(section.label)));
    }
}

void RecordingView::paintNotes(QPainter& painter) const {
    if (!m_song) {
        return;
    }
    const QRect area = waveArea();
    const double until = secondsAt(area.width());
    QColor colour = trackColour(0, themeOf(*this).dark);
    painter.save();
    painter.setClipRect(area);
    for (const music::Note& note : m_song->notes) {
        if (note.startSeconds > until) {
            break; // by start: nothing visible follows
        }
        const QRectF box = boxOf(note);
        if (box.right() >= 0) {
            colour.setAlphaF(0.5f + 0.5f * float(note.velocity) / 127.0f);
            painter.fillRect(box.adjusted(0, 0, 0, box.height() > 4 ? -1 : 0), colour);
        }
    }
    painter.restore();
}

void RecordingView::seekTo(double x) {
    if (m_outline) {
        Q_EMIT seekRequested(std::clamp(secondsAt(x), 0.0, seconds()));
    }
}

void RecordingView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        QAbstractScrollArea::mousePressEvent(event);
    } else if (const audio::Section* section = sectionAt(event->position())) {
        Q_EMIT seekRequested(m_marks.beats[std::size_t(section->firstBeat)]);
    } else {
        seekTo(event->position().x());
    }
}

void RecordingView::mouseMoveEvent(QMouseEvent* event) {
    if (event->buttons() & Qt::LeftButton && sectionAt(event->position()) == nullptr) {
        seekTo(event->position().x());
    }
}

void RecordingView::wheelEvent(QWheelEvent* event) {
    const QPoint turned = event->angleDelta();
    if (event->modifiers() & Qt::ShiftModifier || turned.y() == 0) {
        const int by = turned.x() != 0 ? turned.x() : turned.y();
        horizontalScrollBar()->setValue(horizontalScrollBar()->value() - by / 2);
    } else {
        zoom(std::exp2(turned.y() / kWheelStep), event->position().x());
    }
    event->accept();
}

bool RecordingView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride) { // Home belongs to the view while it has focus
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Home || key == Qt::Key_Left || key == Qt::Key_Right) {
            event->accept();
            return true;
        }
    }
    return QAbstractScrollArea::event(event);
}

bool RecordingView::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const audio::Section* section = sectionAt(help->pos());
        QToolTip::showText(help->globalPos(),
                           section != nullptr ? sectionText(*section) : QString(), viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

void RecordingView::keyPressEvent(QKeyEvent* event) {
    const auto& beats = m_marks.beats;
    const double here = std::max(m_playhead, 0.0);
    constexpr double kSame = 0.02; // s
    switch (event->key()) {
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoom(1.5, waveArea().center().x());
        break;
    case Qt::Key_Minus:
        zoom(1 / 1.5, waveArea().center().x());
        break;
    case Qt::Key_0:
        fit();
        break;
    case Qt::Key_Home:
        Q_EMIT seekRequested(0);
        break;
    case Qt::Key_Right:
        if (const auto next = std::upper_bound(beats.begin(), beats.end(), here + kSame);
            next != beats.end()) {
            Q_EMIT seekRequested(*next);
        }
        break;
    case Qt::Key_Left:
        if (const auto next = std::lower_bound(beats.begin(), beats.end(), here - kSame);
            next != beats.begin()) {
            Q_EMIT seekRequested(*(next - 1));
        }
        break;
    default:
        QAbstractScrollArea::keyPressEvent(event);
    }
}

void RecordingView::resizeEvent(QResizeEvent* event) {
    QAbstractScrollArea::resizeEvent(event);
    if (m_fitted) {
        m_scale = fittingScale();
    }
    updateScrollBar();
    invalidate();
}

void RecordingView::scrollContentsBy(int, int) { invalidate(); }

void RecordingView::changeEvent(QEvent* event) {
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) {
        invalidate();
    }
}

} // namespace canto::widgets
