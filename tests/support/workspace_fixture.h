// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// Features on a workspace of their own: no main window.

#include "app/workspace/action_table.h"
#include "app/workspace/feature.h"
#include "tests/support/quiet_workspace.h"
#include "tests/support/test_support.h"
#include "widgets/map/latent_map.h"

#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTimer>
#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace canto::test {

/// Answers the next file dialog with this path. @param context  gives up when it goes.
inline void answerFileDialog(QObject* context, const QString& path) {
    QCoreApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
    auto* timer = new QTimer(context);
    QObject::connect(timer, &QTimer::timeout, timer, [timer, path] {
        auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget());
        if (dialog == nullptr) {
            return; // it comes
        }
        timer->stop();
        timer->deleteLater();
        dialog->findChild<QLineEdit*>(QStringLiteral("fileNameEdit"))->setText(path);
        static_cast<QDialog*>(dialog)->accept();
    });
    timer->start(0);
}

/// A workspace whose map is in a plain widget, and the features made on it, with their panels
/// beside the map and their actions in a table, as the shell would have them.
class WorkspaceFixture {
  public:
    explicit WorkspaceFixture(app::WorkspaceOptions options)
        : m_window(std::make_unique<QWidget>()), m_workspace(std::move(options)) {
        m_window->resize(1440, 900);
        m_layout = new QHBoxLayout(m_window.get());
        m_map = new widgets::LatentMap(m_window.get());
        m_map->setReducedMotion(true);
        m_layout->addWidget(m_map, 1);
        m_table = new app::ActionTable(*m_window);
        m_workspace.attachMap(*m_map);
        QObject::connect(&m_workspace, &app::Workspace::noticed, m_window.get(),
                         [this](const app::Notice& notice) { m_notices.push_back(notice); });
    }
    ~WorkspaceFixture() {
        // Widgets are children of the window and go last: nothing may talk to them then.
        m_workspace.player().disconnect();
        m_workspace.disconnect();
        m_map->disconnect();
        while (!m_features.empty()) {
            m_features.pop_back();
        }
    }
    WorkspaceFixture(const WorkspaceFixture&) = delete;
    WorkspaceFixture& operator=(const WorkspaceFixture&) = delete;

    app::Workspace& workspace() { return m_workspace; }
    app::MapController& maps() { return m_workspace.maps(); }
    app::Player& player() { return m_workspace.player(); }
    widgets::LatentMap& map() { return *m_map; }
    QWidget& window() { return *m_window; }
    app::ActionTable& table() { return *m_table; }

    /// Makes a feature on the workspace; call it before open().
    template <class F, class... Arguments>
    F& add(Arguments&&... arguments) {
        auto made = std::make_unique<F>(m_workspace, std::forward<Arguments>(arguments)...);
        F& feature = *made;
        m_features.push_back(std::move(made));
        for (const app::Panel& panel : feature.panels()) {
            m_layout->addWidget(panel.widget);
            panel.widget->setVisible(panel.open && panel.place != app::Panel::Place::ForMap);
        }
        feature.addActions(*m_table);
        m_workspace.addPart(feature);
        QObject::connect(&feature, &app::Feature::problem, &m_workspace, &app::Workspace::warn);
        QObject::connect(&feature, &app::Feature::notice, &m_workspace, &app::Workspace::inform);
        return feature;
    }

    /// Shows the widget and reads library and model. @return whether they came, with all maps.
    bool open() {
        QSignalSpy maps(&m_workspace, &app::Workspace::mapsReady);
        QSignalSpy model(&m_workspace, &app::Workspace::modelChanged);
        m_window->show();
        m_workspace.start();
        return QTest::qWaitFor(
            [&] { return maps.count() > 0 && model.count() > 0 && m_map->settled(); }, kHungMs);
    }

    /// An action by its text, without mnemonics; null: there is none.
    QAction* action(const QString& text) const {
        return named(m_window->findChildren<QAction*>(), text);
    }
    /// The entries of a submenu, by its title without mnemonics.
    QStringList entries(const QString& title) const {
        QStringList texts;
        const QAction* submenu = action(title);
        for (const QAction* entry :
             submenu != nullptr ? submenu->menu()->actions() : QList<QAction*>()) {
            texts.append(plain(entry->text()));
        }
        return texts;
    }

    QPoint pixelOf(qint64 row) { return m_map->toPixel(m_workspace.maps().placeOf(row)).toPoint(); }
    /// Clicks the point of a row.
    void click(qint64 row) { QTest::mouseClick(m_map, Qt::LeftButton, {}, pixelOf(row)); }
    /// Draws a path from row to row, as a person does.
    void drawPath(qint64 from, qint64 to) {
        m_map->setTool(widgets::LatentMap::Tool::Path);
        click(from);
        click(to);
        QTest::keyClick(m_map, Qt::Key_Return);
        m_map->setTool(widgets::LatentMap::Tool::Select);
    }

    /// Messages to the person, in order.
    const std::vector<app::Notice>& notices() const { return m_notices; }
    /// The first notice whose text has these words.
    std::optional<app::Notice> noticeWith(const QString& words) const {
        const auto found =
            std::find_if(m_notices.begin(), m_notices.end(),
                         [&](const app::Notice& notice) { return notice.text.contains(words); });
        return found != m_notices.end() ? std::optional(*found) : std::nullopt;
    }

    static QString plain(const QString& text) { return QString(text).remove(QLatin1Char('&')); }

  private:
    static QAction* named(const QList<QAction*>& actions, const QString& text) {
        const auto found = std::find_if(actions.begin(), actions.end(), [&](const QAction* action) {
            return plain(action->text()) == text;
        });
        return found != actions.end() ? *found : nullptr;
    }

    std::unique_ptr<QWidget> m_window;
    QHBoxLayout* m_layout = nullptr;
    widgets::LatentMap* m_map = nullptr;
    app::ActionTable* m_table = nullptr;
    std::vector<app::Notice> m_notices;
    app::Workspace m_workspace;
    std::vector<std::unique_ptr<app::Feature>> m_features;
};

} // namespace canto::test
