// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/space_switch.h"

#include "app/workspace/qt_text.h"

#include <QAction>
#include <QActionGroup>

namespace canto::app {

SpaceSwitch::SpaceSwitch(std::vector<Space> spaces, std::size_t first, QObject* parent)
    : QObject(parent), m_spaces(std::move(spaces)), m_kept(m_spaces.size()), m_index(first),
      m_actions(new QActionGroup(this)) {
    for (std::size_t i = 0; i < m_spaces.size(); ++i) {
        const Space& space = m_spaces[i];
        auto* action = new QAction(coreText(space.title), m_actions);
        action->setCheckable(true);
        action->setEnabled(space.whyNot.empty());
        const QKeySequence key(QStringLiteral("Ctrl+Alt+%1").arg(i + 1));
        action->setShortcut(key);
        action->setToolTip(
            space.whyNot.empty()
                ? tr("%1 (%2)").arg(coreText(space.about), key.toString(QKeySequence::NativeText))
                : coreText(space.whyNot));
        connect(action, &QAction::triggered, this, [this, i] { go(i); });
    }
    showIndex();
    connect(&m_loader, &LibraryLoader::libraryOpened, this, [this](const LibraryPtr& library) {
        m_library = library;
        arrived();
    });
    connect(&m_loader, &LibraryLoader::modelOpened, this,
            [this](const std::shared_ptr<models::LatentModel>& model) {
                m_model = model;
                arrived();
            });
    connect(&m_loader, &LibraryLoader::mapLoaded, this, [this](const LoadedMap& map) {
        if (m_coming && map.library == m_library) {
            m_maps.push_back(map);
        } else {
            Q_EMIT mapLoaded(map);
        }
    });
    connect(&m_loader, &LibraryLoader::libraryFailed, this, &SpaceSwitch::onLibraryFailed);
    connect(&m_loader, &LibraryLoader::modelFailed, this, [this](const Error& error) {
        giveUp(QString::fromStdString(error.what), QString::fromStdString(error.hint));
    });
}

SpaceSwitch::~SpaceSwitch() = default;

void SpaceSwitch::onLibraryFailed(const QString& path, const Error& error) {
    const bool ships = m_coming && m_spaces[*m_coming].atlas == path.toStdString();
    if (!m_coming || ships || m_spaces[*m_coming].atlas.empty()) {
        giveUp(QString::fromStdString(error.what), QString::fromStdString(error.hint));
        return;
    }
    m_replaced = {path, error};
    m_loader.openLibrary(m_spaces[*m_coming].atlas, {}, m_spaces[*m_coming].open);
}

void SpaceSwitch::go(std::size_t space) {
    if (space >= m_spaces.size() || m_coming == space) {
        return;
    }
    m_coming.reset();
    if (space == m_index || !m_spaces[space].whyNot.empty()) {
        m_loader.cancel(); // of a third one that was on its way
        showIndex();
        if (space != m_index) {
            Q_EMIT failed(coreText(m_spaces[space].whyNot), {});
        }
        return;
    }
    const Kept& kept = m_kept[space];
    const bool hasModel = bool(m_spaces[space].open);
    if (kept.view.whole() && (kept.model || !hasModel) && kept.view.library->path == kept.library) {
        enter(space);
        return;
    }
    if (kept.library.empty() && !hasModel) {
        m_loader.cancel();
        showIndex();
        Q_EMIT failed(tr("There are no latents of yours yet"), tr("Choose File > Open latents..."));
        return;
    }
    m_coming = space;
    m_library.reset();
    m_model.reset();
    m_maps.clear();
    m_replaced.reset();
    showIndex();
    if (hasModel) {
        m_loader.openModel(m_spaces[space].open);
    }
    m_loader.openLibrary(kept.library, {}, m_spaces[space].open);
    Q_EMIT began(coreText(m_spaces[space].title));
}

bool SpaceSwitch::go(const std::string& id) {
    for (std::size_t i = 0; i < m_spaces.size(); ++i) {
        if (m_spaces[i].id == id && m_spaces[i].whyNot.empty()) {
            go(i);
            return true;
        }
    }
    return false;
}

void SpaceSwitch::arrived() {
    if (!m_coming || !m_library || (!m_model && m_spaces[*m_coming].open)) {
        return;
    }
    Kept& kept = m_kept[*m_coming];
    kept.view = {};
    kept.view.library = std::exchange(m_library, nullptr);
    kept.model = std::exchange(m_model, nullptr);
    enter(*m_coming);
    for (const LoadedMap& map : std::exchange(m_maps, {})) {
        Q_EMIT mapLoaded(map);
    }
    if (const auto replaced = std::exchange(m_replaced, std::nullopt)) {
        Q_EMIT libraryReplaced(replaced->first, replaced->second);
    }
}

void SpaceSwitch::enter(std::size_t space) {
    Q_EMIT leaving();
    m_coming.reset();
    m_index = space;
    showIndex();
    Q_EMIT entered();
}

void SpaceSwitch::giveUp(const QString& text, const QString& hint) {
    if (!m_coming) {
        return;
    }
    const QString title = coreText(m_spaces[*m_coming].title);
    m_coming.reset();
    m_loader.cancel();
    showIndex();
    Q_EMIT failed(tr("The %1 space cannot be opened: %2").arg(title, text), hint);
}

void SpaceSwitch::showIndex() {
    // What is on its way is shown as chosen, so that a second press is not needed.
    action(m_coming.value_or(m_index))->setChecked(true);
}

QList<QAction*> SpaceSwitch::actions() const { return m_actions->actions(); }

QAction* SpaceSwitch::action(std::size_t space) const {
    return m_actions->actions().value(qsizetype(space));
}

} // namespace canto::app
