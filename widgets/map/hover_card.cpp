#include "widgets/map/hover_card.h"

#include "widgets/common/theme.h"
#include "widgets/song/pianoroll_paint.h"

#include <QGuiApplication>
#include <QPainter>
#include <QScreen>
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

QFont titleFont(QFont font) {
    font.setWeight(QFont::DemiBold);
    return font;
}

} // namespace

HoverCard::HoverCard(QWidget* parent) : QWidget(parent, Qt::ToolTip | Qt::FramelessWindowHint) {
    setObjectName(QStringLiteral("hoverCard"));
    setAccessibleName(tr("About the point under the cursor"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAttribute(Qt::WA_ShowWithoutActivating);
    setAttribute(Qt::WA_TranslucentBackground);
    setFocusPolicy(Qt::NoFocus);
    m_timer.setSingleShot(true);
    m_timer.setInterval(kDelayMs);
    connect(&m_timer, &QTimer::timeout, this, &HoverCard::showNow);
}

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
        resize(sizeHint());
        update();
    }
}

void HoverCard::setPicture(qint64 row, const QImage& picture, const QString& caption) {
    if (row == m_row && isVisible()) {
        m_info.picture = picture;
        m_info.pictureCaption = caption;
        resize(sizeHint());
        update();
    }
}

void HoverCard::showNow() {
    m_info = m_provider(m_row);
    setAccessibleDescription(m_info.title + QStringLiteral(", ") + m_info.subtitle);
    resize(sizeHint());
    // Right of and below the cursor, or on its other side where the screen ends.
    const QScreen* screen = QGuiApplication::screenAt(m_global);
    const QRect room = (screen ? screen : QGuiApplication::primaryScreen())->availableGeometry();
    QPoint corner = m_global + QPoint(18, 18);
    if (corner.x() + width() > room.right()) {
        corner.setX(m_global.x() - 12 - width());
    }
    if (corner.y() + height() > room.bottom()) {
        corner.setY(m_global.y() - 12 - height());
    }
    move(std::max(corner.x(), room.left()), std::max(corner.y(), room.top()));
    show();
    raise();
}

QSize HoverCard::sizeHint() const {
    const QFontMetrics bold(titleFont(font())), plain(font());
    int width =
        std::max(bold.horizontalAdvance(m_info.title), plain.horizontalAdvance(m_info.subtitle));
    int height = 2 * kPadding + bold.height();
    height += m_info.subtitle.isEmpty() ? 0 : plain.height();
    const auto lines = m_info.labels.size() + (m_info.bars > 0 ? 1 : 0);
    height += lines > 0 ? 6 + static_cast<int>(lines) * (plain.height() + 2) : 0;
    for (const auto& [name, value] : m_info.labels) {
        width =
            std::max(width, plain.horizontalAdvance(name) + 16 + plain.horizontalAdvance(value));
    }
    height += m_info.song ? kRollHeight + 8 : 0;
    if (!m_info.picture.isNull()) {
        height += kPictureHeight + plain.height() + 10;
        width = std::max({width, kLeastPicture, plain.horizontalAdvance(m_info.pictureCaption)});
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
                         metrics.elidedText(words, Qt::ElideRight, wide));
        return metrics.height();
    };
    painter.setFont(titleFont(font()));
    y += text(m_info.title, colours.text, kPadding, room, Qt::AlignLeft);
    painter.setFont(font());
    if (!m_info.subtitle.isEmpty()) {
        y += text(m_info.subtitle, colours.mutedText, kPadding, room, Qt::AlignLeft);
    }
    auto labels = m_info.labels;
    if (m_info.bars > 0) {
        labels.push_back({tr("Bars"), QString::number(m_info.bars)});
    }
    y += labels.isEmpty() ? 0 : 6;
    const QFontMetrics metrics(font());
    for (const auto& [name, value] : labels) {
        const int nameWidth = std::min(room / 2, metrics.horizontalAdvance(name) + 2);
        text(name, colours.mutedText, kPadding, nameWidth, Qt::AlignLeft);
        y += text(value, colours.text, kPadding + nameWidth + 16, room - nameWidth - 16,
                  Qt::AlignRight) +
             2;
    }
    if (m_info.song) {
        const QRectF roll(kPadding, y + 6, room, kRollHeight);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colours.ground);
        painter.drawRoundedRect(roll, 4, 4);
        paintMiniature(painter, roll.adjusted(4, 4, -4, -4), *m_info.song, colours.dark);
        y += kRollHeight + 8;
    }
    if (!m_info.picture.isNull()) {
        painter.setRenderHint(QPainter::SmoothPixmapTransform);
        painter.drawImage(QRectF(kPadding, y + 6, room, kPictureHeight), m_info.picture);
        y += kPictureHeight + 8;
        text(m_info.pictureCaption, colours.mutedText, kPadding, room, Qt::AlignLeft);
    }
}

} // namespace canto::widgets
