// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/project/project_controller.h"

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

QString ProjectController::filter() { return tr("Cantograph project (*.canto)"); }

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
    if (m_autosave.restoring() || m_comparing) {
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
        m_comparing = false;
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
        blank.interpolationGeometry = now.interpolationGeometry;
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
    QString path = chooseNewFile(&m_workspace.window(), "project", tr("Save project"),
                                 now.empty() ? tr("Untitled") + QLatin1String(kProjectEnding)
                                             : text(now.filename()),
                                 filter(), now.empty() ? QString() : text(now.parent_path()));
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

} // namespace canto::app
