// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QMetaObject>
#include <QObject>
#include <memory>
#include <mutex>
#include <utility>

namespace canto::app {

/// Brings results from any thread to the thread of a QObject, for as long as that object lives:
/// its destructor calls close(), after which letters are thrown away. Copies share one box, so a
/// job left behind holds nothing that can dangle.
class GuiCallback {
  public:
    explicit GuiCallback(QObject* owner) : m_box(std::make_shared<Box>()) { m_box->owner = owner; }

    /// Calls `deliver` on the owner's thread, later. Thread: any.
    template <class F>
    void post(F&& deliver) const {
        const std::lock_guard lock(m_box->mutex);
        if (m_box->owner != nullptr) {
            QMetaObject::invokeMethod(m_box->owner, std::forward<F>(deliver), Qt::QueuedConnection);
        }
    }
    void close() {
        const std::lock_guard lock(m_box->mutex);
        m_box->owner = nullptr;
    }

  private:
    struct Box {
        std::mutex mutex;
        QObject* owner = nullptr;
    };
    std::shared_ptr<Box> m_box;
};

} // namespace canto::app
