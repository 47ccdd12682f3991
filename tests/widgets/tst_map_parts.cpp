// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "tests/support/test_support.h"
#include "widgets/map/map_path.h"
#include "widgets/map/map_raster.h"
#include "widgets/map/map_view.h"
#include "widgets/map/raster_worker.h"

#include <QSignalSpy>
#include <limits>
#include <set>

using namespace canto;
using namespace canto::widgets;

namespace {

RasterRequest requestFor(MapSnapshotPtr snapshot, const StyleChoice& choice, QSize size,
                         const QRectF& view, double radius) {
    RasterRequest request;
    request.styles = makeStyles(*snapshot->colouring(), choice);
    request.snapshot = std::move(snapshot);
    request.view = view;
    request.size = size;
    request.radius = radius;
    return request;
}

StyleChoice opaque(std::vector<QRgb> colours) {
    StyleChoice choice;
    choice.classColours = std::move(colours);
    choice.muted = qRgb(0, 0, 0);
    return choice;
}

/// Sum of alpha, in pixels.
double covered(const QImage& image) {
    double sum = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            sum += qAlpha(image.pixel(x, y)) / 255.0;
        }
    }
    return sum;
}

/// Centre of mass of alpha, in pixels of the asked view.
QPointF centre(const Raster& raster) {
    QPointF sum;
    double weight = 0;
    for (int y = 0; y < raster.image.height(); ++y) {
        for (int x = 0; x < raster.image.width(); ++x) {
            const double alpha = qAlpha(raster.image.pixel(x, y));
            sum += QPointF(x + 0.5, y + 0.5) * alpha;
            weight += alpha;
        }
    }
    return sum / weight - QPointF(raster.border, raster.border);
}

} // namespace

class TestMapParts : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void everyLabelHasAClass() {
        std::vector<QString> labels = {QStringLiteral("rock"), QStringLiteral("jazz"),
                                       QStringLiteral("rock"), QString(), QStringLiteral("blues")};
        const MapColouring colouring = makeColouring(QStringLiteral("Genre"), labels);
        QCOMPARE(colouring.names,
                 (std::vector<QString>{QStringLiteral("rock"), QStringLiteral("blues"),
                                       QStringLiteral("jazz"), QStringLiteral("(no genre)")}));
        QCOMPARE(colouring.classes, (std::vector<std::uint16_t>{0, 2, 0, 3, 1}));
        QCOMPARE(colouring.counts(), (std::vector<std::size_t>{2, 1, 1, 1}));
        QVERIFY(colouring.lastIsUnlabelled);
        QVERIFY(!makeColouring({}, std::span(labels).first(3)).lastIsUnlabelled);
        labels.clear();
        for (int i = 0; i < 1000; ++i) {
            labels.push_back(QStringLiteral("genre %1").arg(i));
        }
        QCOMPARE(makeColouring({}, labels).names.size(), std::size_t(1000));
    }

    void rowsWithoutALabelAreNotCalledByTheNameOfAClass() {
        const auto names = [](const std::vector<QString>& labels) {
            return makeColouring(QStringLiteral("Genre"), labels).names;
        };
        QCOMPARE(names({QStringLiteral("other"), QString()}),
                 (std::vector<QString>{QStringLiteral("other"), QStringLiteral("(no genre)")}));
        QCOMPARE(
            names({QStringLiteral("(no genre)"), QString()}),
            (std::vector<QString>{QStringLiteral("(no genre)"), QStringLiteral("((no genre))")}));
    }

    void sixtyClassesLookDifferent() {
        std::vector<QString> labels;
        for (int i = 0; i < 60; ++i) {
            labels.push_back(QStringLiteral("G%1").arg(i, 2, 10, QLatin1Char('0')));
        }
        labels.emplace_back();
        for (const bool dark : {false, true}) {
            const auto looks = classLooks(makeColouring(QStringLiteral("Genre"), labels), dark);
            QCOMPARE(looks.size(), std::size_t(61));
            std::set<std::pair<QRgb, PointShape>> different;
            for (const ClassLook& look : looks) {
                different.emplace(look.colour.rgb(), look.shape);
            }
            QCOMPARE(different.size(), std::size_t(61));
            QCOMPARE(looks[0].shape, PointShape::Disc);
            QCOMPARE(looks[10].colour, looks[0].colour);
            QCOMPARE(looks[10].shape, PointShape::Square);
        }
    }

    void everyShapeCoversAboutTheAreaOfTheDisc() {
        for (std::size_t shape = 0; shape < kPointShapes; ++shape) {
            StyleChoice choice = opaque({qRgb(255, 0, 0)});
            choice.classShapes = {static_cast<PointShape>(shape)};
            const Raster raster = rasterise(requestFor(MapSnapshot::make({20}, {15}), choice,
                                                       {40, 30}, QRectF(0, 0, 40, 30), 5));
            const double disc = 3.14159265 * 25;
            QVERIFY2(std::abs(covered(raster.image) - disc) < 0.2 * disc,
                     qPrintable(QStringLiteral("%1: %2").arg(shape).arg(covered(raster.image))));
            QVERIFY(QLineF(centre(raster), QPointF(20, 15)).length() < 0.6);
            // Nothing of it is cut off by the square that it is drawn in.
            for (int reach = 0; reach < 360; ++reach) {
                const double angle = reach * 3.14159265 / 180;
                QVERIFY(shapeDistance(static_cast<PointShape>(shape),
                                      5 * kShapeReach * std::cos(angle),
                                      5 * kShapeReach * std::sin(angle), 5) >= 0);
            }
        }
    }

    void pointsWithoutALabelLieBelowAllOthers() {
        MapColouring colouring;
        colouring.names = {QStringLiteral("a"), QStringLiteral("(no genre)")};
        colouring.lastIsUnlabelled = true;
        for (const std::vector<std::uint16_t>& classes :
             {std::vector<std::uint16_t>{0, 1}, std::vector<std::uint16_t>{1, 0}}) {
            colouring.classes = classes;
            const auto snapshot = MapSnapshot::make({10, 10}, {10, 10}, colouring);
            const Raster raster =
                rasterise(requestFor(snapshot, opaque({qRgb(255, 0, 0), qRgb(128, 128, 128)}),
                                     {20, 20}, QRectF(0, 0, 20, 20), 3));
            QCOMPARE(raster.image.pixel(raster.border + 10, raster.border + 10), qRgb(255, 0, 0));
        }
    }

    void aManyColouredMapIsMutedClassByClass() {
        // More classes than there are styles: each can be hidden all the same.
        MapColouring colouring;
        StyleChoice choice;
        for (int c = 0; c < 400; ++c) {
            colouring.names.push_back(QString::number(c));
            colouring.classes.push_back(static_cast<std::uint16_t>(c));
            choice.classColours.push_back(qRgb(c % 256, c / 256, 0));
            choice.visible.push_back(c != 399);
        }
        const auto styles = makeStyles(colouring, choice);
        for (int c = 0; c < 400; ++c) {
            QCOMPARE(styles->styles[std::size_t(c)] == PointStyles::kMuted, c == 399);
        }
    }

    void aSnapshotKeepsRowsAndLeavesOutWhatIsNotFinite() {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const float inf = std::numeric_limits<float>::infinity();
        const auto snapshot = MapSnapshot::make({0, nan, 4, 2}, {0, 1, 2, inf});
        QCOMPARE(snapshot->size(), 4u);
        QCOMPARE(snapshot->bounds(), QRectF(0, 0, 4, 2));
        QCOMPARE(snapshot->order().size(), 2u);
        QCOMPARE(std::set<std::uint32_t>(snapshot->order().begin(), snapshot->order().end()),
                 (std::set<std::uint32_t>{0, 2}));
        QCOMPARE(MapSnapshot::make({}, {})->bounds(), QRectF());
        QCOMPARE(snapshot->atMostIn(QRectF(100, 100, 1, 1)), 0u);
    }

    void countsInABoxAreNeverTooLow() {
        Random random(5);
        std::vector<float> x(5000), y(5000);
        for (std::size_t i = 0; i < x.size(); ++i) {
            x[i] = static_cast<float>(random.normal());
            y[i] = static_cast<float>(random.normal());
        }
        const auto snapshot = MapSnapshot::make(x, y);
        for (int trial = 0; trial < 200; ++trial) {
            const QRectF box(random.normal(), random.normal(), random.uniform() * 2,
                             random.uniform() * 2);
            std::size_t inside = 0;
            for (std::size_t i = 0; i < x.size(); ++i) {
                inside += box.contains(x[i], y[i]) ? 1 : 0;
            }
            QVERIFY(snapshot->atMostIn(box) >= inside);
        }
        QCOMPARE(snapshot->atMostIn(snapshot->bounds()), 5000u);
    }

    void aDiscHasItsAreaAndPlaceAtEveryPhase() {
        for (const double radius : {1.0, 2.0, 3.3, 5.0}) {
            for (const double shift : {0.0, 0.13, 0.5, 0.77}) {
                const auto snapshot = MapSnapshot::make({static_cast<float>(20 + shift)}, {15});
                const Raster raster = rasterise(requestFor(snapshot, opaque({qRgb(255, 0, 0)}),
                                                           {40, 30}, QRectF(0, 0, 40, 30), radius));
                const double area = 3.14159265 * radius * radius;
                QVERIFY2(std::abs(covered(raster.image) - area) < 0.08 * area + 0.3,
                         qPrintable(QString::number(covered(raster.image))));
                // y 15 of 30 upwards is 15 downwards; placed to a quarter of a pixel.
                const QPointF at = centre(raster);
                QVERIFY(std::abs(at.x() - 20 - shift) < 0.2);
                QVERIFY(std::abs(at.y() - 15) < 0.2);
            }
        }
    }

    void discsAtTheEdgeOfTheViewAreWholeInTheBorder() {
        const auto snapshot = MapSnapshot::make({0, 40, 20}, {0, 30, 100});
        const Raster raster = rasterise(
            requestFor(snapshot, opaque({qRgb(255, 0, 0)}), {40, 30}, QRectF(0, 0, 40, 30), 4));
        // Two whole discs; the third point is far outside.
        QVERIFY(std::abs(covered(raster.image) - 2 * 3.14159265 * 16) < 5);
        QCOMPARE(raster.image.size(), QSize(40, 30) + QSize(2, 2) * raster.border);
        QCOMPARE(raster.view.left(), -double(raster.border)); // one unit a pixel
    }

    void coloursNeverOverflowHoweverManyDiscsLieOnEachOther() {
        std::vector<float> x(2000, 10), y(2000, 10);
        StyleChoice choice = opaque({qRgb(255, 128, 0)});
        choice.alpha = 0.6;
        const Raster raster = rasterise(
            requestFor(MapSnapshot::make(x, y), choice, {20, 20}, QRectF(0, 0, 20, 20), 3));
        const QRgb middle = raster.image.pixel(raster.border + 10, raster.border + 10);
        QVERIFY(qAlpha(middle) >= 250);
        QVERIFY(qRed(middle) >= 245 && std::abs(qGreen(middle) - 128) < 10 && qBlue(middle) < 10);
    }

    void hiddenAndUnselectedPointsAreGreyBelowTheOthers() {
        MapColouring colouring;
        colouring.names = {QStringLiteral("a"), QStringLiteral("b")};
        colouring.classes = {0, 1};
        // Both at one place, so that the order decides.
        const auto snapshot = MapSnapshot::make({10, 10}, {10, 10}, colouring);
        StyleChoice choice = opaque({qRgb(255, 0, 0), qRgb(0, 0, 255)});
        choice.visible = {true, false};
        const auto middle = [&](const StyleChoice& how) {
            const Raster raster =
                rasterise(requestFor(snapshot, how, {20, 20}, QRectF(0, 0, 20, 20), 3));
            return raster.image.pixel(raster.border + 10, raster.border + 10);
        };
        QCOMPARE(middle(choice), qRgb(255, 0, 0));
        choice.visible = {false, true};
        QCOMPARE(middle(choice), qRgb(0, 0, 255));
        choice.visible = {false, false};
        // Two greys at 15 % over nothing: 1 - 0.85^2 = 28 %.
        QVERIFY(std::abs(qAlpha(middle(choice)) - 71) <= 3);
        choice.visible = {true, true};
        choice.selected =
            std::make_shared<std::vector<std::uint8_t>>(std::vector<std::uint8_t>{1, 0});
        QCOMPARE(middle(choice), qRgb(255, 0, 0));
    }

    void twiceTheDevicePixelsShowTheSameAtTwiceTheSize() {
        const auto snapshot = MapSnapshot::make({10, 30}, {10, 20});
        const auto once = rasterise(
            requestFor(snapshot, opaque({qRgb(255, 0, 0)}), {40, 30}, QRectF(0, 0, 40, 30), 3));
        const auto twice = rasterise(
            requestFor(snapshot, opaque({qRgb(255, 0, 0)}), {80, 60}, QRectF(0, 0, 40, 30), 6));
        QVERIFY(std::abs(covered(twice.image) - 4 * covered(once.image)) <
                0.05 * covered(twice.image));
        QVERIFY(QLineF(centre(twice), centre(once) * 2).length() < 0.4);
    }

    void nonsenseAsksForNothing() {
        const auto snapshot = MapSnapshot::make({1}, {1});
        auto request =
            requestFor(snapshot, opaque({qRgb(1, 1, 1)}), {0, 30}, QRectF(0, 0, 1, 1), 3);
        QVERIFY(rasterise(request).image.isNull());
        request.size = {30, 30};
        request.view = QRectF(0, 0, 0, 1);
        QVERIFY(rasterise(request).image.isNull());
        request.view = QRectF(0, 0, 1, 1);
        request.styles = nullptr;
        QVERIFY(rasterise(request).image.isNull());
    }

    void aCancelledRasterIsNull() {
        CancelToken cancel;
        cancel.cancel();
        QVERIFY(rasterise(requestFor(MapSnapshot::make({1}, {1}), opaque({qRgb(1, 1, 1)}), {30, 30},
                                     QRectF(0, 0, 1, 1), 3),
                          cancel)
                    .image.isNull());
    }

    void theWorkerAnswersTheNewestRequest() {
        std::vector<float> x(200000), y(200000);
        Random random(2);
        for (std::size_t i = 0; i < x.size(); ++i) {
            x[i] = static_cast<float>(random.uniform());
            y[i] = static_cast<float>(random.uniform());
        }
        const auto snapshot = MapSnapshot::make(x, y);
        RasterWorker worker;
        std::vector<quint64> answered;
        QSize last;
        connect(&worker, &RasterWorker::finished, this, [&](quint64 generation, const Raster& r) {
            answered.push_back(generation);
            last = r.image.size() - QSize(2, 2) * r.border;
        });
        for (int i = 1; i <= 50; ++i) {
            worker.request(requestFor(snapshot, opaque({qRgb(255, 0, 0)}), {100 + i, 100},
                                      QRectF(0, 0, 1, 1), 2),
                           RasterWorker::Running::GiveUp);
        }
        QTRY_VERIFY(!answered.empty() && answered.back() == 50);
        QCOMPARE(last, QSize(150, 100));
        QVERIFY(answered.size() < 50); // what was overtaken was not drawn
    }

    void aWorkerIsDestroyedInTheMiddleOfItsWork() {
        std::vector<float> x(500000, 0.5f), y(500000, 0.5f);
        const auto snapshot = MapSnapshot::make(x, y);
        for (int i = 0; i < 20; ++i) {
            RasterWorker worker;
            worker.request(
                requestFor(snapshot, opaque({qRgb(255, 0, 0)}), {400, 400}, QRectF(0, 0, 1, 1), 3),
                RasterWorker::Running::Finish);
        }
        QCoreApplication::processEvents(); // no answer of a dead worker arrives
    }

    void simplifyingKeepsCornersAndEnds() {
        QVector<QPointF> corner;
        for (int i = 0; i <= 50; ++i) {
            corner.push_back({double(i), 0.5 * (i % 2)});
        }
        for (int i = 1; i <= 50; ++i) {
            corner.push_back({50, double(i)});
        }
        const auto kept = simplified(corner, 2);
        QCOMPARE(kept.size(), 3);
        QCOMPARE(kept.first(), corner.first());
        QCOMPARE(kept.last(), corner.last());
        QVERIFY(QLineF(kept[1], QPointF(50, 0)).length() <= 2);
        QCOMPARE(simplified({}, 2).size(), 0);
        QCOMPARE(simplified({{1, 1}, {1, 1}, {1, 1}}, 2).size(), 2);
    }

    void arrowsPointAlongTheLine() {
        const auto arrows = arrowsAlong({{0, 0}, {300, 0}}, 100);
        QCOMPARE(arrows.size(), 3);
        QCOMPARE(arrows[0].place, QPointF(50, 0));
        QCOMPARE(arrows[2].direction, QPointF(1, 0));
        QCOMPARE(arrowsAlong({{0, 0}, {10, 0}}, 100).size(), 0);
        QVERIFY(arrowsAlong({{0, 0}, {1e12, 0}}, 1).size() <= 500);
    }

    void zoomingKeepsThePlaceAndPanningMovesIt() {
        MapView view = MapView::fitted(QRectF(-1, -1, 2, 2), {400, 200}, 0);
        QCOMPARE(view.unitsPerPixel, 0.01); // height decides
        const QPointF place = view.toMap({37, 151});
        view.zoomAt({37, 151}, 3);
        QVERIFY(QLineF(view.toMap({37, 151}), place).length() < 1e-12);
        view.panBy({10, -20});
        QVERIFY(QLineF(view.toMap({47, 131}), place).length() < 1e-12);
    }
};

QTEST_MAIN(TestMapParts)
#include "tst_map_parts.moc"
