// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/keyboard/keyboard_jobs.h"
#include "app/features/keyboard/keyboard_panel.h"
#include "app/features/keyboard/phrase_recorder.h"
#include "app/workspace/feature.h"
#include "app/workspace/workspace.h"

namespace canto::app {

/// A MIDI keyboard: plays along, records a phrase, and shows on the map where what was played lies,
/// after each bar. Notes sound from the thread of the input, by the engine's ring; this object only
/// chooses the instrument. Thread: GUI.
class KeyboardController : public Feature {
    Q_OBJECT

  public:
    using Clock = std::function<std::int64_t()>;
    /// @param clock  nanoseconds of the steady clock; empty: that of this machine.
    explicit KeyboardController(Workspace& workspace, Clock clock = {});

    KeyboardPanel* panel() const { return m_panel; }
    bool recording() const { return m_recording; }
    /// With count-in or metronome it begins at a bar line of these, else with the first note.
    void record(bool on);
    /// Encodes what was played last and plays the phrase of the library that is nearest to it.
    void findNearest();
    /// Does what is due now: the end of a bar, of the recording. A timer calls it.
    void look();
    /// From the end of the last bar to its mark on the map, by the clock; -1: none yet.
    double lastMarkMs() const { return m_markMs; }

    std::vector<Panel> panels() override;
    void addActions(ActionTable& table) override;
    void closing() override;

  Q_SIGNALS:
    void preferencesWanted();
    void placed(QPointF place); ///< the mark is where the last bars lie

  private:
    void onMessage(sound::MidiMessage message, qint64 atNs);
    void applyChoices();
    void showModel();
    void startMetronome();
    void followMetronome(const sound::Position& position);
    void finish();
    void onPhrase(const LocatedPhrase& located);
    void playRecorded(const models::Latent& latent);
    void onPlaced(const LocatedPhrase& located);
    void onNearest(const LocatedPhrase& located);
    void locate(const SongPtr& song, bool nearest,
                void (KeyboardController::*then)(const LocatedPhrase&));
    double bpm() const;
    int phraseBars() const;

    Workspace& m_workspace;
    Clock m_clock;
    KeyboardPanel* m_panel;    ///< owned by the window
    PhraseRecorder m_recorder; ///< of a recording
    PhraseRecorder m_live;     ///< of what is played, for the map
    qint64 m_lastNoteNs = 0;
    bool m_recording = false;
    sound::PlayId m_metronome = 0; ///< the clicks of a recording; 0: none
    double m_clickFactor = 1;      ///< how much faster than written the clicks play
    int m_countBars = 0;
    int m_barsShown = 0;         ///< of m_live, after which the map was asked
    std::int64_t m_barEndNs = 0; ///< of the bars that are being placed
    double m_markMs = -1;
    std::optional<QPointF> m_mark;
    SongPtr m_last;          ///< what was played last, for findNearest()
    PlaybackItem m_recorded; ///< waits for its latent, so that it is kept with it
    QTimer m_timer;
    LatestTask<KeyboardController> m_place{this, "keyboard"}, m_phrase{this, "played phrase"},
        m_find{this, "nearest phrase"};
};

} // namespace canto::app
