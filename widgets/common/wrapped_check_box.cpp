// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/common/wrapped_check_box.h"

#include <QStyleOptionButton>
#include <algorithm>

namespace canto::widgets {
namespace {

constexpr int kPreferredCheckBoxLetters = 24;

} // namespace

WrappedCheckBox::WrappedCheckBox(const QString& text, QWidget* parent) : QCheckBox(text, parent) {
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Preferred, QSizePolicy::CheckBox);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

QSize WrappedCheckBox::sizeWith(const QString& lines) const {
    QStyleOptionButton option;
    QCheckBox::initStyleOption(&option); // not this class's, which needs the size
    const QSize text =
        lines.isEmpty() ? QSize(0, 0) : fontMetrics().size(Qt::TextShowMnemonic, lines);
    return style()->sizeFromContents(QStyle::CT_CheckBox, &option, text, this);
}

QString WrappedCheckBox::wrapped(int width) const {
    const int room = width - sizeWith({}).width();
    QString lines, line;
    for (const QString& word : text().split(QLatin1Char(' '), Qt::SkipEmptyParts)) {
        const QString longer = line.isEmpty() ? word : line + QLatin1Char(' ') + word;
        if (!line.isEmpty() && fontMetrics().size(Qt::TextShowMnemonic, longer).width() > room) {
            lines += line + QLatin1Char('\n');
            line = word;
        } else {
            line = longer;
        }
    }
    return lines + line;
}

QSize WrappedCheckBox::sizeHint() const {
    const int width = std::min(sizeWith(text()).width(),
                               sizeWith({}).width() +
                                   kPreferredCheckBoxLetters * fontMetrics().averageCharWidth());
    return sizeWith(wrapped(width)).expandedTo({width, 0});
}

QSize WrappedCheckBox::minimumSizeHint() const {
    return {sizeWith(wrapped(0)).width(), sizeWith(QStringLiteral("x")).height()};
}

int WrappedCheckBox::heightForWidth(int width) const { return sizeWith(wrapped(width)).height(); }

void WrappedCheckBox::initStyleOption(QStyleOptionButton* option) const {
    QCheckBox::initStyleOption(option);
    option->text = wrapped(width());
}

} // namespace canto::widgets
