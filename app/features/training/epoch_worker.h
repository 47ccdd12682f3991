// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/runs/epoch_maps.h"
#include "app/workspace/inference_worker.h"
#include "widgets/map/map_snapshot.h"

#include <QObject>
#include <QStringList>

namespace canto::app {

/// The sample of a run, laid out for one epoch and coloured by its classes. Thread: any.
widgets::MapSnapshotPtr snapshotOf(const EpochMaps& maps,
                                   const std::vector<projection::MapPoint>& places);

/// What is played through the weights of an epoch: one of the four seeds, or a point of its map.
struct EpochPhrase {
    int seed = -1;   ///< 0 to 3, or
    qint64 row = -1; ///< row of the map
};

/// Maps the sample of a run by the model of each epoch, at the lowest priority, and plays phrases
/// through these models. Thread: GUI; signals come later.
class EpochWorker : public QObject {
    Q_OBJECT

  public:
    explicit EpochWorker(QObject* parent = nullptr);
    ~EpochWorker() override; ///< cancels

    /// Begins a run: forgets the one before.
    void open(const std::filesystem::path& dataset, const EpochMapOptions& options = {});
    /// Maps another epoch, after those asked for before.
    /// @param copy  where the weights are copied to first, when the file will change; may be empty.
    void add(const std::filesystem::path& weights, const QString& title,
             const std::filesystem::path& copy = {});
    /// Encodes and decodes a phrase by the weights of an epoch; the newest request wins.
    void play(const std::filesystem::path& weights, EpochPhrase what);
    void close();
    bool busy() const;

  Q_SIGNALS:
    void opened(const QStringList& seedTitles);
    void mapped(const canto::widgets::MapSnapshotPtr& snapshot, const QString& title,
                const QString& weights);
    void item(const canto::app::SongPtr& song, int bars, const QString& title);
    void failed(const canto::Error& error);

  private:
    struct Run;
    using Task = LatestTask<EpochWorker>;
    void startMapping();
    static void mapWaiting(const Task::Run& task, const std::shared_ptr<Run>& run);
    static void playPhrase(const Task::Run& task, Run& run, const std::filesystem::path& weights,
                           EpochPhrase what);

    std::shared_ptr<Run> m_run;
    Task m_maps{this, "epoch maps", Priority::Lowest};
    Task m_playback{this, "epoch play"};
};

} // namespace canto::app
