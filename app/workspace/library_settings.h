// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/spaces.h"

#include <QString>
#include <filesystem>
#include <string>
#include <vector>

class QSettings;

namespace canto::app {

/// Whether a library can be changed: SQLite keeps files beside it while it is written. Thread: any.
bool isWritableLibrary(const std::filesystem::path& library);

/// What the settings remember about libraries: which one each space opens, and the folders that
/// the user named for original files. Keys carry the id of a space, never its position in a list.
/// Only what the user chose is written; a default is worked out each time. Thread: GUI.
class LibrarySettings {
  public:
    /// @param settings  must live as long as this. Keys of earlier versions are taken over once.
    /// @param userData  the user's own data folder, where imports go without another target.
    LibrarySettings(QSettings& settings, std::filesystem::path userData);

    /// The library that the user last opened in the space; empty: none was ever chosen.
    std::filesystem::path chosen(const Space& space) const;
    /// Written to the disk at once, so that it outlives a crash.
    void choose(const Space& space, const std::filesystem::path& library);
    /// What the space opens: the chosen library; else the user's own, where it is there; else the
    /// one that ships with the space. May be empty. A chosen library is named even when its file
    /// is missing: whoever opens it says so.
    std::filesystem::path toOpen(const Space& space) const;
    /// Where imports go when the library that is shown cannot take them: a file of the space in
    /// the user's data folder. It need not be there yet.
    std::filesystem::path own(const Space& space) const;

    /// Folders for original files, the one named last first.
    std::vector<std::filesystem::path> originalFolders() const;
    void addOriginalFolder(const std::filesystem::path& folder);

  private:
    void migrate(const Space& space) const;

    QSettings& m_settings;
    std::filesystem::path m_userData;
};

} // namespace canto::app
