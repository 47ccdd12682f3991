// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/cancel.h"
#include "core/base/result.h"

#include <QObject>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

namespace canto::app {

/// How much processor time a task may take from others. Linux cannot raise the priority of a thread
/// again, so each value has threads of its own.
enum class Priority {
    Normal,
    Low,   ///< work of minutes: nice 10
    Lowest ///< work that nobody waits for: nice 15
};

/// A pool of threads. A task starts at once: on an idle thread, or on a new one when there is none,
/// so that no task waits for another. A thread without work ends after a while. Tasks run with the
/// settings of models::prepareInferenceThread(). Thread: any.
class TaskQueue {
  public:
    /// @param idle  how long a thread waits for more work before it ends.
    explicit TaskQueue(std::chrono::milliseconds idle = std::chrono::seconds(5));
    /// Ends the idle threads; those at work end after their task.
    ~TaskQueue();
    TaskQueue(const TaskQueue&) = delete;
    TaskQueue& operator=(const TaskQueue&) = delete;

    /// The one of this process.
    static TaskQueue& shared();
    /// @param name  of the thread meanwhile ("canto:" + name, cut at 15 bytes).
    void run(Priority priority, const char* name, std::function<void()> task);
    /// Threads of this pool, idle ones included.
    int threads() const;
    int idleThreads() const;
    /// Whether a task outlived its LatestTask: the program must then not run its static destructors
    /// (quickExit, core/base/quick_exit.h), because that task still uses what they take away.
    static bool leftBehind();

  private:
    struct State;
    std::shared_ptr<State> m_state;
};

/// A running task's view of itself. Thread: the task's.
class TaskRun {
  public:
    struct State;
    TaskRun(std::shared_ptr<State> state, std::uint64_t generation, CancelToken cancel);

    std::uint64_t generation() const { return m_generation; }
    const CancelToken& cancel() const { return m_cancel; }
    bool cancelled() const { return m_cancel.cancelled(); }
    /// A sign of life, due at least once a second from work that takes longer.
    void beat() const;

  protected:
    /// Calls `deliver` on the owner's thread, later, if the owner still exists then.
    /// @param always  also when a newer task was started, or this one cancelled, meanwhile.
    void post(std::function<void()> deliver, bool always) const;

  private:
    std::shared_ptr<State> m_state;
    std::uint64_t m_generation;
    CancelToken m_cancel;
};

/// The part of LatestTask that does not depend on its owner.
class LatestTaskBase {
  public:
    LatestTaskBase(const LatestTaskBase&) = delete;
    LatestTaskBase& operator=(const LatestTaskBase&) = delete;

    /// Cancels the running task and drops the waiting one. Nothing they deliver arrives any more,
    /// except by deliverAlways().
    void cancel();
    /// Number of the newest task; cancel() takes a number, too, which no result ever carries.
    std::uint64_t generation() const;
    bool busy() const;
    /// Time since the running task last gave a sign of life; 0 when idle.
    std::chrono::milliseconds silentFor() const;

  protected:
    using Work = std::function<void(const std::shared_ptr<TaskRun::State>&, std::uint64_t,
                                    const CancelToken&)>;
    LatestTaskBase(QObject* owner, const char* name, Priority priority, TaskQueue& queue);
    ~LatestTaskBase();
    std::uint64_t startWork(Work work);

  private:
    std::shared_ptr<TaskRun::State> m_state;
};

/// One kind of work, of which only the newest request matters: a new task cancels the running one
/// and replaces the waiting one, so that at most one runs at a time. Tasks are numbered from 1
/// upwards.
///
/// A task may hold only values and shared pointers. It may name its owner in what it delivers, and
/// nowhere else: deliveries run on the owner's thread and are dropped when the owner is gone.
///
/// The destructor cancels and waits for the running task for up to two seconds; a task that has not
/// reacted by then is left to itself (TaskQueue::leftBehind). Thread: the owner's.
template <class Owner>
class LatestTask : public LatestTaskBase {
  public:
    class Run : public TaskRun {
      public:
        Run(Owner* owner, std::shared_ptr<State> state, std::uint64_t generation,
            const CancelToken& cancel)
            : TaskRun(std::move(state), generation, cancel), m_owner(owner) {}

        /// Calls a signal or another member of the owner, a function of (Owner&, arguments...), or
        /// one of (arguments...), on the owner's thread, later; unless a newer task was started or
        /// this one cancelled meanwhile.
        template <class F, class... Arguments>
        void deliver(F f, Arguments... arguments) const {
            post(bound(std::move(f), std::move(arguments)...), false);
        }
        /// The same, whatever was started meanwhile.
        template <class F, class... Arguments>
        void deliverAlways(F f, Arguments... arguments) const {
            post(bound(std::move(f), std::move(arguments)...), true);
        }
        /// Delivers an error, unless it says that the task was cancelled.
        template <class F>
        void deliverError(F f, const Error& error) const {
            if (error.code != Error::Code::Cancelled) {
                deliver(std::move(f), error);
            }
        }
        /// Delivers the value of a result, or its error.
        template <class T, class F, class G>
        void deliverResult(Result<T> result, F onValue, G onError) const {
            if (result) {
                deliver(std::move(onValue), std::move(*result));
            } else {
                deliverError(std::move(onError), result.error());
            }
        }

      private:
        template <class F, class... Arguments>
        std::function<void()> bound(F f, Arguments... arguments) const {
            return [owner = m_owner, f = std::move(f),
                    ... arguments = std::move(arguments)]() mutable {
                if constexpr (std::is_invocable_v<F&, Owner&, const Arguments&...>) {
                    std::invoke(f, *owner, std::as_const(arguments)...);
                } else {
                    std::invoke(f, std::as_const(arguments)...);
                }
            };
        }

        Owner* m_owner; ///< used in deliveries only
    };
    using Job = std::function<void(const Run&)>;

    explicit LatestTask(Owner* owner, const char* name, Priority priority = Priority::Normal,
                        TaskQueue& queue = TaskQueue::shared())
        : LatestTaskBase(owner, name, priority, queue), m_owner(owner) {}

    /// @return the generation of the task, the newest there is.
    std::uint64_t start(Job job) {
        return startWork(
            [owner = m_owner, job = std::move(job)](
                const std::shared_ptr<TaskRun::State>& state, std::uint64_t generation,
                const CancelToken& cancel) { job(Run(owner, state, generation, cancel)); });
    }

  private:
    Owner* m_owner;
};

/// Lets reports of progress through now and then. Thread: one at a time.
class Throttle {
  public:
    explicit Throttle(std::chrono::milliseconds every)
        : m_every(every), m_last(std::chrono::steady_clock::now() - every) {}

    /// @param last  of a series: always let through.
    bool due(bool last) {
        const auto now = std::chrono::steady_clock::now();
        const bool yes = last || now - m_last >= m_every;
        m_last = yes ? now : m_last;
        return yes;
    }

  private:
    std::chrono::milliseconds m_every;
    std::chrono::steady_clock::time_point m_last;
};

} // namespace canto::app
