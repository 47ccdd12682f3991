// SPDX-License-Identifier: GPL-3.0-or-later
// The tempo of taps.

#include "app/features/arrange/tap_tempo.h"

#include <QtTest>

using canto::app::TapTempo;

class TestTapTempo : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void theFourthTapGivesATempo() {
        TapTempo taps;
        QCOMPARE(taps.tap(10.0), 0.0);
        QCOMPARE(taps.tap(10.5), 0.0);
        QCOMPARE(taps.tap(11.0), 0.0);
        QCOMPARE(taps.tap(11.5), 120.0); // three gaps in 1.5 s
        QCOMPARE(taps.tap(12.5), 96.0);  // four gaps in 2.5 s
    }

    void aPauseStartsAgain() {
        TapTempo taps;
        for (const double at : {0.0, 1.0, 2.0, 3.0}) {
            taps.tap(at);
        }
        QCOMPARE(taps.tap(6.0), 0.0);
        QCOMPARE(taps.tap(6.5), 0.0);
        QCOMPARE(taps.tap(7.0), 0.0);
        QCOMPARE(taps.tap(7.5), 120.0);
    }
};

QTEST_GUILESS_MAIN(TestTapTempo)
#include "tst_tap_tempo.moc"
