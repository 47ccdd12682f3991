// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/autosave.h"

#include "app/workspace/action_table.h"
#include "app/workspace/project_file.h"
#include "app/workspace/qt_text.h"
#include "core/base/atomic_file.h"
#include "widgets/map/latent_map.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QFile>
#include <QFileInfo>
#include <QLocale>
#include <QUuid>
#include <algorithm>
#include <fstream>
#include <sstream>

namespace canto::app {
namespace {

constexpr int kDelayMs = 2000;
constexpr auto kEnding = ".session";
constexpr auto kLastName = "last.canto";

std::filesystem::path newSession(const std::filesystem::path& folder) {
    return folder / (QUuid::createUuid().toString(QUuid::Id128).toStdString() + kEnding);
}

std::string bytesOf(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

std::unique_ptr<QLockFile> lockOf(const std::filesystem::path& file) {
    auto lock = std::make_unique<QLockFile>(text(file) + QStringLiteral(".lock"));
    lock->setStaleLockTime(0); // however long it lives, only a dead owner loses it
    return lock;
}

} // namespace

Autosave::Autosave(Workspace& workspace, std::filesystem::path folder)
    : m_workspace(workspace), m_folder(std::move(folder)) {
    connect(&workspace, &Workspace::mapsReady, this, [this] {
        if (m_coming && !m_workspace.spaces().coming() && !m_workspace.opening() &&
            m_workspace.library() &&
            std::filesystem::absolute(m_workspace.library()->path) != m_coming->atlas) {
            giveUp(); // another library took the place of one that cannot be opened
        }
        apply();
    });
    connect(&workspace, &Workspace::modelChanged, this, &Autosave::onModelShown);
    connect(&workspace, &Workspace::restoreWanted, this, &Autosave::bringBack);
    connect(&workspace, &Workspace::spaceChanged, this, &Autosave::advance);
    connect(&workspace, &Workspace::noticeDismissed, this, &Autosave::onDismissed);
    connect(&workspace, &Workspace::libraryFailed, this, &Autosave::giveUp);
    connect(&workspace.spaces(), &SpaceSwitch::failed, this, &Autosave::giveUp);
    const widgets::LatentMap* map = &workspace.map();
    connect(&workspace, &Workspace::libraryChanged, this, &Autosave::touch);
    connect(&workspace.maps(), &MapController::mapShown, this, &Autosave::touch);
    connect(&workspace.maps(), &MapController::columnShown, this, &Autosave::touch);
    connect(&workspace.player(), &Player::currentItemChanged, this, &Autosave::touch);
    connect(map, &widgets::LatentMap::selectionChanged, this, &Autosave::touch);
    connect(map, &widgets::LatentMap::classVisibilityChanged, this, &Autosave::touch);
    connect(map, &widgets::LatentMap::viewChanged, this, &Autosave::touch);
    connect(map, &widgets::LatentMap::pathChanged, this, &Autosave::touch);
    connect(map, &widgets::LatentMap::pathCleared, this, &Autosave::touch);
    connect(&workspace, &Workspace::spaceChanged, this, &Autosave::touch);
    connect(&workspace, &Workspace::documentChanged, this, &Autosave::touch);
    if (m_folder.empty()) {
        return;
    }
    std::error_code error;
    std::filesystem::create_directories(m_folder, error);
    m_file = newSession(m_folder);
    m_lock = lockOf(m_file);
    if (!m_lock->tryLock(0)) {
        m_folder.clear(); // a folder that cannot be written keeps nothing
        return;
    }
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &Autosave::save);
}

Autosave::~Autosave() {
    if (!m_folder.empty()) {
        m_write.reset(); // a file that is being written is there before it is taken away
        forget(m_file);
    }
}

void Autosave::forget(const std::filesystem::path& file) {
    std::error_code gone;
    std::filesystem::remove(file, gone);
}

void Autosave::touch() {
    if (keeps() && !m_delay.isActive()) {
        m_delay.start();
    }
    Q_EMIT touched();
}

SessionState Autosave::all() const {
    SessionState now = m_workspace.state();
    now.project = m_workspace.document().file.string();
    for (std::size_t i = 0; i < m_workspace.spaces().spaces().size(); ++i) {
        const SessionState& other = m_workspace.spaces().kept(i).state;
        if (i != m_workspace.spaces().index() && !other.atlas.empty()) {
            now.others.push_back(other);
        }
    }
    return now;
}

void Autosave::save() {
    if (m_coming) {
        return; // what is being brought back is not written over by what stands there meanwhile
    }
    std::string json = toJson(all());
    if (json == m_written) {
        return;
    }
    m_written = json;
    m_write->start([this, file = m_file, json = std::move(json)](const auto& run) {
        const bool done = writeFileAtomically(file, json).has_value();
        run.deliverAlways([this, done] {
            if (done) {
                Q_EMIT saved();
            } else {
                m_written.clear(); // tried again with the next change
            }
        });
    });
}

Result<void> Autosave::keepLast(const std::optional<SessionState>& state) {
    if (!keeps()) {
        return {};
    }
    if (!state) {
        forget(m_folder / kLastName);
        return {};
    }
    return writeFileAtomically(m_folder / kLastName, projectText(*state));
}

void Autosave::addActions(ActionTable& table) {
    table.add(MenuId::File, 2, tr("Restore &previous session"), {}, [this] { restore(); });
}

void Autosave::offerLost() {
    m_find.start([this, folder = m_folder, own = m_file](const auto& run) {
        const auto last = folder.empty() ? std::string() : bytesOf(folder / kLastName);
        const auto state = projectFromText(last, kLastName);
        run.deliver([this, lost = findLost(folder, own),
                     last = state ? std::optional(*state) : std::nullopt] {
            m_lost = lost;
            m_last = last;
            offerNext();
            Q_EMIT lostFound();
        });
    });
}

/// The newest first. Thread: any.
std::vector<Autosave::Lost> Autosave::findLost(const std::filesystem::path& folder,
                                               const std::filesystem::path& own) {
    std::vector<Lost> all;
    std::error_code error;
    if (folder.empty()) {
        return all;
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
        if (entry.path().extension() != kEnding || entry.path() == own) {
            continue;
        }
        std::shared_ptr<QLockFile> lock = lockOf(entry.path());
        if (!lock->tryLock(0)) {
            continue; // that run lives
        }
        const auto state = sessionFromJson(bytesOf(entry.path()));
        if (!state || state->atlas.empty()) {
            std::filesystem::remove(entry.path(), error);
            continue;
        }
        const QDateTime when = QFileInfo(text(entry.path())).lastModified();
        all.push_back({entry.path(), *state, QLocale().toString(when, QLocale::ShortFormat),
                       std::move(lock)});
    }
    std::sort(all.begin(), all.end(), [](const Lost& a, const Lost& b) {
        std::error_code ignored;
        return std::filesystem::last_write_time(a.file, ignored) >
               std::filesystem::last_write_time(b.file, ignored);
    });
    return all;
}

void Autosave::offerNext() {
    if (m_lost.empty()) {
        return;
    }
    const Lost& lost = m_lost.front();
    const std::filesystem::path open(lost.state.project.empty() ? lost.state.atlas
                                                                : lost.state.project);
    m_offered = tr("Cantograph did not shut down properly while %1 was open (%2)")
                    .arg(text(open.filename()), lost.when);
    m_workspace.notify(
        {Notice::Kind::Warning, m_offered,
         m_lost.size() > 1
             ? tr("%Ln session(s) can be restored; close this message to discard this one", nullptr,
                  int(m_lost.size()))
         : lost.state.project.empty() ? tr("Its map, path, selection, phrase and sliders are kept")
                                      : tr("Changes that were not saved are kept, too"),
         tr("Restore"), [this] { restore(); }});
}

void Autosave::restore() {
    m_wanted = !m_lost.empty();
    if (m_lost.empty() && !m_last) {
        m_workspace.warn(tr("No session was lost"));
    } else if (m_guard) {
        m_guard([this] { goAhead(); });
    } else {
        goAhead();
    }
}

void Autosave::goAhead() {
    m_wanted = false;
    if (!m_lost.empty()) {
        m_chosen = m_lost.front();
        m_lost.clear(); // the others are offered at the next start
        restore(SessionState(m_chosen->state));
    } else {
        restoreLast();
    }
}

void Autosave::restoreLast() {
    if (m_last) {
        m_ofLast = true;
        restore(SessionState(*m_last));
    }
}

void Autosave::giveUp() {
    if (m_coming) {
        m_coming.reset();
        m_chosen.reset();
        if (std::exchange(m_ofLast, false) && m_last && keeps()) {
            // Offered at the next start, when its library may be there: this run's end writes over
            // the last session.
            const auto done = writeFileAtomically(newSession(m_folder), toJson(*m_last));
            if (!done) {
                m_workspace.warn(text(done.error().message()));
            }
            m_last.reset();
        }
        touch(); // what is shown instead is kept like anything else
        if (std::exchange(m_whole, false)) {
            Q_EMIT openFailed();
        }
    }
}

void Autosave::onModelShown(bool there) {
    if (!there && m_coming) {
        m_coming->modelVersion.clear(); // maps and selection come back without it
    }
    apply();
}

void Autosave::onDismissed(const QString& text) {
    if (m_lost.empty() || text != m_offered) {
        return;
    }
    // The button closes the line too, before it does what it is for.
    QTimer::singleShot(0, this, [this] {
        if (!std::exchange(m_wanted, false) && !m_lost.empty()) {
            forget(m_lost.front().file);
            m_lost.erase(m_lost.begin());
            offerNext();
        }
    });
}

void Autosave::restore(const SessionState& state) {
    SpaceSwitch& spaces = m_workspace.spaces();
    m_coming = state;
    m_whole = true;
    for (std::size_t i = 0; i < spaces.spaces().size(); ++i) {
        if (i != spaces.index() && spaces.spaces()[i].id == state.space) {
            openLater(i, state);
        }
    }
    if (!state.space.empty() && state.space != spaces.current().id && spaces.go(state.space)) {
        return; // spaceShown comes, or the space's failure
    }
    advance();
}

void Autosave::bringBack(const SessionState& state) {
    if (m_whole && reachable()) {
        return; // what comes takes the place of this
    }
    giveUp();
    m_coming = state;
    advance();
}

bool Autosave::reachable() const {
    const SpaceSwitch& spaces = m_workspace.spaces();
    return m_coming &&
           (spaces.coming() || m_coming->space.empty() || m_coming->space == spaces.current().id);
}

/// The other spaces of a session: all that was done in them before goes.
void Autosave::openOthers(const SessionState& state) {
    SpaceSwitch& spaces = m_workspace.spaces();
    for (std::size_t i = 0; i < spaces.spaces().size(); ++i) {
        SpaceSwitch::Kept& kept = spaces.kept(i);
        kept.undo->clear();
        if (i == spaces.index()) {
            continue;
        }
        const auto other =
            std::find_if(state.others.begin(), state.others.end(), [&](const SessionState& one) {
                return one.space == spaces.spaces()[i].id;
            });
        kept.state = other != state.others.end() ? *other : SessionState();
        kept.parts.clear();
        kept.item = {};
        kept.box = {};
        openLater(i, kept.state); // brought back when the space is shown
    }
}

/// Rows of another library than the one that is shown mean other phrases.
void Autosave::checkPhrases(SessionState& state) {
    const Library& library = *m_workspace.library();
    const std::size_t phrases = state.atlasPhrases;
    if (state.atlasDigest.empty() ||
        (library.points.count() >= phrases &&
         state.atlasDigest == (phrases == library.points.count()
                                   ? library.digest
                                   : libraryDigest(library.points, phrases)))) {
        return;
    }
    const bool rows = !state.selection.empty() || !state.pathRows.empty();
    state.selection.clear();
    state.pathRows.clear();
    state.row = -1;
    for (Parent& parent : state.spec.parents) {
        parent.row = -1;
    }
    for (TransferSpec& result : state.results) {
        for (Parent& parent : result.parents) {
            parent.row = -1;
        }
    }
    if (rows) {
        m_workspace.warn(
            tr("%1 has other music than when this was saved").arg(text(library.path.filename())),
            tr("The selection is not restored. To get it back, open the library that "
               "it was made in."));
    }
}

void Autosave::openLater(std::size_t space, const SessionState& state) {
    if (!state.atlas.empty()) {
        m_workspace.spaces().kept(space).library = state.atlas;
    }
}

void Autosave::advance() {
    if (!m_coming) {
        return;
    }
    if (!reachable()) {
        giveUp(); // the user went elsewhere meanwhile
        return;
    }
    const LibraryPtr& library = m_workspace.library();
    if (!library || std::filesystem::absolute(library->path) != m_coming->atlas) {
        m_workspace.openLibrary(m_coming->atlas, true); // mapsReady comes
    } else {
        apply();
    }
}

void Autosave::apply() {
    const LibraryPtr& library = m_workspace.library();
    const std::string& shown = m_workspace.spaces().current().id;
    if (!m_coming || (!m_coming->space.empty() && m_coming->space != shown) || !library ||
        !m_workspace.maps().projection() ||
        std::filesystem::absolute(library->path) != m_coming->atlas ||
        (!m_coming->modelVersion.empty() && !m_workspace.model())) {
        return;
    }
    SessionState state = *std::exchange(m_coming, std::nullopt);
    const bool whole = std::exchange(m_whole, false);
    if (const auto chosen = std::exchange(m_chosen, std::nullopt)) {
        forget(chosen->file);
    }
    checkPhrases(state);
    m_workspace.restore(state);
    if (whole) {
        m_last.reset();
        m_ofLast = false;
        openOthers(state);
        Q_EMIT opened(state);
    }
    touch();
    Q_EMIT restored();
}

} // namespace canto::app
