// SPDX-License-Identifier: GPL-3.0-or-later
// Texts that do not set the width of what surrounds them, and lines that wrap.

#include "widgets/common/elided_button.h"
#include "widgets/common/elided_combo.h"
#include "widgets/common/elided_label.h"
#include "widgets/common/flow_layout.h"
#include "widgets/common/wrapped_check_box.h"

#include <QHelpEvent>
#include <QPushButton>
#include <QTest>
#include <QToolTip>
#include <QVBoxLayout>

using namespace canto::widgets;

namespace {

const auto kHash =
    QStringLiteral("d41d8cd98f00b204e9800998ecf8427ed41d8cd98f00b204e9800998ecf8427e");

/// What the widget says when the mouse rests on it.
QString toolTipOf(QWidget& widget) {
    QHelpEvent event(QEvent::ToolTip, QPoint(2, 2), widget.mapToGlobal(QPoint(2, 2)));
    QApplication::sendEvent(&widget, &event);
    const QString text = QToolTip::text();
    QToolTip::hideText();
    return text;
}

} // namespace

class TestElided : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void aLineIsElidedInTheMiddle();
    void wordsWrapAndLongOnesAreElided();
    void textIsNoMarkup();
    void aComboDoesNotGrow();
    void aButtonIsElided();
    void aCheckBoxWraps();
    void linesWrap();
    void linesShareWhatIsLeft();
};

void TestElided::aLineIsElidedInTheMiddle() {
    ElidedLabel label;
    label.setText(kHash);
    label.resize(120, 20);
    label.show();
    QVERIFY(label.minimumSizeHint().width() < 60);
    QVERIFY(label.isElided());
    QCOMPARE(label.text(), kHash);
    const QString shown = label.QLabel::text();
    QVERIFY(label.fontMetrics().horizontalAdvance(shown) <= 120);
    QCOMPARE(shown.left(3), kHash.left(3)); // both ends are there
    QCOMPARE(shown.right(3), kHash.right(3));
    QVERIFY(toolTipOf(label).contains(kHash));
    label.resize(2000, 20);
    QVERIFY(!label.isElided());
    QCOMPARE(label.QLabel::text(), kHash);
}

void TestElided::wordsWrapAndLongOnesAreElided() {
    ElidedLabel label;
    label.setWordWrap(true);
    label.setText(QStringLiteral("one two three four five six seven eight nine ten ") + kHash);
    QVERIFY(label.minimumSizeHint().width() < 60);
    label.resize(150, 200);
    label.show();
    QVERIFY(label.isElided()); // because of the last word
    const QString shown = label.QLabel::text();
    QVERIFY(shown.startsWith(QStringLiteral("one two three four five six seven eight nine ten ")));
    QVERIFY(label.fontMetrics().horizontalAdvance(shown.section(QLatin1Char(' '), -1)) <= 150);
    // Narrower is higher, and the height is that of the lines.
    QVERIFY(label.heightForWidth(100) > label.heightForWidth(400));
    const int line = label.fontMetrics().lineSpacing();
    QVERIFY(label.heightForWidth(150) >= 2 * line);
    QVERIFY(label.heightForWidth(100000) < 2 * line);
}

void TestElided::textIsNoMarkup() {
    ElidedLabel label;
    label.setText(QStringLiteral("<b>bold</b> and ") + kHash);
    label.resize(60, 20);
    label.show();
    QCOMPARE(label.textFormat(), Qt::PlainText);
    QVERIFY(label.QLabel::text().startsWith(QStringLiteral("<")));
}

void TestElided::aComboDoesNotGrow() {
    ElidedCombo combo;
    combo.addItem(QStringLiteral("short"));
    const int before = combo.minimumSizeHint().width();
    combo.addItem(kHash);
    QCOMPARE(combo.minimumSizeHint().width(), before);
    combo.resize(140, combo.sizeHint().height());
    combo.show();
    QVERIFY(!combo.isElided());
    combo.setCurrentIndex(1);
    QVERIFY(combo.isElided());
    QCOMPARE(combo.currentText(), kHash);
    QVERIFY(toolTipOf(combo).contains(kHash));
}

void TestElided::aButtonIsElided() {
    ElidedButton button;
    button.setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button.setArrowType(Qt::RightArrow);
    button.setText(kHash);
    const QSize whole = button.sizeHint();
    QVERIFY(button.minimumSizeHint().width() < whole.width() / 2);
    button.resize(whole);
    button.show();
    QVERIFY(!button.isElided());
    button.resize(140, whole.height());
    QVERIFY(button.isElided());
    QCOMPARE(button.text(), kHash);
    QCOMPARE(button.sizeHint(), whole); // of the whole text
    QVERIFY(toolTipOf(button).contains(kHash));
}

void TestElided::aCheckBoxWraps() {
    QWidget panel;
    WrappedCheckBox box(QStringLiteral("one two three four five six seven eight nine ten eleven"));
    const int line = box.fontMetrics().lineSpacing();
    const int whole = box.heightForWidth(100000);
    QVERIFY(whole < 2 * line);
    QVERIFY(box.heightForWidth(150) >= 2 * line);
    QVERIFY(box.heightForWidth(100) > box.heightForWidth(150));
    // Its longest word and the box are all that it needs.
    QVERIFY(box.minimumSizeHint().width() <
            60 + box.fontMetrics().horizontalAdvance(QStringLiteral("eleven")));
    QVERIFY(box.sizeHint().height() >= 2 * line);
    QCOMPARE(box.sizeHint().height(), box.heightForWidth(box.sizeHint().width()));
    // In a column it takes the height of its lines, and a click on any of them checks it.
    auto* column = new QVBoxLayout(&panel);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(&box);
    column->addStretch(1);
    panel.resize(150, 300);
    panel.show();
    QCOMPARE(box.width(), 150);
    QVERIFY(box.height() >= box.heightForWidth(150));
    QTest::mouseClick(&box, Qt::LeftButton, {}, QPoint(60, box.height() - line / 2 - 2));
    QVERIFY(box.isChecked());
}

void TestElided::linesWrap() {
    QWidget panel;
    auto* flow = new FlowLayout(4);
    panel.setLayout(flow);
    QVector<QWidget*> boxes;
    for (int i = 0; i < 5; ++i) {
        auto* box = new QWidget(&panel);
        box->setFixedSize(50, 20);
        flow->addWidget(box);
        boxes.append(box);
    }
    // Three of 50 with gaps of 4 need 158.
    QCOMPARE(flow->heightForWidth(158), 44);
    QCOMPARE(flow->heightForWidth(157), 68);
    QCOMPARE(flow->heightForWidth(1000), 20);
    QCOMPARE(flow->minimumSize(), QSize(50, 20));
    panel.resize(158, 44);
    panel.show();
    QCOMPARE(boxes[2]->pos(), QPoint(108, 0));
    QCOMPARE(boxes[3]->pos(), QPoint(0, 24));
    boxes[0]->hide(); // those that are not there take no room
    QCoreApplication::processEvents();
    QCOMPARE(boxes[3]->pos(), QPoint(108, 0));
}

void TestElided::linesShareWhatIsLeft() {
    QWidget panel;
    auto* flow = new FlowLayout(10);
    panel.setLayout(flow);
    auto* fixed = new QWidget(&panel);
    fixed->setFixedSize(40, 20);
    auto* wide = new QPushButton(&panel);
    wide->setFixedHeight(20);
    wide->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    flow->addWidget(fixed);
    flow->addWidget(wide);
    panel.resize(400, 20);
    panel.show();
    QCOMPARE(wide->geometry().left(), 50);
    QCOMPARE(wide->geometry().right(), 399);
}

QTEST_MAIN(TestElided)
#include "tst_elided.moc"
