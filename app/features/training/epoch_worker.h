// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/runs/epoch_maps.h"
#include "app/workspace/inference_worker.h"
#include "widgets/map/map_snapshot.h"

#include <QObject>
#include <QStringList>

namespace canto::app {

/// What an epoch is heard with: one of the four seeds, or a point of its map.
struct EpochPhrase {
    int seed = -1;   ///< 0 to 3, or
    qint64 row = -1; ///< row of the map
};

/// Places the sample of a run by the model of each epoch, and plays phrases through them, on two
/// threads that run at lower priority than everything else. Thread: GUI; signals come later.
class EpochWorker : public QObject {
    Q_OBJECT

  public:
    explicit EpochWorker(QObject* parent = nullptr);
    ~EpochWorker() override; ///< cancels; never waits longer than four seconds

    /// Begins a run: forgets the one before.
    void open(const std::filesystem::path& dataset, const EpochMapOptions& options = {});
    /// Maps another epoch, after those asked for before.
    /// @param copy  where the weights are copied to first, when the file will change; may be empty.
    void add(const std::filesystem::path& weights, const QString& title,
             const std::filesystem::path& copy = {});
    /// Encodes and decodes a phrase by the weights of an epoch; the newest request wins.
    std::uint64_t play(const std::filesystem::path& weights, EpochPhrase what);
    void close();
    bool busy() const;

  Q_SIGNALS:
    void opened(const QStringList& seedTitles);
    void mapped(const canto::widgets::MapSnapshotPtr& snapshot, const QString& title,
                const QString& weights);
    void item(std::uint64_t request, const canto::app::SongPtr& song, const QString& title);
    void failed(const canto::Error& error);

  private:
    struct Run;
    void drain();

    std::shared_ptr<Run> m_run;
    JobThread m_maps, m_playbackThread;
    GuiCallback m_gui;
};

} // namespace canto::app
