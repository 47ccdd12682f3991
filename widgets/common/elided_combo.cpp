// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/elided_combo.h"

#include "widgets/common/elided_label.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QStyleOptionComboBox>
#include <algorithm>

namespace canto::widgets {
namespace {

constexpr int kLeastLetters = 6;
constexpr int kWidestList = 560; ///< pixels

} // namespace

ElidedCombo::ElidedCombo(QWidget* parent) : QComboBox(parent) {
    setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(kLeastLetters);
}

void ElidedCombo::initStyleOption(QStyleOptionComboBox* option) const {
    QComboBox::initStyleOption(option);
    const int room =
        style()
            ->subControlRect(QStyle::CC_ComboBox, option, QStyle::SC_ComboBoxEditField, this)
            .width() -
        (option->currentIcon.isNull() ? 0 : option->iconSize.width() + 4);
    option->currentText = option->fontMetrics.elidedText(option->currentText, Qt::ElideRight, room);
}

bool ElidedCombo::isElided() const {
    QStyleOptionComboBox option;
    initStyleOption(&option);
    return option.currentText != currentText();
}

void ElidedCombo::showPopup() {
    view()->setTextElideMode(Qt::ElideRight);
    view()->setMinimumWidth(std::min(kWidestList, view()->sizeHintForColumn(0) + 24));
    QComboBox::showPopup();
}

bool ElidedCombo::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip && isElided()) {
        showPlainToolTip(static_cast<QHelpEvent*>(event)->globalPos(), currentText(), toolTip(),
                         this);
        return true;
    }
    return QComboBox::event(event);
}

} // namespace canto::widgets
