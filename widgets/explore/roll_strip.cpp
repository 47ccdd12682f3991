// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/explore/roll_strip.h"

#include "widgets/common/theme.h"

#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

namespace canto::widgets {
namespace {

constexpr int kLeast = 26, kUsual = 46, kMost = 64; ///< height of a row
constexpr int kGap = 4;
constexpr int kNumber = 26; ///< width of the number at the left
constexpr int kMostRows = 12;

} // namespace

RollStrip::RollStrip(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("rollStrip"));
    setAccessibleName(tr("Points of the interpolation"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::MinimumExpanding);
}

void RollStrip::setRolls(std::vector<std::shared_ptr<const music::Song>> songs, int bars,
                         QStringList captions) {
    m_songs = std::move(songs);
    m_bars = std::max(bars, 1);
    m_captions = std::move(captions);
    m_current = std::clamp(m_current, 0, std::max(count() - 1, 0));
    bool first = true;
    for (const auto& song : m_songs) {
        if (song && !song->notes.empty()) {
            const PitchRange range = pitchRange(*song);
            m_pitches.low = first ? range.low : std::min(m_pitches.low, range.low);
            m_pitches.high = first ? range.high : std::max(m_pitches.high, range.high);
            first = false;
        }
    }
    updateGeometry();
    update();
}

void RollStrip::setActive(int row) {
    if (row != m_active) {
        m_active = row;
        update();
    }
}

QRect RollStrip::rowRect(int row) const {
    if (m_songs.empty()) {
        return {};
    }
    const int each = std::clamp((height() + kGap) / count() - kGap, kLeast, kMost);
    return {0, row * (each + kGap), width(), each};
}

QSize RollStrip::sizeHint() const {
    return {300, std::max(1, std::min(count(), kMostRows)) * (kUsual + kGap) - kGap};
}

QSize RollStrip::minimumSizeHint() const {
    return {160, std::max(1, count()) * (kLeast + kGap) - kGap};
}

void RollStrip::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_songs.empty()) {
        painter.setPen(colours.mutedText);
        painter.drawText(rect(), Qt::AlignCenter | Qt::TextWordWrap,
                         tr("Click a first point, then Shift+click another, or draw a path"));
        return;
    }
    for (int row = 0; row < count(); ++row) {
        const QRectF box = QRectF(rowRect(row)).adjusted(0.5, 0.5, -0.5, -0.5);
        const bool active = row == m_active;
        const bool current = hasFocus() && row == m_current;
        painter.setBrush(colours.ground);
        painter.setPen(QPen(active || current ? colours.accent : colours.line, active ? 2 : 1,
                            current && !active ? Qt::DashLine : Qt::SolidLine));
        painter.drawRoundedRect(box, 4, 4);
        painter.setPen(active ? colours.accent : colours.mutedText);
        painter.drawText(QRectF(box.left(), box.top(), kNumber, box.height()), Qt::AlignCenter,
                         row < m_captions.size() && !m_captions[row].isEmpty()
                             ? m_captions[row]
                             : QLocale().toString(row + 1));
        const auto& song = m_songs[std::size_t(row)];
        if (!song) {
            continue;
        }
        RollFrame frame;
        frame.area = box.adjusted(kNumber, 3, -4, -3);
        frame.to = std::max<music::Tick>(song->metre.barStart(m_bars), 1);
        frame.pitches = m_pitches;
        frame.dark = colours.dark;
        painter.setPen(QPen(colours.line, 1));
        for (int bar = 1; bar < m_bars; ++bar) {
            const double x = frame.xOf(song->metre.barStart(bar));
            painter.drawLine(QPointF(x, box.top() + 1), QPointF(x, box.bottom() - 1));
        }
        painter.save();
        painter.setClipRect(frame.area);
        paintNotes(painter, *song, frame, 0, 10);
        painter.restore();
    }
}

void RollStrip::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        return;
    }
    for (int row = 0; row < count(); ++row) {
        if (rowRect(row).contains(event->position().toPoint())) {
            m_current = row;
            update();
            Q_EMIT rowActivated(row);
        }
    }
}

void RollStrip::keyPressEvent(QKeyEvent* event) {
    const int step = event->key() == Qt::Key_Up ? -1 : event->key() == Qt::Key_Down ? 1 : 0;
    if (step != 0 && m_current + step >= 0 && m_current + step < count()) {
        m_current += step;
        reportRow();
        update();
    } else if ((event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) && count() > 0) {
        Q_EMIT rowActivated(m_current);
    } else if (step == 0) {
        QWidget::keyPressEvent(event);
    }
}

void RollStrip::reportRow() {
    setAccessibleDescription(tr("Point %1 of %2, Return plays it").arg(m_current + 1).arg(count()));
}

void RollStrip::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    reportRow();
    update();
}

void RollStrip::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

} // namespace canto::widgets
