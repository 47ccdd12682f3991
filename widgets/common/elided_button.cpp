// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/elided_button.h"

#include "widgets/common/elided_label.h"

#include <QHelpEvent>
#include <QStyleOptionToolButton>
#include <algorithm>

namespace canto::widgets {
namespace {

constexpr int kLeastButtonLetters = 6;

} // namespace

ElidedButton::ElidedButton(QWidget* parent) : QToolButton(parent) {
    setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
}

int ElidedButton::roomBeside() const {
    QStyleOptionToolButton option;
    QToolButton::initStyleOption(&option); // not this class's, which needs the room
    int width = 2 * fontMetrics().horizontalAdvance(QLatin1Char(' ')); // as QToolButton adds
    if (toolButtonStyle() == Qt::ToolButtonTextBesideIcon) {
        width += option.iconSize.width() + 4;
    }
    return style()
        ->sizeFromContents(QStyle::CT_ToolButton, &option, {width, option.iconSize.height()}, this)
        .width();
}

bool ElidedButton::isElided() const {
    return fontMetrics().size(Qt::TextShowMnemonic, text()).width() > width() - roomBeside();
}

QSize ElidedButton::minimumSizeHint() const {
    const QSize whole = sizeHint();
    return {std::min(whole.width(),
                     roomBeside() + kLeastButtonLetters * fontMetrics().averageCharWidth()),
            whole.height()};
}

bool ElidedButton::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && isElided()) {
        showPlainToolTip(static_cast<QHelpEvent*>(event)->globalPos(), text(), toolTip(), this);
        return true;
    }
    return QToolButton::event(event);
}

void ElidedButton::initStyleOption(QStyleOptionToolButton* option) const {
    QToolButton::initStyleOption(option);
    option->text = fontMetrics().elidedText(text(), Qt::ElideRight, width() - roomBeside(),
                                            Qt::TextShowMnemonic);
}

} // namespace canto::widgets
