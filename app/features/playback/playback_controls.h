// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/playback/playback_panel.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

namespace canto::app {

/// What plays: the piano roll or spectrogram below the map, the transport, and the Play menu.
/// Thread: GUI.
class PlaybackControls : public Feature {
    Q_OBJECT

  public:
    explicit PlaybackControls(Workspace& workspace);

    PlaybackPanel* panel() const { return m_panel; }
    widgets::PianorollView* roll() const { return m_panel->roll(); }
    widgets::SpectrogramView* spectrogram() const { return m_panel->spectrogram(); }
    widgets::TransportBar* transport() const { return m_panel->transport(); }

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;
    bool escape() override; ///< stops what plays or is about to
    void closing() override;
    void saveTo(SessionState& state) const override;
    void restoreFrom(const SessionState& state, bool sameModel) override;

  private:
    void addControls();
    void addTracks(const PlaybackItem& item);
    void addLaunch(ActionTable& table);

    Workspace& m_workspace;
    std::size_t m_tracks = 0; ///< that can be set from outside
    PlaybackPanel* m_panel;   ///< owned by the window
};

} // namespace canto::app
