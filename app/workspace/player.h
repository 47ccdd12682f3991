// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/workspace/inference_worker.h"
#include "core/music/track_mix.h"
#include "core/sound/audio_engine.h"
#include "models/evaluation/spectrogram_row.h"

#include <QElapsedTimer>
#include <QObject>
#include <QStringList>
#include <QTimer>
#include <optional>

namespace canto::app {

/// How music came about, for whoever keeps it.
struct MusicOrigin {
    QString how;                       ///< "Moved to rock"; empty: the caption says it
    QStringList parents;               ///< names of the phrases that it was made of
    std::optional<std::uint64_t> seed; ///< of its random numbers; empty: that of DecodeOptions
    /// Its kind is one that is generated, but it was there before: the phrase before a change, the
    /// file at an end of a path.
    bool known = false;
};

/// What plays, and what a person should know about it.
struct PlaybackItem {
    enum class Kind {
        Nothing,
        Original,       ///< the file's own notes
        Reconstruction, ///< a known phrase, through the model
        Decoded,        ///< a place where no song is
        Path,           ///< one step of a path
        Interpolated,   ///< points between two phrases, one or all in a row
        Shaped,         ///< the current phrase, as it was or as it was changed
        Transferred,    ///< put together on the Transfer panel
        Arranged,       ///< written to a recording, which may play beside it
        Around,         ///< a variation of a phrase, at a distance from it
        Sequence,       ///< one of several phrases of the library, one after another
        Kept,           ///< chosen among the variants that were kept
        Edited,         ///< its notes were changed by hand
        Played,         ///< on a MIDI keyboard
    };
    Kind kind = Kind::Nothing;
    SongPtr song;
    sound::SoundPtr beside; ///< a recording that plays with the song, from its second 0 on
    float songLevel = 1;    ///< 0 .. 4, of the song's notes
    float besideLevel = 1;
    sound::SoundPtr sound;              ///< in place of a song; one of the two is there
    std::vector<SpectrogramTile> tiles; ///< of the sound
    int bars = 0;                       ///< length to play; 0: the song's own
    QString title;
    QString caption;       ///< one line above the piano roll
    models::Latent latent; ///< the point it belongs to; empty: none is known
    qint64 row = -1;       ///< of the library, or -1
    MusicOrigin origin = {};
    SongPtr before = {}; ///< version A of what is version B here; null: there is none
};

/// Whether it is one of several that play one after another: whoever queues them decides what
/// comes when it is over, and it is not repeated by itself.
inline bool inSeries(const PlaybackItem& item) {
    return item.kind == PlaybackItem::Kind::Path || item.kind == PlaybackItem::Kind::Sequence;
}

/// Quarters a minute at which it begins; 120 for what has no notes.
double tempoOf(const PlaybackItem& item);

/// Plays what the window asks for, and reports where the music is and how long a click took to
/// sound. Owns the sound engine. Thread: GUI.
class Player : public QObject {
    Q_OBJECT

  public:
    explicit Player(sound::EngineOptions options, QObject* parent = nullptr);
    ~Player() override;

    sound::AudioEngine& engine() { return *m_engine; }
    const PlaybackItem& currentItem() const { return m_current; }
    sound::PlayId playId() const { return m_id; }
    bool looping() const { return m_loop; }
    double volume() const { return double(m_volume); } ///< 0 .. 1
    bool playing() const { return m_playing; }
    /// Whether more of the current item's song is still to come.
    bool growing() const { return m_growing; }
    /// Reports music that was made and need not play (a step of a path, a result); emits made.
    void offer(const PlaybackItem& item) { Q_EMIT made(item); }

    /// The moment from which click-to-sound is counted.
    void pressed();
    /// Stops, and shows this as what play would start; nothing when it holds no music.
    void present(PlaybackItem item);
    /// Starts at once. @param growing  more of the song will come by grow().
    void play(PlaybackItem item, bool growing = false);
    /// Takes the place of what plays at the next bar line, at the bar that would have come; starts
    /// at once when nothing plays.
    void playFromNextBar(PlaybackItem item);
    /// Starts from its beginning at the next line of the grid that setLaunch() chose; at once when
    /// nothing plays, and for sounds.
    void launch(PlaybackItem item, bool growing = false);
    void setLaunch(sound::Launch when) { m_launch = when; }
    sound::Launch launchGrid() const { return m_launch; }
    /// What plays, with more notes; `whole` when nothing more will come.
    void grow(SongPtr song, bool whole);
    /// What plays or is shown, with other notes: goes on at the same position without a gap.
    void edit(PlaybackItem item);
    /// The point of the current item became known; nothing else about it changes.
    void setLatent(models::Latent latent);
    /// Mute, solo, volume and pan of the tracks, at once; kept for what has the same tracks.
    void setMix(music::TrackMix mix);
    const music::TrackMix& mix() const { return m_mix; }
    /// Quarters a minute at which everything begins from now on; 0: at its own tempo, as at first.
    /// What has a recording in it plays at its own tempo.
    void setTempo(double bpm);
    double tempo() const { return m_tempo; }
    /// How many times faster than its own tempo the current item plays.
    double tempoFactor() const;
    /// Levels of what plays: of its notes, of what plays beside them.
    void setLevels(float song, float beside);
    /// Another song has begun by itself (the next step of a path): shown, not started.
    void follow(sound::PlayId id, PlaybackItem item);

  public Q_SLOTS:
    void toggle();
    void stop();
    void toStart();
    void seek(canto::music::Tick tick);
    void seekSeconds(double second);
    void setLoop(bool loop);
    void setVolume(double volume); ///< 0..1
    void panic();

  Q_SIGNALS:
    void currentItemChanged(const canto::app::PlaybackItem& item);
    /// Whole music that was made without being played (offer()).
    void made(const canto::app::PlaybackItem& item);
    void playingChanged(bool playing);
    void moved(const canto::sound::Position& position);
    /// From the press of the button to the first audible sample leaving the buffer, less the rest
    /// that the music itself begins with.
    void clickToSound(double milliseconds);
    void mixChanged();
    void tempoChanged();
    void loopChanged(bool loop);
    void volumeChanged(double volume);
    /// Stop or panic was asked for: whoever has more to play forgets it.
    void stopped();
    /// Play was asked for while something in a series was played last: whoever queues it goes on.
    void walkWanted();
    void notice(const QString& text);

  private:
    void followPosition();
    void measure();
    void cut();
    void resume();
    /// Begins what was only presented, so that a position in it can be sought.
    void load();
    /// Whether the engine holds the current item, so that it can resume or seek.
    bool loaded() const { return m_id != 0 && m_engine->position().id == m_id; }
    void applyLevels();
    void applyTempo();
    /// Sends the controllers of the mix now; the song has them only at its start.
    void sendLevels();
    /// The song of the current item as the mix has it.
    SongPtr sounding() const;
    /// Takes a new item; the mix stays if it has the same tracks.
    void take(PlaybackItem item);
    sound::PlayOptions optionsFor(const PlaybackItem& item, bool growing) const;

    std::unique_ptr<sound::AudioEngine> m_engine;
    PlaybackItem m_current;
    sound::PlayId m_id = 0;
    bool m_loop = true;
    float m_volume = 0.5F; ///< 0 .. 1
    music::TrackMix m_mix; ///< of the current item
    double m_tempo = 0;    ///< 0: of each item
    double m_sentFactor = 1;
    bool m_playing = false;
    bool m_growing = false;
    sound::Launch m_launch = sound::Launch::Now;
    bool m_atBar = false; ///< the item began, or will begin, at a bar line of the one before
    bool m_cut = false;   ///< and was stopped before that: the engine never comes to it
    QTimer m_follow, m_poll;
    QElapsedTimer m_press;
    double m_leadInMs = 0;     ///< rest at the start of what was begun
    double m_pressToPlay = -1; ///< waiting for the engine's part of the figure; < 0: not waiting
    double m_startBefore = -1; ///< handOverMs of the measurement before this one
};

} // namespace canto::app
