// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/map/raster_worker.h"

namespace canto::widgets {

RasterWorker::RasterWorker(QObject* parent)
    : QObject(parent), m_thread([this](const std::stop_token& stop) { work(stop); }) {}

RasterWorker::~RasterWorker() {
    m_thread.request_stop();
    {
        const std::lock_guard lock(m_mutex);
        m_waiting.reset();
        m_cancel.cancel();
    }
    m_wake.notify_all();
    m_thread.join();
}

std::uint64_t RasterWorker::request(RasterRequest request, Running running) {
    const std::lock_guard lock(m_mutex);
    m_waiting = std::move(request);
    if (running == Running::GiveUp) {
        m_cancel.cancel();
    }
    m_wake.notify_one();
    return ++m_generation;
}

std::uint64_t RasterWorker::generation() const {
    const std::lock_guard lock(m_mutex);
    return m_generation;
}

void RasterWorker::work(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        RasterRequest request;
        CancelToken cancel;
        std::uint64_t generation = 0;
        {
            std::unique_lock lock(m_mutex);
            if (!m_wake.wait(lock, stop, [this] { return m_waiting.has_value(); })) {
                return;
            }
            request = std::move(*m_waiting);
            m_waiting.reset();
            m_cancel = cancel;
            generation = m_generation;
        }
        Raster raster = rasterise(request, cancel);
        if (!raster.image.isNull()) {
            QMetaObject::invokeMethod(
                this,
                [this, generation, raster = std::move(raster)] {
                    Q_EMIT finished(generation, raster);
                },
                Qt::QueuedConnection);
        }
    }
}

} // namespace canto::widgets
