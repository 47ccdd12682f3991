// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/hover_card.h"

#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/song/pianoroll_paint.h"

#include <QApplication>
#include <QEvent>
#include <QLocale>
#include <QPainter>
#include <algorithm>

namespace canto::widgets {

namespace {

constexpr int kDelayMs = 250;
constexpr int kPadding = 12;
constexpr int kRollHeight = 64;
constexpr int kPictureHeight = 96;
constexpr int kLeastWidth = 200;
constexpr int kMostWidth = 320;
constexpr int kLeastPicture = 280;
constexpr int kMargin = 6; ///< to the edges of the map

QFont titleFont(QFont font) {
    font.setWeight(QFont::DemiBold);
    return font;
}

/// The labels and what is added to them.
QVector<QPair<QString, QString>> linesOf(const HoverInfo& info) {
    auto lines = info.labels;
    if (info.bars > 0) {
        lines.push_back({HoverCard::tr("Bars"), QLocale().toString(info.bars)});
    }
    if (info.songTempo && info.song) {
        const double bpm = info.song->tempo.bpmAt(0);
        lines.push_back(
            {HoverCard::tr("Tempo"), HoverCard::tr("%1 bpm").arg(QLocale().toString(bpm, 'f', 0))});
    }
    return lines;
}

} // namespace

HoverCard::HoverCard(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("hoverCard"));
    setAccessibleName(tr("About the point under the cursor"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::NoFocus);
    hide();
    m_timer.setSingleShot(true);
    m_timer.setInterval(kDelayMs);
    connect(&m_timer, &QTimer::timeout, this, &HoverCard::showNow);
    qApp->installEventFilter(this);
    connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        if (now != nullptr && now->window() != this) { // a card without a parent is a window itself
            dismiss();
        }
    });
}

bool HoverCard::eventFilter(QObject*, QEvent* event) {
    switch (event->type()) {
    case QEvent::KeyPress:
    case QEvent::MouseButtonPress:
    case QEvent::Wheel:
        dismiss();
        break;
    default:
        break;
    }
    return false;
}

void HoverCard::dismiss() { hover(-1, {}); }

void HoverCard::hover(qint64 row, QPoint global) {
    m_row = row;
    m_global = global;
    hide();
    if (row >= 0 && m_provider) {
        m_timer.start();
    } else {
        m_timer.stop();
    }
}

void HoverCard::setSong(qint64 row, std::shared_ptr<const music::Song> song) {
    if (row == m_row && isVisible()) {
        m_info.song = std::move(song);
        arrange();
    }
}

void HoverCard::setPicture(qint64 row, const QImage& picture, const QString& caption) {
    if (row == m_row && isVisible()) {
        m_info.picture = picture;
        m_info.pictureCaption = caption;
        arrange();
    }
}

void HoverCard::showNow() {
    m_info = m_provider(m_row);
    setAccessibleDescription(m_info.title + QStringLiteral(", ") + m_info.subtitle);
    arrange();
    show();
    raise();
}

void HoverCard::arrange() {
    m_shown = m_info;
    QSize size = sizeOf(m_shown);
    if (const QWidget* map = parentWidget()) {
        const QRect room = map->rect().adjusted(kMargin, kMargin, -kMargin, -kMargin);
        const auto tooHigh = [&] { return sizeOf(m_shown).height() > room.height(); };
        if (tooHigh()) {
            m_shown.picture = QImage();
            m_shown.songTempo = false;
            m_shown.song.reset();
        }
        while (tooHigh() && !m_shown.labels.isEmpty()) {
            m_shown.labels.removeLast();
        }
        size = sizeOf(m_shown).boundedTo(room.size());
        // Right of and below the cursor, or on its other side where the map ends.
        const QPoint at = map->mapFromGlobal(m_global);
        QPoint corner = at + QPoint(18, 18);
        if (corner.x() + size.width() > room.right()) {
            corner.setX(at.x() - 12 - size.width());
        }
        if (corner.y() + size.height() > room.bottom()) {
            corner.setY(at.y() - 12 - size.height());
        }
        const QPoint last(room.right() + 1 - size.width(), room.bottom() + 1 - size.height());
        move(std::clamp(corner.x(), room.left(), std::max(room.left(), last.x())),
             std::clamp(corner.y(), room.top(), std::max(room.top(), last.y())));
    }
    resize(size);
    update();
}

QSize HoverCard::sizeHint() const { return sizeOf(m_info); }

QSize HoverCard::sizeOf(const HoverInfo& info) const {
    const QFontMetrics bold(titleFont(font())), plain(font());
    int width = std::max(bold.horizontalAdvance(oneLine(info.title)),
                         plain.horizontalAdvance(oneLine(info.subtitle)));
    int height = 2 * kPadding + bold.height();
    height += info.subtitle.isEmpty() ? 0 : plain.height();
    const auto lines = linesOf(info);
    height += lines.isEmpty() ? 0 : 6 + static_cast<int>(lines.size()) * (plain.height() + 2);
    for (const auto& [name, value] : lines) {
        width = std::max(width, plain.horizontalAdvance(name) + 16 +
                                    plain.horizontalAdvance(oneLine(value)));
    }
    height += info.song ? kRollHeight + 8 : 0;
    if (!info.picture.isNull()) {
        height += kPictureHeight + plain.height() + 10;
        width = std::max({width, kLeastPicture, plain.horizontalAdvance(info.pictureCaption)});
    }
    return {std::clamp(width, kLeastWidth, kMostWidth) + 2 * kPadding, height};
}

void HoverCard::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colours.line, 1));
    painter.setBrush(colours.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);

    const int room = width() - 2 * kPadding;
    int y = kPadding;
    const auto text = [&](const QString& words, const QColor& colour, int left, int wide,
                          Qt::Alignment side) {
        painter.setPen(colour);
        const QFontMetrics metrics(painter.font());
        painter.drawText(QRect(left, y, wide, metrics.height()), side | Qt::AlignVCenter,
                         metrics.elidedText(oneLine(words), Qt::ElideRight, wide));
        return metrics.height();
    };
    painter.setFont(titleFont(font()));
    y += text(m_shown.title, colours.text, kPadding, room, Qt::AlignLeft);
    painter.setFont(font());
    if (!m_shown.subtitle.isEmpty()) {
        y += text(m_shown.subtitle, colours.mutedText, kPadding, room, Qt::AlignLeft);
    }
    const auto labels = linesOf(m_shown);
    y += labels.isEmpty() ? 0 : 6;
    const QFontMetrics metrics(font());
    for (const auto& [name, value] : labels) {
        const int nameWidth = std::min(room / 2, metrics.horizontalAdvance(name) + 2);
        text(name, colours.mutedText, kPadding, nameWidth, Qt::AlignLeft);
        y += text(value, colours.text, kPadding + nameWidth + 16, room - nameWidth - 16,
                  Qt::AlignRight) +
             2;
    }
    if (m_shown.song) {
        const QRectF roll(kPadding, y + 6, room, kRollHeight);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colours.ground);
        painter.drawRoundedRect(roll, 4, 4);
        paintMiniature(painter, roll.adjusted(4, 4, -4, -4), *m_shown.song, colours.dark);
        y += kRollHeight + 8;
    }
    if (!m_shown.picture.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(QRectF(kPadding, y + 6, room, kPictureHeight), m_shown.picture);
        y += kPictureHeight + 8;
        text(m_shown.pictureCaption, colours.mutedText, kPadding, room, Qt::AlignLeft);
    }
}

} // namespace canto::widgets
