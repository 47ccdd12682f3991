// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QObject>
#include <QStringList>
#include <filesystem>

class QMenu;
class QSettings;

namespace canto::app {

/// The projects that were opened or saved last, the newest first, as the settings remember them,
/// and the menu that opens them. Thread: GUI.
class RecentProjects : public QObject {
    Q_OBJECT

  public:
    static constexpr int kMost = 10;

    explicit RecentProjects(QSettings& settings) : m_settings(settings) {}

    QStringList files() const; ///< absolute paths
    void add(const std::filesystem::path& file);
    void clear();
    /// Fills the menu now and each time it is about to be shown. Files that are gone stay in it,
    /// named as such.
    void attach(QMenu& menu);

  Q_SIGNALS:
    void chosen(const QString& file);

  private:
    void fill();

    QSettings& m_settings;
    QMenu* m_menu = nullptr; ///< owned by the window; null before attach()
};

} // namespace canto::app
