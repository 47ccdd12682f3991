// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "widgets/map/map_raster.h"

#include <QObject>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace canto::widgets {

/// Draws rasters on a thread of its own; the newest request wins: it replaces one that waits, and
/// one that is being drawn is given up when asked. Joins at destruction.
class RasterWorker : public QObject {
    Q_OBJECT

  public:
    enum class Running { Finish, GiveUp };

    explicit RasterWorker(QObject* parent = nullptr);
    ~RasterWorker() override;

    /// @param running  what becomes of a raster being drawn now. GiveUp when it would be wrong
    ///                 (other colours); Finish while panning, or nothing would ever be finished.
    /// @return the generation that its result carries. Thread: any.
    std::uint64_t request(RasterRequest request, Running running);
    /// Generation of the newest request.
    std::uint64_t generation() const;

  Q_SIGNALS:
    /// On the thread of this object.
    void finished(quint64 generation, canto::widgets::Raster raster);

  private:
    void work(const std::stop_token& stop);

    mutable std::mutex m_mutex;
    std::condition_variable_any m_wake;
    std::optional<RasterRequest> m_waiting;
    CancelToken m_cancel; ///< of the raster being drawn
    std::uint64_t m_generation = 0;
    std::jthread m_thread; ///< last: starts when all else is there
};

} // namespace canto::widgets
