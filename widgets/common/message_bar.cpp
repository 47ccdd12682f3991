#include "widgets/common/message_bar.h"

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
#include <utility>

namespace canto::widgets {

namespace {

constexpr int kInformationMs = 8000;

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
    m_text = new QLabel(this);
    m_hint = new QLabel(this);
    for (QLabel* label : {m_text, m_hint}) {
        // Messages carry names of files, which are not to be read as markup.
        label->setTextFormat(Qt::PlainText);
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
        const auto run = std::exchange(m_run, nullptr);
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
                      std::function<void()> run) {
    m_kind = kind;
    m_text->setText(text);
    m_hint->setText(hint);
    m_hint->setVisible(!hint.isEmpty());
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    m_run = std::move(run);
    setAccessibleDescription(hint.isEmpty() ? text : text + QStringLiteral(". ") + hint);
    setIcons();
    QWidget::show();
    kind == Kind::Information ? m_timer.start() : m_timer.stop();
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
    update();
}

void MessageBar::dismiss() {
    m_timer.stop();
    m_run = nullptr;
    if (!isHidden()) {
        hide();
        Q_EMIT dismissed();
    }
}

void MessageBar::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.fillRect(rect(), colours.raised);
    painter.fillRect(QRect(0, 0, 4, height()), colourOf(m_kind, colours));
    painter.fillRect(QRect(0, height() - 1, width(), 1), colours.line);
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
    const Icon which = m_kind == Kind::Error     ? Icon::Error
                       : m_kind == Kind::Warning ? Icon::Warning
                                                 : Icon::Info;
    QPalette coloured = palette();
    coloured.setColor(QPalette::WindowText, colourOf(m_kind, themeOf(*this)));
    m_icon->setPixmap(icon(which, coloured).pixmap(QSize(20, 20), devicePixelRatioF()));
    m_close->setIcon(icon(Icon::Close, palette()));
    QPalette muted = palette();
    muted.setColor(QPalette::WindowText, themeOf(*this).mutedText);
    m_hint->setPalette(muted);
}

} // namespace canto::widgets
