// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/message_bar.h"

#include "widgets/common/elided_label.h"
#include "widgets/common/icons.h"
#include "widgets/common/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace canto::widgets {

namespace {

constexpr int kInformationMs = 8000;
constexpr int kMargin = 14;     ///< pixels between the message and the edges of its area
constexpr int kMostWidth = 620; ///< of a message that floats

QColor colourOf(MessageBar::Kind kind, const ThemeColours& colours) {
    return kind == MessageBar::Kind::Error     ? colours.error
           : kind == MessageBar::Kind::Warning ? colours.warning
                                               : colours.accent;
}

} // namespace

MessageBar::MessageBar(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("messageBar"));
    setAccessibleName(tr("Message"));
    m_icon = new QLabel(this);
    m_text = new ElidedLabel(this);
    m_hint = new ElidedLabel(this);
    for (ElidedLabel* label : {m_text, m_hint}) {
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    }
    QFont bold = font();
    bold.setWeight(QFont::DemiBold);
    m_text->setFont(bold);
    m_action = new QPushButton(this);
    m_close = new QToolButton(this);
    m_close->setAccessibleName(tr("Close the message"));
    m_close->setToolTip(tr("Close"));
    m_close->setAutoRaise(true);

    auto* words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_text);
    words->addWidget(m_hint);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(16, 8, 8, 8);
    line->setSpacing(12);
    line->addWidget(m_icon, 0, Qt::AlignVCenter);
    line->addLayout(words, 1);
    line->addWidget(m_action);
    line->addWidget(m_close);

    m_timer.setSingleShot(true);
    m_timer.setInterval(kInformationMs);
    connect(&m_timer, &QTimer::timeout, this, &MessageBar::dismiss);
    connect(m_close, &QToolButton::clicked, this, &MessageBar::dismiss);
    connect(m_action, &QPushButton::clicked, this, [this] {
        const auto run = std::exchange(m_shown.run, nullptr);
        dismiss();
        if (run) {
            run();
        }
    });
    setIcons();
    m_action->hide();
    hide();
}

QString MessageBar::text() const { return m_text->text(); }

void MessageBar::show(Kind kind, const QString& text, const QString& hint, const QString& action,
                      std::function<void()> run, Scope scope) {
    // A question that is asked again is the same one, with news.
    std::erase_if(m_covered, [&](const Message& message) { return message.text == text; });
    if (!isHidden() && m_shown.asks() && m_shown.text != text) {
        m_covered.push_back(std::move(m_shown));
    }
    present({kind, text, hint, action, std::move(run), scope});
}

void MessageBar::present(Message message) {
    m_shown = std::move(message);
    m_text->setText(m_shown.text);
    m_hint->setText(m_shown.hint);
    m_hint->setVisible(!m_shown.hint.isEmpty());
    m_action->setText(m_shown.action);
    m_action->setVisible(!m_shown.action.isEmpty());
    setAccessibleDescription(
        m_shown.hint.isEmpty() ? m_shown.text : m_shown.text + QStringLiteral(". ") + m_shown.hint);
    setIcons();
    place();
    QWidget::show();
    raise();
    m_shown.kind == Kind::Information && !m_shown.asks() ? m_timer.start() : m_timer.stop();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    update();
}

void MessageBar::dismiss() {
    m_timer.stop();
    if (isHidden()) {
        return;
    }
    const QString closed = m_shown.text;
    m_shown.run = nullptr;
    if (m_covered.empty()) {
        hide();
    } else {
        Message question = std::move(m_covered.back());
        m_covered.pop_back();
        present(std::move(question));
    }
    Q_EMIT dismissed(closed);
}

void MessageBar::endProgress() {
    if (m_shown.kind == Kind::Progress) {
        dismiss();
    }
}

void MessageBar::leaveSpace() {
    std::erase_if(m_covered, [](const Message& one) { return one.scope == Scope::Space; });
    if (m_shown.scope == Scope::Space) {
        dismiss();
    }
}

void MessageBar::floatOver(QWidget* area) {
    m_area = area;
    setParent(area->window());
    area->installEventFilter(this);
    hide();
}

void MessageBar::place() {
    if (!m_area) {
        return;
    }
    const int width = std::clamp(m_area->width() - 2 * kMargin, 1, kMostWidth);
    const int height = layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width)
                                                     : layout()->totalSizeHint().height();
    const QPoint corner((m_area->width() - width) / 2,
                        std::max(m_area->height() - height - kMargin, 0));
    setGeometry(QRect(m_area->mapTo(parentWidget(), corner), QSize(width, height)));
}

bool MessageBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == m_area && (event->type() == QEvent::Resize || event->type() == QEvent::Move) &&
        !isHidden()) {
        place();
    }
    return QWidget::eventFilter(watched, event);
}

void MessageBar::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colours.line, 1));
    painter.setBrush(colours.raised);
    painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colourOf(m_shown.kind, colours));
    painter.drawRoundedRect(QRectF(1, 1, 5, height() - 2), 2.5, 2.5);
}

void MessageBar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) {
        setIcons();
    }
}

void MessageBar::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape) {
        dismiss();
    } else {
        QWidget::keyPressEvent(event);
    }
}

void MessageBar::setIcons() {
    const Icon which = m_shown.kind == Kind::Error     ? Icon::Error
                       : m_shown.kind == Kind::Warning ? Icon::Warning
                                                       : Icon::Info;
    QPalette coloured = palette();
    coloured.setColor(QPalette::WindowText, colourOf(m_shown.kind, themeOf(*this)));
    m_icon->setPixmap(icon(which, coloured).pixmap(QSize(20, 20), devicePixelRatioF()));
    m_close->setIcon(icon(Icon::Close, palette()));
    QPalette muted = palette();
    muted.setColor(QPalette::WindowText, themeOf(*this).mutedText);
    m_hint->setPalette(muted);
}

} // namespace canto::widgets
