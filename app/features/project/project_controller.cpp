// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/project/project_controller.h"

#include "app/library/originals.h"
#include "app/workspace/action_table.h"
#include "app/workspace/file_dialogs.h"
#include "app/workspace/project_file.h"
#include "app/workspace/qt_text.h"

#include <QFileInfo>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <algorithm>

namespace canto::app {

namespace fs = std::filesystem;

namespace {

constexpr int kCompareAfterMs = 100;
const auto kRestoreKey = QStringLiteral("project/restoreAtStart");

QString projectFilter() { return ProjectController::tr("Cantograph project (*.canto)"); }

/// The part of a session that belongs to a space.
template <class State>
State& spaceOf(State& state, const std::string& space) {
    const auto other = std::find_if(state.others.begin(), state.others.end(),
                                    [&](const SessionState& one) { return one.space == space; });
    return other != state.others.end() ? *other : state;
}

} // namespace

ProjectController::ProjectController(Workspace& workspace, Autosave& autosave, fs::path first)
    : m_workspace(workspace), m_autosave(autosave), m_first(std::move(first)),
      m_recent(workspace.settings()) {
    m_later.setSingleShot(true);
    m_later.setInterval(kCompareAfterMs);
    connect(&m_later, &QTimer::timeout, this, &ProjectController::refresh);
    connect(&autosave, &Autosave::touched, this, [this] {
        if (!m_later.isActive()) {
            m_later.start();
        }
    });
    connect(&autosave, &Autosave::opened, this, &ProjectController::onOpened);
    connect(&autosave, &Autosave::openFailed, this, &ProjectController::onOpenFailed);
    connect(&autosave, &Autosave::lostFound, this, &ProjectController::onLostFound);
    connect(&m_recent, &RecentProjects::chosen, this,
            [this](const QString& file) { openProject(file.toStdString()); });
    autosave.setGuard([this](Then go) { whenSaved(std::move(go)); });
}

ProjectController::~ProjectController() { m_autosave.setGuard({}); }

bool ProjectController::isProject(const QString& path) {
    return path.endsWith(QLatin1String(kProjectEnding), Qt::CaseInsensitive);
}

Feature::Takes ProjectController::takes(const QString& path) const {
    return isProject(path) ? Takes::Best : Takes::No;
}

QString ProjectController::name() const {
    const fs::path& file = m_workspace.document().file;
    return file.empty() ? tr("Untitled") : text(file.filename());
}

void ProjectController::addActions(ActionTable& table) {
    constexpr int kTop = -1; // above what concerns libraries
    table.add(MenuId::File, kTop, tr("&New"), QKeySequence(tr("Ctrl+N")), [this] { newProject(); });
    table.add(MenuId::File, kTop, tr("&Open..."), QKeySequence(tr("Ctrl+O")),
              [this] { chooseProject(); });
    m_recent.attach(*table.addMenu(MenuId::File, kTop, tr("Open recen&t")));
    table.add(MenuId::File, kTop, tr("&Save"), QKeySequence(tr("Ctrl+S")), [this] { save(); });
    table.add(MenuId::File, kTop, tr("Sa&ve as..."), QKeySequence(tr("Ctrl+Shift+S")),
              [this] { saveAs(); });
    table.addSwitch(MenuId::Settings, 2, tr("&Restore last session at start"), {},
                    restoresAtStart(),
                    [this](bool on) { m_workspace.settings().setValue(kRestoreKey, on); });
}

bool ProjectController::restoresAtStart() const {
    return m_workspace.settings().value(kRestoreKey, true).toBool();
}

void ProjectController::start() {
    if (!m_first.empty()) {
        read(m_first);
    }
}

void ProjectController::onLostFound() {
    m_looked = true;
    // A session that was lost is newer than the last one that ended well: it is offered alone.
    if (m_first.empty() && !m_workspace.startAsked() && restoresAtStart() &&
        m_autosave.lost() == 0) {
        m_autosave.restoreLast();
    }
}

// ---- changes ----

bool ProjectController::changed() const {
    if (m_autosave.restoring() || m_compare.busy()) {
        return m_workspace.document().changed;
    }
    return !sameWork(m_autosave.all(), m_saved);
}

void ProjectController::refresh() {
    m_workspace.setDocument({m_workspace.document().file, changed()});
}

void ProjectController::whenSaved(Then then) {
    if (changed()) {
        ask(std::move(then));
    } else {
        then();
    }
}

void ProjectController::ask(Then then) {
    const auto id = QStringLiteral("saveQuestion");
    if (m_workspace.window().findChild<QMessageBox*>(id) != nullptr) {
        return; // it is asked already
    }
    auto* question = new QMessageBox(QMessageBox::Question, tr("Save changes?"),
                                     tr("Save the changes to %1?").arg(name()),
                                     QMessageBox::NoButton, &m_workspace.window());
    question->setObjectName(id);
    question->setAttribute(Qt::WA_DeleteOnClose);
    question->setInformativeText(tr("Paths, selections, interpolations, transfers and edited "
                                    "phrases that are not saved are lost."));
    const auto add = [question](const char* button, const QString& label,
                                QMessageBox::ButtonRole role) {
        QPushButton* made = question->addButton(label, role);
        made->setObjectName(QLatin1String(button));
        return made;
    };
    auto* keep = add("saveChanges", tr("&Save"), QMessageBox::AcceptRole);
    auto* drop = add("discardChanges", tr("&Discard"), QMessageBox::DestructiveRole);
    auto* stay = add("keepOpen", tr("&Cancel"), QMessageBox::RejectRole);
    question->setDefaultButton(keep);
    question->setEscapeButton(stay);
    connect(question, &QMessageBox::buttonClicked, this,
            [this, question, keep, drop, then = std::move(then)](QAbstractButton* button) {
                question->setObjectName({}); // it goes later: another may be asked meanwhile
                if (button == keep) {
                    saveThen(then);
                } else if (button == drop) {
                    then();
                }
            });
    question->open();
}

bool ProjectController::mayClose() {
    const SessionState now = m_autosave.all();
    if (m_discarded && sameWork(now, *m_discarded)) {
        return true; // another question came after this one
    }
    if (m_writing != 0) { // closes when the file is there
        m_then = [this] { m_workspace.window().close(); };
        return false;
    }
    // Without a folder for sessions nothing is meant to be kept, nor asked for.
    const bool named = !m_workspace.document().file.empty();
    const bool lost = named || (m_autosave.keeps() && !restoresAtStart());
    if (!lost || !changed()) {
        return true;
    }
    ask([this] {
        m_discarded = m_autosave.all();
        m_workspace.window().close();
    });
    return false;
}

void ProjectController::closing() {
    SessionState now = m_autosave.all();
    if (!m_looked || m_autosave.restoring()) {
        return; // the last session was not brought back yet: it stays
    }
    const bool discarded = m_discarded && sameWork(now, *m_discarded) && changed();
    if (!discarded && (now.atlas.empty() || (m_autosave.last() && sameWork(now, {})))) {
        return; // nothing was done that would be worth more
    }
    std::optional<SessionState> kept = discarded ? m_saved : std::move(now);
    if (kept->atlas.empty()) {
        kept.reset();
    } else {
        kept->project = m_workspace.document().file.string();
    }
    if (const auto done = m_autosave.keepLast(kept); !done) {
        report(done.error());
    }
}

// ---- new, save ----

void ProjectController::newProject() {
    whenSaved([this] {
        m_read.cancel();
        m_compare.cancel();
        clear();
        m_saved = {};
        m_partial = false;
        m_workspace.setDocument({});
        refresh();
    });
}

/// What was made in all spaces goes; libraries, maps and colours stay.
void ProjectController::clear() {
    SpaceSwitch& spaces = m_workspace.spaces();
    for (std::size_t i = 0; i < spaces.spaces().size(); ++i) {
        SpaceSwitch::Kept& kept = spaces.kept(i);
        kept.state = {};
        kept.parts.clear();
        kept.item = {};
    }
    m_workspace.player().present({});
    const SessionState now = m_workspace.state();
    if (!now.atlas.empty()) {
        SessionState blank;
        blank.space = now.space;
        blank.atlas = now.atlas;
        blank.modelVersion = now.modelVersion;
        blank.map = now.map;
        blank.column = now.column;
        blank.pathSteps = now.pathSteps;
        blank.pathGeometry = now.pathGeometry;
        blank.pathOriginalEnds = now.pathOriginalEnds;
        blank.interpolationPoints = now.interpolationPoints;
        m_workspace.restore(blank);
    }
    for (std::size_t i = 0; i < spaces.spaces().size(); ++i) {
        spaces.kept(i).undo->clear();
    }
}

void ProjectController::save() { saveThen({}); }

void ProjectController::saveAs() { saveAsThen({}); }

void ProjectController::saveThen(Then then) {
    if (m_workspace.document().file.empty() || m_partial) {
        saveAsThen(std::move(then));
    } else {
        write(m_workspace.document().file, std::move(then));
    }
}

void ProjectController::saveAsThen(Then then) {
    const fs::path& now = m_workspace.document().file;
    QString path = chooseNewFile(
        &m_workspace.window(), "project", tr("Save project"),
        now.empty() ? tr("Untitled") + QLatin1String(kProjectEnding) : text(now.filename()),
        projectFilter(), now.empty() ? QString() : text(now.parent_path()));
    if (path.isEmpty()) {
        return;
    }
    if (!isProject(path)) {
        path += QLatin1String(kProjectEnding);
        if (QFileInfo::exists(path)) { // the dialog asked about another name
            m_workspace.warn(tr("%1 is there already").arg(QFileInfo(path).fileName()),
                             tr("Save again and choose that file, or a new name."));
            Q_EMIT failed();
            return;
        }
    }
    write(path.toStdString(), std::move(then));
}

void ProjectController::write(const fs::path& file, Then then) {
    if (m_autosave.restoring()) {
        m_workspace.warn(tr("The project is still being opened"), tr("Save again in a moment."));
        Q_EMIT failed();
        return;
    }
    SessionState state = m_autosave.all();
    m_then = std::move(then);
    m_writing = m_write.start([state = std::move(state), file](const auto& run) {
        run.deliverAlways(&ProjectController::onWritten, run.generation(), state, file,
                          saveProject(state, file));
    });
}

void ProjectController::onWritten(std::uint64_t write, const SessionState& state,
                                  const fs::path& file, const Result<void>& done) {
    const bool newest = write == m_writing;
    m_writing = newest ? 0 : m_writing;
    const Then then = newest ? std::exchange(m_then, {}) : Then();
    if (!done) {
        report(done.error());
        return;
    }
    m_saved = state;
    m_partial = false;
    m_workspace.setDocument({file, changed()});
    m_recent.add(file);
    Q_EMIT saved();
    if (then) {
        then();
    }
}

void ProjectController::report(const Error& error) {
    m_workspace.notify({Notice::Kind::Error, text(error.message())});
    Q_EMIT failed();
}

// ---- open ----

void ProjectController::chooseProject() {
    const QString path =
        chooseFile(&m_workspace.window(), "project", tr("Open project"), projectFilter());
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
    m_partial = false;
    m_discarded.reset();
    m_compare.cancel();
    m_workspace.setDocument({state.project, false});
    if (!found) { // a session: what it was saved as is in its file
        m_saved = {};
        if (!state.project.empty()) {
            readSaved(state.project);
        }
    } else {
        m_saved = m_autosave.all();
        m_partial = !sameWork(m_saved, found->state);
        m_recent.add(state.project);
        const auto& model = m_workspace.model();
        if (!state.modelVersion.empty() &&
            (!model || model->info().version != state.modelVersion)) {
            m_workspace.warn(
                tr("%1 was saved with another model").arg(name()),
                tr("Its edited phrase, interpolation and transfers are not shown. Open that model "
                   "and then the project again; Save asks for another file until then."));
        }
        checkFiles(found->state);
        for (const std::string& space : found->missing) {
            offerLibrary(*found, space);
        }
    }
    refresh();
    Q_EMIT opened();
}

void ProjectController::readSaved(const fs::path& file) {
    m_compare.start([file, known = knownLibraries()](const auto& run) {
        run.deliverResult(
            find(file, known),
            [](ProjectController& to, const Found& found) {
                to.m_saved = found.state;
                to.m_later.start();
            },
            [](ProjectController& to, const Error& error) {
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
