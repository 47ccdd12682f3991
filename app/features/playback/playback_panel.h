// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/player.h"
#include "app/workspace/playhead_source.h"

#include <QStackedWidget>

namespace canto::widgets {
class PianorollView;
class SpectrogramView;
class TransportBar;
} // namespace canto::widgets

namespace canto::app {

/// What plays, as notes or as a spectrogram, and the transport below it. The panel is the score;
/// the transport goes where the shell puts it. Thread: GUI.
class PlaybackPanel : public QStackedWidget {
    Q_OBJECT

  public:
    explicit PlaybackPanel(Player& player, QWidget* parent = nullptr);

    widgets::PianorollView* roll() const { return m_roll; }
    widgets::SpectrogramView* spectrogram() const { return m_spectrogram; }
    widgets::TransportBar* transport() const { return m_transport; }

    /// Play and rewind go there while its music is what plays. Must live as long as this.
    void setPlayheadSource(PlayheadSource& source) { m_source = &source; }

  public Q_SLOTS:
    void toggle();
    void toStart();

  private:
    void showItem(const PlaybackItem& item);
    void showPosition(const sound::Position& position);

    Player& m_player;
    PlayheadSource* m_source = nullptr;
    widgets::PianorollView* m_roll;
    widgets::SpectrogramView* m_spectrogram;
    widgets::TransportBar* m_transport;
};

} // namespace canto::app
