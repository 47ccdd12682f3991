// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/arrange/arrange_dock.h"
#include "app/spaces/arrangement/analyse_file.h"
#include "app/spaces/arrangement/arranger_factory.h"
#include "app/spaces/arrangement/transcribe_file.h"
#include "app/workspace/feature.h"
#include "app/workspace/playhead_source.h"
#include "app/workspace/workspace.h"
#include "core/arrange/arrange_song.h"
#include "core/audio/wave_outline.h"

#include <QObject>
#include <QTimer>

namespace canto::app {

/// A recording and its analysis. Immutable: shared between threads.
struct AnalysedRecording {
    std::filesystem::path path;
    Recording recording;
    audio::WaveOutline outline;
};
using RecordingPtr = std::shared_ptr<const AnalysedRecording>;
using ArrangementPtr = std::shared_ptr<const arrange::Arrangement>;
using DetectedNotesPtr = std::shared_ptr<const DetectedNotes>;

/// The Arrangement panel: opens, analyses and arranges a recording in the background; the part
/// that is finished can be shown, played, changed and exported at any time. The arranger is made in
/// the background and kept; where that fails the rules write, and a notice says so. Thread: GUI.
class ArrangeController : public Feature, public PlayheadSource {
    Q_OBJECT

  public:
    /// A recording is kept for playing up to this length, s: 0.4 MB a second.
    static constexpr double kMostPlayed = 15 * 60;

    ArrangeController(Workspace& workspace, OpenArranger open);
    ~ArrangeController() override;

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;
    Takes takes(const QString& path) const override;
    void openFiles(const QStringList& paths) override { open(paths.back()); }
    void closing() override { cancel(); }
    /// Analyses and arranges the file; the previous recording stays until it is analysed.
    void open(const QString& path);
    void chooseFile();
    /// Cancels the analysis or arrangement in progress.
    void cancel();
    /// Plays from the playhead, or stops.
    void toggle() override;
    /// Whether the arrangement plays or played last, so that the transport controls it.
    bool current() const override { return item(); }
    /// The playhead in ticks of the arrangement, where playback would start.
    music::Tick playheadTick() const override;
    void toStart() override;
    ArrangeDock* dock() const { return m_dock; }
    bool busy() const { return m_stage != Stage::Idle; }
    const RecordingPtr& recording() const { return m_recording; }
    /// The last complete arrangement; null before the first.
    const ArrangementPtr& arrangement() const { return m_arrangement; }
    /// The notes of the recording, once they were asked for; null before.
    const DetectedNotesPtr& detected() const { return m_detected; }
    /// The song that is shown and played: the arrangement, or its finished part, or the
    /// transcription.
    const SongPtr& song() const { return m_song; }

  Q_SIGNALS:
    void finished(); ///< the arrangement or transcription is complete
    void saveAsked(const canto::app::SongPtr& song, int bars, const QString& title);
    /// Asks to export arrangement and recording in one file.
    void saveMixAsked(const canto::app::SongPtr& song, const QString& recording,
                      const QString& title);

  private:
    enum class Stage { Idle, Analysing, Writing };
    enum class Work { Analysing, Arranging, Detecting, Examples }; ///< whose progress is shown

    // arrange_tasks.cpp: the newest request wins
    using Run = LatestTask<ArrangeController>::Run;
    struct Writer; ///< the arranger, and how it is used
    static std::shared_ptr<Writer> makeWriter(OpenArranger open);
    void analyse(std::filesystem::path path); ///< and arrange
    void trackAgain(double bpm);              ///< finds beats at about this tempo, and arranges
    /// @param from  second before which the arrangement that is there stays.
    void arrangeAgain(double from);
    void transcribe();

    void showProgress(Work work, std::size_t done, std::size_t total);
    void showSound(const sound::SoundPtr& sound);
    void analysed(const RecordingPtr& recording);
    void tracked(const RecordingPtr& recording);
    void showRecording(const RecordingPtr& recording);
    void requestTempo(double bpm);
    void showTempo(); ///< of the beats that were found
    void grew(const SongPtr& song, double seconds);
    void arranged(const ArrangementPtr& arrangement);
    void failed(const Error& error);
    // arrange_transcribe.cpp
    void chooseNotes(); ///< arrangement or transcription, as the panel says
    void detectedNotes(const DetectedNotesPtr& notes);
    void showTranscription();
    void transcribeTracked();          ///< after beats were found again
    void restoreNotes();               ///< those that were complete
    void showArrangement();            ///< the complete one, if there is one
    QString arrangementStatus() const; ///< facts about m_arrangement
    arrange::Timing timing() const;
    void rewrite();     ///< with the values of the sliders
    void ask();         ///< keeps what the panel asks for
    bool asked() const; ///< whether the last request was for what the panel asks for
    void seek(double seconds);
    std::pair<float, float> levels() const; ///< of song and recording, as chosen
    void moved(const sound::Position& position);
    void setStage(Stage stage);
    void showSong(const SongPtr& song, double written);
    bool item() const; ///< whether the arrangement plays or played last
    PlaybackItem asItem() const;
    QString name() const;
    bool steady() const; ///< whether the recording has a steady beat

    Workspace& m_workspace;
    Player& m_player;
    ArrangeDock* m_dock;
    RecordingPtr m_recording;
    ArrangementPtr m_arrangement;
    DetectedNotesPtr m_detected; ///< of the recording, whatever its beats
    SongPtr m_song;
    sound::SoundPtr m_sound;   ///< of the recording; null: it cannot be played
    arrange::Controls m_asked; ///< controls of the last request
    ArrangeDock::Manner m_askedManner = ArrangeDock::Manner::Network; ///< of the last request
    sound::PlayId m_playId = 0;
    Stage m_stage = Stage::Idle;
    QTimer m_later; ///< waits until the sliders rest
    QTimer m_laterTempo;
    double m_askedTempo = 0;          ///< used when m_laterTempo expires
    std::shared_ptr<Writer> m_writer; ///< used by tasks only
    LatestTask<ArrangeController> m_task{this, "arrange"};
};

} // namespace canto::app
