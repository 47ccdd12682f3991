// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/song/recording_view.h"

#include "tests/support/made_audio.h"
#include "tests/support/test_support.h"
#include "widgets/common/theme.h"

#include <QHelpEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QToolTip>
#include <QWheelEvent>

using namespace canto;
using widgets::RecordingView;

// Ten seconds, silent but for the third one, on 1000 pixels: 100 pixels a second. Above the wave
// lie 24 pixels of chords and 20 of bars; 200 are left for 49 pitches, 84 down to 36.

class TestRecordingView : public QObject {
    Q_OBJECT

    std::unique_ptr<RecordingView> m_view;

    static std::shared_ptr<const audio::WaveOutline> outline() {
        auto made = std::make_shared<audio::WaveOutline>();
        std::vector<float> sound(10 * test::kMadeRate);
        for (std::size_t i = 2 * test::kMadeRate; i < 3 * test::kMadeRate; ++i) {
            sound[i] = i % 2 == 0 ? 0.8F : -0.8F;
        }
        made->feed(sound);
        made->end();
        return made;
    }
    static widgets::RecordingMarks marks() {
        widgets::RecordingMarks marks;
        for (int beat = 0; beat < 17; ++beat) {
            marks.beats.push_back(1 + 0.5 * beat);
            marks.bars.push_back(beat % 4 == 0);
        }
        marks.chords = {{1, 3, *audio::parseChord("C:maj")}, {3, 9, *audio::parseChord("A:min")}};
        return marks;
    }
    static std::shared_ptr<const music::Song> song() {
        music::Song song; // quarters of half a second
        song.tracks = {{"Piano"}};
        music::Note note;
        note.start = 960; // 1 s
        note.length = 480;
        note.pitch = 60;
        note.velocity = 127;
        song.notes = {note};
        song.finish();
        return std::make_shared<const music::Song>(song);
    }
    QImage seen() { return m_view->viewport()->grab().toImage(); }
    void wheel(QPoint at, int turned, Qt::KeyboardModifiers modifiers = {}) {
        QWheelEvent event(at, m_view->viewport()->mapToGlobal(at), {}, {0, turned}, Qt::NoButton,
                          modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(m_view->viewport(), &event);
    }

  private Q_SLOTS:
    void init() {
        m_view = std::make_unique<RecordingView>();
        m_view->resize(1000, 244);
        m_view->setRecording(outline(), marks());
        m_view->show();
        QCOMPARE(m_view->viewport()->size(), QSize(1000, 244));
    }
    void cleanup() { m_view.reset(); }

    void chordsAreWrittenAsPeopleDo() {
        const auto name = [](const char* label) {
            return widgets::chordName(*audio::parseChord(label));
        };
        QCOMPARE(name("C:maj"), QStringLiteral("C"));
        QCOMPARE(name("A:min"), QStringLiteral("Am"));
        QCOMPARE(name("F:maj/3"), QStringLiteral("F/A"));
        QCOMPARE(name("G:7"), QStringLiteral("G7"));
        QCOMPARE(name("B:min7"), QStringLiteral("Bm7"));
        QCOMPARE(name("D:maj7"), QStringLiteral("Dmaj7"));
        QCOMPARE(name("E:sus4"), QStringLiteral("Esus4"));
        QCOMPARE(name("C#:maj"), QStringLiteral("C\u266f"));
        QCOMPARE(name("Ab:min7"), QStringLiteral("A\u266dm7"));
        QCOMPARE(name("B:hdim7"), QStringLiteral("Bm7\u266d5"));
        QCOMPARE(name("N"), QString());
        QCOMPARE(widgets::keyName({6, true, 0}), QStringLiteral("F\u266f minor"));
        QCOMPARE(widgets::keyName({10, false, 0}), QStringLiteral("B\u266d major"));
    }

    void timeFillsTheWidth() {
        QCOMPARE(m_view->pixelsPerSecond(), 100.0);
        QCOMPARE(m_view->xOf(2.5), 250.0);
        QCOMPARE(m_view->secondsAt(730), 7.3);
        m_view->resize(500, 244); // the scale follows until someone zooms
        QCOMPARE(m_view->pixelsPerSecond(), 50.0);
    }

    void theWaveIsDrawnWhereItSounds() {
        const QImage image = seen();
        // The loudest samples reach .47 of the height to each side of the middle (y 144): 94
        // pixels.
        QVERIFY(image.pixel(230, 105) != image.pixel(630, 105));
        QVERIFY(image.pixel(230, 183) != image.pixel(630, 183));
        QCOMPARE(image.pixel(630, 105), image.pixel(930, 105));
        QVERIFY(image.pixel(230, 54) != image.pixel(630, 54));
        QCOMPARE(image.pixel(230, 46), image.pixel(630, 46));
    }

    void barsAndBeatsHaveLines() {
        const QImage image = seen();
        const QRgb plain = image.pixel(630, 60);
        QVERIFY(image.pixel(500, 60) != plain); // bar 3 begins at 5 s
        QVERIFY(image.pixel(550, 60) != plain); // its second beat
        QVERIFY(image.pixel(500, 60) != image.pixel(550, 60));
        QCOMPARE(image.pixel(575, 60), plain);
        QVERIFY(image.pixel(500, 40) != image.pixel(530, 40)); // beats do not reach the bar numbers
        QCOMPARE(image.pixel(550, 40), image.pixel(560, 40));
    }

    void notesLieAtTheirTimeAndPitch() {
        const QImage before = seen();
        m_view->setNotes(song(), 10);
        const double row = 200.0 / 49;
        const QRectF box = m_view->boxOf(song()->notes.front());
        QCOMPARE(box.left(), 100.0);
        QCOMPARE(box.right(), 149.0);
        QVERIFY(std::fabs(box.top() - (44 + 24 * row)) < 1e-9); // 84 - 60 rows below the first
        const QImage after = seen();
        const QPoint inside = box.center().toPoint();
        QVERIFY(after.pixel(inside) != before.pixel(inside));
        QCOMPARE(after.pixel(inside.x(), inside.y() + 10),
                 before.pixel(inside.x(), inside.y() + 10));
        QCOMPARE(after.pixel(90, inside.y()), before.pixel(90, inside.y()));
    }

    void whatIsNotYetWrittenIsVeiled() {
        m_view->setNotes(song(), 10);
        const QImage whole = seen();
        m_view->setNotes(song(), 2.5);
        const QImage half = seen();
        QCOMPARE(half.pixel(230, 105), whole.pixel(230, 105));
        QVERIFY(half.pixel(270, 105) != whole.pixel(270, 105));
    }

    void aClickAsksForThePlayheadThere() {
        QSignalSpy asked(m_view.get(), &RecordingView::seekRequested);
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, {300, 120});
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.first().at(0).toDouble(), 3.0);
        QTest::mouseClick(m_view->viewport(), Qt::RightButton, {}, {300, 120});
        QCOMPARE(asked.count(), 1);
        const QImage before = seen();
        m_view->setPlayhead(3);
        const QImage after = seen();
        QVERIFY(after.pixel(300, 210) != before.pixel(300, 210));
        QCOMPARE(after.pixel(320, 210), before.pixel(320, 210));
    }

    void sectionsLieAboveTheChords() {
        widgets::RecordingMarks formed = marks();
        formed.sections = {{0, 8, 0}, {8, 4, 1}, {12, 4, 0}};
        m_view->setRecording(outline(), formed);
        QCOMPARE(m_view->waveArea().top(), 64);                 // a line of 20 pixels more
        const QRectF first = m_view->boxOf(formed.sections[0]); // 1 s to 5 s
        QCOMPARE(first.left(), 101.0);
        QCOMPARE(first.right(), 499.0);
        const QImage image = seen();
        QCOMPARE(image.pixel(300, 10), image.pixel(850, 10)); // both are A
        QVERIFY(image.pixel(300, 10) != image.pixel(650, 10));
        QVERIFY(image.pixel(300, 10) != image.pixel(50, 10));
        QVERIFY(m_view->accessibleDescription().contains(
            QStringLiteral("Section A: bars 1 to 2; Section B: bar 3")));

        QSignalSpy asked(m_view.get(), &RecordingView::seekRequested);
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, {680, 10});
        QCOMPARE(asked.takeFirst().at(0).toDouble(), 5.0); // its beginning
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, {680, 120});
        QCOMPARE(asked.takeFirst().at(0).toDouble(), 6.8);

        QHelpEvent help(QEvent::ToolTip, {680, 10},
                        m_view->viewport()->mapToGlobal(QPoint(680, 10)));
        QApplication::sendEvent(m_view->viewport(), &help);
        QTRY_COMPARE(QToolTip::text(), QStringLiteral("Section B: bar 3"));
    }

    void theWheelZoomsWhereTheMouseIs() {
        wheel({500, 120}, 480);
        QCOMPARE(m_view->pixelsPerSecond(), 200.0);
        QCOMPARE(m_view->secondsAt(500), 5.0);
        wheel({250, 120}, 480);
        QCOMPARE(m_view->pixelsPerSecond(), 400.0);
        QCOMPARE(m_view->secondsAt(250), 3.75);
        wheel({250, 120}, -480, Qt::ShiftModifier); // scrolls by 240 pixels
        QCOMPARE(m_view->secondsAt(250), 3.75 + 240.0 / 400);
        wheel({250, 120}, -4800);
        QCOMPARE(m_view->pixelsPerSecond(), 100.0); // never less than all of it
        QCOMPARE(m_view->xOf(0), 0.0);
        wheel({0, 120}, 48000);
        QCOMPARE(m_view->pixelsPerSecond(), 800.0);
    }

    void thePlayheadIsFollowed() {
        wheel({0, 120}, 960); // 400 pixels a second: 2.5 s are seen
        m_view->setPlayhead(2);
        QCOMPARE(m_view->horizontalScrollBar()->value(), 0);
        m_view->setPlayhead(4);
        QCOMPARE(m_view->xOf(4), 100.0); // a tenth of the width
    }

    void keysGoFromBeatToBeat() {
        QSignalSpy asked(m_view.get(), &RecordingView::seekRequested);
        connect(m_view.get(), &RecordingView::seekRequested, m_view.get(),
                &RecordingView::setPlayhead);
        const auto go = [&](Qt::Key key) {
            QTest::keyClick(m_view.get(), key);
            return m_view->playhead();
        };
        QCOMPARE(go(Qt::Key_Right), 1.0);
        QCOMPARE(go(Qt::Key_Right), 1.5);
        QCOMPARE(go(Qt::Key_Right), 2.0);
        QCOMPARE(go(Qt::Key_Left), 1.5);
        QCOMPARE(go(Qt::Key_Left), 1.0);
        QCOMPARE(go(Qt::Key_Left), 1.0); // there is no beat before
        QCOMPARE(go(Qt::Key_Home), 0.0);
        QTest::keyClick(m_view.get(), Qt::Key_Plus);
        QCOMPARE(m_view->pixelsPerSecond(), 150.0);
        QTest::keyClick(m_view.get(), Qt::Key_0);
        QCOMPARE(m_view->pixelsPerSecond(), 100.0);
    }

    void withoutARecordingItSaysWhatToDo() {
        m_view->setRecording(nullptr, {});
        const QImage before = seen();
        m_view->setHint(QStringLiteral("Drop a recording here"));
        QVERIFY(seen() != before);
        QSignalSpy asked(m_view.get(), &RecordingView::seekRequested);
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, {}, {300, 120});
        wheel({500, 120}, 480);
        QCOMPARE(asked.count(), 0);
    }
};

QTEST_MAIN(TestRecordingView)
#include "tst_recording_view.moc"
