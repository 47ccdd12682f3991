// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/shell/autosave.h"

#include "app/features/explore/explore.h"
#include "app/features/path/path_controller.h"
#include "app/features/transfer/transfer_controller.h"
#include "app/shell/main_window.h"
#include "app/shell/space_switch.h"
#include "app/workspace/qt_text.h"
#include "core/base/atomic_file.h"
#include "widgets/common/message_bar.h"
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

Autosave::Autosave(MainWindow& window, std::filesystem::path folder, QObject* parent)
    : QObject(parent), m_window(window), m_folder(std::move(folder)), m_gui(this) {
    connect(&window, &MainWindow::mapsReady, this, &Autosave::apply);
    connect(&window, &MainWindow::modelShown, this, &Autosave::onModelShown);
    connect(&window, &MainWindow::spaceShown, this, &Autosave::advance);
    connect(&window, &MainWindow::libraryNotShown, this, &Autosave::giveUp);
    connect(&window.spaces(), &SpaceSwitch::failed, this, &Autosave::giveUp);
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
    widgets::LatentMap* map = window.map();
    connect(&window, &MainWindow::libraryShown, this, &Autosave::touch);
    connect(&window.mapController(), &MapController::mapShown, this, &Autosave::touch);
    connect(&window.player(), &Player::currentItemChanged, this, &Autosave::touch);
    connect(map, &widgets::LatentMap::selectionChanged, this, &Autosave::touch);
    connect(map, &widgets::LatentMap::pathChanged, this, &Autosave::touch);
    connect(map, &widgets::LatentMap::pathCleared, this, &Autosave::touch);
    connect(&window.pathController(), &PathController::stepsChanged, this, &Autosave::touch);
    connect(&window.explore().shapes(), &ShapeController::shapeChanged, this, &Autosave::touch);
    connect(&window.explore().interpolation(), &InterpolateGesture::endsChanged, this,
            &Autosave::touch);
    connect(&window.explore(), &Explore::priorChanged, this, &Autosave::touch);
    connect(&window.transfer(), &TransferController::specChanged, this, &Autosave::touch);
    connect(window.messages(), &widgets::MessageBar::dismissed, this, &Autosave::onDismissed);
    connect(&window, &MainWindow::spaceShown, this, &Autosave::touch);
}

Autosave::~Autosave() {
    m_gui.close();
    if (!m_folder.empty()) {
        m_thread.reset(); // a file that is being written is there before it is taken away
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

SessionState Autosave::state() const {
    SessionState state;
    MapController& maps = m_window.mapController();
    if (!maps.library()) {
        return state;
    }
    const SpaceSwitch& spaces = m_window.spaces();
    state.space = spaces.current().id;
    state.atlas = std::filesystem::absolute(maps.library()->path).string();
    if (m_window.modelLoaded()) {
        state.modelVersion = m_window.inference().model()->info().version;
    }
    state.map = maps.maps()[maps.shownMap()].name.toStdString();
    state.column = maps.column();
    for (const QPointF& anchor : m_window.map()->path()) {
        state.path.emplace_back(anchor.x(), anchor.y());
    }
    state.pathSteps = m_window.pathController().steps();
    state.selection = m_window.map()->selection();
    state.row = m_window.player().currentItem().row;
    state.shape = m_window.explore().shapes().shape();
    const InterpolateGesture& between = m_window.explore().interpolation();
    for (const auto& end : {between.first(), between.second()}) {
        if (end) {
            state.ends.push_back({end->latent, end->name.toStdString(), end->bpm});
        }
    }
    state.prior = m_window.explore().priorShown();
    state.spec = m_window.transfer().spec();
    return state;
}

void Autosave::save() {
    if (m_coming) {
        return; // what is being brought back is not written over by what stands there meanwhile
    }
    SessionState now = state();
    for (std::size_t i = 0; i < m_window.spaces().spaces().size(); ++i) {
        const SessionState& other = m_window.spaces().kept(i).state;
        if (i != m_window.spaces().index() && !other.atlas.empty()) {
            now.others.push_back(other);
        }
    }
    std::string json = toJson(now);
    if (json == m_written) {
        return;
    }
    m_written = json;
    m_thread->replace(
        [this, gui = m_gui, file = m_file, json = std::move(json)](const JobContext&) {
            const bool done = writeFileAtomically(file, json).has_value();
            gui.post([this, done] {
                if (done) {
                    Q_EMIT saved();
                } else {
                    m_written.clear(); // tried again with the next change
                }
            });
        });
}

void Autosave::offerLost() {
    std::error_code error;
    if (m_folder.empty()) {
        return;
    }
    for (const auto& entry : std::filesystem::directory_iterator(m_folder, error)) {
        if (entry.path().extension() != kEnding || entry.path() == m_file) {
            continue;
        }
        auto lock = lockOf(entry.path());
        if (!lock->tryLock(0)) {
            continue; // that run lives
        }
        std::ifstream file(entry.path(), std::ios::binary);
        std::stringstream json;
        json << file.rdbuf();
        const auto state = sessionFromJson(json.str());
        if (!state || state->atlas.empty()) {
            forget(entry.path());
            continue;
        }
        const QDateTime when = QFileInfo(text(entry.path())).lastModified();
        m_lost.push_back({entry.path(), *state, QLocale().toString(when, QLocale::ShortFormat),
                          std::move(lock)});
    }
    std::sort(m_lost.begin(), m_lost.end(), [](const Lost& a, const Lost& b) {
        std::error_code ignored;
        return std::filesystem::last_write_time(a.file, ignored) >
               std::filesystem::last_write_time(b.file, ignored);
    });
    offerNext();
}

void Autosave::offerNext() {
    if (m_lost.empty()) {
        return;
    }
    const Lost& lost = m_lost.front();
    const std::filesystem::path atlas(lost.state.atlas);
    m_offered = tr("Cantograph did not shut down properly while %1 was open (%2)")
                    .arg(text(atlas.filename()), lost.when);
    m_window.messages()->show(
        widgets::MessageBar::Kind::Warning, m_offered,
        m_lost.size() > 1
            ? tr("%Ln session(s) can be restored; close this message to discard this one", nullptr,
                 int(m_lost.size()))
            : tr("Its map, path, selection, phrase and sliders are kept"),
        tr("Restore"), [this] { restore(); });
}

void Autosave::restore() {
    if (m_lost.empty()) {
        m_window.report(tr("No session was lost"));
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
    SpaceSwitch& spaces = m_window.spaces();
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
        m_window.spaces().kept(space).library = state.atlas;
    }
}

void Autosave::advance() {
    if (!m_coming) {
        return;
    }
    const LibraryPtr& library = m_window.mapController().library();
    if (!library || std::filesystem::absolute(library->path) != m_coming->atlas) {
        m_window.openAtlas(QString::fromStdString(m_coming->atlas)); // mapsReady comes
    } else {
        apply();
    }
}

void Autosave::apply() {
    MapController& maps = m_window.mapController();
    if (!m_coming || !maps.library() || !maps.projection() ||
        std::filesystem::absolute(maps.library()->path) != m_coming->atlas ||
        (!m_coming->modelVersion.empty() && !m_window.modelLoaded())) {
        return;
    }
    const SessionState state = *std::exchange(m_coming, std::nullopt);
    if (const auto chosen = std::exchange(m_chosen, std::nullopt)) {
        forget(chosen->file);
    }
    for (std::size_t map = 0; map < maps.maps().size(); ++map) {
        if (maps.maps()[map].name.toStdString() == state.map) {
            maps.showMap(map);
        }
    }
    const auto& columns = maps.library()->columns;
    if (std::find(columns.begin(), columns.end(), state.column) != columns.end()) {
        maps.colourBy(state.column);
    }
    m_window.pathController().setSteps(state.pathSteps);
    QVector<QPointF> anchors;
    for (const auto& [x, y] : state.path) {
        anchors.append({x, y});
    }
    if (anchors.size() > 1) {
        m_window.map()->setPath(anchors);
    }
    const std::size_t rows = maps.library()->points.count();
    std::vector<std::uint32_t> selection = state.selection;
    std::erase_if(selection, [rows](std::uint32_t row) { return row >= rows; });
    m_window.map()->setSelection(std::move(selection));
    if (state.row >= 0 && std::size_t(state.row) < rows) {
        m_window.map()->markRow(state.row);
    }
    const bool sameModel = m_window.modelLoaded() &&
                           m_window.inference().model()->info().version == state.modelVersion;
    if (sameModel) {
        m_window.explore().shapes().restore(state.shape, false);
        std::vector<std::optional<InterpolateGesture::End>> ends(2);
        for (std::size_t i = 0; i < std::min<std::size_t>(state.ends.size(), 2); ++i) {
            ends[i] = InterpolateGesture::End{state.ends[i].latent,
                                              QString::fromStdString(state.ends[i].name),
                                              state.ends[i].bpm};
        }
        m_window.explore().interpolation().setEnds(ends[0], ends[1]);
        m_window.explore().showPrior(state.prior);
        m_window.transfer().restore(state.spec, m_window.transfer().results());
    }
    touch();
    Q_EMIT restored();
}

} // namespace canto::app
