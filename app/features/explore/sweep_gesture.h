// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/features/explore/shape_controller.h"

#include <QTimer>

namespace canto::app {

/// The sweep of the latent dimensions of the current phrase: measured in the background while its
/// tab is open, one dimension after another. The slider of a dimension edits the phrase like the
/// other sliders. Thread: GUI.
class SweepGesture : public QObject {
    Q_OBJECT

  public:
    /// @param open  the model of the gestures, asked for each sweep.
    SweepGesture(ExploreDock& dock, ShapeController& shapes, const OpenModel& open,
                 QObject* parent = nullptr);

    /// The phrase or the fitted directions have changed.
    void refresh();
    /// Why there are no directions, shown instead of "preparing"; empty: no error.
    void setUnavailable(const QString& why);
    int measured() const { return m_done; }

  Q_SIGNALS:
    void finished();
    void problem(const QString& text, const QString& hint);

  private:
    void begin();
    void onSwept(const SweptValues& swept);
    void showDimension();

    ExploreDock& m_dock;
    ShapeController& m_shapes;
    const OpenModel& m_open;
    QTimer m_delay; ///< skips phrases that play only briefly
    models::Latent m_sweptOf;
    LearnedPtr m_sweptWith;
    QString m_unavailable; ///< see setUnavailable()
    int m_done = 0;
    LatestTask<SweepGesture> m_sweep{this, "sweep", Priority::Low};
};

} // namespace canto::app
