// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_support.h"
#include "widgets/common/theme.h"
#include "widgets/transfer/element_strip.h"
#include "widgets/transfer/separation_view.h"
#include "widgets/transfer/transfer_report.h"
#include "widgets/transfer/transfer_sheet.h"
#include "widgets/transfer/transfer_spec_table.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>
#include <QtTest>
#include <cmath>

using namespace canto::widgets;

namespace {

QString t(const char* text) { return QString::fromUtf8(text); }

} // namespace

class TestTransferWidgets : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void stripsHaveAChipForEachElement();
    void chipsFollowTheMouseAndTheKeys();
    void theRecipeHasOneMarkARow();
    void continuousElementsHaveAPercentage();
    void theSheetTicksAllButTheAdvanced();
    void theReportShowsNumbersAndWords();
    void tablesFollowTheTheme();
    void theStrongestElementIsNamed();
};

void TestTransferWidgets::stripsHaveAChipForEachElement() {
    ElementStrip strip;
    QSignalSpy made(&strip, &ElementStrip::chipMade);
    strip.setElements({t("Pitch"), t("Velocity"), t("Tempo"), t("Chord"), t("Beat")});
    strip.setSong(t("A song"), t("A"), t("gives"));
    strip.setUsed({false, true});
    QCOMPARE(made.count(), 5);
    QCOMPARE(strip.count(), 5);
    QVERIFY(!strip.chip(0)->marked());
    QVERIFY(strip.chip(1)->marked());
    QCOMPARE(strip.chip(1)->accessibleName(), t("Velocity of A song, in the result"));
    strip.resize(300, 160);
    strip.show();
    QSignalSpy play(&strip, &ElementStrip::playAsked), gone(&strip, &ElementStrip::removeAsked);
    QTest::mouseClick(strip.playButton(), Qt::LeftButton);
    QTest::keyClick(strip.whole(), Qt::Key_Return);
    QTest::mouseClick(strip.removeButton(), Qt::LeftButton);
    QCOMPARE(play.count(), 2);
    QCOMPARE(gone.count(), 1);
}

void TestTransferWidgets::chipsFollowTheMouseAndTheKeys() {
    DragChip chip(nullptr, DragChip::Size::Small);
    chip.setText(t("Velocity"));
    chip.resize(90, 26);
    chip.show();
    QSignalSpy began(&chip, &DragChip::dragBegan), moved(&chip, &DragChip::dragMoved),
        dropped(&chip, &DragChip::dragDropped), cancelled(&chip, &DragChip::dragCancelled),
        clicked(&chip, &QAbstractButton::clicked);
    const auto drag = [&chip](QPoint to) {
        QMouseEvent move(QEvent::MouseMove, QPointF(to), chip.mapToGlobal(QPointF(to)),
                         Qt::NoButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&chip, &move);
    };
    QTest::mousePress(&chip, Qt::LeftButton, {}, {10, 10});
    drag({12, 10});
    QCOMPARE(began.count(), 0); // a hand that trembles does not drag
    drag({200, 90});
    QCOMPARE(began.count(), 1);
    QCOMPARE(moved.last().first().toPoint(), chip.mapToGlobal(QPoint(200, 90)));
    QTest::mouseRelease(&chip, Qt::LeftButton, {}, {200, 90});
    QCOMPARE(dropped.count(), 1);
    QCOMPARE(clicked.count(), 0);
    QTest::mousePress(&chip, Qt::LeftButton, {}, {10, 10});
    drag({200, 90});
    QTest::keyClick(&chip, Qt::Key_Escape);
    QTest::mouseRelease(&chip, Qt::LeftButton, {}, {200, 90});
    QCOMPARE(cancelled.count(), 1);
    QCOMPARE(dropped.count(), 1);
    QTest::keyClick(&chip, Qt::Key_Space);
    QTest::mouseClick(&chip, Qt::LeftButton);
    QCOMPARE(clicked.count(), 2);
}

void TestTransferWidgets::theRecipeHasOneMarkARow() {
    TransferSpecTable table;
    table.setSpec({{t("Pitch"), 0}, {t("Velocity"), 2}}, {t("R"), t("A"), t("B")},
                  {t("One"), t("Two"), t("Three")});
    QCOMPARE(table.rowCount(), 2);
    QCOMPARE(table.columnCount(), 3);
    QCOMPARE(table.item(1, 2)->text(), t("\u25cf"));
    QCOMPARE(table.item(1, 0)->text(), t("\u25cb"));
    QCOMPARE(table.item(1, 2)->data(Qt::AccessibleTextRole).toString(),
             t("Velocity from Three, chosen"));
    table.resize(300, 120);
    table.show();
    QSignalSpy chosen(&table, &TransferSpecTable::sourceChosen);
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {},
                      table.visualItemRect(table.item(0, 1)).center());
    QCOMPARE(chosen.count(), 1);
    QCOMPARE(chosen.last(), (QVariantList{0, 1}));
    QTest::mouseClick(table.viewport(), Qt::LeftButton, {},
                      table.visualItemRect(table.item(1, 2)).center());
    QCOMPARE(chosen.count(), 1); // it is there already
    table.setCurrentCell(1, 2);
    QTest::keyClick(&table, Qt::Key_Left);
    QTest::keyClick(&table, Qt::Key_Return);
    QCOMPARE(chosen.last(), (QVariantList{1, 1}));
}

void TestTransferWidgets::continuousElementsHaveAPercentage() {
    TransferSpecTable table;
    table.setSpec({{t("Genre"), 1, true, 0.4}, {t("Type"), 0, false, 1}}, {t("R"), t("A")},
                  {t("One"), t("Two")});
    QCOMPARE(table.columnCount(), 3);
    auto* amount = qobject_cast<QSpinBox*>(table.cellWidget(0, 2));
    QVERIFY(amount);
    QCOMPARE(amount->value(), 40);
    QVERIFY(!table.cellWidget(1, 2));
    QSignalSpy chosen(&table, &TransferSpecTable::amountChosen);
    table.show();
    amount->setFocus();
    QTest::keyClick(amount, Qt::Key_Up);
    QCOMPARE(chosen.last(), (QVariantList{0, 0.5}));
}

void TestTransferWidgets::theSheetTicksAllButTheAdvanced() {
    QWidget window;
    window.resize(600, 400);
    window.show();
    TransferSheet sheet(&window);
    QSignalSpy changed(&sheet, &TransferSheet::chosenChanged);
    sheet.ask(t("One"), t("Two"), {{t("Pitch")}, {t("Type"), true}, {t("Velocity")}}, {},
              window.mapToGlobal(QPoint(590, 390)));
    QVERIFY(sheet.isVisible());
    QCOMPARE(sheet.chosen(), (QVector<int>{0, 2}));
    QCOMPARE(changed.count(), 1); // played at once
    QVERIFY(sheet.geometry().right() <= window.mapToGlobal(QPoint(600, 0)).x());
    QTest::keyClick(sheet.box(1), Qt::Key_Space);
    QCOMPARE(sheet.chosen(), (QVector<int>{0, 1, 2}));
    for (int box = 0; box < 3; ++box) {
        QTest::keyClick(sheet.box(box), Qt::Key_Space);
    }
    QVERIFY(!sheet.buttons()->button(QDialogButtonBox::Ok)->isEnabled());
    QTest::keyClick(sheet.box(2), Qt::Key_Space);
    QSignalSpy accepted(&sheet, &QDialog::accepted);
    QTest::keyClick(&sheet, Qt::Key_Return);
    QCOMPARE(accepted.count(), 1);
    sheet.ask(t("One"), t("Two"), {{t("Pitch")}, {t("Velocity")}}, {1}, QPoint());
    QCOMPARE(sheet.chosen(), (QVector<int>{1}));
}

void TestTransferWidgets::theReportShowsNumbersAndWords() {
    TransferReport report;
    report.setReport(t("1 of 1 moved."), {{t("Pitch"), t("A"), 0.25, 0.9, 0.4, t("moved"), true},
                                          {t("Tempo"), QString(), -1, -1, 1, t("stayed"), true}});
    QCOMPARE(report.summary(), t("1 of 1 moved."));
    QCOMPARE(report.table()->verticalHeaderItem(0)->text(), t("Pitch \u2190 A"));
    QCOMPARE(report.table()->item(0, 0)->text(), t("25 %"));
    QCOMPARE(report.table()->item(0, 1)->text(), t("90 %"));
    QCOMPARE(report.table()->item(1, 0)->text(), t("\u2013"));
    QCOMPARE(report.table()->item(1, 2)->text(), t("100 %"));
    QCOMPARE(report.table()->item(1, 3)->text(), t("stayed"));
    report.setReport({}, {});
    QCOMPARE(report.table()->rowCount(), 0);
}

void TestTransferWidgets::tablesFollowTheTheme() {
    TransferReport report;
    report.setReport(t("1 of 2."), {{t("Pitch"), t("A"), 0.25, 0.9, 0.4, t("moved"), true},
                                    {t("Tempo"), QString(), -1, -1, 1, t("drifted"), false}});
    TransferSpecTable spec;
    spec.setSpec({{t("Pitch"), 1}}, {t("R"), t("A")}, {t("one"), t("two")});
    for (const bool dark : {true, false}) {
        report.setPalette(themePalette(dark));
        spec.setPalette(themePalette(dark));
        const ThemeColours& colours = themeColours(dark);
        QCOMPARE(report.table()->item(0, 3)->foreground().color(), colours.text);
        QCOMPARE(report.table()->item(1, 3)->foreground().color(), colours.warning);
        QCOMPARE(spec.item(0, 1)->foreground().color(), themePalette(dark).color(QPalette::Text));
    }
}

void TestTransferWidgets::theStrongestElementIsNamed() {
    SeparationView view;
    QSignalSpy asked(&view, &SeparationView::measureAsked);
    view.show();
    QTest::mouseClick(view.openButton(), Qt::LeftButton);
    QCOMPARE(asked.count(), 1);
    view.setColumns({t("All"), t("Pitch"), t("Velocity")},
                    {{t("Arousal"), {0.5, 0.1, 0.3}, {}}, {t("Valence"), {0.1, -0.1, NAN}, {}}});
    QCOMPARE(view.table()->rowCount(), 3);
    QVERIFY(view.table()->item(2, 0)->font().bold());
    QVERIFY(!view.table()->item(0, 0)->font().bold()); // the whole is not an element
    QCOMPARE(view.table()->item(2, 1)->text(), t("\u2013"));
    QVERIFY(view.prediction().contains(t("Arousal is expressed most by Velocity")));
    QVERIFY(view.prediction().contains(t("Valence is expressed by no element alone")));
    view.clear();
    QCOMPARE(view.table()->rowCount(), 0);
}

QTEST_MAIN(TestTransferWidgets)
#include "tst_transfer_widgets.moc"
