// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QWidget>
#include <vector>

class QAction;
class QDoubleSpinBox;
class QLabel;
class QSlider;
class QToolButton;

namespace canto::widgets {

class ElidedLabel;

/// The tempo of taps, quarters a minute, from the mean of the last eight intervals; 0: none yet.
/// @param milliseconds  of the taps, ascending; a pause of more than two seconds begins again.
double tappedTempo(const std::vector<qint64>& milliseconds);

/// Play and stop, loop, position, tempo, volume, panic. It shows values and emits requests; the
/// shortcuts (Space, Home, L) belong to the actions of the window. Setters never emit.
class TransportBar : public QWidget {
    Q_OBJECT

  public:
    explicit TransportBar(QWidget* parent = nullptr);

    bool playing() const;
    bool loop() const;
    /// 0 to 1, linear in amplitude.
    double volume() const;

  public Q_SLOTS:
    void setPlaying(bool playing);
    void setLoop(bool loop);
    /// Bar and beat from 1 ("3.2"); 0 shows "-.-".
    void setPosition(int bar, int beat);
    /// Quarters a minute at which it plays; 0 shows a dash, and none can be chosen.
    void setTempo(double bpm);
    /// Whether a tempo was chosen, which can then be given up again.
    void setTempoChosen(bool chosen);
    /// A tap on the beat. @param milliseconds  of a clock.
    void tap(qint64 milliseconds);
    void setVolume(double volume);
    /// A notice about missing sound ("No audio device"); empty removes it.
    void setSoundNotice(const QString& text);

  Q_SIGNALS:
    void playRequested();
    void stopRequested();
    void toStartRequested();
    void loopChanged(bool loop);
    void volumeChanged(double volume);
    /// Quarters a minute at which to play; 0: at the music's own tempo.
    void tempoChosen(double bpm);
    void panicRequested();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void setIcons();
    void addTempo();

    QToolButton *m_toStart, *m_play, *m_loop, *m_panic;
    QLabel* m_position;
    QDoubleSpinBox* m_tempo;
    QToolButton* m_tap; ///< with a menu of the next three
    QAction *m_half, *m_double, *m_own;
    QElapsedTimer m_clock; ///< of taps
    std::vector<qint64> m_taps;
    bool m_chosen = false;
    ElidedLabel* m_notice;
    QSlider* m_volume;
};

} // namespace canto::widgets
