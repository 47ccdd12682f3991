// SPDX-License-Identifier: GPL-3.0-or-later
// Opening projects: where their libraries are, and what of them is not on this computer.

#include "app/features/project/project_controller.h"
#include "app/library/originals.h"
#include "app/workspace/file_dialogs.h"
#include "app/workspace/project_file.h"
#include "app/workspace/qt_text.h"

#include <algorithm>

namespace canto::app {

namespace fs = std::filesystem;

namespace {

/// The part of a session that belongs to a space.
template <class State>
State& spaceOf(State& state, const std::string& space) {
    const auto other = std::find_if(state.others.begin(), state.others.end(),
                                    [&](const SessionState& one) { return one.space == space; });
    return other != state.others.end() ? *other : state;
}

} // namespace

void ProjectController::chooseProject() {
    const QString path = chooseFile(&m_workspace.window(), "project", tr("Open project"), filter());
    if (!path.isEmpty()) {
        openProject(path.toStdString());
    }
}

void ProjectController::openProject(const fs::path& file) {
    whenSaved([this, file] { read(file); });
}

ProjectController::Known ProjectController::knownLibraries() const {
    Known known;
    SpaceSwitch& spaces = m_workspace.spaces();
    for (std::size_t i = 0; i < spaces.spaces().size(); ++i) {
        const Space& space = spaces.spaces()[i];
        known[space.id] = {spaces.kept(i).library, space.atlas, m_workspace.libraries().own(space)};
    }
    return known;
}

/// Thread: any.
Result<ProjectController::Found> ProjectController::find(const fs::path& file, const Known& known) {
    CANTO_TRY(state, loadProject(file));
    Found found{std::move(*state), {}};
    const auto place = [&](SessionState& one) {
        const auto at = known.find(one.space);
        const fs::path library =
            findLibrary(one, at != known.end() ? at->second : std::vector<fs::path>());
        if (!library.empty()) {
            one.atlas = library.string();
        } else if (!one.atlas.empty()) {
            found.missing.push_back(one.space);
        }
    };
    place(found.state);
    std::for_each(found.state.others.begin(), found.state.others.end(), place);
    return found;
}

void ProjectController::read(const fs::path& file) {
    m_read.start([file, known = knownLibraries()](const auto& run) {
        run.deliverResult(find(file, known), &ProjectController::onRead,
                          &ProjectController::report);
    });
}

void ProjectController::onRead(const Found& found) {
    const SessionState& state = found.state;
    const auto& spaces = m_workspace.spaces().spaces();
    const auto space = std::find_if(spaces.begin(), spaces.end(), [&](const Space& one) {
        return one.id == state.space || state.atlas.empty();
    });
    if (space == spaces.end() || !space->whyNot.empty()) {
        m_workspace.notify({Notice::Kind::Error,
                            tr("%1 cannot be opened: its space \u201c%2\u201d is not available")
                                .arg(text(fs::path(state.project).filename()), text(state.space)),
                            space == spaces.end()
                                ? tr("Open it with the version of Cantograph that saved it.")
                                : coreText(space->whyNot)});
        Q_EMIT failed();
        return;
    }
    if (state.atlas.empty()) { // saved before any library was open
        clear();
        m_saved = m_autosave.all();
        m_partial = false;
        m_workspace.setDocument({state.project, false});
        m_recent.add(state.project);
        Q_EMIT opened();
        return;
    }
    const auto& missing = found.missing;
    if (std::find(missing.begin(), missing.end(), state.space) != missing.end()) {
        offerLibrary(found, state.space);
        Q_EMIT failed();
        return;
    }
    m_coming = found;
    m_autosave.restore(state);
}

void ProjectController::offerLibrary(const Found& found, const std::string& space) {
    const fs::path project(found.state.project);
    const fs::path library(spaceOf(found.state, space).atlas);
    const bool needed = space == found.state.space;
    m_workspace.notify(
        {Notice::Kind::Warning,
         tr("The library %1 of %2 is not there")
             .arg(text(library.filename()), text(project.filename())),
         needed ? tr("It was %1. The project is opened when you say where it is now.")
                      .arg(text(library))
                : tr("It was %1. The rest of the project is open.").arg(text(library)),
         tr("Locate..."), [this, found, space] {
             const QString path = chooseFile(&m_workspace.window(), "library", tr("Locate library"),
                                             tr("Library (*.atlas);;All files (*)"));
             if (path.isEmpty()) {
                 return;
             }
             Found now = found;
             std::erase(now.missing, space);
             spaceOf(now.state, space).atlas = fs::absolute(path.toStdString()).string();
             whenSaved([this, now] { onRead(now); });
         }});
}

void ProjectController::onOpenFailed() {
    m_coming.reset();
    refresh();
    Q_EMIT failed();
}

void ProjectController::onOpened(const SessionState& state) {
    auto found = std::exchange(m_coming, std::nullopt);
    if (found && found->state.project != state.project) {
        found.reset(); // a session came in between
    }
    m_discarded.reset();
    m_compare.cancel();
    m_comparing = false;
    m_workspace.setDocument({state.project, false});
    const SessionState& wanted = found ? found->state : state;
    const auto& model = m_workspace.model();
    const bool otherModel =
        !wanted.modelVersion.empty() && (!model || model->info().version != wanted.modelVersion);
    if (!found) { // a session: what it was saved as is in its file
        m_saved = {};
        m_partial = otherModel;
        if (!state.project.empty()) {
            readSaved(state.project);
        }
    } else {
        m_saved = m_autosave.all();
        m_partial = !sameWork(m_saved, found->state);
        m_recent.add(state.project);
        checkFiles(found->state);
        for (const std::string& space : found->missing) {
            offerLibrary(*found, space);
        }
    }
    if (otherModel && !sameWork(m_autosave.all(), wanted)) {
        m_workspace.warn(
            tr("%1 was saved with another model").arg(name()),
            tr("Its edited phrase, interpolation and transfers are not shown. Open that model and "
               "then the project again; until then Save asks for another file."));
    }
    refresh();
    Q_EMIT opened();
}

void ProjectController::readSaved(const fs::path& file) {
    m_comparing = true;
    m_compare.start([file, known = knownLibraries()](const auto& run) {
        run.deliverResult(
            find(file, known),
            [](ProjectController& to, const Found& found) {
                to.m_comparing = false;
                to.m_saved = found.state;
                to.m_later.start();
            },
            [](ProjectController& to, const Error& error) {
                to.m_comparing = false;
                to.m_workspace.warn(text(error.message()),
                                    tr("What was open is restored. Save it to write the file "
                                       "again."));
                to.m_later.start();
            });
    });
}

/// Says what else of the project is not on this computer.
void ProjectController::checkFiles(const SessionState& state) {
    m_check.start([library = m_workspace.library(), font = state.soundFont](const auto& run) {
        std::error_code ignored;
        const bool silent = !font.empty() && !fs::exists(font, ignored);
        const auto folders = libraryFolders(library->path);
        int missing = 0;
        for (const atlas::SongRow& song : library->points.songs) {
            if (run.cancelled()) {
                return;
            }
            run.beat();
            // Nobody has the files of songs that come with the program.
            missing += song.split == "mine" && !searchOriginal(song, folders) ? 1 : 0;
        }
        run.deliver([silent, missing, font](ProjectController& to) {
            QStringList lines;
            if (silent) {
                lines += tr("The SoundFont %1: music sounds with the one chosen here (Settings > "
                            "SoundFont).")
                             .arg(text(fs::path(font).filename()));
            }
            if (missing > 0) {
                lines += tr("The original files of %Ln song(s) of your own: File > Locate original "
                            "files... looks for them in a folder.",
                            nullptr, missing);
            }
            if (!lines.isEmpty()) {
                to.m_workspace.notify(
                    {Notice::Kind::Warning,
                     tr("Not everything of %1 is on this computer").arg(to.name()),
                     lines.join(QLatin1Char('\n'))});
            }
        });
    });
}

} // namespace canto::app
