// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace canto::app {

/// What a running job knows of its thread.
class JobContext {
  public:
    struct Pulse;
    JobContext(std::uint64_t generation, CancelToken cancel, std::shared_ptr<Pulse> pulse);

    std::uint64_t generation() const { return m_generation; }
    const CancelToken& cancel() const { return m_cancel; }
    bool cancelled() const { return m_cancel.cancelled(); }
    /// "Still alive": to be called at least once a second by work that takes longer.
    void beat() const;

  private:
    std::uint64_t m_generation;
    CancelToken m_cancel;
    std::shared_ptr<Pulse> m_pulse;
};

/// A thread of its own for one kind of work, of which only the newest piece matters: a new job
/// cancels the running one and replaces the waiting one. Jobs are numbered from 1 upwards, so that
/// results carry the generation they belong to.
///
/// A job may only hold values and shared pointers: a job that does not react to its cancel is left
/// behind when the JobThread goes.
///
/// Thread: the owner's; jobs run on the thread of the JobThread.
class JobThread {
  public:
    using Job = std::function<void(const JobContext&)>;

    JobThread();
    /// Cancels and joins. A job that has not come back after two seconds is left to itself.
    ~JobThread();
    JobThread(const JobThread&) = delete;
    JobThread& operator=(const JobThread&) = delete;

    /// @return the generation of the job, the newest there is.
    std::uint64_t replace(Job job);
    /// Cancels what runs and drops what waits; what it still delivers has an old generation.
    void cancel();
    /// Of the newest job; cancel() makes a new one, that no result ever carries.
    std::uint64_t generation() const;
    bool busy() const;
    /// Whether a job was ever left to itself: then the program must not run its static destructors
    /// (quickExit, core/base/quick_exit.h), for they would take away what that job still uses.
    static bool leftBehind();
    /// Time since the running job last gave a sign of life; 0 when idle.
    std::chrono::milliseconds silentFor() const;

  private:
    struct State;
    std::shared_ptr<State> m_state;
};

} // namespace canto::app
