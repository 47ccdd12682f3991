// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/scale_bar.h"

#include "widgets/common/theme.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

namespace canto::widgets {

namespace {

constexpr int kMargin = 10;
constexpr int kSpread = 34; ///< width of the drawing of how points are spread
constexpr int kGap = 3;
constexpr int kBar = 14;
constexpr int kTick = 4;
constexpr int kLength = 168;
constexpr int kParts = 28; ///< of the drawing of the spread
constexpr int kKeySteps = 12;

} // namespace

ScaleBar::ScaleBar(MapScale scale, std::vector<LegendEntry> shades, const QString& title,
                   QWidget* parent)
    : QWidget(parent), m_scale(std::move(scale)), m_shades(std::move(shades)),
      m_shown(m_shades.size(), true) {
    setObjectName(QStringLiteral("scaleBar"));
    setAccessibleName(
        tr("%1, from %2 to %3").arg(title, m_scale.text(m_scale.low), m_scale.text(m_scale.high)));
    setToolTip(tr("Drag to show only a range. Click to show all"));
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    describe();
}

bool ScaleBar::shown(int shade) const {
    return shade >= 0 && shade < shades() && m_shown[static_cast<std::size_t>(shade)];
}

void ScaleBar::setShown(int shade, bool shown) {
    if (shade >= 0 && shade < shades()) {
        m_shown[static_cast<std::size_t>(shade)] = shown;
        describe();
        update();
    }
}

bool ScaleBar::allShown() const {
    return std::find(m_shown.begin(), m_shown.end(), false) == m_shown.end();
}

QString ScaleBar::rangeText() const {
    const auto first = std::find(m_shown.begin(), m_shown.end(), true);
    const auto last = std::find(m_shown.rbegin(), m_shown.rend(), true);
    if (first == m_shown.end()) {
        return tr("nothing");
    }
    return tr("%1 to %2")
        .arg(m_scale.text(m_scale.from(static_cast<std::size_t>(first - m_shown.begin())), true),
             m_scale.text(m_scale.from(static_cast<std::size_t>(m_shown.rend() - last)), true));
}

void ScaleBar::describe() {
    setAccessibleDescription(
        tr("Shown: %1. Up and Down move the range, with Shift its upper end; Space shows all")
            .arg(allShown() ? tr("all") : rangeText()));
}

QRectF ScaleBar::bar() const {
    const double half = QFontMetrics(font()).height() / 2.0;
    return {double(kMargin + kSpread + kGap), half, kBar, std::max(1.0, height() - 2 * half)};
}

QSize ScaleBar::sizeHint() const {
    const QFontMetrics metrics(font());
    int text = 0;
    for (const double tick : m_scale.ticks) {
        text = std::max(text, metrics.horizontalAdvance(m_scale.text(tick)));
    }
    return {kMargin + kSpread + kGap + kBar + kTick + kGap + text + kMargin,
            kLength + metrics.height()};
}

int ScaleBar::shadeAt(double y) const {
    const QRectF at = bar();
    const double share = (at.bottom() - y) / at.height();
    return std::clamp(static_cast<int>(share * shades()), 0, shades() - 1);
}

void ScaleBar::choose(int first, int last) {
    for (int shade = 0; shade < shades(); ++shade) {
        m_shown[static_cast<std::size_t>(shade)] = shade >= first && shade <= last;
    }
    describe();
    update();
    Q_EMIT rangeChosen();
}

bool ScaleBar::takesKey(int key) const {
    return key == Qt::Key_Up || key == Qt::Key_Down || key == Qt::Key_Space;
}

bool ScaleBar::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride &&
        takesKey(static_cast<QKeyEvent*>(event)->key())) {
        event->accept(); // the window has the space bar for playing
        return true;
    }
    return QWidget::event(event);
}

void ScaleBar::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF at = bar();
    if (hasFocus()) {
        painter.setPen(QPen(colours.accent, 1.5));
        painter.drawRoundedRect(QRectF(rect()).adjusted(3.5, 1, -3.5, -1), 4, 4);
    }
    const auto yOf = [&](int shade) { return at.bottom() - at.height() * shade / shades(); };
    painter.setPen(Qt::NoPen);
    painter.setRenderHint(QPainter::Antialiasing, false);
    for (int shade = 0; shade < shades(); ++shade) {
        QColor colour = m_shades[static_cast<std::size_t>(shade)].look.colour;
        colour.setAlphaF(shown(shade) ? 1.0F : 0.18F);
        const double top = yOf(shade + 1);
        painter.fillRect(QRectF(at.left(), top, at.width(), yOf(shade) - top), colour);
    }
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(colours.line, 1));
    painter.drawRect(at);
    // Marks at the ends of the range, so that it is not shown by paleness alone.
    for (int shade = 1; shade < shades(); ++shade) {
        if (shown(shade) != shown(shade - 1)) {
            painter.setPen(QPen(colours.text, 2));
            painter.drawLine(QPointF(at.left() - 3, yOf(shade)),
                             QPointF(at.right() + 3, yOf(shade)));
        }
    }

    const int parts = std::min(kParts, shades());
    std::vector<std::size_t> counts(static_cast<std::size_t>(parts), 0);
    for (int shade = 0; shade < shades(); ++shade) {
        counts[static_cast<std::size_t>(shade * parts / shades())] +=
            m_shades[static_cast<std::size_t>(shade)].count;
    }
    const double most = static_cast<double>(
        std::max<std::size_t>(1, *std::max_element(counts.begin(), counts.end())));
    painter.setPen(Qt::NoPen);
    painter.setBrush(colours.mutedText);
    for (int part = 0; part < parts; ++part) {
        const double width = kSpread * double(counts[static_cast<std::size_t>(part)]) / most;
        const double high = at.height() / parts;
        painter.drawRect(QRectF(at.left() - kGap - width, at.bottom() - (part + 1) * high + 0.5,
                                width, std::max(1.0, high - 1)));
    }

    painter.setBrush(Qt::NoBrush);
    const QFontMetrics metrics(font());
    const double range = m_scale.high - m_scale.low;
    for (const double tick : m_scale.ticks) {
        const double share = range > 0 ? (tick - m_scale.low) / range : 0.5;
        const double y = at.bottom() - at.height() * std::clamp(share, 0.0, 1.0);
        painter.setPen(QPen(colours.mutedText, 1));
        painter.drawLine(QPointF(at.right(), y), QPointF(at.right() + kTick, y));
        painter.setPen(colours.text);
        painter.drawText(QRectF(at.right() + kTick + kGap, y - metrics.height() / 2.0,
                                width() - at.right() - kTick - kGap, metrics.height()),
                         Qt::AlignVCenter | Qt::AlignLeft, m_scale.text(tick));
    }
}

void ScaleBar::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        QWidget::mousePressEvent(event);
        return;
    }
    m_from = shadeAt(event->position().y());
    m_pressed = event->position();
    m_dragging = false;
}

void ScaleBar::mouseMoveEvent(QMouseEvent* event) {
    if (m_from < 0) {
        return;
    }
    m_dragging |=
        (event->position() - m_pressed).manhattanLength() >= QApplication::startDragDistance();
    if (m_dragging) {
        const int to = shadeAt(event->position().y());
        choose(std::min(m_from, to), std::max(m_from, to));
    }
}

void ScaleBar::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() == Qt::LeftButton && m_from >= 0) {
        if (!m_dragging && !allShown()) {
            choose(0, shades() - 1);
        }
        m_from = -1;
    }
}

void ScaleBar::keyPressEvent(QKeyEvent* event) {
    if (!takesKey(event->key())) {
        QWidget::keyPressEvent(event);
        return;
    }
    const int step = std::max(1, shades() / kKeySteps);
    const bool up = event->key() == Qt::Key_Up;
    const auto begin = std::find(m_shown.begin(), m_shown.end(), true);
    const auto end = std::find(m_shown.rbegin(), m_shown.rend(), true);
    int first = static_cast<int>(begin - m_shown.begin());
    int last = static_cast<int>(m_shown.rend() - end) - 1;
    if (event->key() == Qt::Key_Space) {
        choose(0, shades() - 1);
    } else if (allShown() || first > last) { // none: another class alone is shown
        choose(up ? 0 : shades() - step, up ? step - 1 : shades() - 1);
    } else if (event->modifiers() & Qt::ShiftModifier) {
        last = std::clamp(last + (up ? step : -step), std::min(first + step, shades()) - 1,
                          shades() - 1);
        choose(first, last);
    } else {
        const int wide = last - first;
        first = std::clamp(first + (up ? step : -step), 0, shades() - 1 - wide);
        choose(first, first + wide);
    }
}

void ScaleBar::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void ScaleBar::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

} // namespace canto::widgets
