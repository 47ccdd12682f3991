// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/panels.h"

#include "widgets/common/focus_ring.h"

#include <QApplication>
#include <QDockWidget>
#include <QMainWindow>

namespace canto::app {
namespace {

bool takesFocus(const QWidget& widget) {
    return (widget.focusPolicy() & Qt::TabFocus) && widget.isEnabled() &&
           !widgets::shownPart(widget).isEmpty();
}

/// The first widget of the panel, in the order of Tab, that takes the focus.
QWidget* firstIn(QWidget& panel) {
    if (takesFocus(panel)) {
        return &panel;
    }
    for (QWidget* at = panel.nextInFocusChain(); at != nullptr && at != &panel;
         at = at->nextInFocusChain()) {
        // What is scrolled out of sight is scrolled back when it gets the focus.
        if (panel.isAncestorOf(at) && (at->focusPolicy() & Qt::TabFocus) && at->isEnabled() &&
            at->isVisible()) {
            return at;
        }
    }
    return nullptr;
}

} // namespace

Panels::Panels(QMainWindow& window) : QObject(&window), m_window(window) {}

void Panels::add(QWidget* panel) { m_panels.emplace_back(panel); }

void Panels::add(QDockWidget* dock, int leastWidth) {
    add(dock->widget());
    QWidget* content = dock->widget();
    // A hidden content has no size otherwise, which would be the largest of all docks beside it.
    QSizePolicy policy = content->sizePolicy();
    policy.setRetainSizeWhenHidden(true);
    content->setSizePolicy(policy);
    connect(dock, &QDockWidget::visibilityChanged, content, &QWidget::setVisible);
    bound(dock, leastWidth);
    connect(dock, &QDockWidget::topLevelChanged, this,
            [this, dock, leastWidth] { bound(dock, leastWidth); });
    connect(dock, &QDockWidget::dockLocationChanged, this,
            [this, dock, leastWidth] { bound(dock, leastWidth); });
}

void Panels::bound(QDockWidget* dock, int leastWidth) {
    const auto area = m_window.dockWidgetArea(dock);
    const bool side = area == Qt::LeftDockWidgetArea || area == Qt::RightDockWidgetArea;
    dock->setMinimumWidth(leastWidth);
    dock->setMaximumWidth(side && !dock->isFloating() ? kWidest : QWIDGETSIZE_MAX);
    dock->setMinimumHeight(kLowest);
}

void Panels::next(bool forward) {
    std::vector<QWidget*> shown;
    std::ptrdiff_t current = -1;
    const QWidget* focus = QApplication::focusWidget();
    for (const QPointer<QWidget>& panel : m_panels) {
        if (!panel || widgets::shownPart(*panel).isEmpty() || firstIn(*panel) == nullptr) {
            continue;
        }
        if (focus != nullptr && (panel == focus || panel->isAncestorOf(focus))) {
            current = static_cast<std::ptrdiff_t>(shown.size()); // the innermost comes last
        }
        shown.push_back(panel);
    }
    if (shown.empty()) {
        return;
    }
    const auto count = static_cast<std::ptrdiff_t>(shown.size());
    const std::ptrdiff_t to =
        current < 0 ? (forward ? 0 : count - 1) : (current + (forward ? 1 : count - 1)) % count;
    QWidget& panel = *shown[static_cast<std::size_t>(to)];
    QWidget* last = panel.focusWidget();
    QWidget* target = last != nullptr && takesFocus(*last) ? last : firstIn(panel);
    target->setFocus(forward ? Qt::TabFocusReason : Qt::BacktabFocusReason);
}

} // namespace canto::app
