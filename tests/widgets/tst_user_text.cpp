// SPDX-License-Identifier: GPL-3.0-or-later

// Titles, labels and names of files are shown as they are, whatever stands in them.

#include "tests/support/test_support.h"
#include "widgets/common/drag_chip.h"
#include "widgets/common/text.h"
#include "widgets/common/theme.h"
#include "widgets/common/translations.h"
#include "widgets/map/latent_map.h"
#include "widgets/map/legend.h"
#include "widgets/map/legend_row.h"
#include "widgets/map/map_marks.h"
#include "widgets/song/library_list.h"

#include <QLabel>
#include <QMenu>
#include <QToolTip>

using namespace canto;
using namespace canto::widgets;

namespace {

const QString kMarkup = QStringLiteral("<b>Bold</b> & <i>slanted</i>");

std::vector<SongRow> songsTitled(const QStringList& titles) {
    std::vector<SongRow> songs;
    for (const QString& title : titles) {
        songs.push_back({.id = qint64(songs.size()) + 1, .title = title});
    }
    return songs;
}

} // namespace

class TestUserText : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() {
        installTranslations(*qApp);
        applyTheme(*qApp, Scheme::Light);
    }

    void labelsShowMarkupAsItIs() {
        QLabel shown(kMarkup), plain(kMarkup);
        plain.setTextFormat(Qt::PlainText);
        shown.ensurePolished();
        QCOMPARE(shown.textFormat(), Qt::PlainText);
        QCOMPARE(shown.sizeHint(), plain.sizeHint()); // the tags take room
        QLabel rich(kMarkup);
        rich.setTextFormat(Qt::RichText);
        rich.ensurePolished();
        QCOMPARE(rich.textFormat(), Qt::RichText); // who asks for markup gets it
    }

    void toolTipsShowMarkupAsItIs() {
        QWidget owner;
        owner.resize(100, 100);
        owner.show();
        QVERIFY(QTest::qWaitForWindowExposed(&owner));
        QToolTip::showText(owner.mapToGlobal(QPoint(20, 20)), kMarkup, &owner);
        QLabel* tip = nullptr;
        for (QWidget* widget : QApplication::topLevelWidgets()) {
            if (widget->inherits("QTipLabel")) {
                tip = qobject_cast<QLabel*>(widget);
            }
        }
        QVERIFY(tip);
        QCOMPARE(tip->text(), kMarkup);
        QCOMPARE(tip->textFormat(), Qt::PlainText);
        QToolTip::hideText();
    }

    void ampersandsAreNoShortcuts() {
        QMenu menu;
        QAction* action = menu.addAction(escapeMnemonics(QStringLiteral("Drum & Bass")));
        QCOMPARE(action->text(), QStringLiteral("Drum && Bass"));
        QVERIFY(QKeySequence::mnemonic(action->text()).isEmpty());
        DragChip chip;
        chip.setText(QStringLiteral("R&B"));
        QCOMPARE(chip.text(), QStringLiteral("R&B"));
        QVERIFY(chip.shortcut().isEmpty());
    }

    void legendRowsKeepTheirNames() {
        Legend legend;
        legend.setEntries(QStringLiteral("Genre"), {{QStringLiteral("R&B"), {}, 3},
                                                    {QStringLiteral("Rock\nSteady"), {}, 1}});
        QCOMPARE(legend.name(0), QStringLiteral("R&B"));
        QCOMPARE(legend.name(1), QStringLiteral("Rock\nSteady"));
        const auto rows = legend.findChildren<LegendRow*>();
        QVERIFY(rows[0]->shortcut().isEmpty());
        QCOMPARE(rows[1]->accessibleName(), QStringLiteral("Rock Steady, 1 point"));
    }

    void legendRowsWithAPlaceStandInColumns() {
        Legend legend;
        legend.setEntries(QStringLiteral("Emotion"), {{QStringLiteral("Happy"), {}, 1, {}, {1, 0}},
                                                      {QStringLiteral("Tense"), {}, 1, {}, {0, 0}},
                                                      {QStringLiteral("Sad"), {}, 1, {}, {0, 1}},
                                                      {QStringLiteral("Calm"), {}, 1, {}, {1, 1}},
                                                      {QStringLiteral("(no emotion)"), {}, 1}});
        const auto height = legend.sizeHint().height();
        legend.resize(legend.sizeHint());
        legend.show();
        QVERIFY(QTest::qWaitForWindowExposed(&legend));
        const auto at = [&](int row) {
            const auto rows = legend.findChildren<LegendRow*>();
            return rows[row]->mapTo(&legend, QPoint(0, 0));
        };
        QCOMPARE(at(0).y(), at(1).y());
        QCOMPARE(at(2).y(), at(3).y());
        QCOMPARE(at(0).x(), at(3).x());
        QCOMPARE(at(1).x(), at(2).x());
        QVERIFY(at(1).x() < at(0).x());
        QVERIFY(at(1).y() < at(2).y());
        QVERIFY(at(4).y() > at(3).y());
        QCOMPARE(legend.name(1), QStringLiteral("Tense"));
        QCOMPARE(legend.rowAt(legend.mapToGlobal(at(2) + QPoint(4, 4))), 2);
        // A plain list of the same classes is two lines higher.
        legend.setEntries(QStringLiteral("Emotion"), {{QStringLiteral("Happy"), {}, 1},
                                                      {QStringLiteral("Tense"), {}, 1},
                                                      {QStringLiteral("Sad"), {}, 1},
                                                      {QStringLiteral("Calm"), {}, 1},
                                                      {QStringLiteral("(no emotion)"), {}, 1}});
        QVERIFY(legend.sizeHint().height() > height);
    }

    void mapLabelsAreOneLine() {
        MapColouring colouring;
        colouring.names = {QStringLiteral("Rock\nSteady"), QStringLiteral("Pop")};
        colouring.classes = {0, 0, 1, 1};
        const auto snapshot = MapSnapshot::make({0, 0.1f, 5, 5.1f}, {0, 0, 5, 5}, colouring);
        const auto labels = densestPlaces(*snapshot, colouring);
        QCOMPARE(labels.size(), std::size_t(2));
        QCOMPARE(labels[0].index == 0 ? labels[0].text : labels[1].text,
                 QStringLiteral("Rock Steady"));
    }

    void aSearchFindsAccentedTitles_data() {
        QTest::addColumn<QString>("search");
        QTest::addColumn<int>("found");
        const QString caron = QStringLiteral("\u030c"), acute = QStringLiteral("\u0301");
        QTest::newRow("without accents") << QStringLiteral("dvorak") << 2;
        QTest::newRow("capitals") << QStringLiteral("DVORAK") << 2;
        QTest::newRow("composed") << QStringLiteral("Dvo\u0159\u00e1k") << 2;
        QTest::newRow("decomposed")
            << QStringLiteral("Dvor") + caron + QLatin1Char('a') + acute << 2;
        QTest::newRow("two words in any order") << QStringLiteral("largo dvorak") << 1;
        QTest::newRow("stroke") << QStringLiteral("soren") << 1;
        QTest::newRow("sharp s") << QStringLiteral("strasse") << 1;
        QTest::newRow("half a word") << QStringLiteral("vora") << 2;
        QTest::newRow("another") << QStringLiteral("dvorsky") << 0;
        QTest::newRow("Japanese") << QStringLiteral("\u30ac") << 1; // GA, one letter of two marks
    }
    void aSearchFindsAccentedTitles() {
        QFETCH(QString, search);
        QFETCH(int, found);
        LibraryList list;
        // Composed and decomposed names, as Linux and macOS write them.
        list.setSongs(songsTitled({QStringLiteral("Dvo\u0159\u00e1k: Largo"),
                                   QStringLiteral("Dvor\u030ca\u0301k: Rusalka"),
                                   QStringLiteral("S\u00f8ren"), QStringLiteral("Stra\u00dfe"),
                                   QStringLiteral("\u30ac\u30f3\u30c0\u30e0")}),
                      QStringLiteral("Genre"));
        list.setSearchText(search);
        QCOMPARE(list.shownCount(), found);
    }
};

QTEST_MAIN(TestUserText)
#include "tst_user_text.moc"
