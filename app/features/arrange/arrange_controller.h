// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/arrange/arrange_dock.h"
#include "app/features/arrange/arrange_worker.h"
#include "app/workspace/player.h"
#include "app/workspace/playhead_source.h"

#include <QObject>
#include <QTimer>

class QDockWidget;
class QMainWindow;
class QMenu;

namespace canto::app {

/// The Arrangement panel: a recording is opened, listened to and arranged in the background; what
/// is there can be seen, played, changed and saved at any moment. Thread: GUI.
class ArrangeController : public QObject, public PlayheadSource {
    Q_OBJECT

  public:
    /// Makes its dock, hidden behind the score.
    ArrangeController(QMainWindow& window, Player& player, OpenArranger open);
    ~ArrangeController() override;

    void addActions(QMenu& menu);
    /// Whether a file is a recording, by its name.
    static bool takes(const QString& path);
    /// Listens and arranges; what was there stays until the new one is heard.
    void open(const QString& path);
    void chooseFile();
    /// Stops what is under way.
    void cancel();
    /// Plays from the playhead on, or stops.
    void toggle() override;
    /// The arrangement is what plays or played last, so that the transport is about it.
    bool current() const override { return item(); }
    /// Where play would go on: the playhead, in the arrangement's ticks.
    music::Tick playheadTick() const override;
    void toStart() override;
    void raise();

    ArrangeDock* dock() const { return m_dock; }
    QDockWidget* panel() const { return m_outside; } ///< goes where the shell puts it
    bool busy() const { return m_stage != Stage::Idle; }
    const RecordingPtr& recording() const { return m_recording; }
    /// The whole one written last; null before the first is whole.
    const ArrangementPtr& arrangement() const { return m_arrangement; }
    /// What is shown and played: the arrangement, or as far as it is written.
    const SongPtr& song() const { return m_song; }

  Q_SIGNALS:
    void problem(const QString& text, const QString& hint);
    void notice(const QString& text);
    void finished(); ///< the arrangement is whole
    void saveAsked(const canto::app::SongPtr& song, int bars, const QString& title);
    /// The arrangement and its recording in one file.
    void saveMixAsked(const canto::app::SongPtr& song, const QString& recording,
                      const QString& title);

  private:
    enum class Stage { Idle, Analysing, Writing };

    void connectWorker();
    void analysed(const RecordingPtr& recording);
    void tracked(const RecordingPtr& recording);
    void showRecording(const RecordingPtr& recording);
    void requestTempo(double bpm);
    void showTempo(); ///< of the beats that are there
    void grew(const SongPtr& song, double seconds);
    void arranged(const ArrangementPtr& arrangement);
    void failed(const Error& error);
    void rewrite(); ///< by the controls of the sliders
    void seek(double seconds);
    std::pair<float, float> levels() const; ///< of song and recording, as chosen
    void moved(const sound::Position& position);
    void setStage(Stage stage);
    void showSong(const SongPtr& song, double written);
    bool item() const; ///< what is heard last is ours
    PlaybackItem asItem() const;
    QString name() const;
    bool steady() const; ///< the recording has a beat

    QMainWindow& m_window;
    Player& m_player;
    QDockWidget* m_outside;
    ArrangeDock* m_dock;
    RecordingPtr m_recording;
    ArrangementPtr m_arrangement;
    SongPtr m_song;
    sound::SoundPtr m_sound;   ///< of the recording; null: it cannot be played
    arrange::Controls m_asked; ///< by which is, or was, written
    sound::PlayId m_playId = 0;
    Stage m_stage = Stage::Idle;
    QTimer m_later; ///< sliders come to rest first
    QTimer m_laterTempo;
    double m_askedTempo = 0; ///< waits for m_laterTempo
    ArrangeWorker m_worker;
};

} // namespace canto::app
