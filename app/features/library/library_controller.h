// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/library/importer.h"
#include "app/workspace/autosave.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

namespace canto::widgets {
class LibraryList;
} // namespace canto::widgets

namespace canto::app {

/// The library that is shown and its songs: list, opening, importing, removing, original files.
/// Thread: GUI.
class LibraryController : public Feature {
    Q_OBJECT

  public:
    /// @param autosave  restores selections before imports are shown.
    LibraryController(Workspace& workspace, Autosave& autosave);
    ~LibraryController() override; ///< cancels

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;
    /// Libraries, and whatever else nobody takes: it is imported, which says what it could not
    /// read.
    Takes takes(const QString& path) const override;
    void openFiles(const QStringList& paths) override;
    void closing() override { cancel(); }

    widgets::LibraryList* list() const { return &m_list; }

    bool importing() const { return m_change.busy(); }
    void cancel() { m_cancel.cancel(); }

    /// Imports files and folders into the library that is shown. One that ships is never changed:
    /// the user's own copy for the space takes its place. For one that cannot be written the user
    /// is asked for a file.
    void importPaths(const QStringList& paths);
    /// Imports into `library`, which is then shown. @param startFrom  copied there first when that
    /// file does not exist yet; may be empty.
    void importInto(const std::filesystem::path& library, const std::filesystem::path& startFrom,
                    const QStringList& paths);
    /// Looks for original files below this folder, too, from now on.
    void locateOriginals(const QString& folder);

    // These ask with a dialog first.
    void chooseLibrary();
    void chooseFiles();
    void chooseFolder();
    void chooseOriginals();

  Q_SIGNALS:
    void importOver();

  private:
    void connectList();
    void showProgress(std::size_t done, std::size_t total);
    void onImported(const std::filesystem::path& library, const ImportReport& report);
    void onChangeFailed(const Error& error);
    void removeSongs(const std::filesystem::path& path, std::vector<atlas::RowId> songs);
    /// A library has other songs now: it is read again, at once or when its space is entered.
    /// @param songs  to be shown on the map; may be empty.
    void readAgain(const std::filesystem::path& library, const std::vector<qint64>& songs);
    void showSongs();
    void showImportedWhenReady(); ///< m_importedSongs
    void showImported(const std::vector<qint64>& songs);
    /// The phrases of songs, ascending.
    std::vector<std::uint32_t> rowsOf(const std::vector<qint64>& songs) const;
    void followSelection(); ///< of the map, in the list
    QString libraryName(const std::filesystem::path& path) const;
    void playSong(qint64 id);
    void askToRemove(const std::vector<qint64>& songs);
    void chooseCopy(const QStringList& paths);

    Workspace& m_workspace;
    Autosave& m_autosave;
    widgets::LibraryList& m_list;        ///< owned by the window
    std::vector<qint64> m_importedSongs; ///< to be shown with the library that is being opened
    QStringList m_importing;             ///< what is being imported, or was last
    std::size_t m_changedSpace = 0;      ///< whose library is being changed, or was last
    CancelToken m_cancel;                ///< of the import: what it has done by then is reported
    LatestTask<LibraryController> m_originals{this, "originals"};
    LatestTask<LibraryController> m_change{this, "import"}; ///< one change at a time
};

} // namespace canto::app
