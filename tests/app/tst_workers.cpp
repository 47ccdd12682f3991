// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/workspace/inference_worker.h"
#include "app/workspace/path_plan.h"
#include "tests/support/fake_model.h"
#include "tests/support/test_support.h"

#include <QSignalSpy>

using namespace canto;
using namespace canto::app;
using test::FakeModel;

namespace {

models::Latent latent(float bass, float high) { return {bass, high, 0, 0, 0, 0, 0, 0}; }

/// Latents on a grid in the first two dimensions, whose map is that plane.
ProjectionPtr planeMap() {
    auto points = std::make_shared<projection::Points>();
    points->dimensions = FakeModel::kLatent;
    for (int x = -10; x <= 10; ++x) {
        for (int y = -10; y <= 10; ++y) {
            const models::Latent z = latent(float(x), float(y));
            points->values.insert(points->values.end(), z.begin(), z.end());
            ++points->count;
        }
    }
    projection::ProjectionOptions options;
    options.kind = projection::ProjectionOptions::Kind::Plane;
    options.threads = 1;
    auto map = projection::MapProjection::fit(points, options);
    return map ? std::make_shared<const Projection>(std::move(*map)) : nullptr;
}

template <class T>
T argument(const QSignalSpy& spy, int call) {
    return spy.at(call).at(0).value<T>();
}

} // namespace

class TestWorkers : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void decodesBarByBar();
    void aPlaceIsLocatedBeforeItIsDecoded();
    void onlyTheNewestRequestIsAnswered();
    void withoutAModelItSaysSo();
    void aLatentOfTheWrongSizeIsAnError();
    void pathStepsComeInOrder();
    void stepsLieEvenlyByLatentDistance();
    void anEmptyPathIsRefused();
    void aStuckDecodeIsNoticed();
    void goesWhileDecoding();
};

void TestWorkers::decodesBarByBar() {
    InferenceWorker worker;
    worker.setModel(std::make_shared<FakeModel>());
    QSignalSpy spy(&worker, &InferenceWorker::decoded);
    worker.decode({{}, latent(3, 5)}, nullptr);
    QTRY_COMPARE(spy.count(), 2);
    const auto first = argument<Decoded>(spy, 0), second = argument<Decoded>(spy, 1);
    QCOMPARE(first.bars, 1);
    QVERIFY(!first.whole);
    QCOMPARE(first.song->notes.size(), std::size_t(5)); // one bass note, four quarters
    QVERIFY(second.whole);
    QCOMPARE(second.song->notes.size(), std::size_t(10));
    QCOMPARE(int(second.song->notes.front().pitch), 43); // 40 + 3
    QCOMPARE(int(second.song->notes.back().pitch), 66);  // 60 + 5 + bar 1
}

void TestWorkers::aPlaceIsLocatedBeforeItIsDecoded() {
    const ProjectionPtr map = planeMap();
    QVERIFY(map);
    InferenceWorker worker;
    worker.setModel(std::make_shared<FakeModel>());
    QSignalSpy located(&worker, &InferenceWorker::located);
    QSignalSpy decoded(&worker, &InferenceWorker::decoded);
    worker.decode({{2, -3}, std::nullopt}, map);
    QTRY_COMPARE(decoded.count(), 2);
    QCOMPARE(located.count(), 1);
    const auto place = argument<Located>(located, 0);
    QCOMPARE(place.latent.latent.at(0), 2.0f); // a data point: its own latent
    QCOMPARE(place.latent.latent.at(1), -3.0f);
    QVERIFY(!place.latent.extrapolated);
    QCOMPARE(int(argument<Decoded>(decoded, 1).song->notes.front().pitch), 42);
}

void TestWorkers::onlyTheNewestRequestIsAnswered() {
    auto model = std::make_shared<FakeModel>();
    model->hold();
    InferenceWorker worker;
    worker.setModel(model);
    QSignalSpy spy(&worker, &InferenceWorker::decoded);
    worker.decode({{}, latent(1, 0)}, nullptr);
    QTRY_COMPARE(model->decodesBegun(), 1);
    for (int click = 2; click <= 5; ++click) {
        worker.decode({{}, latent(float(click), 0)}, nullptr);
    }
    model->letBars(-1);
    QTRY_COMPARE(spy.count(), 2);
    QVERIFY(!worker.busy());
    for (int call = 0; call < 2; ++call) {
        QCOMPARE(argument<Decoded>(spy, call).generation, worker.generation());
        QCOMPARE(int(argument<Decoded>(spy, call).song->notes.front().pitch), 45);
    }
    QCOMPARE(model->decodesBegun(), 2); // those in between were never begun
}

void TestWorkers::withoutAModelItSaysSo() {
    InferenceWorker worker;
    QSignalSpy failed(&worker, &InferenceWorker::failed);
    const auto generation = worker.decode({{}, latent(0, 0)}, nullptr);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.at(0).at(0).value<std::uint64_t>(), generation);
    QCOMPARE(failed.at(0).at(1).value<Error>().code, Error::Code::Model);
}

void TestWorkers::aLatentOfTheWrongSizeIsAnError() {
    InferenceWorker worker;
    worker.setModel(std::make_shared<FakeModel>());
    QSignalSpy failed(&worker, &InferenceWorker::failed);
    worker.decode({{}, models::Latent{1, 2, 3}}, nullptr);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.at(0).at(1).value<Error>().code, Error::Code::BadShape);
}

void TestWorkers::pathStepsComeInOrder() {
    InferenceWorker worker;
    worker.setModel(std::make_shared<FakeModel>());
    QSignalSpy planned(&worker, &InferenceWorker::planned);
    QSignalSpy decoded(&worker, &InferenceWorker::decoded);
    PathRequest request;
    request.anchors = {{{0, 0}, latent(0, 0)}, {{4, 0}, latent(8, 0)}};
    request.steps = 5;
    request.geometry = projection::PathGeometry::Linear;
    worker.decodePath(request, nullptr);
    QTRY_COMPARE(decoded.count(), 10);
    QCOMPARE(planned.count(), 1);
    for (int call = 0; call < 10; ++call) {
        const auto step = argument<Decoded>(decoded, call);
        QCOMPARE(step.step, call / 2);
        QCOMPARE(step.whole, call % 2 == 1);
        QCOMPARE(int(step.song->notes.front().pitch), 40 + 2 * step.step); // 0, 2, 4, 6, 8
    }
}

void TestWorkers::stepsLieEvenlyByLatentDistance() {
    // Two legs, as long on the map, but 1 and 3 in the latent space: of five steps one lies at
    // each unit, so that the bend of the line is step 1 and the rest lie on the second leg.
    PathRequest request;
    request.anchors = {{{0, 0}, latent(0, 0)}, {{3, 0}, latent(1, 0)}, {{3, 3}, latent(4, 0)}};
    request.steps = 5;
    request.geometry = projection::PathGeometry::Linear;
    const auto plan = planPath(request, nullptr, {});
    QVERIFY_RESULT(plan);
    const std::vector<projection::MapPoint> expected = {{0, 0}, {3, 0}, {3, 1}, {3, 2}, {3, 3}};
    QCOMPARE(plan->places.size(), expected.size());
    for (std::size_t step = 0; step < expected.size(); ++step) {
        QVERIFY(projection::mapDistance(plan->places[step], expected[step]) < 1e-4f);
        QVERIFY(std::abs(plan->latents[step][0] - float(step)) < 1e-4f);
    }
}

void TestWorkers::anEmptyPathIsRefused() {
    InferenceWorker worker;
    worker.setModel(std::make_shared<FakeModel>());
    QSignalSpy failed(&worker, &InferenceWorker::failed);
    worker.decodePath({}, nullptr);
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.at(0).at(1).value<Error>().code, Error::Code::BadInput);
}

void TestWorkers::aStuckDecodeIsNoticed() {
    auto model = std::make_shared<FakeModel>();
    model->hold();
    InferenceWorker worker;
    worker.setModel(model);
    QSignalSpy stuck(&worker, &InferenceWorker::stuck);
    worker.decode({{}, latent(0, 0)}, nullptr);
    QTRY_COMPARE(stuck.count(), 1);
    worker.cancel();
    model->letBars(-1);
    QTRY_VERIFY(!worker.busy());
}

void TestWorkers::goesWhileDecoding() {
    auto model = std::make_shared<FakeModel>();
    model->hold();
    {
        InferenceWorker worker;
        worker.setModel(model);
        worker.decode({{}, latent(0, 0)}, nullptr);
        QTRY_COMPARE(model->decodesBegun(), 1);
        worker.cancel();   // before the bar is let through: it must not reach the next one
        model->letBars(1); // in the middle of the song: cancelled at the bar
    }
    model->letBars(-1);
    QCoreApplication::processEvents(); // no queued call may reach the destroyed worker
    QCOMPARE(model.use_count(), 1);
}

QTEST_GUILESS_MAIN(TestWorkers)
#include "tst_workers.moc"
