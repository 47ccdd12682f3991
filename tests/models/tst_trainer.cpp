// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/trainer.h"
#include "small_music.h"
#include "tests/support/test_support.h"
#include "toy_trainable.h"

#include "models/musae/reconstruction.h"
#include "models/registry/registry.h"

#include <fstream>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::train;
using canto::test::logOf;
using canto::test::lossesOf;
using canto::test::smallRun;
using canto::test::stepsOf;
using canto::test::Toy;

class TestTrainer : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_run = test::pathIn(*m_folder, "run");
    }
    void aHandfulOfPhrasesIsLearnedByHeart_data();
    void aHandfulOfPhrasesIsLearnedByHeart();
    void tenStepsAStopAndTenMoreAreTwentySteps();
    void averagedWeightsAreRestoredToo();
    void lossThatIsNoNumberStopsAtTheLastGoodCheckpoint();
    void damagedCheckpointFallsBackToTheOneBefore();
    void cancelLeavesACheckpointToGoOnFrom();
    void nothingToResumeIsSaid();
    void batchesTakeTheirSharesAndEveryRowComesOnceARound();
    void dataOrderGoesOnWhereItStopped();
    void adamMovesAsWorkedOutByHand();
    void ratesWarmUpAndFallAlongACosine();
    void weightsOfARunOpenAsAModelWithTheirCard();

  private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_run;
};

void TestTrainer::aHandfulOfPhrasesIsLearnedByHeart_data() {
    QTest::addColumn<bool>("recurrent");
    QTest::newRow("transformer") << false;
    QTest::newRow("recurrent") << true;
}

void TestTrainer::aHandfulOfPhrasesIsLearnedByHeart() {
    QFETCH(bool, recurrent);
    auto config = test::smallTraining();
    config.learningRate = recurrent ? 1e-2 : 4e-3;
    config.clip = recurrent ? 5 : 1;
    config.latentNoise = 0.05;
    config.criticSteps = 1;
    config.criticStart = 0.6;
    config.criticFull = 0.8;
    config.criticWeight = 0.02;
    config.averaging = 0.9;
    auto net = recurrent ? test::smallRecurrentNet() : test::smallNet();
    net.width = recurrent ? 64 : net.width;
    const int songs = recurrent ? 5 : 10; // 3 and 8 to learn
    const auto training = test::trainingOf(net, config, songs);
    Trainer trainer(training, m_run, stepsOf(recurrent ? 1500 : 400));
    const auto end = trainer.run({});
    QVERIFY_RESULT(end);
    const musae::Dataset dataset(test::smallMusic(songs));
    auto& trained = dynamic_cast<musae::NetImpl&>(training->module());
    const auto result =
        musae::reconstruct(trained, dataset, dataset.rows("train", musae::Dataset::Which::All), {});
    QVERIFY_RESULT(result);
    const auto mean = result->metrics.scores().mean;
    QVERIFY2(mean.accuracy > 0.95, std::to_string(mean.accuracy).c_str());
    QVERIFY2(mean.onsetF1 > 0.8, std::to_string(mean.onsetF1).c_str());
}

void TestTrainer::tenStepsAStopAndTenMoreAreTwentySteps() {
    const auto whole = test::pathIn(*m_folder, "whole");
    const auto once = smallRun();
    Trainer straight(once, whole, stepsOf(20));
    const auto done1 = straight.run({});
    QVERIFY_RESULT(done1);

    const auto first = smallRun();
    Trainer before(first, m_run, stepsOf(20));
    const CancelToken stop;
    const auto stopped = before.run(stop, {.onStep = [&](const StepReport& status) {
                                        if (status.step == 10) {
                                            stop.cancel();
                                        }
                                    }});
    QVERIFY_RESULT(stopped);
    QVERIFY(stopped->end == End::Cancelled);
    QCOMPARE(stopped->steps, std::int64_t(10));

    const auto second = smallRun(); // as after a new start of the program
    Trainer after(second, m_run, stepsOf(20));
    const auto done2 = after.resume();
    QVERIFY_RESULT(done2);
    QCOMPARE(after.step(), std::int64_t(10));
    const auto done3 = after.run({});
    QVERIFY_RESULT(done3);

    const auto wanted = once->module().named_parameters();
    for (const auto& item : second->module().named_parameters()) {
        QVERIFY2(torch::equal(item.value(), wanted[item.key()]), item.key().c_str());
    }
    const auto expected = lossesOf(whole);
    QCOMPARE(expected.size(), std::size_t(20));
    QVERIFY(lossesOf(m_run) == expected);
}

void TestTrainer::averagedWeightsAreRestoredToo() {
    auto config = test::smallTraining();
    config.averaging = 0.99;
    const auto options = stepsOf(12);
    const auto training = [&] { return test::trainingOf(test::smallNet(), config, 14); };
    const auto whole = test::pathIn(*m_folder, "whole");
    const auto straight = Trainer(training(), whole, options).run({});
    QVERIFY_RESULT(straight);

    const CancelToken stop;
    const auto part =
        Trainer(training(), m_run, options).run(stop, {.onStep = [&](const StepReport& status) {
                                                    if (status.step == 6) {
                                                        stop.cancel();
                                                    }
                                                }});
    QVERIFY_RESULT(part);
    Trainer again(training(), m_run, options);
    const auto done4 = again.resume();
    QVERIFY_RESULT(done4);
    const auto done5 = again.run({});
    QVERIFY_RESULT(done5);

    const auto one = tensors::SafeTensors::open(whole / "last.safetensors");
    const auto other = tensors::SafeTensors::open(m_run / "last.safetensors");
    QVERIFY_RESULT(one);
    QVERIFY_RESULT(other);
    QCOMPARE(other->checksum(), one->checksum());
}

void TestTrainer::lossThatIsNoNumberStopsAtTheLastGoodCheckpoint() {
    auto options = stepsOf(50);
    options.epochSteps = 5;
    const auto toy = std::make_shared<Toy>(12);
    Trainer trainer(toy, m_run, options);
    const auto result = trainer.run({});
    QVERIFY(!result);
    QCOMPARE(result.error().code, Error::Code::Model);
    QVERIFY(result.error().where.find("step 12") != std::string::npos);
    QVERIFY(result.error().what.find("pull") != std::string::npos);
    QVERIFY(std::isfinite(toy->weight())); // the bad gradient was not applied

    Trainer again(std::make_shared<Toy>(1000), m_run, options);
    const auto done6 = again.resume();
    QVERIFY_RESULT(done6);
    QCOMPARE(again.step(), std::int64_t(10));
}

void TestTrainer::damagedCheckpointFallsBackToTheOneBefore() {
    auto options = stepsOf(10);
    options.epochSteps = 5;
    const auto good = Trainer(std::make_shared<Toy>(1000), m_run, options).run({});
    QVERIFY_RESULT(good);
    const auto newest = m_run / "checkpoint-10.safetensors";
    {
        std::fstream file(newest, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(-20, std::ios::end);
        file.write("damage", 6);
    }
    Trainer again(std::make_shared<Toy>(1000), m_run, options);
    std::vector<std::string> notes;
    const auto done7 = again.resume(&notes);
    QVERIFY_RESULT(done7);
    QCOMPARE(again.step(), std::int64_t(5));
    QCOMPARE(notes.size(), std::size_t(1));
    QVERIFY(notes.front().find("checkpoint-10") != std::string::npos);
}

void TestTrainer::cancelLeavesACheckpointToGoOnFrom() {
    const CancelToken stop;
    Trainer trainer(std::make_shared<Toy>(1000), m_run, stepsOf(1000000));
    const auto result = trainer.run(stop, {.onStep = [&](const StepReport& status) {
                                        if (status.step == 7) {
                                            stop.cancel();
                                        }
                                    }});
    QVERIFY_RESULT(result);
    QVERIFY(result->end == End::Cancelled);
    QVERIFY(std::filesystem::exists(m_run / "checkpoint-7.safetensors"));
}

void TestTrainer::nothingToResumeIsSaid() {
    Trainer trainer(std::make_shared<Toy>(1000), m_run, stepsOf(5));
    const auto resumed = trainer.resume();
    QVERIFY(!resumed);
    QCOMPARE(resumed.error().code, Error::Code::NotFound);

    const auto made = Trainer(std::make_shared<Toy>(1000), m_run, stepsOf(5)).run({});
    QVERIFY_RESULT(made);
    auto otherSeed = stepsOf(5);
    otherSeed.seed = 6;
    QVERIFY(!Trainer(std::make_shared<Toy>(1000), m_run, otherSeed).resume());
    QVERIFY(!Trainer(smallRun(), m_run, stepsOf(5)).resume()); // another network
}

void TestTrainer::batchesTakeTheirSharesAndEveryRowComesOnceARound() {
    DataOrder order({{"few", {1, 2, 3}, 0.25}, {"many", {10, 11, 12, 13, 14, 15}, 0.75}}, 4, 1);
    std::multiset<std::int64_t> few;
    std::multiset<std::int64_t> many;
    for (int batch = 0; batch < 6; ++batch) {
        const auto rows = order.next();
        QCOMPARE(rows.size(), std::size_t(4));
        few.insert(rows.front());
        many.insert(rows.begin() + 1, rows.end());
    }
    // 6 batches: 6 of "few" are two rounds, 18 of "many" three.
    for (const auto row : {1, 2, 3}) {
        QCOMPARE(few.count(row), std::size_t(2));
    }
    for (const auto row : {10, 11, 12, 13, 14, 15}) {
        QCOMPARE(many.count(row), std::size_t(3));
    }
}

void TestTrainer::dataOrderGoesOnWhereItStopped() {
    const std::vector<Source> sources = {{"rows", {1, 2, 3, 4, 5}, 1.0}};
    DataOrder straight(sources, 3, 9);
    for (int i = 0; i < 4; ++i) {
        straight.next();
    }
    DataOrder resumed(sources, 3, 9);
    const auto done8 = resumed.restore(straight.state());
    QVERIFY_RESULT(done8);
    for (int i = 0; i < 10; ++i) {
        QVERIFY(resumed.next() == straight.next());
    }
    QVERIFY(!resumed.restore(torch::zeros({2, 2}, torch::kInt64)));
    QVERIFY(!resumed.restore(torch::tensor({{std::int64_t(0), std::int64_t(99)}})));
}

void TestTrainer::adamMovesAsWorkedOutByHand() {
    // Two parameters; only the matrix decays. By hand, first step: the corrected moments are g and
    // g^2, so each element moves by rate * sign(g): 0.1. The matrix first shrinks by
    // 1 - 0.1 * 0.5 = 0.95: 2 * 0.95 - 0.1 = 1.8; the vector goes from 1 to 1 + 0.1.
    auto matrix = torch::full({1, 1}, 2.0, torch::requires_grad());
    auto vector = torch::full({1}, 1.0, torch::requires_grad());
    OptimiserOptions options;
    options.weightDecay = 0.5;
    options.clip = 100;
    Optimiser adam({"g", {{"vector", vector}, {"matrix", matrix}}, options});
    adam.zeroGradients();
    (3 * matrix.sum() - 4 * vector.sum()).backward();
    const double norm = adam.gradientNorm().item<double>();
    QVERIFY(std::abs(norm - 5) < 1e-6); // 3-4-5
    adam.clip(norm);
    adam.step(0.1);
    QVERIFY(std::abs(matrix.item<double>() - 1.8) < 1e-6);
    QVERIFY(std::abs(vector.item<double>() - 1.1) < 1e-6);

    options.clip = 1;
    Optimiser clipped({"g", {{"vector", vector}, {"matrix", matrix}}, options});
    clipped.zeroGradients();
    (3 * matrix.sum() - 4 * vector.sum()).backward();
    clipped.clip(clipped.gradientNorm().item<double>());
    QVERIFY(std::abs(matrix.grad().item<double>() - 0.6) < 1e-6);
    QVERIFY(std::abs(vector.grad().item<double>() + 0.8) < 1e-6);
}

void TestTrainer::ratesWarmUpAndFallAlongACosine() {
    OptimiserOptions options;
    options.rate = 1.0;
    options.lastRate = 0.2;
    options.warmupSteps = 10;
    QCOMPARE(Optimiser::rateAt(options, 4, 0.0), 0.5);
    QCOMPARE(Optimiser::rateAt(options, 100, 0.0), 1.0);
    QVERIFY(std::abs(Optimiser::rateAt(options, 100, 0.5) - 0.6) < 1e-12); // half-way
    QCOMPARE(Optimiser::rateAt(options, 100, 1.0), 0.2);
}

void TestTrainer::weightsOfARunOpenAsAModelWithTheirCard() {
    Trainer trainer(smallRun(), m_run, stepsOf(3));
    const auto result = trainer.run({});
    QVERIFY_RESULT(result);
    QVERIFY(result->bestScore && std::isfinite(*result->bestScore));
    const auto model = openModel((m_run / "best.safetensors").string());
    QVERIFY_RESULT(model);
    QCOMPARE((*model)->info().card.at("steps"), std::string("3"));
    QVERIFY((*model)->info().card.contains("validation"));
    const auto config = nlohmann::json::parse(std::ifstream(m_run / "config.json"));
    QCOMPARE(config["seed"].get<int>(), 5);
    QCOMPARE(config["training"]["batch"].get<int>(), 8);
}

QTEST_APPLESS_MAIN(TestTrainer)
#include "tst_trainer.moc"
