// SPDX-License-Identifier: GPL-3.0-or-later
// At which tempo decoded phrases, positions, paths and interpolations are played. Song n of the
// small library has the label first_bpm = 60 + 2 n.

#include "app/features/explore/interpolate_gesture.h"
#include "app/features/explore/shape_controller.h"
#include "app/workspace/path_plan.h"
#include "app/workspace/phrase_tempo.h"
#include "app/workspace/session_state.h"
#include "tests/support/explore_fixture.h"

using namespace canto;
using namespace canto::app;
using namespace canto::test;

class TestPlaybackTempo : public ExploreFixture {
    Q_OBJECT

    static double tempoOfSong(int n) { return 60 + 2 * n; }
    double currentTempo() const {
        const auto& item = m_window->workspace().player().currentItem();
        return item.song ? item.song->tempo.bpmAt(0) : 0;
    }
    bool plays(PlaybackItem::Kind kind, double bpm) {
        return QTest::qWaitFor(
            [&] {
                return m_window->workspace().player().currentItem().kind == kind &&
                       std::fabs(currentTempo() - bpm) < 0.01;
            },
            10000);
    }

  private Q_SLOTS:
    void initTestCase() {
        makeFixture();
        auto atlas = atlas::Atlas::open(m_atlas, atlas::Access::ReadWrite);
        QVERIFY_RESULT(atlas);
        auto songs = atlas->songs();
        QVERIFY_RESULT(songs);
        for (atlas::SongRow& song : *songs) {
            const int n = QString::fromStdString(song.title).section(QLatin1Char(' '), 1).toInt();
            song.labels["first_bpm"] = QString::number(tempoOfSong(n), 'f', 1).toStdString();
            QVERIFY_RESULT(atlas->updateLabels(song));
        }
    }
    void init() { begin(); }
    void cleanup() { end(); }

    void labelsGiveTheTempoOfARow_data() {
        QTest::addColumn<QString>("label");
        QTest::addColumn<double>("bpm"); ///< 0: none
        QTest::newRow("whole") << "139" << 139.0;
        QTest::newRow("decimal") << "72.5" << 72.5;
        QTest::newRow("none") << "" << 0.0;
        QTest::newRow("text") << "fast" << 0.0;
        QTest::newRow("more behind it") << "120 or so" << 0.0;
        QTest::newRow("zero") << "0" << 0.0;
        QTest::newRow("a microsecond a quarter") << "60000000" << 0.0;
    }
    void labelsGiveTheTempoOfARow() {
        QFETCH(QString, label);
        QFETCH(double, bpm);
        Library library;
        library.points.songs.resize(1);
        library.points.segments.resize(1);
        library.points.songs[0].labels["first_bpm"] = label.toStdString();
        QCOMPARE(tempoOfRow(library, 0).value_or(0), bpm);
        QVERIFY(!tempoOfRow(library, 1));
    }

    void aPositionTakesTheTempoAroundIt() {
        Library library;
        std::vector<projection::MapPoint> positions;
        for (int i = 0; i < 20; ++i) { // 60 on the left, 140 on the right
            library.points.songs.emplace_back().labels["first_bpm"] = i < 10 ? "60" : "140";
            library.points.segments.emplace_back().song = i;
            positions.push_back({float(i < 10 ? -5 : 5), float(i % 10)});
        }
        QCOMPARE(tempoNear(library, positions, {-4, 5}), 60.0);
        QCOMPARE(tempoNear(library, positions, {4, 5}), 140.0);
        QCOMPARE(tempoNear(Library(), {}, {0, 0}), kDefaultTempo);
    }

    void pathsGoFromTempoToTempoInEqualRatios() {
        PathRequest request;
        request.steps = 5;
        request.geometry = projection::PathGeometry::Linear;
        for (const auto& [x, bpm] : {std::pair(0.0F, 60.0), {1.0F, 120.0}, {2.0F, 240.0}}) {
            Anchor anchor{{x, 0}, models::Latent{x, 0}};
            anchor.bpm = bpm;
            request.anchors.push_back(std::move(anchor));
        }
        const auto plan = planPath(request, nullptr, {});
        QVERIFY_RESULT(plan);
        QCOMPARE(plan->tempi.size(), std::size_t(5));
        const double wanted[] = {60, 60 * std::sqrt(2), 120, 120 * std::sqrt(2), 240};
        for (std::size_t i = 0; i < 5; ++i) {
            QVERIFY2(std::fabs(plan->tempi[i] - wanted[i]) < 0.5,
                     qPrintable(QString::number(plan->tempi[i])));
        }
    }

    void theFileGivesTheTempoWhereNoLabelDoes() {
        InferenceWorker worker;
        worker.setModel(m_model);
        QSignalSpy decoded(&worker, &InferenceWorker::decoded);
        const auto tempo = [&](double bpm, std::function<SongPtr()> from) {
            decoded.clear();
            Anchor anchor{{0, 0}, models::Latent(FakeModel::kLatent, 1.0F)};
            anchor.bpm = bpm;
            anchor.tempoFrom = std::move(from);
            worker.decode(std::move(anchor), nullptr);
            const bool done = QTest::qWaitFor(
                [&] { return !decoded.empty() && decoded.back().at(0).value<Decoded>().whole; });
            return done ? decoded.back().at(0).value<Decoded>().song->tempo.bpmAt(0) : 0.0;
        };
        const auto song = std::make_shared<music::Song>();
        song->tempo = music::TempoMap(480, {{0, 750000}}); // 80 quarters a minute
        QVERIFY(std::fabs(tempo(132, {}) - 132) < 0.01);
        QVERIFY(std::fabs(tempo(132, [song] { return song; }) - 80) < 0.01);
        QVERIFY(std::fabs(tempo(132, [] { return SongPtr(); }) - 132) < 0.01);
    }

    void reconstructionsPlayAtTheTempoOfTheirSong() {
        open(options());
        MapController& map = m_window->workspace().maps();
        map.setPlayOriginals(false);
        for (const int n : {40, 7}) {
            click(row(n, 1));
            QVERIFY2(plays(PlaybackItem::Kind::Reconstruction, tempoOfSong(n)),
                     qPrintable(QString::number(currentTempo())));
        }
        // What is made of it keeps the tempo.
        QTRY_VERIFY(!shapes().shape().origin.empty());
        QVERIFY(std::fabs(shapes().shape().bpm - tempoOfSong(7)) < 0.01); // whole microseconds
    }

    void interpolationsGoFromTempoToTempo() {
        open(options());
        const MapController& map = m_window->workspace().maps();
        const auto end = [&](int n) {
            return InterpolateGesture::End{map.latentOf(row(n, 0)), QStringLiteral("end"),
                                           map.tempoAt(row(n, 0), map.placeOf(row(n, 0)))};
        };
        InterpolateGesture& between = explore().interpolation();
        between.setEnds(end(0), end(30)); // 60 and 120
        QTRY_VERIFY(between.whole());
        const auto songs = between.songs();
        QCOMPARE(songs.size(), std::size_t(5));
        const double wanted[] = {60, 71.35, 84.85, 100.91, 120};
        for (std::size_t i = 0; i < songs.size(); ++i) {
            QVERIFY2(std::fabs(songs[i]->tempo.bpmAt(0) - wanted[i]) < 0.05,
                     qPrintable(QString::number(songs[i]->tempo.bpmAt(0))));
        }
        // All in a row: each keeps its tempo.
        between.playAll();
        QTRY_VERIFY(m_window->workspace().player().currentItem().kind ==
                    PlaybackItem::Kind::Interpolated);
        const SongPtr all = m_window->workspace().player().currentItem().song;
        for (std::size_t i = 0; i < songs.size(); ++i) {
            const auto tick = all->metre.barStart(int(i) * between.bars());
            QVERIFY2(std::fabs(all->tempo.bpmAt(tick) - wanted[i]) < 0.05,
                     qPrintable(QString::number(all->tempo.bpmAt(tick))));
        }
    }

    void sessionsKeepTempi() {
        SessionState state;
        state.shape.origin = {1, 2};
        state.shape.bpm = 139;
        state.ends.push_back({{1, 2}, "first", 72});
        state.spec = TransferSpec::of({{1, 2}, "target", 3, 96}, 1);
        const auto again = sessionFromJson(toJson(state));
        QVERIFY_RESULT(again);
        QCOMPARE(again->shape.bpm, 139.0);
        QCOMPARE(again->ends.front().bpm, 72.0);
        QCOMPARE(again->spec.parents.front().bpm, 96.0);
    }
};

QTEST_MAIN(TestPlaybackTempo)
#include "tst_playback_tempo.moc"
