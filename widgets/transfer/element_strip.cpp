// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/transfer/element_strip.h"

#include "widgets/common/elided_label.h"
#include "widgets/common/flow_layout.h"
#include "widgets/common/icons.h"
#include "widgets/common/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QToolButton>

namespace canto::widgets {
ElementStrip::ElementStrip(QWidget* parent) : QFrame(parent) {
    setObjectName(QStringLiteral("elementStrip"));
    m_badge = new QLabel(this);
    m_badge->setAlignment(Qt::AlignCenter);
    m_badge->setMinimumWidth(22);
    QFont bold = font();
    bold.setBold(true);
    m_badge->setFont(bold);
    m_whole = new DragChip(this);
    m_whole->setObjectName(QStringLiteral("wholeSong"));
    m_role = new ElidedLabel(this);
    m_role->setForegroundRole(QPalette::PlaceholderText);
    const auto button = [this](Icon which, const QString& tip) {
        auto* made = new QToolButton(this);
        made->setIcon(icon(which, palette()));
        made->setToolTip(tip);
        made->setAccessibleName(tip);
        made->setAutoRaise(true);
        made->setMinimumSize(28, 28);
        return made;
    };
    m_play = button(Icon::Play, tr("Play this song"));
    m_remove = button(Icon::Close, tr("Remove this song"));
    connect(m_play, &QToolButton::clicked, this, &ElementStrip::playAsked);
    connect(m_remove, &QToolButton::clicked, this, &ElementStrip::removeAsked);
    connect(m_whole, &QAbstractButton::clicked, this, &ElementStrip::playAsked);

    auto* head = new QHBoxLayout;
    head->setSpacing(4);
    head->addWidget(m_badge);
    head->addWidget(m_whole, 1);
    head->addWidget(m_play);
    head->addWidget(m_remove);
    m_flow = new FlowLayout(4);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 6, 6, 6);
    column->setSpacing(5);
    column->addLayout(head);
    column->addWidget(m_role);
    column->addLayout(m_flow);
}

void ElementStrip::setSong(const QString& title, const QString& badge, const QString& role) {
    m_title = title;
    m_badge->setText(badge);
    m_role->setText(role);
    m_whole->setText(title);
    m_whole->setAccessibleName(tr("Whole song %1: %2").arg(badge, title));
    m_whole->setToolTip(tr("Drag the whole song onto another to choose what to transfer"));
    setAccessibleName(tr("%1, %2").arg(title, role));
}

void ElementStrip::setElements(const QStringList& titles) {
    qDeleteAll(m_chips);
    m_chips.clear();
    for (const QString& title : titles) {
        auto* chip = new DragChip(this, DragChip::Size::Small);
        chip->setObjectName(QStringLiteral("elementChip"));
        chip->setText(title);
        chip->setToolTip(tr("Drag %1 onto another song: on the map, in the library or here")
                             .arg(title.toLower()));
        const int element = int(m_chips.size());
        m_flow->addWidget(chip);
        m_chips.append(chip);
        Q_EMIT chipMade(chip, element);
    }
}

void ElementStrip::setUsed(const QVector<bool>& used) {
    for (int element = 0; element < count(); ++element) {
        const bool goesIn = used.value(element);
        m_chips[element]->setMarked(goesIn);
        m_chips[element]->setAccessibleName(
            goesIn ? tr("%1 of %2, in the result").arg(m_chips[element]->text(), m_title)
                   : tr("%1 of %2").arg(m_chips[element]->text(), m_title));
    }
}

void ElementStrip::setDropTarget(bool on) {
    m_target = on;
    update();
}

void ElementStrip::paintEvent(QPaintEvent*) {
    const ThemeColours& colours = themeOf(*this);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_target ? colours.accent : colours.line, m_target ? 2.5 : 1));
    painter.setBrush(colours.surface);
    painter.drawRoundedRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5), 8, 8);
}

} // namespace canto::widgets
