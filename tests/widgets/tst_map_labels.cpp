// SPDX-License-Identifier: GPL-3.0-or-later
// Where the names of classes stand on the map.

#include "widgets/map/map_marks.h"

#include <QTest>

using namespace canto::widgets;

class TestMapLabels : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aNameStandsWhereItsClassIsDenseAndAlone() {
        std::vector<float> x, y;
        std::vector<QString> labels;
        const auto put = [&](int count, float atX, float atY, const char* label) {
            for (int i = 0; i < count; ++i) {
                x.push_back(atX + 0.001F * float(i));
                y.push_back(atY);
                labels.push_back(QString::fromLatin1(label));
            }
        };
        put(300, 0, 0, "common");
        put(100, 0, 0, "rare"); // more than anywhere else, but lost among the others
        put(60, 10, 10, "rare");
        const auto snapshot = MapSnapshot::make(std::move(x), std::move(y),
                                                makeColouring(QStringLiteral("Genre"), labels));
        const auto places = densestPlaces(*snapshot, *snapshot->colouring());
        QCOMPARE(places.size(), std::size_t(2));
        QCOMPARE(places[0].text, QStringLiteral("common"));
        QVERIFY(places[0].place.x() < 1 && places[0].place.y() < 1);
        QCOMPARE(places[1].text, QStringLiteral("rare"));
        QVERIFY(places[1].place.x() > 9 && places[1].place.y() > 9);
    }
};

QTEST_MAIN(TestMapLabels)
#include "tst_map_labels.moc"
