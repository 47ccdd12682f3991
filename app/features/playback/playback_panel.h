// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/player.h"
#include "app/workspace/playhead_source.h"

#include <QStackedWidget>

namespace canto::widgets {
class PianorollView;
class SpectrogramView;
class TrackHeaders;
class TransportBar;
} // namespace canto::widgets

namespace canto::app {

/// What plays, as notes with headers of their tracks or as a spectrogram, and the transport below
/// it. The panel is the score; the transport goes where the shell puts it. Thread: GUI.
class PlaybackPanel : public QStackedWidget {
    Q_OBJECT

  public:
    explicit PlaybackPanel(Player& player, QWidget* parent = nullptr);

    widgets::PianorollView* roll() const { return m_roll; }
    widgets::TrackHeaders* headers() const { return m_headers; }
    widgets::SpectrogramView* spectrogram() const { return m_spectrogram; }
    widgets::TransportBar* transport() const { return m_transport; }

    /// Play and rewind go there while its music is what plays. Must live as long as this.
    void setPlayheadSource(PlayheadSource& source) { m_source = &source; }

  public Q_SLOTS:
    void toggle();
    void toStart();

  protected:
    void resizeEvent(QResizeEvent* event) override;

  private:
    void connectTracks();
    /// Headers leave the roll its room.
    void showHeaders();
    void showItem(const PlaybackItem& item);
    void showPosition(const sound::Position& position);

    Player& m_player;
    PlayheadSource* m_source = nullptr;
    widgets::PianorollView* m_roll;
    widgets::TrackHeaders* m_headers;
    QWidget* m_notes; ///< headers and roll
    SongPtr m_shown, m_before;
    widgets::SpectrogramView* m_spectrogram;
    widgets::TransportBar* m_transport;
};

} // namespace canto::app
