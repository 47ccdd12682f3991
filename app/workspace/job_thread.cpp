// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/job_thread.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace canto::app {

using Clock = std::chrono::steady_clock;

namespace {

std::atomic<bool> anyLeftBehind{false};

} // namespace

bool JobThread::leftBehind() { return anyLeftBehind.load(); }

struct JobContext::Pulse {
    std::atomic<Clock::rep> last{0}; ///< 0: idle

    void beat() { last.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed); }
};

JobContext::JobContext(std::uint64_t generation, CancelToken cancel, std::shared_ptr<Pulse> pulse)
    : m_generation(generation), m_cancel(std::move(cancel)), m_pulse(std::move(pulse)) {}

void JobContext::beat() const { m_pulse->beat(); }

struct JobThread::State {
    std::mutex mutex;
    std::condition_variable wake;
    std::condition_variable over;
    Job waiting;
    CancelToken running; ///< of the job that runs
    std::uint64_t generation = 0;
    bool busy = false;
    bool stopping = false;
    bool ended = false;
    std::shared_ptr<JobContext::Pulse> pulse = std::make_shared<JobContext::Pulse>();
    std::thread thread;

    void run() {
        std::unique_lock lock(mutex);
        while (true) {
            wake.wait(lock, [this] { return stopping || waiting; });
            if (stopping) {
                break;
            }
            Job job = std::exchange(waiting, nullptr);
            running = CancelToken();
            const JobContext context(generation, running, pulse);
            busy = true;
            pulse->beat();
            lock.unlock();
            job(context);
            job = nullptr; // what it holds is freed before anybody is told that it is done
            lock.lock();
            busy = false;
            pulse->last.store(0, std::memory_order_relaxed);
        }
        ended = true;
        over.notify_all();
    }
};

JobThread::JobThread() : m_state(std::make_shared<State>()) {
    m_state->thread = std::thread([state = m_state] { state->run(); });
}

JobThread::~JobThread() {
    std::unique_lock lock(m_state->mutex);
    m_state->stopping = true;
    m_state->waiting = nullptr;
    m_state->running.cancel();
    m_state->wake.notify_all();
    const bool ended =
        m_state->over.wait_for(lock, std::chrono::seconds(2), [this] { return m_state->ended; });
    lock.unlock();
    if (ended) {
        m_state->thread.join();
    } else {
        anyLeftBehind.store(true);
        m_state->thread.detach();
    }
}

std::uint64_t JobThread::replace(Job job) {
    const std::lock_guard lock(m_state->mutex);
    m_state->running.cancel();
    m_state->waiting = std::move(job);
    ++m_state->generation;
    m_state->wake.notify_all();
    return m_state->generation;
}

void JobThread::cancel() {
    const std::lock_guard lock(m_state->mutex);
    m_state->running.cancel();
    m_state->waiting = nullptr;
    ++m_state->generation;
}

std::uint64_t JobThread::generation() const {
    const std::lock_guard lock(m_state->mutex);
    return m_state->generation;
}

bool JobThread::busy() const {
    const std::lock_guard lock(m_state->mutex);
    return m_state->busy || m_state->waiting;
}

std::chrono::milliseconds JobThread::silentFor() const {
    const Clock::rep last = m_state->pulse->last.load(std::memory_order_relaxed);
    if (last == 0) {
        return std::chrono::milliseconds(0);
    }
    const Clock::duration silent = Clock::now().time_since_epoch() - Clock::duration(last);
    return std::chrono::duration_cast<std::chrono::milliseconds>(silent);
}

} // namespace canto::app
