// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/library_settings.h"
#include "app/workspace/qt_text.h"

#include <QDir>
#include <QFileInfo>
#include <QMap>
#include <QSettings>

namespace canto::app {

namespace fs = std::filesystem;

namespace {

constexpr int kMostFolders = 16;
const auto kFoldersKey = QStringLiteral("library/originalFolders");

/// The space that earlier versions kept without a name in keys and file names, because it came
/// first in their list.
constexpr auto kUnnamedSpace = "style";

QString keyOf(const Space& space) {
    return space.id.empty() ? QStringLiteral("library/chosen")
                            : QStringLiteral("spaces/%1/library").arg(text(space.id));
}

bool unnamedBefore(const Space& space) { return space.id.empty() || space.id == kUnnamedSpace; }

QString oldKeyOf(const Space& space) {
    const QString key = QStringLiteral("library/atlas");
    return unnamedBefore(space) ? key : key + QLatin1Char('/') + text(space.id);
}

} // namespace

bool isWritableLibrary(const std::filesystem::path& library) {
    return QFileInfo(text(library)).isWritable() &&
           QFileInfo(text(std::filesystem::absolute(library).parent_path())).isWritable();
}

LibrarySettings::LibrarySettings(QSettings& settings, fs::path userData)
    : m_settings(settings), m_userData(std::move(userData)) {}

void LibrarySettings::migrate(const Space& space) const {
    const QString old = oldKeyOf(space);
    if (!m_settings.contains(old)) {
        return;
    }
    const QString value = m_settings.value(old).toString();
    // Earlier versions also wrote the library that ships, which nobody had chosen.
    if (!m_settings.contains(keyOf(space)) && value.toStdString() != space.atlas.string()) {
        m_settings.setValue(keyOf(space), value);
    }
    // Removing a key removes the keys below it, and those of other spaces lie below this one.
    const QString below = old + QLatin1Char('/');
    QMap<QString, QVariant> others;
    for (const QString& key : m_settings.allKeys()) {
        if (key.startsWith(below)) {
            others.insert(key, m_settings.value(key));
        }
    }
    m_settings.remove(old);
    for (auto it = others.cbegin(); it != others.cend(); ++it) {
        m_settings.setValue(it.key(), it.value());
    }
}

fs::path LibrarySettings::chosen(const Space& space) const {
    migrate(space);
    return m_settings.value(keyOf(space)).toString().toStdString();
}

void LibrarySettings::choose(const Space& space, const fs::path& library) {
    m_settings.setValue(keyOf(space), QDir().absoluteFilePath(text(library)));
    m_settings.sync();
}

fs::path LibrarySettings::toOpen(const Space& space) const {
    if (const fs::path path = chosen(space); !path.empty()) {
        return path;
    }
    std::error_code ignored;
    const fs::path mine = own(space);
    return fs::is_regular_file(mine, ignored) ? mine : space.atlas;
}

fs::path LibrarySettings::own(const Space& space) const {
    const fs::path unnamed = m_userData / "library.atlas";
    std::error_code ignored;
    if (space.id.empty() || (unnamedBefore(space) && fs::exists(unnamed, ignored))) {
        return unnamed;
    }
    return m_userData / ("library-" + space.id + ".atlas");
}

std::vector<fs::path> LibrarySettings::originalFolders() const {
    std::vector<fs::path> folders;
    for (const QString& folder : m_settings.value(kFoldersKey).toStringList()) {
        folders.emplace_back(folder.toStdString());
    }
    return folders;
}

void LibrarySettings::addOriginalFolder(const fs::path& folder) {
    QStringList folders = m_settings.value(kFoldersKey).toStringList();
    const QString added = QDir::cleanPath(QDir().absoluteFilePath(text(folder)));
    folders.removeAll(added);
    folders.prepend(added);
    m_settings.setValue(kFoldersKey, QStringList(folders.mid(0, kMostFolders)));
    m_settings.sync();
}

} // namespace canto::app
