// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/window_layout.h"

#include "widgets/common/screen_fit.h"
#include "widgets/common/scroll_column.h"

#include <QDockWidget>
#include <QLayout>
#include <QMainWindow>
#include <QScreen>
#include <QToolBar>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace canto::app {
namespace {

using Place = Panel::Place;

constexpr int kVersion = 4; ///< of the docks and tool bars that are remembered
constexpr int kLeftWidth = 290, kRightWidth = 340, kLowerHeight = 210; ///< pixels, at first
constexpr int kNarrowScreen = 860; ///< pixels; narrower ones have panels at one side only
constexpr int kLowScreen = 460;    ///< pixels; lower ones have none below the map
const auto kGeometryKey = QStringLiteral("window/geometry");
const auto kLayoutKey = QStringLiteral("window/layout");

Qt::DockWidgetArea areaOf(Place place) {
    return place == Place::Left    ? Qt::LeftDockWidgetArea
           : place == Place::Right ? Qt::RightDockWidgetArea
                                   : Qt::BottomDockWidgetArea;
}

} // namespace

WindowLayout::WindowLayout(QMainWindow& window, QVBoxLayout& column)
    : QObject(&window), m_window(window), m_column(column), m_panels(new Panels(window)) {
    window.setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    window.setCorner(Qt::BottomRightCorner, Qt::RightDockWidgetArea);
    window.setDockOptions(QMainWindow::AnimatedDocks | QMainWindow::AllowNestedDocks |
                          QMainWindow::AllowTabbedDocks);
    window.setTabPosition(Qt::RightDockWidgetArea, QTabWidget::North);
}

void WindowLayout::place(const std::vector<Panel>& panels, QWidget* messages) {
    const auto each = [&](Place place, auto add) {
        for (const Panel& panel : panels) {
            if (panel.place == place) {
                add(panel);
            }
        }
    };
    const auto dock = [this](const Panel& panel) { addDock(panel); };
    each(Place::AboveMap, [this](const Panel& panel) { m_column.insertWidget(0, panel.widget); });
    each(Place::ForMap, [this](const Panel& panel) { m_column.addWidget(panel.widget, 1); });
    each(Place::Left, dock);
    m_panels->add(m_window.centralWidget());
    each(Place::Right, dock);
    each(Place::Below, dock);
    each(Place::Transport, [this](const Panel& panel) { addTransport(panel); });
    m_panels->add(messages);
    for (const Place place : {Place::Right, Place::Below}) {
        if (QDockWidget* first = firstOf(place)) {
            first->raise();
        }
    }
}

void WindowLayout::addDock(const Panel& panel) {
    auto* dock = new QDockWidget(panel.widget->windowTitle(), &m_window);
    dock->setObjectName(QLatin1String(panel.id));
    QDockWidget* behind = nullptr;
    for (const Placed& placed : m_placed) {
        behind = placed.panel.place == panel.place ? placed.dock : behind;
    }
    dock->setWidget(panel.scrolls ? new widgets::ScrollColumn(panel.widget, dock) : panel.widget);
    connect(panel.widget, &QWidget::windowTitleChanged, dock, &QDockWidget::setWindowTitle);
    m_window.addDockWidget(areaOf(panel.place), dock);
    if (behind != nullptr) {
        m_window.tabifyDockWidget(behind, dock);
    }
    dock->setVisible(panel.open);
    const int leastWidth = panel.place == Place::Left    ? Panels::kLibraryWidth
                           : panel.place == Place::Right ? Panels::kSideWidth
                                                         : 0;
    m_panels->add(dock, leastWidth);
    m_placed.push_back({panel, dock});
    m_docks.push_back(dock);
}

void WindowLayout::addTransport(const Panel& panel) {
    auto* bar = new QToolBar(tr("Transport"), &m_window);
    bar->setObjectName(QLatin1String(panel.id));
    bar->setMovable(false);
    bar->setFloatable(false);
    bar->addWidget(panel.widget);
    m_window.addToolBar(Qt::BottomToolBarArea, bar);
    m_panels->add(panel.widget);
}

QDockWidget* WindowLayout::firstOf(Place place) const {
    const auto found = std::find_if(m_placed.begin(), m_placed.end(), [place](const Placed& one) {
        return one.panel.place == place;
    });
    return found == m_placed.end() ? nullptr : found->dock;
}

void WindowLayout::setSizes() {
    m_window.resizeDocks({firstOf(Place::Left), firstOf(Place::Right)}, {kLeftWidth, kRightWidth},
                         Qt::Horizontal);
    m_window.resizeDocks({firstOf(Place::Below)}, {std::min(kLowerHeight, m_window.height() / 3)},
                         Qt::Vertical);
}

void WindowLayout::windowShown() {
    if (std::exchange(m_needsSizes, false)) {
        m_window.layout()->activate();
        setSizes();
    }
}

void WindowLayout::reset() {
    m_window.restoreState(m_default, kVersion);
    setSizes();
}

void WindowLayout::restore(const QSettings& settings, QSize size) {
    const QSize room = size.isEmpty() ? m_window.screen()->availableGeometry().size() : size;
    QDockWidget* right = firstOf(Place::Right);
    if (room.width() < kNarrowScreen) {
        m_window.tabifyDockWidget(right, firstOf(Place::Left));
    }
    for (const Placed& placed : m_placed) {
        if (room.height() < kLowScreen && placed.panel.place == Place::Below) {
            placed.dock->hide(); // the map needs what there is
        }
    }
    right->raise(); // on top of its tabs
    m_default = m_window.saveState(kVersion);
    if (size.isEmpty() && m_window.restoreGeometry(settings.value(kGeometryKey).toByteArray())) {
        widgets::clampToScreen(m_window); // it may have been left on a larger one
    }
    m_needsSizes = !m_window.restoreState(settings.value(kLayoutKey).toByteArray(), kVersion);
}

void WindowLayout::save(QSettings& settings) const {
    settings.setValue(kGeometryKey, m_window.saveGeometry());
    settings.setValue(kLayoutKey, m_window.saveState(kVersion));
}

void WindowLayout::raise(QWidget* panel) {
    for (const Placed& placed : m_placed) {
        if (placed.panel.widget == panel) {
            placed.dock->show();
            placed.dock->raise();
            if (placed.dock->height() < placed.panel.raisedHeight) {
                m_window.resizeDocks({placed.dock}, {placed.panel.raisedHeight}, Qt::Vertical);
            }
        }
    }
}

} // namespace canto::app
