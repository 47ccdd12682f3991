// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/autosave.h"

#include "app/workspace/action_table.h"
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

std::unique_ptr<QLockFile> lockOf(const std::filesystem::path& file) {
    auto lock = std::make_unique<QLockFile>(text(file) + QStringLiteral(".lock"));
    lock->setStaleLockTime(0); // however long it lives, only a dead owner loses it
    return lock;
}

} // namespace

Autosave::Autosave(Workspace& workspace, std::filesystem::path folder)
    : m_workspace(workspace), m_folder(std::move(folder)) {
    connect(&workspace, &Workspace::mapsReady, this, &Autosave::apply);
    connect(&workspace, &Workspace::modelChanged, this, &Autosave::onModelShown);
    connect(&workspace, &Workspace::restoreWanted, this,
            qOverload<const SessionState&>(&Autosave::restore));
    connect(&workspace, &Workspace::spaceChanged, this, &Autosave::advance);
    connect(&workspace, &Workspace::noticeDismissed, this, &Autosave::onDismissed);
    connect(&workspace, &Workspace::libraryFailed, this, &Autosave::giveUp);
    connect(&workspace.spaces(), &SpaceSwitch::failed, this, &Autosave::giveUp);
    if (m_folder.empty()) {
        return;
    }
    std::error_code error;
    std::filesystem::create_directories(m_folder, error);
    m_file = m_folder / (QUuid::createUuid().toString(QUuid::Id128).toStdString() + kEnding);
    m_lock = lockOf(m_file);
    if (!m_lock->tryLock(0)) {
        m_folder.clear(); // a folder that cannot be written keeps nothing
        return;
    }
    m_delay.setSingleShot(true);
    m_delay.setInterval(kDelayMs);
    connect(&m_delay, &QTimer::timeout, this, &Autosave::save);
    const widgets::LatentMap* map = &workspace.map();
    connect(&workspace, &Workspace::libraryChanged, this, &Autosave::touch);
    connect(&workspace.maps(), &MapController::mapShown, this, &Autosave::touch);
    connect(&workspace.player(), &Player::currentItemChanged, this, &Autosave::touch);
    connect(map, &widgets::LatentMap::selectionChanged, this, &Autosave::touch);
    connect(map, &widgets::LatentMap::pathChanged, this, &Autosave::touch);
    connect(map, &widgets::LatentMap::pathCleared, this, &Autosave::touch);
    connect(&workspace, &Workspace::spaceChanged, this, &Autosave::touch);
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
    if (!m_delay.isActive()) {
        m_delay.start();
    }
}

void Autosave::save() {
    if (m_coming) {
        return; // what is being brought back is not written over by what stands there meanwhile
    }
    SessionState now = m_workspace.state();
    for (std::size_t i = 0; i < m_workspace.spaces().spaces().size(); ++i) {
        const SessionState& other = m_workspace.spaces().kept(i).state;
        if (i != m_workspace.spaces().index() && !other.atlas.empty()) {
            now.others.push_back(other);
        }
    }
    std::string json = toJson(now);
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

void Autosave::addActions(ActionTable& table) {
    table.add(MenuId::File, 2, tr("Restore &previous session"), {}, [this] { restore(); });
}

void Autosave::offerLost() {
    m_find.start([this, folder = m_folder, own = m_file](const auto& run) {
        run.deliver([this, lost = findLost(folder, own)] {
            m_lost = lost;
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
        std::ifstream file(entry.path(), std::ios::binary);
        std::stringstream json;
        json << file.rdbuf();
        const auto state = sessionFromJson(json.str());
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
    const std::filesystem::path atlas(lost.state.atlas);
    m_offered = tr("Cantograph did not shut down properly while %1 was open (%2)")
                    .arg(text(atlas.filename()), lost.when);
    m_workspace.notify(
        {Notice::Kind::Warning, m_offered,
         m_lost.size() > 1
             ? tr("%Ln session(s) can be restored; close this message to discard this one", nullptr,
                  int(m_lost.size()))
             : tr("Its map, path, selection, phrase and sliders are kept"),
         tr("Restore"), [this] { restore(); }});
}

void Autosave::restore() {
    if (m_lost.empty()) {
        m_workspace.warn(tr("No session was lost"));
        return;
    }
    m_chosen = m_lost.front();
    m_lost.clear(); // the others are offered at the next start
    restore(m_chosen->state);
}

void Autosave::giveUp() {
    if (m_coming) {
        m_coming.reset();
        m_chosen.reset();
        touch(); // what is shown instead is kept like anything else
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
        if (!m_lost.empty()) {
            forget(m_lost.front().file);
            m_lost.erase(m_lost.begin());
            offerNext();
        }
    });
}

void Autosave::restore(const SessionState& state) {
    SpaceSwitch& spaces = m_workspace.spaces();
    for (const SessionState& other : state.others) {
        for (std::size_t i = 0; i < spaces.spaces().size(); ++i) {
            if (spaces.spaces()[i].id == other.space) {
                spaces.kept(i).state = other; // brought back when the space is shown
                openLater(i, other);
            }
        }
    }
    for (std::size_t i = 0; i < spaces.spaces().size(); ++i) {
        if (i != spaces.index() && spaces.spaces()[i].id == state.space) {
            openLater(i, state);
        }
    }
    m_coming = state;
    if (!state.space.empty() && state.space != spaces.current().id && spaces.go(state.space)) {
        return; // spaceShown comes, or the space's failure
    }
    advance();
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
    const LibraryPtr& library = m_workspace.library();
    if (!library || std::filesystem::absolute(library->path) != m_coming->atlas) {
        m_workspace.openLibrary(m_coming->atlas, true); // mapsReady comes
    } else {
        apply();
    }
}

void Autosave::apply() {
    const LibraryPtr& library = m_workspace.library();
    if (!m_coming || !library || !m_workspace.maps().projection() ||
        std::filesystem::absolute(library->path) != m_coming->atlas ||
        (!m_coming->modelVersion.empty() && !m_workspace.model())) {
        return;
    }
    const SessionState state = *std::exchange(m_coming, std::nullopt);
    if (const auto chosen = std::exchange(m_chosen, std::nullopt)) {
        forget(chosen->file);
    }
    m_workspace.restore(state);
    touch();
    Q_EMIT restored();
}

} // namespace canto::app
