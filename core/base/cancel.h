// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <atomic>
#include <functional>
#include <memory>

namespace canto {

/// Makes a long computation stop. Every loop that a user can start checks one. Copies share one
/// flag; any thread may cancel.
class CancelToken {
  public:
    void cancel() const { m_flag->store(true, std::memory_order_relaxed); }
    bool cancelled() const { return m_flag->load(std::memory_order_relaxed); }

  private:
    std::shared_ptr<std::atomic<bool>> m_flag = std::make_shared<std::atomic<bool>>(false);
};

/// Called from time to time with (done, total) in units of the current work; total 0 means unknown.
/// Thread: that of the worker.
using Progress = std::function<void(std::size_t done, std::size_t total)>;

} // namespace canto
