// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/map/map_snapshot.h"

#include <QWidget>
#include <vector>

namespace canto::widgets {

class EpochStrip;
class LatentMap;

/// The map of a run: the points as the model of an epoch embeds them, with a strip to go back. The
/// points move between epochs. Thread: GUI.
class EpochView : public QWidget {
    Q_OBJECT

  public:
    explicit EpochView(QWidget* parent = nullptr);

    LatentMap* map() const { return m_map; }
    EpochStrip* strip() const { return m_strip; }
    int count() const { return int(m_epochs.size()); }

  public Q_SLOTS:
    /// All snapshots of a run have the same points in the same order.
    void addEpoch(canto::widgets::MapSnapshotPtr snapshot, const QString& title);
    void clear();

  Q_SIGNALS:
    /// A point was clicked on the map of an epoch.
    void pointAsked(int epoch, qint64 row);
    void seedAsked(int epoch, int seed);
    void closeAsked(); ///< back to the library's map

  protected:
    void showEvent(QShowEvent* event) override;

  private:
    void showEpoch(int epoch);

    LatentMap* m_map;
    EpochStrip* m_strip;
    std::vector<MapSnapshotPtr> m_epochs;
    int m_shown = -1;
};

} // namespace canto::widgets
