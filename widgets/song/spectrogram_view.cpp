// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/spectrogram_view.h"

#include "widgets/common/accessible_role.h"
#include "widgets/common/theme.h"

#include <QEvent>
#include <QKeyEvent>
#include <QLocale>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <array>
#include <cmath>

namespace canto::widgets {

namespace {

constexpr int kSpectrogramCaption = 26;
constexpr int kNumbers = 20; ///< height of the line with the tiles' numbers
constexpr int kMargin = 8;
constexpr float kRange = 80;

/// From the ground of the theme to its opposite by way of violet and orange: lightness changes all
/// the way in one direction.
std::array<QRgb, 256> scale(bool dark) {
    const std::array<QColor, 5> stops =
        dark ? std::array<QColor, 5>{QColor(20, 22, 28), QColor(66, 44, 118), QColor(168, 62, 118),
                                     QColor(242, 142, 70), QColor(252, 244, 196)}
             : std::array<QColor, 5>{QColor(255, 255, 255), QColor(206, 206, 234),
                                     QColor(134, 118, 190), QColor(84, 38, 120), QColor(24, 8, 40)};
    std::array<QRgb, 256> colours{};
    for (std::size_t i = 0; i < colours.size(); ++i) {
        const double at = static_cast<double>(i) / 255 * (stops.size() - 1);
        const auto from = std::min(static_cast<std::size_t>(at), stops.size() - 2);
        const double part = at - static_cast<double>(from);
        const auto mix = [part](int a, int b) {
            return static_cast<int>(std::lround(a + (b - a) * part));
        };
        const QColor &a = stops[from], &b = stops[from + 1];
        colours[i] =
            qRgb(mix(a.red(), b.red()), mix(a.green(), b.green()), mix(a.blue(), b.blue()));
    }
    return colours;
}

} // namespace

QImage spectrogramImage(const Spectrogram& spectrogram, bool dark) {
    const auto mels = static_cast<std::size_t>(std::max(spectrogram.mels, 0));
    const auto frames = static_cast<std::size_t>(std::max(spectrogram.frames, 0));
    if (mels == 0 || frames == 0 || spectrogram.decibels.size() != mels * frames) {
        return {};
    }
    const auto colours = scale(dark);
    QImage image(spectrogram.frames, spectrogram.mels, QImage::Format_RGB32);
    for (std::size_t mel = 0; mel < mels; ++mel) {
        auto* line = reinterpret_cast<QRgb*>(image.scanLine(static_cast<int>(mels - 1 - mel)));
        for (std::size_t frame = 0; frame < frames; ++frame) {
            const float level = spectrogram.decibels[mel * frames + frame];
            const float share = std::clamp((level + kRange) / kRange, 0.0F, 1.0F);
            line[frame] = colours[static_cast<std::size_t>(std::lround(share * 255))];
        }
    }
    return image;
}

SpectrogramView::SpectrogramView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("spectrogram"));
    setAccessibleRole(*this, QAccessible::Graphic); // before it has a name
    setAccessibleName(tr("Spectrogram"));
    setFocusPolicy(Qt::StrongFocus);
    setMinimumHeight(60);
}

void SpectrogramView::setSpectrograms(std::vector<Spectrogram> tiles, double seconds) {
    m_tiles.clear();
    m_seconds = std::max(seconds, 0.0);
    m_playhead = -1;
    double frames = 0;
    for (const Spectrogram& tile : tiles) {
        frames += tile.frames;
    }
    double done = 0;
    for (Spectrogram& tile : tiles) {
        const double from = frames > 0 ? m_seconds * done / frames : 0;
        done += tile.frames;
        const double to = frames > 0 ? m_seconds * done / frames : 0;
        m_tiles.push_back({std::move(tile), {}, from, to});
    }
    setAccessibleDescription(
        tr("%Ln spectrogram(s), %L1 s", nullptr, count()).arg(m_seconds, 0, 'f', 1));
    update();
}

void SpectrogramView::setCaption(const QString& caption) {
    m_caption = caption;
    update();
}

void SpectrogramView::setPlayhead(double second) {
    if (second != m_playhead) {
        m_playhead = second;
        update();
    }
}

QRectF SpectrogramView::area() const {
    const int top = kSpectrogramCaption + (count() > 1 ? kNumbers : 0);
    return QRectF(kMargin, top, std::max(1, width() - 2 * kMargin),
                  std::max(1, height() - top - kMargin));
}

int SpectrogramView::tileAt(double second) const {
    for (std::size_t i = 0; i < m_tiles.size(); ++i) {
        if (second >= m_tiles[i].from && second < m_tiles[i].to) {
            return static_cast<int>(i);
        }
    }
    return -1;
}

QRectF SpectrogramView::place(const Tile& tile) const {
    const QRectF room = area();
    const double scale = m_seconds > 0 ? room.width() / m_seconds : 0;
    const double gap = count() > 1 ? 2 : 0;
    return {room.left() + tile.from * scale + gap / 2, room.top(),
            std::max(1.0, (tile.to - tile.from) * scale - gap), room.height()};
}

void SpectrogramView::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.fillRect(rect(), colours.ground);
    painter.setPen(colours.text);
    const QRect line(kMargin, 0, width() - 2 * kMargin, kSpectrogramCaption);
    painter.drawText(line, Qt::AlignVCenter | Qt::AlignLeft,
                     QFontMetrics(font()).elidedText(m_caption, Qt::ElideRight, line.width()));
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    const int sounding = tileAt(m_playhead);
    for (std::size_t i = 0; i < m_tiles.size(); ++i) {
        Tile& tile = m_tiles[i];
        if (tile.image.isNull()) {
            tile.image = spectrogramImage(tile.spectrogram, colours.dark);
        }
        const QRectF at = place(tile);
        painter.drawImage(at, tile.image);
        painter.setBrush(Qt::NoBrush);
        const bool marked = count() > 1 && static_cast<int>(i) == sounding;
        painter.setPen(QPen(marked ? colours.accent : colours.line, marked ? 2 : 1));
        painter.drawRect(at);
        if (count() > 1) {
            painter.setPen(marked ? colours.accent : colours.mutedText);
            painter.drawText(QRectF(at.left(), kSpectrogramCaption, at.width(), kNumbers),
                             Qt::AlignCenter, QLocale().toString(i + 1));
        }
    }
    if (m_playhead >= 0 && m_seconds > 0) {
        const QRectF room = area();
        const double x = room.left() + std::min(m_playhead / m_seconds, 1.0) * room.width();
        painter.setPen(QPen(colours.accent, 2));
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()));
    }
}

void SpectrogramView::mousePressEvent(QMouseEvent* event) {
    const QRectF room = area();
    if (event->button() == Qt::LeftButton && room.contains(event->position()) && m_seconds > 0) {
        Q_EMIT seekRequested((event->position().x() - room.left()) / room.width() * m_seconds);
    }
}

void SpectrogramView::keyPressEvent(QKeyEvent* event) {
    const bool left = event->key() == Qt::Key_Left, right = event->key() == Qt::Key_Right;
    const bool here = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if ((!left && !right && !here) || m_tiles.empty()) {
        QWidget::keyPressEvent(event);
        return;
    }
    const double now = std::max(m_playhead, 0.0);
    if (here) {
        Q_EMIT seekRequested(std::min(now, std::max(0.0, m_seconds - 0.01)));
        return;
    }
    const double by = count() > 1 ? m_tiles.front().to : 1;
    Q_EMIT seekRequested(
        std::clamp(now + (right ? by : -by), 0.0, std::max(0.0, m_seconds - 0.01)));
}

void SpectrogramView::changeEvent(QEvent* event) {
    if (event->type() == QEvent::PaletteChange) {
        for (Tile& tile : m_tiles) {
            tile.image = {};
        }
    }
    QWidget::changeEvent(event);
}

} // namespace canto::widgets
