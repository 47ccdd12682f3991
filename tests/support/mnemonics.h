// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// The mnemonics (Alt and a letter) of a window.

#include <QAbstractButton>
#include <QKeySequence>
#include <QLabel>
#include <QMap>
#include <QWidget>

namespace canto::test {

/// Letters that two visible widgets below `window` have as their mnemonic, with the texts: Alt and
/// such a letter only moves the focus to and fro. Empty: there are none.
inline QString sharedMnemonics(const QWidget& window) {
    QMap<QString, QStringList> texts;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (!widget->isVisible() || !widget->isEnabled()) {
            continue;
        }
        QString text;
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) {
            text = button->text();
        } else if (const auto* label = qobject_cast<const QLabel*>(widget);
                   label != nullptr && label->buddy() != nullptr) {
            text = label->text();
        }
        const QKeySequence key = QKeySequence::mnemonic(text);
        if (!key.isEmpty()) {
            texts[key.toString()].append(text);
        }
    }
    QStringList shared;
    for (auto it = texts.constBegin(); it != texts.constEnd(); ++it) {
        if (it->size() > 1) {
            shared.append(it.key() + QStringLiteral(": ") + it->join(QStringLiteral(" / ")));
        }
    }
    return shared.join(QStringLiteral("; "));
}

} // namespace canto::test
