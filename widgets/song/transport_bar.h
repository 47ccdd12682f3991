// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

class QDoubleSpinBox;
class QLabel;
class QSlider;
class QToolButton;

namespace canto::widgets {

class ElidedLabel;

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
    /// Quarters a minute of what plays; 0 shows a dash.
    void setTempo(double bpm);
    void setVolume(double volume);
    /// A notice about missing sound ("No audio device"); empty removes it.
    void setSoundNotice(const QString& text);

  Q_SIGNALS:
    void playRequested();
    void stopRequested();
    void toStartRequested();
    void loopChanged(bool loop);
    void volumeChanged(double volume);
    void panicRequested();

  protected:
    void changeEvent(QEvent* event) override;

  private:
    void setIcons();

    QToolButton *m_toStart, *m_play, *m_loop, *m_panic;
    QLabel *m_position, *m_tempo;
    ElidedLabel* m_notice;
    QSlider* m_volume;
};

} // namespace canto::widgets
