// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/arrange/arrange_song.h"

#include <QWidget>

class QButtonGroup;
class QCheckBox;
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

/// What is inside the Arrangement dock: the recording with the notes over it, what can be asked of
/// who writes them, and how far that is. Shows and asks. Thread: GUI.
class ArrangeDock : public QWidget {
    Q_OBJECT

  public:
    enum class PlaybackMode { Recording, Both, Arrangement };

    explicit ArrangeDock(QWidget* parent = nullptr);

    void setTitle(const QString& title);   ///< of the recording
    void setStatus(const QString& status); ///< what was heard and who writes
    /// @param what  empty: nothing is under way. @param total  0: not known.
    void setProgress(const QString& what, std::size_t done = 0, std::size_t total = 0);
    void setReady(bool notes); ///< there are notes to play and save
    /// The tempo of the beats that are shown; never emits. @param bpm  0: none.
    /// @param doubt  other tempi that the recording may have, one line for the tool tip; may be
    /// empty.
    void setTempo(double bpm, const QString& doubt = {});
    double tempo() const;          ///< as setTempo gave it last
    void setPlaying(bool playing); ///< what the button shows
    void setSound(bool there);     ///< the recording can be heard too
    PlaybackMode playbackMode() const;
    void setPlaybackMode(PlaybackMode playbackMode);
    arrange::Controls controls() const;

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
    QSlider* density() const { return m_density; }
    QSlider* lift() const { return m_lift; }
    QCheckBox* fromPlayhead() const { return m_fromPlayhead; }
    QProgressBar* progress() const { return m_progress; }
    QString status() const;

  Q_SIGNALS:
    void controlsChanged();
    void playbackModeChanged();
    /// Someone states the tempo of the recording, beats a minute.
    void tempoRequested(double bpm);

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void showValues();
    void setIcons();
    void enable();

    QToolButton *m_open, *m_play, *m_save, *m_saveMix, *m_cancel, *m_halfTempo, *m_doubleTempo;
    QDoubleSpinBox* m_tempo;
    QButtonGroup* m_playbackMode;
    widgets::ElidedLabel *m_title, *m_status;
    QLabel *m_densityValue, *m_liftValue;
    QProgressBar* m_progress;
    QSlider *m_density, *m_lift;
    QCheckBox* m_fromPlayhead;
    widgets::RecordingView* m_view;
    double m_shownTempo = 0;
    bool m_playing = false;
    bool m_ready = false;
    bool m_sound = false;
};

} // namespace canto::app
