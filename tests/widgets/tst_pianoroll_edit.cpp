// SPDX-License-Identifier: GPL-3.0-or-later
// Notes edited in the piano roll by real mouse and keys.

#include "tests/support/test_support.h"
#include "widgets/common/elided_combo.h"
#include "widgets/common/theme.h"
#include "widgets/song/general_midi.h"
#include "widgets/song/pianoroll_view.h"
#include "widgets/song/track_headers.h"

#include <QApplication>
#include <QMouseEvent>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QToolButton>
#include <QWheelEvent>
#include <set>

using namespace canto;
using namespace canto::widgets;
using music::NoteIndices;
using music::Snap;
using music::Tick;

namespace {

/// Two bars of 4/4: on the piano C4 on beat 1 and E4 on beat 3, a bass drum on beat 1 of bar 2.
std::shared_ptr<const music::Song> madeSong() {
    auto song = std::make_shared<music::Song>();
    song->tracks = {{"Piano"}, {"Drums"}};
    const auto note = [&](Tick start, Tick length, int pitch, int track) {
        music::Note made;
        made.start = start;
        made.length = length;
        made.pitch = static_cast<std::uint8_t>(pitch);
        made.track = static_cast<std::uint16_t>(track);
        made.channel = track == 1 ? music::kDrumChannel : std::uint8_t(0);
        song->notes.push_back(made);
    };
    note(0, 480, 60, 0);
    note(960, 480, 64, 0);
    note(1920, 480, 36, 1);
    song->finish();
    return song;
}

void send(QWidget* to, QEvent::Type type, QPointF at, Qt::MouseButton button,
          Qt::MouseButtons buttons, Qt::KeyboardModifiers modifiers = {}) {
    QMouseEvent event(type, at, to->mapToGlobal(at), button, buttons, modifiers);
    QApplication::sendEvent(to, &event);
}

} // namespace

class TestPianorollEdit : public QObject {
    Q_OBJECT

    std::unique_ptr<PianorollView> m_view;

    const music::Note& note(std::size_t index) const { return m_view->song()->notes.at(index); }
    /// The middle of a note, viewport pixels.
    QPointF middle(std::size_t index) const { return m_view->frame().boxOf(note(index)).center(); }
    /// Where a tick and a pitch are drawn.
    QPointF at(Tick tick, int pitch) const {
        const RollFrame frame = m_view->frame();
        return {frame.xOf(tick), frame.yOf(pitch) + frame.rowHeight() / 2};
    }
    void drag(QPointF from, QPointF to, Qt::KeyboardModifiers modifiers = {}) {
        QWidget* port = m_view->viewport();
        send(port, QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton, modifiers);
        for (int part = 1; part <= 8; ++part) {
            send(port, QEvent::MouseMove, from + (to - from) * part / 8, Qt::NoButton,
                 Qt::LeftButton, modifiers);
        }
        send(port, QEvent::MouseButtonRelease, to, Qt::LeftButton, Qt::NoButton, modifiers);
    }
    void click(QPointF where, Qt::KeyboardModifiers modifiers = {}) {
        QTest::mouseClick(m_view->viewport(), Qt::LeftButton, modifiers, where.toPoint());
    }
    void key(int which, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(m_view.get(), Qt::Key(which), modifiers);
    }

  private Q_SLOTS:
    void init() {
        m_view = std::make_unique<PianorollView>();
        m_view->resize(844, 480); // 800 pixels for two bars of 4 quarters: 98 and more a quarter
        m_view->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
        m_view->setSong(madeSong());
        m_view->setEditable(true);
        m_view->setFocus();
    }
    void cleanup() { m_view.reset(); }

    void aClickSelectsAndTheRulerSeeks() {
        QSignalSpy seek(m_view.get(), &PianorollView::seekRequested);
        QSignalSpy edited(m_view.get(), &PianorollView::edited);
        click(middle(1));
        QCOMPARE(m_view->selection(), NoteIndices{1});
        click(middle(0), Qt::ControlModifier);
        QCOMPARE(m_view->selection(), (NoteIndices{0, 1}));
        click(middle(0), Qt::ControlModifier);
        QCOMPARE(m_view->selection(), NoteIndices{1});
        click(at(480, 62)); // empty ground
        QVERIFY(m_view->selection().empty());
        QCOMPARE(seek.count(), 0);
        click(QPointF(m_view->frame().xOf(960), m_view->frame().area.top() - 8));
        QCOMPARE(seek.count(), 1);
        QVERIFY(std::abs(seek[0][0].value<Tick>() - 960) <= 5);
        QCOMPARE(edited.count(), 0);
    }

    void notesThatAreOnlyShownStay() {
        m_view->setEditable(false);
        QSignalSpy edited(m_view.get(), &PianorollView::edited);
        QSignalSpy seek(m_view.get(), &PianorollView::seekRequested);
        drag(middle(0), at(960, 70));
        QVERIFY(seek.count() > 0);
        key(Qt::Key_A, Qt::ControlModifier);
        key(Qt::Key_Delete);
        QVERIFY(m_view->selection().empty());
        QCOMPARE(edited.count(), 0);
        QVERIFY(m_view->velocityLane().isEmpty());
    }

    void aDragMovesByGridAndSemitones() {
        QSignalSpy edited(m_view.get(), &PianorollView::edited);
        const auto before = m_view->song();
        // 130 ticks later is nearest to the sixteenth at 120.
        const QPointF by = at(130, 62) - at(0, 60);
        drag(middle(0), middle(0) + by);
        QCOMPARE(edited.count(), 1);
        QCOMPARE(edited[0][1].toString(), QStringLiteral("Move notes"));
        QCOMPARE(note(0).start, Tick(120));
        QCOMPARE(int(note(0).pitch), 62);
        QCOMPARE(note(0).length, Tick(480));
        QCOMPARE(before->notes[0].start, Tick(0)); // songs are values
        QCOMPARE(m_view->selection(), NoteIndices{0});
    }

    void altLeavesTheGrid() {
        const QPointF by = at(130, 60) - at(0, 60);
        drag(middle(0), middle(0) + by, Qt::AltModifier);
        QVERIFY(note(0).start > 125 && note(0).start < 135);
        QCOMPARE(int(note(0).pitch), 60);
    }

    void aDragThatComesBackIsNoEdit() {
        QSignalSpy edited(m_view.get(), &PianorollView::edited);
        const auto before = m_view->song();
        QWidget* port = m_view->viewport();
        const QPointF from = middle(0), far = middle(0) + QPointF(200, 0);
        send(port, QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
        send(port, QEvent::MouseMove, far, Qt::NoButton, Qt::LeftButton);
        QVERIFY(note(0).start > 0);
        send(port, QEvent::MouseMove, from, Qt::NoButton, Qt::LeftButton);
        send(port, QEvent::MouseButtonRelease, from, Qt::LeftButton, Qt::NoButton);
        QCOMPARE(edited.count(), 0);
        QVERIFY(m_view->song()->notes == before->notes);
        // Esc during a drag gives the notes back, too.
        send(port, QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
        send(port, QEvent::MouseMove, far, Qt::NoButton, Qt::LeftButton);
        key(Qt::Key_Escape);
        QVERIFY(m_view->song()->notes == before->notes);
        send(port, QEvent::MouseButtonRelease, far, Qt::LeftButton, Qt::NoButton);
        QCOMPARE(edited.count(), 0);
    }

    void theRightEdgeChangesTheLength() {
        QSignalSpy edited(m_view.get(), &PianorollView::edited);
        const RollFrame frame = m_view->frame();
        const QPointF edge(frame.boxOf(note(0)).right() - 2, middle(0).y());
        drag(edge, QPointF(edge.x() + frame.xOf(240) - frame.xOf(0), edge.y()));
        QCOMPARE(edited.count(), 1);
        QCOMPARE(note(0).start, Tick(0));
        QCOMPARE(note(0).length, Tick(720));
        // To the left it keeps one grid step.
        const QPointF end(m_view->frame().boxOf(note(0)).right() - 2, middle(0).y());
        drag(end, QPointF(frame.xOf(0) + 1, end.y()));
        QCOMPARE(note(0).length, Tick(120));
    }

    void theCursorShowsWhatADragWillDo() {
        QWidget* port = m_view->viewport();
        const auto over = [&](QPointF where) {
            send(port, QEvent::MouseMove, where, Qt::NoButton, Qt::NoButton);
            return port->cursor().shape();
        };
        QCOMPARE(over(middle(0)), Qt::SizeAllCursor);
        const QRectF box = m_view->frame().boxOf(note(0));
        QCOMPARE(over({box.right() - 2, box.center().y()}), Qt::SizeHorCursor);
        QCOMPARE(over(at(480, 62)), Qt::ArrowCursor);
        QCOMPARE(over(m_view->velocityLane().center()), Qt::SizeVerCursor);
        m_view->setPencil(true);
        QCOMPARE(over(at(480, 62)), Qt::CrossCursor);
    }

    void aBandSelectsWhatItCovers() {
        drag(at(-20, 65) + QPointF(8, 0), at(1500, 58));
        QCOMPARE(m_view->selection(), (NoteIndices{0, 1}));
        drag(at(-20, 65) + QPointF(8, 0), at(300, 58));
        QCOMPARE(m_view->selection(), NoteIndices{0});
        drag(at(800, 65), at(1500, 63), Qt::ShiftModifier); // adds
        QCOMPARE(m_view->selection(), (NoteIndices{0, 1}));
    }

    void aDoubleClickDrawsAndDeletes() {
        QSignalSpy edited(m_view.get(), &PianorollView::edited);
        click(middle(0)); // the piano is drawn on
        // 570 lies in the sixteenth that begins at 480.
        QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, at(570, 62).toPoint());
        QCOMPARE(edited.count(), 1);
        QCOMPARE(m_view->song()->notes.size(), std::size_t(4));
        QCOMPARE(note(1).start, Tick(480));
        QCOMPARE(note(1).length, Tick(120));
        QCOMPARE(int(note(1).pitch), 62);
        QCOMPARE(int(note(1).track), 0);
        QCOMPARE(m_view->selection(), NoteIndices{1});
        QTest::mouseDClick(m_view->viewport(), Qt::LeftButton, {}, middle(1).toPoint());
        QCOMPARE(edited.count(), 2);
        QVERIFY(m_view->song()->notes == madeSong()->notes);
    }

    void thePencilDrawsWithOneDrag() {
        QSignalSpy pencil(m_view.get(), &PianorollView::pencilChanged);
        key(Qt::Key_D);
        QVERIFY(m_view->pencil());
        QCOMPARE(pencil.count(), 1);
        QSignalSpy edited(m_view.get(), &PianorollView::edited);
        drag(at(490, 63), at(960, 63));
        QCOMPARE(edited.count(), 1);
        QCOMPARE(edited[0][1].toString(), QStringLiteral("Draw a note"));
        QCOMPARE(note(1).start, Tick(480));
        QCOMPARE(note(1).end(), Tick(960));
    }

    void keysEditTheSelection() {
        QSignalSpy edited(m_view.get(), &PianorollView::edited);
        key(Qt::Key_Period); // the first note
        QCOMPARE(m_view->selection(), NoteIndices{0});
        key(Qt::Key_Up);
        QCOMPARE(int(note(0).pitch), 61);
        key(Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(int(note(0).pitch), 49);
        key(Qt::Key_Right);
        QCOMPARE(note(0).start, Tick(120));
        key(Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(note(0).start, Tick(119));
        key(Qt::Key_Q);
        QCOMPARE(note(0).start, Tick(120));
        key(Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(note(0).length, Tick(600));
        key(Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(int(note(0).velocity), 88);
        QCOMPARE(edited.count(), 7);
        key(Qt::Key_Period, Qt::ShiftModifier);
        QCOMPARE(m_view->selection(), (NoteIndices{0, 1}));
        key(Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(m_view->selection().size(), std::size_t(3));
        key(Qt::Key_Escape);
        QVERIFY(m_view->selection().empty());
        key(Qt::Key_Comma); // the last note
        QCOMPARE(m_view->selection(), NoteIndices{2});
        key(Qt::Key_Delete);
        QCOMPARE(m_view->song()->notes.size(), std::size_t(2));
        QVERIFY(m_view->selection().empty());
        m_view->setPlayhead(1000);
        key(Qt::Key_Insert); // at 960, the nearest sixteenth
        QCOMPARE(m_view->song()->notes.size(), std::size_t(3));
        QCOMPARE(note(m_view->selection().front()).start, Tick(960));
    }

    void theLaneSetsVelocities() {
        QSignalSpy edited(m_view.get(), &PianorollView::edited);
        const QRectF lane = m_view->velocityLane();
        QVERIFY(!lane.isEmpty());
        // The bottom is 0, 6 pixels below the top 127: the middle of those is 63.5.
        const QPointF half(m_view->frame().xOf(0) + 1, lane.bottom() - (lane.height() - 6) / 2);
        click(half);
        QCOMPARE(edited.count(), 1);
        QVERIFY(std::abs(int(note(0).velocity) - 64) <= 2);
        QCOMPARE(int(note(1).velocity), 80);
        // With a selection only that changes.
        click(middle(1));
        click(half);
        QCOMPARE(edited.count(), 1);
        drag(QPointF(m_view->frame().xOf(0), lane.top() + 8),
             QPointF(m_view->frame().xOf(960), lane.top() + 4));
        QCOMPARE(int(note(1).velocity), 127);
        QVERIFY(int(note(0).velocity) < 70);
    }

    void theWheelZoomsAtTheCursor() {
        const QPointF where = at(960, 64);
        const auto wheel = [&](Qt::KeyboardModifiers modifiers) {
            QWheelEvent event(where, m_view->viewport()->mapToGlobal(where), {}, {0, 240},
                              Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
            QApplication::sendEvent(m_view->viewport(), &event);
        };
        const double before = m_view->pixelsPerQuarter();
        wheel(Qt::ControlModifier);
        QVERIFY(m_view->pixelsPerQuarter() > 1.3 * before);
        QVERIFY(std::abs(m_view->frame().xOf(960) - where.x()) < 3); // it stays where it was
        const PitchRange pitches = m_view->frame().pitches;
        wheel(Qt::ControlModifier | Qt::ShiftModifier);
        const PitchRange fewer = m_view->frame().pitches;
        QVERIFY(fewer.high - fewer.low < pitches.high - pitches.low);
        QVERIFY(fewer.low <= 64 && fewer.high >= 64);
        wheel(Qt::ShiftModifier);
        QCOMPARE(m_view->frame().pitches.high, fewer.high + 2);
        key(Qt::Key_0);
        QVERIFY(m_view->pixelsPerQuarter() < 1.1 * before);
    }

    void drumsHaveNames() {
        QCOMPARE(drumName(36), QStringLiteral("Bass drum"));
        QCOMPARE(drumName(38), QStringLiteral("Snare"));
        QCOMPARE(drumName(42), QStringLiteral("Closed hi-hat"));
        QCOMPARE(drumName(81), QStringLiteral("Open triangle"));
        QVERIFY(drumName(34).isEmpty() && drumName(82).isEmpty());
        QCOMPARE(programName(0), QStringLiteral("Grand piano"));
        QCOMPARE(programName(73), QStringLiteral("Flute"));
        QCOMPARE(programName(127), QStringLiteral("Gunshot"));
        QCOMPARE(pitchName(60), QStringLiteral("C4"));
        QCOMPARE(pitchName(54), QStringLiteral("F#3"));
        QVERIFY(!m_view->showsDrums());
        const int keys = m_view->gutter();
        click(middle(2)); // the bass drum
        QVERIFY(m_view->showsDrums());
        QVERIFY(m_view->gutter() > keys);
        QCOMPARE(m_view->activeTrack(), std::size_t(1));
        QVERIFY2(m_view->accessibleDescription().startsWith(QStringLiteral("Bass drum, bar 2")),
                 qPrintable(m_view->accessibleDescription()));
    }

    void versionsAreShownOverEachOther() {
        const auto before = madeSong();
        click(middle(0));
        key(Qt::Key_Delete);
        QVERIFY(m_view->differenceText().isEmpty()); // nothing to compare with
        m_view->setBefore(before);
        QCOMPARE(m_view->differenceText(), QStringLiteral("1 removed"));
        const QRectF box = m_view->frame().boxOf(before->notes[0]);
        QImage picture = m_view->viewport()->grab().toImage();
        std::set<QRgb> colours;
        for (int x = int(box.left()) + 2; x < int(box.right()) - 2; ++x) {
            colours.insert(picture.pixel(x, int(box.center().y())));
        }
        QVERIFY(colours.size() > 1); // hatched, not one colour
        key(Qt::Key_Period);
        key(Qt::Key_Up);
        QVERIFY(m_view->differenceText().contains(QStringLiteral("1 moved")));
        m_view->setBefore(nullptr);
        QVERIFY(m_view->differenceText().isEmpty());
    }

    void anotherVersionKeepsTheView() {
        m_view->zoom(3);
        m_view->horizontalScrollBar()->setValue(200);
        const double scale = m_view->pixelsPerQuarter();
        auto other = std::make_shared<music::Song>(*madeSong());
        other->notes.front().pitch = 72;
        m_view->updateSong(other);
        QCOMPARE(m_view->pixelsPerQuarter(), scale);
        QCOMPARE(m_view->horizontalScrollBar()->value(), 200);
        QVERIFY(m_view->frame().pitches.high >= 72);
    }

    void tracksHaveColoursOfTheirOwn() {
        for (const bool dark : {false, true}) {
            std::set<QRgb> seen;
            for (std::size_t track = 0; track < 64; ++track) {
                seen.insert(trackColour(track, dark).rgb());
            }
            QCOMPARE(seen.size(), std::size_t(64));
            for (const QColor& colour : classPalette(dark)) {
                QVERIFY(!seen.contains(colour.rgb()));
            }
        }
    }

    void silentTracksArePale() {
        const auto colourOf = [this](std::size_t index) {
            return m_view->viewport()->grab().toImage().pixelColor(middle(index).toPoint());
        };
        const QColor piano = colourOf(0), drums = colourOf(2);
        m_view->setSilentTracks({false, true});
        QCOMPARE(colourOf(0), piano);
        QVERIFY(colourOf(2).lightness() > drums.lightness() + 20); // on light ground
        m_view->setSilentTracks({});
        QCOMPARE(colourOf(2), drums);
    }

    void headersAskForWhatSounds() {
        TrackHeaders headers;
        QSignalSpy mix(&headers, &TrackHeaders::mixChosen);
        QSignalSpy program(&headers, &TrackHeaders::programChosen);
        QSignalSpy track(&headers, &TrackHeaders::trackChosen);
        headers.setSong(madeSong());
        headers.show();
        QVERIFY(QTest::qWaitForWindowExposed(&headers));
        QCOMPARE(headers.tracks(), (std::vector<std::size_t>{0, 1}));
        QVERIFY(headers.programBox(0) != nullptr);
        QVERIFY(headers.programBox(1) == nullptr); // drums
        QCOMPARE(headers.programBox(0)->currentText(), QStringLiteral("Grand piano"));
        QCOMPARE(mix.count() + program.count(), 0);
        QTest::mouseClick(headers.muteButton(1), Qt::LeftButton);
        QCOMPARE(mix.count(), 1);
        QVERIFY(headers.mix().at(1).mute);
        QTest::mouseClick(headers.soloButton(0), Qt::LeftButton);
        QVERIFY(headers.mix().at(0).solo);
        headers.volumeSlider(0)->setFocus();
        QTest::keyClick(headers.volumeSlider(0), Qt::Key_Left);
        QCOMPARE(headers.mix().at(0).volume, 0.99);
        QTest::keyClick(headers.panSlider(0), Qt::Key_Right);
        QCOMPARE(headers.mix().at(0).pan, 0.02);
        QTest::keyClick(headers.programBox(0), Qt::Key_Down); // on the way past: no edit
        QCOMPARE(program.count(), 0);
        QTest::keyClick(headers.programBox(0), Qt::Key_Space);
        QTest::keyClick(headers.programBox(0)->view(), Qt::Key_Down);
        QTest::keyClick(headers.programBox(0)->view(), Qt::Key_Return);
        QCOMPARE(program.count(), 1);
        QCOMPARE(program[0][1].toInt(), 1);
        const int before = mix.count();
        headers.setMix({});
        QVERIFY(!headers.muteButton(1)->isChecked());
        QCOMPARE(headers.volumeSlider(0)->value(), 100);
        QCOMPARE(mix.count(), before); // setters are silent
        // A track that lost its last note is still there to be drawn on.
        auto empty = std::make_shared<music::Song>(*madeSong());
        empty->notes.pop_back();
        headers.setSong(empty);
        QCOMPARE(headers.tracks(), (std::vector<std::size_t>{0, 1}));
        headers.setSong(nullptr);
        QVERIFY(headers.tracks().empty());
    }
};

QTEST_MAIN(TestPianorollEdit)
#include "tst_pianoroll_edit.moc"
