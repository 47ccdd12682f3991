// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/spaces/spaces.h"
#include "app/workspace/library_loader.h"
#include "app/workspace/map_controller.h"
#include "app/workspace/session_state.h"

#include <QObject>
#include <QUndoStack>
#include <any>
#include <filesystem>
#include <optional>
#include <utility>
#include <vector>

class QAction;
class QActionGroup;

namespace canto::app {

/// Which of several spaces is shown. Another one is read aside while the one that is shown goes on;
/// it takes its place when model and library are there, and what was done in the one that leaves is
/// kept for its return. Sees spaces only as values of a list. Thread: GUI.
class SpaceSwitch : public QObject {
    Q_OBJECT

  public:
    /// What a space was left with.
    struct Kept {
        std::filesystem::path library; ///< to open, or open already; empty: there is none
        MapController::View view;
        std::shared_ptr<models::LatentModel> model; ///< null: none could be opened
        SessionState state;
        QRectF box;                  ///< of the map in view
        PlaybackItem item;           ///< the phrase that played last, or still waits
        std::vector<std::any> parts; ///< of the parts of the workspace, in their order
        /// Of everything that can be undone in the space.
        std::unique_ptr<QUndoStack> undo = std::make_unique<QUndoStack>();
    };

    /// @param spaces  at least one. @param first  shown at the start.
    SpaceSwitch(std::vector<Space> spaces, std::size_t first, QObject* parent = nullptr);
    ~SpaceSwitch() override;

    const std::vector<Space>& spaces() const { return m_spaces; }
    std::size_t index() const { return m_index; }
    const Space& current() const { return m_spaces[m_index]; }
    Kept& kept(std::size_t space) { return m_kept[space]; }
    Kept& kept() { return m_kept[m_index]; }
    /// The space that is being read, if any.
    std::optional<std::size_t> coming() const { return m_coming; }
    /// The current space decodes with other weights from now on.
    void setOpen(OpenModel open) { m_spaces[m_index].open = std::move(open); }

    /// Switches, or says why not; does nothing for the space that is already shown.
    void go(std::size_t space);
    /// By id. @return false: there is none, or it cannot be shown.
    bool go(const std::string& id);
    /// What enters each space, in their order.
    QList<QAction*> actions() const;
    /// What enters a space; null beyond the list.
    QAction* action(std::size_t space) const;

  Q_SIGNALS:
    /// The current space is about to go: what is to be kept of it goes into kept().
    void leaving();
    /// kept() is to be shown.
    void entered();
    /// A map of the space that is being read, or was read last; never before entered().
    void mapLoaded(const canto::app::LoadedMap& map);
    /// The space was entered with the library that ships, in place of this one, which could not be
    /// opened.
    void libraryReplaced(const QString& path, const canto::Error& error);
    void began(const QString& title); ///< reading a space
    void failed(const QString& text, const QString& hint);

  private:
    /// The library could not be opened: tries the one that ships, or gives up.
    void onLibraryFailed(const QString& path, const Error& error);
    void arrived();
    void enter(std::size_t space);
    void giveUp(const QString& text, const QString& hint);
    void showIndex();

    std::vector<Space> m_spaces;
    std::vector<Kept> m_kept;
    std::size_t m_index = 0;
    std::optional<std::size_t> m_coming;
    LibraryPtr m_library;                                ///< of the coming one
    std::vector<LoadedMap> m_maps;                       ///< of it, while its model is still read
    std::optional<std::pair<QString, Error>> m_replaced; ///< as libraryReplaced() will say
    std::shared_ptr<models::LatentModel> m_model;
    LibraryLoader m_loader;
    QActionGroup* m_actions;
};

} // namespace canto::app
