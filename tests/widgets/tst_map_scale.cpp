// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_support.h"
#include "widgets/common/theme.h"
#include "widgets/common/translations.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend_row.h"
#include "widgets/map/scale_bar.h"

#include <QSignalSpy>
#include <limits>

using namespace canto;
using namespace canto::widgets;

namespace {

/// 0, 1, ... 100: the 2nd and 98th percentiles are 2 and 98.
std::vector<float> hundred() {
    std::vector<float> values;
    for (int i = 0; i <= 100; ++i) {
        values.push_back(static_cast<float>(i));
    }
    return values;
}

int farthest(const QColor& a, const QColor& b) {
    return std::max({std::abs(a.red() - b.red()), std::abs(a.green() - b.green()),
                     std::abs(a.blue() - b.blue())});
}

} // namespace

class TestMapScale : public QObject {
    Q_OBJECT

    std::unique_ptr<LatentMap> m_map;
    ScaleBar* bar() const { return m_map->legend()->scaleBar(); }
    /// Pixels of the bar at a share of its length from below.
    QPoint at(double share) const {
        const QRectF area = bar()->bar();
        return QPointF(area.center().x(), area.bottom() - share * area.height()).toPoint();
    }
    std::pair<int, int> shownShades() const {
        int first = -1, last = -1;
        for (int shade = 0; shade < bar()->shades(); ++shade) {
            if (m_map->classVisible(shade)) {
                first = first < 0 ? shade : first;
                last = shade;
            }
        }
        return {first, last};
    }
    void drag(double from, double to) {
        QTest::mousePress(bar(), Qt::LeftButton, {}, at(from));
        QTest::mouseMove(bar(), at((from + to) / 2));
        QTest::mouseMove(bar(), at(to));
        QTest::mouseRelease(bar(), Qt::LeftButton, {}, at(to));
    }

  private Q_SLOTS:
    void initTestCase() { installTranslations(*qApp); }
    void init() {
        auto values = hundred();
        values.push_back(std::numeric_limits<float>::quiet_NaN());
        std::vector<float> x(values.size()), y(values.size());
        for (std::size_t i = 0; i < x.size(); ++i) {
            x[i] = static_cast<float>(i);
        }
        m_map = std::make_unique<LatentMap>();
        m_map->setReducedMotion(true);
        m_map->resize(600, 600);
        m_map->setSnapshot(MapSnapshot::make(
            x, y, makeScale(QStringLiteral("Level"), QStringLiteral("dB"), values)));
        m_map->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_map.get()));
    }
    void cleanup() { m_map.reset(); }

    void numbersBecomeAGradient() {
        const auto values = hundred();
        const MapColouring colouring =
            makeScale(QStringLiteral("Level"), QStringLiteral("dB"), values);
        QCOMPARE(colouring.title, QStringLiteral("Level (dB)"));
        QVERIFY(colouring.scale);
        const MapScale& scale = *colouring.scale;
        QCOMPARE(scale.low, 2.0);
        QCOMPARE(scale.high, 98.0);
        // Ninety-six in at most seven ticks: every twenty.
        QCOMPARE(scale.ticks, (std::vector<double>{20, 40, 60, 80}));
        QCOMPARE(colouring.names.size(), scale.shades);
        QVERIFY(!colouring.lastIsUnlabelled);
        QCOMPARE(scale.text(40), QStringLiteral("40"));
        // Each of these numbers has a colour of its own, and none jumps.
        for (std::size_t i = 3; i < 98; ++i) {
            QVERIFY(colouring.classes[i] > colouring.classes[i - 1]);
        }
        for (std::size_t shade = 1; shade < scale.shades; ++shade) {
            QVERIFY(farthest(colouring.colours[shade], colouring.colours[shade - 1]) <= 5);
        }
        QVERIFY(colouring.colours.front().lightness() < colouring.colours.back().lightness());
        // The middle of the scale has the middle of the colours; beyond the ends is the end's.
        QCOMPARE(std::size_t(colouring.classes[50]), scale.shades / 2);
        QCOMPARE(colouring.classes[0], colouring.classes[2]);
        QCOMPARE(std::size_t(colouring.classes[100]), scale.shades - 1);
    }

    void smallNumbersHaveDecimals() {
        const MapScale scale =
            *makeScale(QStringLiteral("A"), {}, std::vector{0.0F, 0.5F, 1.0F}).scale;
        // From .0 to .5 (the 98th percentile of three is the second): every tenth.
        QCOMPARE(scale.ticks.size(), std::size_t(6));
        QCOMPARE(scale.text(scale.ticks[3]), QLocale().toString(0.3, 'f', 1));
        QCOMPARE(scale.text(0.25, true), QLocale().toString(0.25, 'f', 2));
    }

    void whatIsNotKnownIsAClassOfItsOwn() {
        const float unknown = std::numeric_limits<float>::quiet_NaN();
        const auto scale = makeScale(QStringLiteral("A"), {}, std::vector{0.0F, 1.0F, unknown});
        QVERIFY(scale.lastIsUnlabelled);
        QCOMPARE(scale.names.back(), QStringLiteral("unknown"));
        QCOMPARE(std::size_t(scale.classes[2]), scale.names.size() - 1);
        const auto nothing = makeScale(QStringLiteral("A"), {}, std::vector{unknown});
        QVERIFY(!nothing.scale);
        QCOMPARE(nothing.names, (std::vector<QString>{QStringLiteral("unknown")}));
        const auto none = makeScale(QStringLiteral("A"), {}, {});
        QVERIFY(none.classes.empty() && none.names.size() == 1);
    }

    void oneNumberIsOneShade() {
        const auto same = makeScale(QStringLiteral("A"), {}, std::vector{3.0F, 3.0F});
        QCOMPARE(same.names.size(), std::size_t(1));
        QCOMPARE(same.classes, (std::vector<std::uint16_t>{0, 0}));
        QCOMPARE(same.scale->ticks, (std::vector<double>{3}));
    }

    void theLegendShowsOneBarAndTheUnknown() {
        Legend* legend = m_map->legend();
        QVERIFY(legend->isVisible());
        QVERIFY(bar());
        const auto rows = legend->findChildren<LegendRow*>();
        QCOMPARE(rows.size(), 1);
        QCOMPARE(rows[0]->accessibleName(), QStringLiteral("unknown, 1 point"));
        QCOMPARE(legend->count(), bar()->shades() + 1);
        QCOMPARE(bar()->accessibleName(), QStringLiteral("Level (dB), from 2 to 98"));
        QVERIFY(bar()->accessibleDescription().contains(QStringLiteral("Shown: all")));
        // The gradient is drawn with the least below.
        const QImage drawn = bar()->grab().toImage();
        const auto& colours = m_map->colouring()->colours;
        QVERIFY(farthest(drawn.pixelColor(at(0.02)), colours[2]) <= 8);
        QVERIFY(farthest(drawn.pixelColor(at(0.98)), colours[125]) <= 8);
    }

    void pointsHaveTheColoursOfTheBar() {
        m_map->legend()->hide();
        const auto colourOf = [&](int number) { // seen from near: its neighbours lie beside it
            m_map->setView(QRectF(number - 3, -3, 6, 6));
            return m_map->grab().toImage().pixelColor(
                m_map->toPixel({double(number), 0}).toPoint());
        };
        // Yellow above, dark blue below; discs are a little transparent.
        const QColor high = colourOf(97), low = colourOf(3);
        QVERIFY(high.red() > 180 && high.blue() < 120);
        QVERIFY(low.blue() > low.red() + 30);
    }

    void aDragShowsARangeAndAClickAll() {
        QSignalSpy filtered(m_map.get(), &LatentMap::classVisibilityChanged);
        drag(0.25, 0.75);
        const auto [first, last] = shownShades();
        QVERIFY(std::abs(first - 32) <= 1 && std::abs(last - 96) <= 1);
        QVERIFY(filtered.count() > 0);
        QVERIFY(m_map->classVisible(bar()->shades())); // the unknown stay as they were
        QVERIFY(bar()->rangeText().contains(QStringLiteral(" to ")));
        QVERIFY(bar()->accessibleDescription().contains(bar()->rangeText()));
        drag(0.9, 0.6); // the other way round
        QVERIFY(std::abs(shownShades().first - 76) <= 1);
        QVERIFY(std::abs(shownShades().second - 115) <= 1);
        QTest::mouseClick(bar(), Qt::LeftButton, {}, at(0.1));
        QCOMPARE(shownShades(), std::make_pair(0, bar()->shades() - 1));
        filtered.clear();
        QTest::mouseClick(bar(), Qt::LeftButton, {}, at(0.1)); // nothing to show again
        QCOMPARE(filtered.count(), 0);
        QTest::mouseClick(bar(), Qt::RightButton, {}, at(0.1));
        QCOMPARE(filtered.count(), 0);
    }

    void theRangeCanBeMovedByKeys() {
        bar()->setFocus();
        QTest::keyClick(bar(), Qt::Key_Up); // the lowest twelfth of 128
        QCOMPARE(shownShades(), std::make_pair(0, 9));
        QTest::keyClick(bar(), Qt::Key_Up);
        QCOMPARE(shownShades(), std::make_pair(10, 19));
        QTest::keyClick(bar(), Qt::Key_Up, Qt::ShiftModifier);
        QCOMPARE(shownShades(), std::make_pair(10, 29));
        QTest::keyClick(bar(), Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(bar(), Qt::Key_Down, Qt::ShiftModifier); // never less than a twelfth
        QCOMPARE(shownShades(), std::make_pair(10, 19));
        for (int i = 0; i < 20; ++i) {
            QTest::keyClick(bar(), Qt::Key_Up);
        }
        QCOMPARE(shownShades(), std::make_pair(118, 127)); // to the end and no farther
        QTest::keyClick(bar(), Qt::Key_Space);
        QCOMPARE(shownShades(), std::make_pair(0, 127));
        QTest::keyClick(bar(), Qt::Key_Down); // from the top
        QCOMPARE(shownShades(), std::make_pair(118, 127));
    }

    void theUnknownCanBeShownAlone() {
        auto* row = m_map->legend()->findChildren<LegendRow*>().value(0);
        QVERIFY(row);
        row->setFocus();
        QTest::keyClick(row, Qt::Key_Return);
        QCOMPARE(shownShades(), std::make_pair(-1, -1));
        QVERIFY(m_map->classVisible(bar()->shades()));
        QCOMPARE(bar()->rangeText(), QStringLiteral("nothing"));
        QTest::keyClick(row, Qt::Key_Up); // to the bar
        QVERIFY(bar()->hasFocus());
        QTest::keyClick(bar(), Qt::Key_Up);
        QCOMPARE(shownShades(), std::make_pair(0, 9));
    }

    void anotherColumnTakesTheBarAway() {
        auto plain = std::make_shared<MapColouring>();
        plain->names = {QStringLiteral("a"), QStringLiteral("b")};
        plain->classes.assign(102, 1);
        m_map->setColourBy(plain);
        QVERIFY(!bar());
        QCOMPARE(m_map->legend()->count(), 2);
        QTRY_VERIFY(m_map->legend()->findChildren<ScaleBar*>().isEmpty());
    }
};

QTEST_MAIN(TestMapScale)
#include "tst_map_scale.moc"
