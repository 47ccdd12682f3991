// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/features/playback/playback_panel.h"

#include "widgets/song/pianoroll_view.h"
#include "widgets/song/spectrogram_view.h"
#include "widgets/song/track_headers.h"
#include "widgets/song/transport_bar.h"

#include <QHBoxLayout>
#include <QResizeEvent>
#include <algorithm>
#include <utility>

namespace canto::app {

using widgets::TransportBar;

namespace {

/// Narrower panels show no headers of tracks.
constexpr int kLeastForHeaders = 620;

std::vector<widgets::Spectrogram> spectrogramsOf(const std::vector<SpectrogramTile>& tiles) {
    std::vector<widgets::Spectrogram> made;
    for (const auto& tile : tiles) {
        made.push_back({tile.mels, tile.frames, tile.decibels});
    }
    return made;
}

} // namespace

PlaybackPanel::PlaybackPanel(Player& player, QWidget* parent)
    : QStackedWidget(parent), m_player(player), m_roll(new widgets::PianorollView(this)),
      m_headers(new widgets::TrackHeaders(this)), m_notes(new QWidget(this)),
      m_spectrogram(new widgets::SpectrogramView(this)), m_transport(new TransportBar(this)) {
    setWindowTitle(tr("Piano roll"));
    m_roll->setHint(tr("Play something to see its notes"));
    auto* line = new QHBoxLayout(m_notes);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(0);
    line->addWidget(m_headers);
    line->addWidget(m_roll, 1);
    m_notes->setMinimumWidth(120); // headers go where there is little room
    addWidget(m_notes);
    addWidget(m_spectrogram);
    m_transport->setLoop(player.looping());
    connect(&player, &Player::currentItemChanged, this, &PlaybackPanel::showItem);
    connect(&player, &Player::moved, this, &PlaybackPanel::showPosition);
    connect(&player, &Player::playingChanged, m_transport, &TransportBar::setPlaying);
    connect(m_transport, &TransportBar::playRequested, this, &PlaybackPanel::toggle);
    connect(m_transport, &TransportBar::stopRequested, &player, &Player::stop);
    connect(m_transport, &TransportBar::toStartRequested, this, &PlaybackPanel::toStart);
    connect(m_transport, &TransportBar::panicRequested, &player, &Player::panic);
    connect(m_transport, &TransportBar::volumeChanged, &player, &Player::setVolume);
    connect(m_transport, &TransportBar::tempoChosen, &player, &Player::setTempo);
    connect(&player, &Player::tempoChanged, this, [this] {
        const PlaybackItem& item = m_player.currentItem();
        m_transport->setTempoChosen(m_player.tempo() > 0);
        m_transport->setTempo(item.song ? tempoOf(item) * m_player.tempoFactor() : 0);
    });
    connect(m_roll, &widgets::PianorollView::seekRequested, &player, &Player::seek);
    connectTracks();
    connect(m_spectrogram, &widgets::SpectrogramView::seekRequested, &player, &Player::seekSeconds);
}

void PlaybackPanel::connectTracks() {
    using widgets::PianorollView;
    using widgets::TrackHeaders;
    connect(m_headers, &TrackHeaders::mixChosen, &m_player, &Player::setMix);
    connect(&m_player, &Player::mixChanged, this, [this] {
        m_headers->setMix(m_player.mix());
        const SongPtr& song = m_player.currentItem().song;
        std::vector<bool> silent(song ? song->tracks.size() : 0);
        for (std::size_t track = 0; track < silent.size(); ++track) {
            silent[track] = !music::audible(m_player.mix(), track);
        }
        m_roll->setSilentTracks(std::move(silent));
    });
    connect(m_headers, &TrackHeaders::trackChosen, m_roll, &PianorollView::setActiveTrack);
    connect(m_roll, &PianorollView::activeTrackChanged, m_headers, &TrackHeaders::setActiveTrack);
    showHeaders();
}

void PlaybackPanel::showHeaders() {
    m_headers->setVisible(width() >= kLeastForHeaders && !m_headers->tracks().empty());
}

void PlaybackPanel::resizeEvent(QResizeEvent* event) {
    QStackedWidget::resizeEvent(event);
    showHeaders();
}

void PlaybackPanel::toggle() {
    if (m_source != nullptr && m_source->current()) {
        m_source->toggle();
    } else {
        m_player.toggle();
    }
}

void PlaybackPanel::toStart() {
    m_player.toStart();
    if (m_source != nullptr && m_source->current()) {
        m_source->toStart();
    }
}

void PlaybackPanel::showItem(const PlaybackItem& item) {
    // Versions of one phrase keep the view, so that A and B are compared at the same place.
    const bool version = item.song && m_shown &&
                         (item.song == m_shown || item.before == m_shown || item.song == m_before ||
                          (item.before && item.before == m_before));
    if (version && m_roll->song()) {
        m_roll->updateSong(item.song);
    } else {
        m_roll->setSong(item.song);
    }
    if (item.before != m_before || !version) {
        m_roll->setBefore(item.before);
    }
    m_shown = item.song;
    m_before = item.before;
    m_headers->setSong(item.song);
    m_headers->setActiveTrack(m_roll->activeTrack());
    showHeaders();
    m_roll->setCaption(item.caption);
    setCurrentWidget(item.sound ? static_cast<QWidget*>(m_spectrogram) : m_notes);
    m_spectrogram->setSpectrograms(spectrogramsOf(item.tiles),
                                   item.sound ? item.sound->seconds() : 0);
    m_spectrogram->setCaption(item.caption);
    if (m_player.playId() == 0) { // only shown: it has not begun
        m_transport->setPosition(0, 0);
        m_roll->setPlayhead(-1);
        m_spectrogram->setPlayhead(-1);
    }
    m_transport->setTempo(item.song ? item.song->tempo.bpmAt(0) * m_player.tempoFactor() : 0);
    setWindowTitle(item.sound ? tr("Spectrogram") : tr("Piano roll"));
}

void PlaybackPanel::showPosition(const sound::Position& position) {
    const PlaybackItem& item = m_player.currentItem();
    if (position.id != m_player.playId()) {
        return;
    }
    if (item.sound) {
        m_spectrogram->setPlayhead(position.playing || position.seconds > 0 ? position.seconds
                                                                            : -1);
        m_transport->setPosition(0, 0);
        return;
    }
    const SongPtr& song = item.song;
    if (!song) {
        return;
    }
    m_roll->setPlayhead(position.playing || position.tick > 0 ? position.tick : -1);
    const bool rests = !position.playing && m_source != nullptr && m_source->current();
    // The last notes fade out after the last bar: the position stays at its last beat then.
    const int bars = std::max({song->bars(), item.bars, 1});
    const music::Tick end = song->metre.barStart(bars);
    const music::Tick tick =
        std::clamp<music::Tick>(rests ? m_source->playheadTick() : position.tick, 0, end - 1);
    const int bar = std::clamp(rests ? song->metre.barAt(tick) : position.bar, 0, bars - 1);
    const auto metre = song->metre.metreAt(tick);
    const auto beat = music::Tick(song->ticksPerQuarter) * 4 / std::max(metre.denominator, 1);
    const music::Tick into = tick - song->metre.barStart(bar);
    m_transport->setPosition(bar + 1,
                             beat > 0 ? int(std::max<music::Tick>(into, 0) / beat) + 1 : 1);
    m_transport->setTempo(song->tempo.bpmAt(tick) * m_player.tempoFactor());
}

} // namespace canto::app
