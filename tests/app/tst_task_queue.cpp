// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/task_queue.h"

#include <QFile>
#include <QTest>
#include <atomic>
#include <sys/resource.h>
#include <thread>

using namespace canto;
using namespace canto::app;

/// Owns tasks and counts what is delivered to it.
class Owner : public QObject {
    Q_OBJECT

  public:
    explicit Owner(Priority priority = Priority::Normal, TaskQueue& queue = TaskQueue::shared())
        : task(this, "test", priority, queue) {
        connect(this, &Owner::result, this, [this](int value) { results.push_back(value); });
    }

    std::vector<int> results;
    LatestTask<Owner> task;

  Q_SIGNALS:
    void result(int value);
};

namespace {

using Run = LatestTask<Owner>::Run;

/// Closed until it is opened; copies are the same gate, so that a task may outlive its test.
class Gate {
  public:
    void wait() const { m_open->wait(false); }
    void open() {
        *m_open = true;
        m_open->notify_all();
    }

  private:
    std::shared_ptr<std::atomic<bool>> m_open = std::make_shared<std::atomic<bool>>(false);
};

std::shared_ptr<std::atomic<bool>> flag() { return std::make_shared<std::atomic<bool>>(false); }

QByteArray threadName() {
    QFile file(QStringLiteral("/proc/thread-self/comm"));
    return file.open(QIODevice::ReadOnly) ? file.readAll().trimmed() : QByteArray();
}

} // namespace

class TestTaskQueue : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theNewestTaskReplacesTheWaitingOne();
    void ofOneKindOneTaskRunsAtATime();
    void cancelReachesTheRunningTask();
    void resultsOfOlderTasksAreDropped();
    void whatIsDeliveredAlwaysArrives();
    void resultsArriveOnTheOwnersThread();
    void valuesAndErrorsOfAResult();
    void deliveriesToAGoneOwnerAreDropped();
    void aTaskThatNeverEndsIsLeftBehind();
    void aSilentTaskIsNoticed();
    void tasksDoNotWaitForEachOther();
    void threadsAreReused();
    void idleThreadsEnd();
    void aQueueEndsWithItsThreads();
    void threadsHaveNamesAndPriorities();
    void aThrottleLetsTheLastOneThrough();
};

void TestTaskQueue::theNewestTaskReplacesTheWaitingOne() {
    Owner owner;
    Gate gate;
    std::atomic<int> ran{0};
    std::atomic<bool> begun{false};
    owner.task.start([&](const Run&) {
        begun = true;
        gate.wait();
        ran += 1;
    });
    QTRY_VERIFY(begun);
    owner.task.start([&](const Run&) { ran += 10; });
    const auto last =
        owner.task.start([&](const Run& run) { ran += run.generation() == 3 ? 100 : 1000; });
    QCOMPARE(last, std::uint64_t(3));
    gate.open();
    QTRY_VERIFY(!owner.task.busy());
    QCOMPARE(ran.load(), 101);
}

void TestTaskQueue::ofOneKindOneTaskRunsAtATime() {
    Owner owner;
    std::atomic<int> running{0}, most{0}, ran{0};
    for (int i = 0; i < 200; ++i) {
        owner.task.start([&](const Run&) {
            most = std::max(most.load(), ++running);
            std::this_thread::yield();
            --running;
            ++ran;
        });
        std::this_thread::yield();
    }
    QTRY_VERIFY(!owner.task.busy());
    QVERIFY(ran > 0);
    QCOMPARE(most.load(), 1);
}

void TestTaskQueue::cancelReachesTheRunningTask() {
    Owner owner;
    std::atomic<bool> begun{false}, stopped{false};
    owner.task.start([&](const Run& run) {
        begun = true;
        while (!run.cancelled()) {
            std::this_thread::yield();
        }
        stopped = true;
    });
    QTRY_VERIFY(begun);
    const auto before = owner.task.generation();
    owner.task.cancel();
    QTRY_VERIFY(stopped);
    QVERIFY(owner.task.generation() > before);
}

void TestTaskQueue::resultsOfOlderTasksAreDropped() {
    Owner owner;
    Gate gate;
    std::atomic<bool> begun{false};
    owner.task.start([&](const Run& run) {
        run.deliver(&Owner::result, 1);
        begun = true;
        gate.wait();
        run.deliver(&Owner::result, 2);
    });
    while (!begun) { // without events: 1 is on its way when the next task is started
        std::this_thread::yield();
    }
    owner.task.start([](const Run& run) { run.deliver(&Owner::result, 3); });
    gate.open();
    QTRY_COMPARE(owner.results, std::vector<int>{3});
    owner.task.start([](const Run& run) { run.deliver(&Owner::result, 4); });
    while (owner.task.busy()) {
        std::this_thread::yield();
    }
    owner.task.cancel(); // 4 is on its way
    QCoreApplication::processEvents();
    QCOMPARE(owner.results, std::vector<int>{3});
}

void TestTaskQueue::whatIsDeliveredAlwaysArrives() {
    Owner owner;
    owner.task.start([](const Run& run) { run.deliverAlways(&Owner::result, 1); });
    while (owner.task.busy()) {
        std::this_thread::yield();
    }
    owner.task.cancel();
    QTRY_COMPARE(owner.results, std::vector<int>{1});
}

void TestTaskQueue::resultsArriveOnTheOwnersThread() {
    Owner owner;
    std::thread::id worked, arrived;
    owner.task.start([&](const Run& run) {
        worked = std::this_thread::get_id();
        run.deliver(
            [&](Owner& to, int value) {
                arrived = std::this_thread::get_id();
                to.results.push_back(value);
            },
            7);
    });
    QTRY_COMPARE(owner.results, std::vector<int>{7});
    QVERIFY(arrived == std::this_thread::get_id());
    QVERIFY(worked != arrived);
}

void TestTaskQueue::valuesAndErrorsOfAResult() {
    Owner owner;
    const auto onError = [](Owner& to, const Error& error) {
        to.results.push_back(error.code == Error::Code::BadInput ? -1 : -2);
    };
    const auto deliver = [&](const Result<int>& result) {
        owner.task.start([=](const Run& run) {
            run.deliverResult(result, &Owner::result, onError);
            run.deliver(&Owner::result, 0); // the end
        });
    };
    deliver(5);
    QTRY_COMPARE(owner.results, (std::vector{5, 0}));
    deliver(fail(Error::Code::BadInput, "wrong"));
    QTRY_COMPARE(owner.results, (std::vector{5, 0, -1, 0}));
    deliver(fail(Error::Code::Cancelled, "cancelled")); // nobody has to read this
    QTRY_COMPARE(owner.results, (std::vector{5, 0, -1, 0, 0}));
}

void TestTaskQueue::deliveriesToAGoneOwnerAreDropped() {
    const auto arrived = std::make_shared<std::atomic<int>>(0);
    const auto sent = flag();
    auto owner = std::make_unique<Owner>();
    owner->task.start([=](const Run& run) {
        run.deliverAlways([=] { ++*arrived; });
        *sent = true;
        while (!run.cancelled()) {
            std::this_thread::yield();
        }
        run.deliverAlways([=] { ++*arrived; });
    });
    while (!*sent) {
        std::this_thread::yield();
    }
    owner.reset(); // with one delivery on its way; the other comes while the task is waited for
    QCoreApplication::processEvents();
    QCOMPARE(arrived->load(), 0);
    QCOMPARE(arrived.use_count(), 1L); // and what they held is freed
}

void TestTaskQueue::aTaskThatNeverEndsIsLeftBehind() {
    Gate gate;
    const auto begun = flag(), over = flag();
    const auto arrived = flag();
    {
        Owner owner;
        owner.task.start([=](const Run& run) {
            *begun = true;
            gate.wait();
            run.deliverAlways([=] { *arrived = true; });
            *over = true;
        });
        QTRY_VERIFY(*begun);
        QVERIFY(!TaskQueue::leftBehind());
    }
    QVERIFY(!*over);                  // the destructor came back although the task did not
    QVERIFY(TaskQueue::leftBehind()); // so that main ends the process without static destructors
    gate.open();
    QTRY_VERIFY(*over);
    QCoreApplication::processEvents();
    QVERIFY(!*arrived);
}

void TestTaskQueue::aSilentTaskIsNoticed() {
    Owner owner;
    QCOMPARE(owner.task.silentFor().count(), 0);
    Gate gate, beaten;
    std::atomic<bool> answered{false};
    owner.task.start([&](const Run& run) {
        gate.wait();
        run.beat();
        answered = true;
        beaten.wait();
    });
    QTRY_VERIFY(owner.task.silentFor() >= std::chrono::milliseconds(100));
    const auto opened = std::chrono::steady_clock::now();
    gate.open();
    QTRY_VERIFY(answered);
    const auto silent = owner.task.silentFor(); // since the beat, which came after `opened`
    QVERIFY(silent <= std::chrono::steady_clock::now() - opened);
    beaten.open();
    QTRY_VERIFY(!owner.task.busy());
    QCOMPARE(owner.task.silentFor().count(), 0);
}

void TestTaskQueue::tasksDoNotWaitForEachOther() {
    // A hundred tasks that never end, and a click.
    Gate gate;
    std::vector<std::unique_ptr<Owner>> owners;
    std::atomic<int> begun{0};
    for (int i = 0; i < 100; ++i) {
        owners.push_back(std::make_unique<Owner>(i % 2 == 0 ? Priority::Normal : Priority::Low));
        owners.back()->task.start([&begun, gate](const Run&) {
            ++begun;
            gate.wait();
        });
    }
    Owner click;
    click.task.start([](const Run& run) { run.deliver(&Owner::result, 1); });
    QTRY_COMPARE(click.results, std::vector<int>{1});
    QTRY_COMPARE(begun.load(), 100);
    gate.open();
}

void TestTaskQueue::threadsAreReused() {
    TaskQueue queue(std::chrono::hours(1));
    QCOMPARE(queue.threads(), 0); // none before there is work
    {
        Owner a(Priority::Normal, queue), b(Priority::Normal, queue);
        for (int i = 1; i <= 50; ++i) {
            Owner& owner = i % 2 == 0 ? a : b;
            owner.task.start([](const Run& run) { run.deliver(&Owner::result, 1); });
            QTRY_COMPARE(int(a.results.size() + b.results.size()), i);
            QTRY_COMPARE(queue.idleThreads(), 1);
        }
    }
    QCOMPARE(queue.threads(), 1);
}

void TestTaskQueue::idleThreadsEnd() {
    TaskQueue queue(std::chrono::milliseconds(20));
    std::vector<std::unique_ptr<Owner>> owners;
    Gate gate;
    for (int i = 0; i < 8; ++i) {
        owners.push_back(std::make_unique<Owner>(Priority::Normal, queue));
        owners.back()->task.start([gate](const Run&) { gate.wait(); });
    }
    QCOMPARE(queue.threads(), 8);
    gate.open();
    QTRY_COMPARE(queue.threads(), 0);
    owners.front()->task.start([](const Run& run) { run.deliver(&Owner::result, 1); });
    QTRY_COMPARE(owners.front()->results, std::vector<int>{1}); // and begin again
}

void TestTaskQueue::aQueueEndsWithItsThreads() {
    std::atomic<int> ran{0};
    {
        TaskQueue queue(std::chrono::hours(1));
        for (int i = 0; i < 20; ++i) {
            queue.run(Priority::Low, "test", [&ran] { ++ran; });
        }
        QTRY_COMPARE(ran.load(), 20);
    } // comes back although the threads would have waited for an hour
    QCOMPARE(ran.load(), 20);
}

void TestTaskQueue::threadsHaveNamesAndPriorities() {
    const int own = getpriority(PRIO_PROCESS, 0); // of this thread; the tests may run at any
    const std::vector<std::pair<Priority, int>> expected{
        {Priority::Normal, 0}, {Priority::Low, 10}, {Priority::Lowest, 15}};
    for (const auto& [priority, nice] : expected) {
        TaskQueue queue;
        Owner owner(priority, queue);
        std::atomic<int> found{-100};
        QByteArray name;
        owner.task.start([&](const Run&) {
            name = threadName();
            found = getpriority(PRIO_PROCESS, 0);
        });
        QTRY_VERIFY(!owner.task.busy());
        QCOMPARE(found.load(), nice == 0 ? own : std::max(own, nice));
        QCOMPARE(name, QByteArray("canto:test"));
    }
}

void TestTaskQueue::aThrottleLetsTheLastOneThrough() {
    Throttle throttle(std::chrono::hours(1));
    QVERIFY(throttle.due(false)); // the first
    QVERIFY(!throttle.due(false));
    QVERIFY(throttle.due(true));
    QVERIFY(!throttle.due(false));
}

QTEST_GUILESS_MAIN(TestTaskQueue)
#include "tst_task_queue.moc"
