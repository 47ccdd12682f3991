// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Finds unreadable text in a window: texts that are cut, widgets that stick out.

#include "widgets/common/focus_ring.h"

#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QAction>
#include <QComboBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QRegularExpression>
#include <QScrollArea>
#include <QScrollBar>
#include <QStringList>
#include <QStyle>
#include <QStyleOptionComboBox>
#include <QTabBar>

namespace canto::test {

inline QString describe(const QWidget& widget, const QString& text, int has, int needs) {
    QString where = QLatin1String(widget.metaObject()->className());
    for (const QWidget* at = &widget; at != nullptr; at = at->parentWidget()) {
        if (!at->objectName().isEmpty()) {
            where += QLatin1Char(' ') + at->objectName();
            break;
        }
    }
    return QStringLiteral("%1 \"%2\": has %3 px, needs %4").arg(where, text).arg(has).arg(needs);
}

/// Whether it elides its text itself and then shows all of it as a tooltip.
inline bool elidesItself(const QWidget& widget) { return widget.property("elided").isValid(); }

inline void checkLabel(const QLabel& label, QStringList& found) {
    if (label.text().isEmpty() || elidesItself(label)) {
        return;
    }
    const QFontMetrics metrics = label.fontMetrics();
    const int room = label.contentsRect().width() - 2 * label.margin();
    int needs = 0;
    const bool wraps = label.wordWrap();
    const auto separator =
        QRegularExpression(wraps ? QStringLiteral("\\s+") : QStringLiteral("\n"));
    QString text = label.text();
    if (label.buddy() != nullptr) {
        text.remove(QLatin1Char('&'));
    }
    for (const QString& part : text.split(separator)) {
        needs = std::max(needs, metrics.horizontalAdvance(part));
    }
    if (needs > room) {
        found.append(describe(label, label.text(), room, needs));
    } else if (wraps && label.heightForWidth(label.width()) > label.height() + 1) {
        found.append(describe(label, label.text() + QStringLiteral(" (height)"), label.height(),
                              label.heightForWidth(label.width())));
    }
}

inline void checkCombo(const QComboBox& combo, QStringList& found) {
    if (elidesItself(combo)) {
        return;
    }
    QStyleOptionComboBox option;
    option.initFrom(&combo);
    option.editable = combo.isEditable();
    const int room =
        combo.style()
            ->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, &combo)
            .width();
    const int needs = combo.fontMetrics().horizontalAdvance(combo.currentText());
    if (needs > room) {
        found.append(describe(combo, combo.currentText(), room, needs));
    }
}

inline void checkTabs(const QTabBar& tabs, QStringList& found) {
    for (int i = 0; i < tabs.count(); ++i) {
        const int needs =
            tabs.fontMetrics().horizontalAdvance(QString(tabs.tabText(i)).remove(QLatin1Char('&')));
        const int room = tabs.tabRect(i).width() - 8;
        const bool elides = tabs.elideMode() != Qt::ElideNone && !tabs.tabToolTip(i).isEmpty();
        if (tabs.isTabVisible(i) && needs > room && !elides) {
            found.append(describe(tabs, tabs.tabText(i), room, needs));
        }
    }
}

inline void checkHeader(const QHeaderView& header, QStringList& found) {
    const QAbstractItemModel* model = header.model();
    if (header.orientation() != Qt::Horizontal || model == nullptr) {
        return;
    }
    const int margin = 2 * header.style()->pixelMetric(QStyle::PM_HeaderMargin, nullptr, &header);
    for (int i = 0; i < header.count(); ++i) {
        const QString text = model->headerData(i, Qt::Horizontal).toString();
        const int needs = header.fontMetrics().horizontalAdvance(text);
        const int room = header.sectionSize(i) - margin;
        const bool elides = header.textElideMode() != Qt::ElideNone &&
                            !model->headerData(i, Qt::Horizontal, Qt::ToolTipRole).isNull();
        if (!header.isSectionHidden(i) && needs > room && !elides) {
            found.append(describe(header, text, room, needs));
        }
    }
}

/// A line for each text of the window that is cut without an ellipsis and a tooltip, each panel
/// that has to be scrolled sideways, and each widget that its parent cuts off.
inline QStringList unreadable(const QWidget& window) {
    QStringList found;
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (widget->window() != &window || !widget->isVisible() || widget->size().isEmpty()) {
            continue;
        }
        bool scrolls = false;
        for (const QWidget* at = widget->parentWidget(); at != nullptr; at = at->parentWidget()) {
            scrolls = scrolls || qobject_cast<const QAbstractScrollArea*>(at) != nullptr;
        }
        const QRect part = widgets::shownPart(*widget);
        if (part.isEmpty() && (scrolls || widget->geometry().right() < 0)) {
            continue; // scrolled away, or of a dock behind another
        }
        if (!scrolls && part.width() < widget->width() &&
            !widget->objectName().startsWith(QLatin1String("qt_"))) {
            found.append(describe(*widget, QStringLiteral("(cut by its parent)"), part.width(),
                                  widget->width()));
        }
        if (const auto* label = qobject_cast<const QLabel*>(widget)) {
            checkLabel(*label, found);
        } else if (const auto* combo = qobject_cast<const QComboBox*>(widget)) {
            checkCombo(*combo, found);
        } else if (const auto* tabs = qobject_cast<const QTabBar*>(widget)) {
            checkTabs(*tabs, found);
        } else if (const auto* header = qobject_cast<const QHeaderView*>(widget)) {
            checkHeader(*header, found);
        } else if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) {
            if (!button->text().isEmpty() && !elidesItself(*button) &&
                button->sizeHint().width() > button->width()) {
                found.append(
                    describe(*button, button->text(), button->width(), button->sizeHint().width()));
            } else if (const int height = button->heightForWidth(button->width());
                       button->hasHeightForWidth() && height > button->height() + 1) {
                found.append(describe(*button, button->text() + QStringLiteral(" (height)"),
                                      button->height(), height));
            }
        } else if (const auto* area = qobject_cast<const QScrollArea*>(widget)) {
            if (area->widget() != nullptr && area->horizontalScrollBar()->maximum() > 0) {
                QStringList wide; // what needs the most
                for (const auto* inner : area->widget()->findChildren<QWidget*>()) {
                    const int needs =
                        std::max(inner->minimumSizeHint().width(), inner->minimumWidth());
                    if (inner->isVisible() && needs > area->viewport()->width() / 2) {
                        wide.append(QString::fromLatin1(inner->metaObject()->className()) +
                                    QStringLiteral(" %1").arg(needs));
                    }
                }
                wide.prepend(QString::fromLatin1(area->widget()->metaObject()->className()));
                found.append(describe(
                    *area,
                    QStringLiteral("(scrolls sideways: %1)").arg(wide.join(QStringLiteral(", "))),
                    area->viewport()->width(), area->widget()->width()));
            }
        }
    }
    return found;
}

/// Every text that a person can read or have read to them in the visible part of the window:
/// labels, buttons, choices, heads of tables, tool tips, accessible names, menus.
inline QStringList visibleTexts(const QWidget& window) {
    QStringList found{window.windowTitle()};
    const auto actions = [&found](const QList<QAction*>& all) {
        for (const QAction* action : all) {
            found += {action->text(), action->toolTip(), action->statusTip()};
        }
    };
    actions(window.actions());
    for (const QMenu* menu : window.findChildren<QMenu*>()) {
        found.append(menu->title());
        actions(menu->actions());
    }
    for (const QWidget* widget : window.findChildren<QWidget*>()) {
        if (widget->window() != &window || !widget->isVisible()) {
            continue;
        }
        found += {widget->toolTip(), widget->accessibleName(), widget->accessibleDescription(),
                  widget->statusTip()};
        if (const auto* label = qobject_cast<const QLabel*>(widget)) {
            found.append(label->text());
        } else if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) {
            found.append(button->text());
        } else if (const auto* field = qobject_cast<const QLineEdit*>(widget)) {
            found.append(field->placeholderText());
        } else if (const auto* combo = qobject_cast<const QComboBox*>(widget)) {
            for (int i = 0; i < combo->count(); ++i) {
                found += {combo->itemText(i), combo->itemData(i, Qt::ToolTipRole).toString()};
            }
        } else if (const auto* tabs = qobject_cast<const QTabBar*>(widget)) {
            for (int i = 0; i < tabs->count(); ++i) {
                found += {tabs->tabText(i), tabs->tabToolTip(i)};
            }
        } else if (const auto* header = qobject_cast<const QHeaderView*>(widget);
                   header != nullptr && header->model() != nullptr) {
            for (int i = 0; i < header->count(); ++i) {
                for (const int role : {int(Qt::DisplayRole), int(Qt::ToolTipRole)}) {
                    found.append(
                        header->model()->headerData(i, header->orientation(), role).toString());
                }
            }
        }
    }
    found.removeAll(QString());
    found.removeDuplicates();
    return found;
}

} // namespace canto::test
