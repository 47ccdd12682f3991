// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/workspace.h"

#include <vector>

namespace canto::app {

/// Plays phrases of the library one after another, without a gap where the next one is there in
/// time; from the first again while the transport repeats. Phrases that cannot be had are left out.
/// Thread: GUI.
class SelectionPlayer : public QObject {
    Q_OBJECT

  public:
    explicit SelectionPlayer(Workspace& workspace, QObject* parent = nullptr);

    void start(std::vector<std::uint32_t> rows);
    bool active() const { return m_active; }
    /// What plays of the rows, from 0; -1: nothing.
    int current() const { return m_active && !m_queue.empty() ? int(m_queue.front().at) : -1; }

  Q_SIGNALS:
    void problem(const QString& text, const QString& hint);

  private:
    struct Queued {
        sound::PlayId id = 0;
        std::size_t at = 0;
        SongPtr song;
    };
    void end();
    void goOn(std::size_t from);
    void fetch();
    void onFetched(std::size_t at, const SongPtr& song);
    void onMoved(const sound::Position& position);
    PlaybackItem itemOf(const Queued& queued) const;

    Workspace& m_workspace;
    Player& m_player;
    std::vector<std::uint32_t> m_rows;
    std::size_t m_next = 0;      ///< to be fetched
    std::size_t m_stoppedAt = 0; ///< play goes on from here
    std::size_t m_missing = 0;   ///< in a row
    std::vector<Queued> m_queue; ///< given to the engine; the first one plays
    bool m_active = false, m_fetching = false;
    bool m_played = false; ///< one of them since it was started
    LatestTask<SelectionPlayer> m_fetch{this, "selected phrase"};
};

} // namespace canto::app
