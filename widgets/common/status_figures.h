// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

namespace canto::widgets {

class ElidedLabel;

/// The right end of the status bar: points, model and device, sound, latency from click to sound.
/// Elides its figures when the window is narrow.
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
    /// Last click to first sound in milliseconds; negative: not measured yet, nothing is shown.
    void setClickToSound(double milliseconds);

  private:
    ElidedLabel *m_points, *m_model, *m_sound, *m_click;
};

} // namespace canto::widgets
