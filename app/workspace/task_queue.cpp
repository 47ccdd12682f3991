// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/task_queue.h"

#include "models/common/device.h"
#include "models/common/loading.h"

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <pthread.h>
#include <string>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace canto::app {

namespace {

using TaskClock = std::chrono::steady_clock;

constexpr auto kPatienceAtEnd = std::chrono::seconds(2);
constexpr std::array kNiceOfPriority{0, 10, 15};

std::atomic<bool> anyLeftBehind{false};

void nameThread(const char* name) {
    const std::string all = std::string("canto:") + name;
    pthread_setname_np(pthread_self(), all.substr(0, 15).c_str());
}

/// Linux keeps the value for each thread; the threads it starts inherit it. Where the system
/// refuses, the thread goes on as it is.
void lowerPriority(int steps) {
    const auto thread = static_cast<id_t>(syscall(SYS_gettid));
    [[maybe_unused]] const int refused = setpriority(PRIO_PROCESS, thread, steps);
}

} // namespace

struct TaskQueue::State {
    struct Item {
        std::string name;
        std::function<void()> task;
    };
    /// The threads of one priority.
    struct Lane {
        std::condition_variable wake;
        std::deque<Item> waiting;
        std::size_t idle = 0; ///< threads that wait for an item
    };

    explicit State(std::chrono::milliseconds idle) : idleTime(idle) {}

    const std::chrono::milliseconds idleTime;
    mutable std::mutex mutex;
    std::array<Lane, kNiceOfPriority.size()> lanes;
    std::map<std::thread::id, std::thread> threads;
    std::vector<std::thread> ended; ///< to be joined
    std::size_t working = 0;        ///< threads that run a task or are about to look for one
    std::condition_variable settled;
    bool closing = false;

    void run(std::size_t number) {
        if (kNiceOfPriority[number] > 0) {
            lowerPriority(kNiceOfPriority[number]);
        }
        Lane& lane = lanes[number];
        std::unique_lock lock(mutex);
        while (true) {
            if (lane.waiting.empty()) {
                nameThread("idle");
                ++lane.idle;
                --working;
                settled.notify_all();
                lane.wake.wait_for(lock, idleTime,
                                   [&] { return closing || !lane.waiting.empty(); });
                --lane.idle;
                ++working;
            }
            if (lane.waiting.empty()) {
                break;
            }
            Item item = std::move(lane.waiting.front());
            lane.waiting.pop_front();
            lock.unlock();
            nameThread(item.name.c_str());
            if (models::loaded()) { // else the task itself loads them, if it needs them
                models::prepareInferenceThread();
            }
            item.task();
            item.task = nullptr;
            lock.lock();
        }
        --working;
        std::vector<std::thread> before;
        if (auto own = threads.extract(std::this_thread::get_id())) {
            before.swap(ended);
            ended.push_back(std::move(own.mapped()));
        }
        settled.notify_all();
        lock.unlock();
        for (std::thread& thread : before) {
            thread.join();
        }
    }
};

TaskQueue::TaskQueue(std::chrono::milliseconds idle) : m_state(std::make_shared<State>(idle)) {}

TaskQueue::~TaskQueue() {
    std::unique_lock lock(m_state->mutex);
    m_state->closing = true;
    for (State::Lane& lane : m_state->lanes) {
        lane.wake.notify_all();
    }
    m_state->settled.wait(lock, [this] { return m_state->threads.size() <= m_state->working; });
    for (auto& [id, thread] : m_state->threads) {
        thread.detach();
    }
    m_state->threads.clear();
    auto ended = std::exchange(m_state->ended, {});
    lock.unlock();
    for (std::thread& thread : ended) {
        thread.join();
    }
}

TaskQueue& TaskQueue::shared() {
    static TaskQueue queue;
    return queue;
}

void TaskQueue::run(Priority priority, const char* name, std::function<void()> task) {
    const auto number = static_cast<std::size_t>(priority);
    const std::lock_guard lock(m_state->mutex);
    State::Lane& lane = m_state->lanes[number];
    lane.waiting.push_back({name, std::move(task)});
    if (lane.waiting.size() <= lane.idle) {
        lane.wake.notify_one();
        return;
    }
    std::thread thread([state = m_state, number] { state->run(number); });
    ++m_state->working;
    const auto id = thread.get_id();
    m_state->threads.emplace(id, std::move(thread));
}

int TaskQueue::threads() const {
    const std::lock_guard lock(m_state->mutex);
    return static_cast<int>(m_state->threads.size());
}

int TaskQueue::idleThreads() const {
    const std::lock_guard lock(m_state->mutex);
    return static_cast<int>(m_state->threads.size() - m_state->working);
}

bool TaskQueue::leftBehind() { return anyLeftBehind.load(); }

struct TaskRun::State {
    State(QObject* owner_, const char* name_, Priority priority_, TaskQueue& queue_)
        : name(name_), priority(priority_), queue(queue_), owner(owner_) {}

    const char* const name;
    const Priority priority;
    TaskQueue& queue;                        ///< not used once `closed` is set
    std::atomic<TaskClock::rep> lastBeat{0}; ///< 0: idle
    std::mutex mutex;                        ///< of what follows
    std::condition_variable over;
    QObject* owner; ///< null: gone
    std::function<void(const std::shared_ptr<State>&, std::uint64_t, const CancelToken&)> waiting;
    CancelToken running; ///< of the task that runs
    std::uint64_t generation = 0;
    bool scheduled = false; ///< a thread runs `work`, or will
    bool executing = false;

    void beat() {
        lastBeat.store(TaskClock::now().time_since_epoch().count(), std::memory_order_relaxed);
    }

    void work(const std::shared_ptr<State>& self) {
        std::unique_lock lock(mutex);
        while (waiting) {
            auto task = std::exchange(waiting, nullptr);
            running = CancelToken();
            const CancelToken cancel = running;
            const std::uint64_t number = generation;
            executing = true;
            beat();
            lock.unlock();
            task(self, number, cancel);
            task = nullptr; // what it holds is freed before anybody learns that it is done
            lock.lock();
            executing = false;
            lastBeat.store(0, std::memory_order_relaxed);
        }
        scheduled = false;
        over.notify_all();
    }
};

TaskRun::TaskRun(std::shared_ptr<State> state, std::uint64_t generation, CancelToken cancel)
    : m_state(std::move(state)), m_generation(generation), m_cancel(std::move(cancel)) {}

void TaskRun::beat() const { m_state->beat(); }

void TaskRun::post(std::function<void()> deliver, bool always) const {
    const auto arrive = [state = m_state, generation = m_generation, always,
                         deliver = std::move(deliver)] {
        std::unique_lock lock(state->mutex);
        const bool wanted = state->owner != nullptr && (always || state->generation == generation);
        lock.unlock();
        if (wanted) {
            deliver();
        }
    };
    const std::lock_guard lock(m_state->mutex);
    if (m_state->owner != nullptr) {
        QMetaObject::invokeMethod(m_state->owner, arrive, Qt::QueuedConnection);
    }
}

LatestTaskBase::LatestTaskBase(QObject* owner, const char* name, Priority priority,
                               TaskQueue& queue)
    : m_state(std::make_shared<TaskRun::State>(owner, name, priority, queue)) {}

LatestTaskBase::~LatestTaskBase() {
    std::unique_lock lock(m_state->mutex);
    m_state->owner = nullptr;
    m_state->waiting = nullptr;
    m_state->running.cancel();
    if (!m_state->over.wait_for(lock, kPatienceAtEnd, [this] { return !m_state->executing; })) {
        anyLeftBehind.store(true);
    }
}

std::uint64_t LatestTaskBase::startWork(Work work) {
    const std::lock_guard lock(m_state->mutex);
    m_state->running.cancel();
    m_state->waiting = std::move(work);
    if (!m_state->scheduled) {
        m_state->scheduled = true;
        m_state->queue.run(m_state->priority, m_state->name,
                           [state = m_state] { state->work(state); });
    }
    return ++m_state->generation;
}

void LatestTaskBase::cancel() {
    const std::lock_guard lock(m_state->mutex);
    m_state->running.cancel();
    m_state->waiting = nullptr;
    ++m_state->generation;
}

std::uint64_t LatestTaskBase::generation() const {
    const std::lock_guard lock(m_state->mutex);
    return m_state->generation;
}

bool LatestTaskBase::busy() const {
    const std::lock_guard lock(m_state->mutex);
    return m_state->executing || m_state->waiting;
}

std::chrono::milliseconds LatestTaskBase::silentFor() const {
    const TaskClock::rep last = m_state->lastBeat.load(std::memory_order_relaxed);
    if (last == 0) {
        return std::chrono::milliseconds(0);
    }
    const TaskClock::duration silent =
        TaskClock::now().time_since_epoch() - TaskClock::duration(last);
    return std::chrono::duration_cast<std::chrono::milliseconds>(silent);
}

} // namespace canto::app
