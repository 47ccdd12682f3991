// SPDX-License-Identifier: GPL-3.0-or-later
// A run as the window and the command line control it: commands from another thread, reports, and
// how it ends.

#include "models/train/trainer.h"
#include "small_music.h"
#include "tests/support/test_support.h"
#include "toy_trainable.h"

#include "models/common/device.h"
#include "models/registry/registry.h"

#include <atomic>
#include <thread>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::train;
using canto::test::smallRun;
using canto::test::stepsOf;
using canto::test::Toy;

namespace {

/// Returns the given scores in its validations.
class Scripted : public Toy {
  public:
    explicit Scripted(std::vector<double> scores) : Toy(1000000), m_scores(std::move(scores)) {}
    Result<Measures> validate(const Stop&) override {
        return Measures{{"score", m_scores.at(validations++)}};
    }
    std::size_t validations = 0;

  private:
    std::vector<double> m_scores;
};

/// Has no validation data.
class Unvalidated : public Toy {
  public:
    Unvalidated() : Toy(1000000) {}
    bool hasValidation() const override { return false; }
    Result<Measures> validate(const Stop&) override { return Measures{}; }
};

/// Its first validation lasts until it is asked to stop.
class Patient : public Toy {
  public:
    Patient() : Toy(1000000) {}
    Result<Measures> validate(const Stop& stop) override {
        ++validations;
        while (validations == 1 && !stop()) {
            std::this_thread::yield();
        }
        if (stop()) {
            return fail(Error::Code::Cancelled, "Cancelled");
        }
        return Measures{{"score", 1.0}};
    }
    std::atomic<int> validations = 0;
};

/// Requests more memory than there is, from step 3 on.
class Hungry : public Toy {
  public:
    Hungry() : Toy(1000000) {}
    LossTerms losses(const Phase& phase, StepContext& context) override {
        if (context.step >= 3) {
            torch::empty({std::int64_t(1) << 50});
        }
        return Toy::losses(phase, context);
    }
};

} // namespace

class TestRunControl : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_run = test::pathIn(*m_folder, "run");
    }

    void pausedModelCanBePlayedAndTheRunGoesOnAsIfNothingWas() {
        const auto whole = test::pathIn(*m_folder, "whole");
        QVERIFY_RESULT(Trainer(smallRun(), whole, stepsOf(8)).run());

        const RunControl control;
        std::atomic<bool> paused = false;
        std::vector<RunEvent> events;
        Observer observer;
        observer.onStep = [&](const StepReport& report) {
            if (report.step == 3) {
                control.pause();
            }
        };
        observer.onEvent = [&](const RunEvent& event) {
            events.push_back(event);
            paused = paused || event.kind == RunEvent::Kind::Paused;
        };
        Trainer trainer(smallRun(), m_run, stepsOf(8));
        Result<TrainResult> result;
        std::thread worker([&] { result = trainer.run(control, observer); });
        QTRY_VERIFY(paused);
        const auto model = openModel((m_run / "last.safetensors").string());
        control.resume();
        worker.join();
        QVERIFY_RESULT(model);
        QCOMPARE((*model)->info().card.at("steps"), std::string("3"));
        QVERIFY_RESULT(result);
        QCOMPARE(result->end, End::Complete);
        QCOMPARE(events.size(), std::size_t(3)); // Started, Paused, Resumed
        QCOMPARE(events[2].kind, RunEvent::Kind::Resumed);
        QCOMPARE(events[2].step, std::int64_t(3)); // not one step more while it waited
        const auto expected = test::tensorsOf(whole / "checkpoint-8.safetensors");
        QVERIFY(!expected.empty());
        QVERIFY(test::tensorsOf(m_run / "checkpoint-8.safetensors") == expected);
    }

    void pauseDoesNotWaitForAValidation() {
        auto patient = std::make_shared<Patient>();
        const RunControl control;
        std::atomic<bool> paused = false;
        Observer observer;
        observer.onEvent = [&](const RunEvent& event) {
            paused = paused || event.kind == RunEvent::Kind::Paused;
        };
        Trainer trainer(patient, m_run, stepsOf(4));
        Result<TrainResult> result;
        std::thread worker([&] { result = trainer.run(control, observer); });
        QTRY_COMPARE(patient->validations.load(), 1);
        control.pause();
        QTRY_VERIFY(paused);
        control.resume();
        worker.join();
        QVERIFY_RESULT(result);
        QCOMPARE(patient->validations.load(), 2); // the broken one is made again
        QCOMPARE(result->epochs, 1);
    }

    void finishEndsTheEpochAndLeavesUsableWeights() {
        const RunControl control;
        std::vector<EpochReport> epochs;
        Observer observer;
        observer.onStep = [&](const StepReport& report) {
            if (report.step == 7) {
                control.finish();
            }
        };
        observer.onEpoch = [&](const EpochReport& epoch) { epochs.push_back(epoch); };
        const auto result = Trainer(smallRun(), m_run, stepsOf(1000)).run(control, observer);
        QVERIFY_RESULT(result);
        QCOMPARE(result->end, End::Finished);
        QCOMPARE(result->steps, std::int64_t(7));
        QCOMPARE(epochs.size(), std::size_t(1));
        QVERIFY(epochs.front().best);
        QVERIFY_RESULT(openModel((m_run / "best.safetensors").string()));
    }

    void cancelEndsAPause() {
        const RunControl control;
        control.pause();
        Trainer trainer(std::make_shared<Toy>(1000), m_run, stepsOf(100));
        Result<TrainResult> result;
        std::thread worker([&] { result = trainer.run(control); });
        QTRY_VERIFY(std::filesystem::exists(m_run / "last.safetensors"));
        control.cancel();
        worker.join();
        QVERIFY_RESULT(result);
        QCOMPARE(result->end, End::Cancelled);
        QCOMPARE(result->steps, std::int64_t(0));
    }

    void noBetterScoreForLongEnoughEndsTheRun_data() {
        QTest::addColumn<bool>("broken");
        QTest::newRow("in one go") << false;
        QTest::newRow("with a stop and a resume after the third epoch") << true;
    }
    void noBetterScoreForLongEnoughEndsTheRun() {
        QFETCH(bool, broken);
        // Best in the second epoch; the third and the fourth are not better: the end.
        const std::vector<double> scores = {0.1, 0.5, 0.4, 0.5, 0.9, 0.9};
        auto options = stepsOf(1000);
        options.epochSteps = 5;
        options.patience = 2;
        auto scripted = std::make_shared<Scripted>(scores);
        const RunControl control;
        Observer observer;
        observer.onEpoch = [&](const EpochReport& epoch) {
            if (broken && epoch.epoch == 3) {
                control.cancel();
            }
        };
        auto result = Trainer(scripted, m_run, options).run(control, observer);
        if (broken) {
            QVERIFY_RESULT(result);
            QCOMPARE(result->end, End::Cancelled);
            Trainer again(scripted, m_run, options); // the fourth score comes next
            QVERIFY_RESULT(again.resume());
            result = again.run();
        }
        QVERIFY_RESULT(result);
        QCOMPARE(result->end, End::EarlyStop);
        QCOMPARE(result->epochs, 4);
        QCOMPARE(result->steps, std::int64_t(20));
        QCOMPARE(result->bestScore, std::optional(0.5));
    }

    void withoutValidationTheLastEpochIsTheResultAndPatienceDoesNotApply() {
        auto options = stepsOf(12);
        options.epochSteps = 3;
        options.patience = 1;
        std::string notes;
        Observer observer;
        observer.onEvent = [&](const RunEvent& event) {
            notes += event.kind == RunEvent::Kind::Note ? event.text : "";
        };
        const auto result =
            Trainer(std::make_shared<Unvalidated>(), m_run, options).run({}, observer);
        QVERIFY_RESULT(result);
        QCOMPARE(result->end, End::Complete);
        QCOMPARE(result->steps, std::int64_t(12));
        QVERIFY(!result->bestScore);
        QVERIFY(result->weights == m_run / "last.safetensors");
        QVERIFY(!std::filesystem::exists(m_run / "best.safetensors"));
        const auto weights = tensors::SafeTensors::open(result->weights);
        QVERIFY_RESULT(weights);
        QCOMPARE(weights->metadata("steps"), std::string("12"));
        QVERIFY2(notes.find("validation") != std::string::npos, notes.c_str());
        QVERIFY2(notes.find("--patience") != std::string::npos, notes.c_str());
    }

    void aRunCancelledBeforeItsFirstEpochHasNoResult() {
        const RunControl control;
        control.cancel();
        const auto result = Trainer(std::make_shared<Toy>(1000), m_run, stepsOf(5)).run(control);
        QVERIFY_RESULT(result);
        QCOMPARE(result->end, End::Cancelled);
        QVERIFY(result->weights.empty());
    }

    void theBestWeightsAreThoseThatWereValidatedBitForBit() {
        const auto toy = std::make_shared<Toy>(1000);
        const auto result = Trainer(toy, m_run, stepsOf(7)).run();
        QVERIFY_RESULT(result);
        QVERIFY(result->weights == m_run / "best.safetensors");
        const auto weights = tensors::SafeTensors::open(result->weights);
        QVERIFY_RESULT(weights);
        const auto numbers = tensors::numbersOf<float>(*weights->find("weight"));
        QVERIFY_RESULT(numbers);
        QCOMPARE(double((*numbers)[0]), toy->weight());
        QCOMPARE(*result->bestScore, -std::abs(double((*numbers)[0]) - 3));
    }

    void epochsArePassesThroughTheDataAndTheirWeightsStay() {
        // 12 phrases to learn, 8 in a batch: a pass is 2 steps.
        auto options = stepsOf(1);
        options.epochSteps = 0;
        options.epochs = 3;
        options.keepEpochs = true;
        std::vector<EpochReport> epochs;
        Observer observer;
        observer.onEpoch = [&](const EpochReport& epoch) { epochs.push_back(epoch); };
        const auto result = Trainer(smallRun(), m_run, options).run({}, observer);
        QVERIFY_RESULT(result);
        QCOMPARE(epochs.size(), std::size_t(3));
        QCOMPARE(result->steps, epochs.back().step);
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(epochs[i].step, static_cast<std::int64_t>((i + 1)) * result->steps / 3);
            const auto model = openModel(epochs[i].weights.string());
            QVERIFY_RESULT(model);
            QCOMPARE((*model)->info().card.at("steps"), std::to_string(epochs[i].step));
        }
        QCOMPARE(epochs[2].weights.filename().string(), std::string("epoch-0003.safetensors"));
    }

    void outOfMemoryIsToldWithHalfTheBatchAndCanBeResumed() {
        std::vector<RunEvent> events;
        Observer observer;
        observer.onEvent = [&](const RunEvent& event) { events.push_back(event); };
        const auto result =
            Trainer(std::make_shared<Hungry>(), m_run, stepsOf(10)).run({}, observer);
        QVERIFY(!result);
        QCOMPARE(result.error().code, Error::Code::NoMemory);
        QCOMPARE(events.back().kind, RunEvent::Kind::OutOfMemory);
        QCOMPARE(events.back().halfBatch, 1); // of 2
        Trainer again(std::make_shared<Toy>(1000), m_run, stepsOf(10));
        QVERIFY_RESULT(again.resume());
        QVERIFY_RESULT(again.run());
    }

    void lossThatIsNoNumberIsAnEventOfItsOwn() {
        std::vector<RunEvent> events;
        Observer observer;
        observer.onEvent = [&](const RunEvent& event) { events.push_back(event); };
        QVERIFY(!Trainer(std::make_shared<Toy>(4), m_run, stepsOf(10)).run({}, observer));
        QCOMPARE(events.back().kind, RunEvent::Kind::NotFinite);
        QCOMPARE(events.back().step, std::int64_t(4));
    }

    void frozenPartsStayBitForBit() {
        const auto training = smallRun();
        std::map<std::string, torch::Tensor> before;
        for (const auto& item : training->module().named_parameters()) {
            before[item.key()] = item.value().detach().clone();
        }
        auto options = stepsOf(3);
        options.frozen = {"encoder.", "critic."};
        options.rateFactor = 0.5;
        QVERIFY_RESULT(Trainer(training, m_run, options).run());
        int moved = 0;
        for (const auto& item : training->module().named_parameters()) {
            // A frozen part that takes part in gradients again costs time and memory.
            if (item.key().starts_with("encoder.")) {
                QVERIFY2(!item.value().requires_grad(), item.key().c_str());
            }
            const bool same = torch::equal(item.value(), before[item.key()]);
            QCOMPARE(same || item.key().starts_with("decoder."), true);
            moved += same ? 0 : 1;
        }
        QVERIFY(moved > 0);
    }

    void timeLeftIsARangeAfterThreeSteps() {
        Eta eta;
        eta.addStep(1.0);
        eta.addStep(3.0);
        QVERIFY(!eta.left(10, 0));
        eta.addStep(2.0);
        const auto early = eta.left(10, 0); // each step by itself: the fastest and the slowest
        QVERIFY(early);
        QCOMPARE(early->least, 10.0);
        QCOMPARE(early->most, 30.0);
        eta = Eta();
        for (int i = 0; i < 20; ++i) {
            eta.addStep(1.0);
        }
        const auto even = eta.left(10, 0);
        QVERIFY(even);
        QCOMPARE(even->least, 10.0);
        QCOMPARE(even->most, 10.0);
        // 20 more at two seconds: by hand, the blocks of five are 1 1 1 1 2 2 2 2.
        for (int i = 0; i < 20; ++i) {
            eta.addStep(2.0);
        }
        eta.addValidation(3.0);
        const auto uneven = eta.left(10, 2);
        QCOMPARE(uneven->least, 16.0);
        QCOMPARE(uneven->most, 26.0);
    }

    void devicesAreNamedWithTheirMemory() {
        const auto all = devices();
        QCOMPARE(all.front().id, std::string("cpu"));
        QVERIFY(!all.front().name.empty());
        QVERIFY(all.front().freeBytes > 0);
        QVERIFY(all.front().freeBytes <= all.front().totalBytes);
        const auto any = resolveDevice("auto");
        QVERIFY_RESULT(any);
        const auto none = resolveDevice("cuda:99");
        QVERIFY(!none);
        QCOMPARE(none.error().code, Error::Code::NotFound);
    }

  private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_run;
};

QTEST_GUILESS_MAIN(TestRunControl)
#include "tst_run_control.moc"
