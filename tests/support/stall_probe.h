// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

// For benchmarks that work on the real window: clicks, waiting, and how long the window keeps a
// person waiting.

#include <QApplication>
#include <QEventLoop>
#include <QMouseEvent>
#include <QTimer>
#include <QWidget>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

namespace canto::test {

using Clock = std::chrono::steady_clock;

/// A second thread queues a call to the window every 4 ms, whether or not the last was handled; the
/// time until it is handled is the stall somebody would feel at that moment.
class StallProbe : public QObject {
  public:
    StallProbe() {
        m_thread = std::jthread([this](const std::stop_token& stop) {
            auto next = Clock::now();
            while (!stop.stop_requested()) {
                next += std::chrono::milliseconds(4);
                std::this_thread::sleep_until(next);
                QMetaObject::invokeMethod(
                    this, [this, sent = Clock::now()] { take(sent); }, Qt::QueuedConnection);
            }
        });
    }
    /// Shares of the calls by the time they waited, to 0.1 ms.
    nlohmann::json figures() const {
        const auto at = [&](double share) {
            const auto wanted = std::uint64_t(share * double(m_calls));
            std::uint64_t before = 0;
            std::size_t bin = 0;
            while (bin + 1 < m_bins.size() && before + m_bins[bin] <= wanted) {
                before += m_bins[bin++];
            }
            return double(bin) / kBinsPerMs;
        };
        return {{"calls", m_calls},
                {"p50Ms", at(0.5)},
                {"p95Ms", at(0.95)},
                {"p99Ms", at(0.99)},
                {"maxMs", m_longest}};
    }

  private:
    static constexpr double kBinsPerMs = 10;

    void take(Clock::time_point sent) {
        const double ms = std::chrono::duration<double, std::milli>(Clock::now() - sent).count();
        m_longest = std::max(m_longest, ms);
        ++m_bins[std::min(m_bins.size() - 1, std::size_t(ms * kBinsPerMs))];
        ++m_calls;
    }

    std::vector<std::uint32_t> m_bins = std::vector<std::uint32_t>(50'000);
    std::uint64_t m_calls = 0;
    double m_longest = 0;
    std::jthread m_thread; ///< last: it ends first
};

/// Lets the window run until something holds. @return false: it did not in that time.
inline bool until(const std::function<bool()>& done, int seconds) {
    QEventLoop loop;
    QTimer look;
    const auto end = Clock::now() + std::chrono::seconds(seconds);
    QObject::connect(&look, &QTimer::timeout, &loop, [&] {
        if (done() || Clock::now() > end) {
            loop.quit();
        }
    });
    look.start(5);
    loop.exec();
    return done();
}

/// A click of the left button, in pixels of the widget.
inline void click(QWidget& widget, QPointF at) {
    for (const auto type : {QEvent::MouseButtonPress, QEvent::MouseButtonRelease}) {
        QMouseEvent event(type, at, widget.mapToGlobal(at), Qt::LeftButton,
                          type == QEvent::MouseButtonPress ? Qt::LeftButton : Qt::NoButton,
                          Qt::NoModifier);
        QApplication::sendEvent(&widget, &event);
    }
}

} // namespace canto::test
