// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/arrange/tap_tempo.h"
#include "core/arrange/arrange_song.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QButtonGroup;
class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QProgressBar;
class QSlider;
class QToolButton;

namespace canto::widgets {
class ElidedLabel;
class RecordingView;
} // namespace canto::widgets

namespace canto::app {

/// The content of the Arrangement dock: the recording with the notes over it, the controls of the
/// arranger, and its progress. Shows values and emits requests. Thread: GUI.
class ArrangeDock : public QWidget {
    Q_OBJECT

  public:
    enum class PlaybackMode { Recording, Both, Arrangement };
    enum class Writes { Arrangement, Transcription };
    /// Who writes an arrangement.
    enum class Manner { Network, Examples, Rules };

    explicit ArrangeDock(QWidget* parent = nullptr);

    void setTitle(const QString& title);   ///< of the recording
    void setStatus(const QString& status); ///< facts about recording and arrangement
    /// @param what  empty: idle. @param total  0: not known.
    void setProgress(const QString& what, std::size_t done = 0, std::size_t total = 0);
    void setReady(bool notes); ///< whether there are notes to play and export
    /// The tempo of the beats that are shown; never emits. @param bpm  0: none.
    /// @param doubt  other tempi that the recording may have, one line for the tool tip; may be
    /// empty.
    void setTempo(double bpm, const QString& doubt = {});
    double tempo() const;          ///< the last value of setTempo
    void setPlaying(bool playing); ///< switches the button between Play and Stop
    void setSound(bool there);     ///< whether the recording can be played too
    PlaybackMode playbackMode() const;
    void setPlaybackMode(PlaybackMode playbackMode);
    /// What the notes are: a piano arrangement, or what the recording plays.
    Writes writes() const;
    void setWrites(Writes writes); ///< never emits
    bool quantise() const;         ///< a transcription is put on the beats
    arrange::Controls controls() const;
    Manner manner() const;

    widgets::RecordingView* view() const { return m_view; }
    QToolButton* openButton() const { return m_open; }
    QToolButton* playButton() const { return m_play; }
    QToolButton* saveButton() const { return m_save; }
    QToolButton* saveMixButton() const { return m_saveMix; }
    QToolButton* playbackModeButton(PlaybackMode playbackMode) const;
    QToolButton* cancelButton() const { return m_cancel; }
    QDoubleSpinBox* tempoField() const { return m_tempo; }
    QToolButton* halfTempo() const { return m_halfTempo; }
    QToolButton* doubleTempo() const { return m_doubleTempo; }
    QToolButton* tapTempo() const { return m_tapTempo; }
    QSlider* density() const { return m_density; }
    QSlider* lift() const { return m_lift; }
    QCheckBox* fromPlayhead() const { return m_fromPlayhead; }
    QToolButton* writesButton(Writes writes) const;
    QComboBox* mannerBox() const { return m_manner; }
    QCheckBox* quantiseBox() const { return m_quantise; }
    QProgressBar* progress() const { return m_progress; }
    QString status() const;

  Q_SIGNALS:
    void controlsChanged();
    void playbackModeChanged();
    /// The user asks for the other kind of notes, or for other timing of a transcription.
    void writesChanged();
    /// The user entered the tempo of the recording, in bpm.
    void tempoRequested(double bpm);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void showValues();
    void setIcons();
    void enable();

    QToolButton *m_open, *m_play, *m_save, *m_saveMix, *m_cancel, *m_halfTempo, *m_doubleTempo,
        *m_tapTempo;
    TapTempo m_taps;
    QElapsedTimer m_tapClock;
    QTimer m_tapRest; ///< expires when no tap follows
    double m_tappedTempo = 0;
    QDoubleSpinBox* m_tempo;
    QComboBox* m_manner;
    QButtonGroup *m_playbackMode, *m_writes;
    widgets::ElidedLabel *m_title, *m_status;
    QLabel *m_densityValue, *m_liftValue;
    QProgressBar* m_progress;
    QSlider *m_density, *m_lift;
    QCheckBox *m_fromPlayhead, *m_quantise;
    widgets::RecordingView* m_view;
    double m_shownTempo = 0;
    bool m_playing = false;
    bool m_ready = false;
    bool m_sound = false;
};

} // namespace canto::app
