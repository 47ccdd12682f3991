// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/project/recent_projects.h"
#include "app/workspace/autosave.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

#include <functional>
#include <map>

namespace canto::app {

/// Project files: new, open, save, recent ones, and the question about unsaved changes. What a
/// project holds is what Autosave keeps of all spaces. A clean end keeps the session, which the
/// next start restores. Thread: GUI.
class ProjectController : public Feature {
    Q_OBJECT

  public:
    /// @param first  project that start() opens; empty: the last session, if the settings say so.
    ProjectController(Workspace& workspace, Autosave& autosave, std::filesystem::path first);
    ~ProjectController() override;

    /// By its name.
    static bool isProject(const QString& path);

    void addActions(ActionTable& table) override;
    void start() override;
    Takes takes(const QString& path) const override;
    void openFiles(const QStringList& paths) override { openProject(paths.back().toStdString()); }
    /// False, with a question, while changes would be lost: those of a project with a file, and all
    /// others where the session is not restored at the next start.
    bool mayClose() override;
    void closing() override;

    /// Whether what is open differs from what was saved last.
    bool changed() const;
    RecentProjects& recent() { return m_recent; }
    bool restoresAtStart() const;

    // These ask first where unsaved changes would be lost.
    void newProject();
    void openProject(const std::filesystem::path& file);
    void chooseProject();

    void save(); ///< asks for a file where there is none yet
    void saveAs();

  Q_SIGNALS:
    void saved();
    void opened(); ///< a project or session is shown
    void failed(); ///< it could not be opened or saved: a notice says why

  private:
    using Then = std::function<void()>;
    /// A project that was read, and the spaces whose libraries are not where it says.
    struct Found {
        SessionState state;
        std::vector<std::string> missing;
    };
    using Known =
        std::map<std::string, std::vector<std::filesystem::path>>; ///< libraries, by space

    static Result<Found> find(const std::filesystem::path& file, const Known& known);
    Known knownLibraries() const;
    void whenSaved(Then then);
    void ask(Then then);
    void saveThen(Then then);
    void saveAsThen(Then then);
    void write(const std::filesystem::path& file, Then then);
    void onWritten(std::uint64_t write, const SessionState& state,
                   const std::filesystem::path& file, const Result<void>& done);
    void clear();
    void read(const std::filesystem::path& file);
    void onRead(const Found& found);
    void onOpened(const SessionState& state);
    void onOpenFailed();
    void readSaved(const std::filesystem::path& file);
    void offerLibrary(const Found& found, const std::string& space);
    void checkFiles(const SessionState& state);
    void onLostFound();
    void refresh();
    void report(const Error& error);
    QString name() const;    ///< of the project
    static QString filter(); ///< of file dialogs

    Workspace& m_workspace;
    Autosave& m_autosave;
    std::filesystem::path m_first;
    RecentProjects m_recent;
    SessionState m_saved;                    ///< as in the file; without a file: nothing
    std::optional<SessionState> m_discarded; ///< what the user did not want to save at the end
    std::optional<Found> m_coming;           ///< project that autosave opens
    bool m_partial = false;   ///< the file has more than is shown: it is not written over
    bool m_looked = false;    ///< for sessions of other runs
    QTimer m_later;           ///< compares after several changes
    bool m_comparing = false; ///< m_saved is being read
    LatestTask<ProjectController> m_read{this, "project"};
    LatestTask<ProjectController> m_compare{this, "saved project"};
    LatestTask<ProjectController> m_check{this, "project files", Priority::Low};
    std::uint64_t m_writing = 0; ///< number of the newest m_write; 0: it is done
    Then m_then;                 ///< what waits for it
    LatestTask<ProjectController> m_write{this, "save project"};
};

} // namespace canto::app
