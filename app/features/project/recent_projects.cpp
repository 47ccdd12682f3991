// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/project/recent_projects.h"

#include "app/workspace/qt_text.h"
#include "widgets/common/text.h"

#include <QDir>
#include <QFileInfo>
#include <QMenu>
#include <QSettings>
#include <QTimer>

namespace canto::app {
namespace {

const auto kRecentKey = QStringLiteral("project/recent");

} // namespace

QStringList RecentProjects::files() const {
    return m_settings.value(kRecentKey).toStringList().mid(0, kMost);
}

void RecentProjects::add(const std::filesystem::path& file) {
    const QString path = QDir::cleanPath(QDir().absoluteFilePath(text(file)));
    QStringList all = files();
    all.removeAll(path);
    all.prepend(path);
    m_settings.setValue(kRecentKey, QStringList(all.mid(0, kMost)));
    fill();
}

void RecentProjects::clear() {
    m_settings.remove(kRecentKey);
    fill();
}

void RecentProjects::attach(QMenu& menu) {
    m_menu = &menu;
    connect(m_menu, &QMenu::aboutToShow, this, &RecentProjects::fill);
    fill();
}

void RecentProjects::fill() {
    if (m_menu == nullptr) {
        return;
    }
    m_menu->clear();
    for (const QString& path : files()) {
        const QFileInfo file(path);
        const QString name = widgets::escapeMnemonics(file.fileName());
        QAction* action =
            m_menu->addAction(file.exists() ? name : tr("%1 (not there any more)").arg(name), this,
                              [this, path] { Q_EMIT chosen(path); });
        action->setToolTip(QDir::toNativeSeparators(path));
        action->setEnabled(file.exists());
    }
    m_menu->addSeparator();
    QAction* empty = m_menu->addAction(tr("&Clear list"), this, [this] {
        QTimer::singleShot(0, this, &RecentProjects::clear); // the action itself goes with it
    });
    empty->setEnabled(!files().isEmpty());
}

} // namespace canto::app
