#pragma once

#include <QWidget>

class QLabel;

namespace canto::widgets {

/// The right end of the status bar: points, model and device, sound, click-to-sound.
class StatusFigures : public QWidget {
    Q_OBJECT

  public:
    explicit StatusFigures(QWidget* parent = nullptr);

  public Q_SLOTS:
    /// "98,112 points, 1,204 selected".
    void setPoints(const QString& text);
    /// "MusAE on CPU".
    void setModel(const QString& text);
    /// "Internal synth, 48 kHz, 10.7 ms", "No audio device".
    void setSound(const QString& text);
    /// Last click to first sound in milliseconds; negative shows a dash.
    void setClickToSound(double milliseconds);

  private:
    QLabel *m_points, *m_model, *m_sound, *m_click;
};

} // namespace canto::widgets
