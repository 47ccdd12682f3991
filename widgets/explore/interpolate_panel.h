// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/codec/phrase_properties.h"
#include "core/music/song.h"

#include <QWidget>
#include <memory>
#include <vector>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace canto::widgets {

class CurveChart;
class ElidedLabel;
class RollStrip;

/// One point of an interpolation as it is shown. A null song is still to come.
struct InterpolationPoint {
    std::shared_ptr<const music::Song> song;
    codec::PhraseProperties properties;
};

/// Two ends, the points between them as small piano rolls, and how each track's notes, pitch, held
/// steps and silence go from one to the next. Shows and asks.
class InterpolatePanel : public QWidget {
    Q_OBJECT

  public:
    static constexpr int kLeastPoints = 2;
    static constexpr int kMostPoints = 33;

    explicit InterpolatePanel(QWidget* parent = nullptr);

    int points() const;
    int geometryIndex() const;
    RollStrip* rolls() const { return m_rolls; }
    const std::vector<CurveChart*>& charts() const { return m_charts; }

  public Q_SLOTS:
    void setPoints(int points);
    void setGeometryIndex(int index);
    /// Empty: not chosen yet.
    void setEnds(const QString& first, const QString& second);
    void setResult(const std::vector<canto::widgets::InterpolationPoint>& points, int bars);
    /// The point that sounds; -1 for none.
    void setActive(int point);
    void setStatus(const QString& text);

  Q_SIGNALS:
    void pointsChanged(int points);
    void geometryChanged(int index); ///< 0 linear, 1 spherical
    void endsFromPathAsked();
    void swapAsked();
    void playAllAsked();
    void playAsked(int point);
    void saveMidiAsked();
    void saveSoundAsked();

  private:
    ElidedLabel *m_first, *m_second;
    QLabel* m_status;
    QSpinBox* m_points;
    QComboBox* m_geometry;
    QToolButton *m_swap, *m_fromPath;
    QPushButton *m_play, *m_midi, *m_sound;
    RollStrip* m_rolls;
    std::vector<CurveChart*> m_charts;
};

} // namespace canto::widgets
