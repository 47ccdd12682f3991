// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/selection_bar.h"
#include "widgets/common/action_button.h"

#include "widgets/common/flow_layout.h"
#include "widgets/common/icons.h"
#include "widgets/common/theme.h"

#include <QAction>
#include <QEvent>
#include <QLabel>
#include <QToolButton>
#include <algorithm>

namespace canto::widgets {
namespace {

constexpr int kBarMargin = 12; ///< pixels from the edges of the map
constexpr int kBarPadding = 6;

} // namespace

SelectionBar::SelectionBar(QWidget* over) : QFrame(over) {
    setObjectName(QStringLiteral("selectionBar"));
    setAccessibleName(tr("Selection"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    auto* row = new FlowLayout(4);
    row->setContentsMargins(kBarPadding, kBarPadding, kBarPadding, kBarPadding);
    setLayout(row);
    m_count = new QLabel(this);
    m_count->setObjectName(QStringLiteral("selectedCount"));
    m_count->setContentsMargins(4, 4, 8, 4);
    row->addWidget(m_count);
    m_clear = new QToolButton(this);
    m_clear->setObjectName(QStringLiteral("clearSelection"));
    m_clear->setToolTip(tr("Clear the selection (Esc)"));
    m_clear->setAccessibleName(tr("Clear the selection"));
    row->addWidget(m_clear);
    connect(m_clear, &QToolButton::clicked, this, &SelectionBar::clearAsked);
    over->installEventFilter(this);
    paintIcons();
    hide();
}

QToolButton* SelectionBar::addButton(QAction* action, const char* name) {
    auto* button = actionButton(action, name, this);
    layout()->removeWidget(m_clear); // it stays the last one
    layout()->addWidget(button);
    layout()->addWidget(m_clear);
    place();
    return button;
}

void SelectionBar::setCount(std::size_t count) {
    m_count->setText(tr("%1 selected").arg(grouped(count)));
    setVisible(count > 0);
    if (count > 0) {
        place();
        raise();
    }
}

void SelectionBar::place() {
    const QSize room = parentWidget()->size() - QSize(2 * kBarMargin, 2 * kBarMargin);
    const int width = std::max(1, std::min(layout()->sizeHint().width(), room.width()));
    const int height = layout()->heightForWidth(width);
    setGeometry(kBarMargin, parentWidget()->height() - kBarMargin - height, width, height);
}

bool SelectionBar::event(QEvent* event) {
    const bool done = QFrame::event(event);
    if (event->type() == QEvent::Show || event->type() == QEvent::LayoutRequest) {
        place(); // its buttons have their sizes now
    }
    return done;
}

bool SelectionBar::eventFilter(QObject* watched, QEvent* event) {
    if (watched == parentWidget() && event->type() == QEvent::Resize) {
        place();
    }
    return QFrame::eventFilter(watched, event);
}

void SelectionBar::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_clear != nullptr) {
        paintIcons();
    } else if (event->type() == QEvent::FontChange && layout() != nullptr) {
        place();
    }
}

void SelectionBar::paintIcons() { m_clear->setIcon(icon(Icon::Close, palette())); }

} // namespace canto::widgets
