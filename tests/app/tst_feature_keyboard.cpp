// SPDX-License-Identifier: GPL-3.0-or-later
// A MIDI keyboard on a workspace of its own, with a clock that the test sets.

#include "app/features/keyboard/keyboard_controller.h"
#include "app/features/variants/variants.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"

#include <QCheckBox>
#include <QComboBox>
#include <QElapsedTimer>
#include <QLabel>
#include <QPushButton>
#include <QTemporaryDir>

using namespace canto;
using namespace canto::app;
using sound::MidiMessage;
using test::FakeModel;
using test::WorkspaceFixture;

// The fake model encodes a phrase as (mean pitch - 40, mean pitch - 60, number of notes, ...), and
// the map of the small library is the plane of the first two. At 120 quarters a minute a quarter
// lasts half a second, a bar two.

namespace {

constexpr std::int64_t kMs = 1'000'000;
constexpr std::int64_t kBarNs = 2000 * kMs;

} // namespace

class TestFeatureKeyboard : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_on.reset(); }

    void notesGetTheirPlaceInBars();
    void startsAreMovedToTheGrid();
    void aNoteJustBeforeTheFirstBarBelongsToIt();
    void heldNotesEndWithTheRecording();
    void onlyWhatTheInstrumentUsesSounds();
    void aPhraseIsRecordedWithTheFirstNote();
    void asLongAsOnePlays();
    void theMarkMovesAfterEachBar();
    void theNearestIsPlayed();
    void withoutNotesThereIsNoPhrase();

  private:
    void play(int pitch, std::int64_t onMs, std::int64_t offMs) {
        on(pitch, onMs);
        m_on->workspace().midiInput().receive(MidiMessage::noteOff(0, pitch), offMs * kMs);
        m_now = std::max(m_now, offMs * kMs);
        QCoreApplication::processEvents();
    }
    void on(int pitch, std::int64_t onMs) {
        m_now = std::max(m_now, onMs * kMs);
        m_on->workspace().midiInput().receive(MidiMessage::noteOn(0, pitch, 90), onMs * kMs);
        QCoreApplication::processEvents();
    }
    KeyboardPanel& panel() { return *m_keyboard->panel(); }
    void withoutMetronome() {
        panel().countInBox()->setChecked(false);
        panel().metronomeBox()->setChecked(false);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_library;
    std::unique_ptr<WorkspaceFixture> m_on;
    KeyboardController* m_keyboard = nullptr;
    Variants* m_variants = nullptr;
    std::int64_t m_now = 0;
};

void TestFeatureKeyboard::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto library = test::makeLibrary(m_folder->path().toStdString());
    QVERIFY_RESULT(library);
    m_library = *library;
}

void TestFeatureKeyboard::init() {
    m_now = 0;
    m_on = std::make_unique<WorkspaceFixture>(test::quietWorkspace(
        m_folder->path().toStdString(), m_library, test::opened(std::make_shared<FakeModel>())));
    m_variants = &m_on->add<Variants>();
    m_keyboard = &m_on->add<KeyboardController>([this] { return m_now; });
    QVERIFY(m_on->open());
}

void TestFeatureKeyboard::notesGetTheirPlaceInBars() {
    PhraseRecorder recorder;
    recorder.begin({.bpm = 120, .grid = 0, .program = 33}, std::nullopt);
    recorder.take(MidiMessage::noteOn(2, 60, 70), 10'000 * kMs); // begins bar 0
    recorder.take(MidiMessage::noteOff(2, 60), 10'250 * kMs);
    recorder.take(MidiMessage::noteOn(2, 64, 80), 12'510 * kMs);
    recorder.take(MidiMessage::noteOn(2, 64, 0), 13'010 * kMs); // ends it, as velocity 0 does
    QCOMPARE(recorder.barsAt(10'000 * kMs + kBarNs - kMs), 0);
    QCOMPARE(recorder.barsAt(10'000 * kMs + kBarNs), 1);
    QCOMPARE(recorder.bars(20'000 * kMs), 2);
    const music::Song song = recorder.song(0, 2, 20'000 * kMs);
    QCOMPARE(song.notes.size(), std::size_t(2));
    QCOMPARE(song.notes[0].start, music::Tick(0));
    QCOMPARE(song.notes[0].length, music::Tick(240)); // an eighth
    QCOMPARE(int(song.notes[0].velocity), 70);
    QCOMPARE(int(song.notes[0].program), 33);
    QCOMPARE(song.notes[1].start, music::Tick(2410)); // 2.51 s at 960 ticks a second: 2409.6
    QCOMPARE(song.notes[1].length, music::Tick(480));
    // Bar 1 alone begins at tick 0.
    QCOMPARE(recorder.song(1, 1, 20'000 * kMs).notes.front().start, music::Tick(490));
}

void TestFeatureKeyboard::startsAreMovedToTheGrid() {
    PhraseRecorder recorder;
    recorder.begin({.bpm = 120, .grid = 4, .program = 0}, 0);
    recorder.take(MidiMessage::noteOn(0, 60, 80), 530 * kMs); // quarter 1.06: 30 ms late
    recorder.take(MidiMessage::noteOff(0, 60), 780 * kMs);
    recorder.take(MidiMessage::noteOn(0, 62, 80), 700 * kMs); // 1.4: nearer to 1.5 than to 1.25
    recorder.take(MidiMessage::noteOff(0, 62), 950 * kMs);
    const music::Song song = recorder.song(0, 1, 2000 * kMs);
    QCOMPARE(song.notes[0].start, music::Tick(480));
    QCOMPARE(song.notes[0].length, music::Tick(240)); // lengths stay
    QCOMPARE(song.notes[1].start, music::Tick(720));
}

void TestFeatureKeyboard::aNoteJustBeforeTheFirstBarBelongsToIt() {
    PhraseRecorder recorder;
    recorder.begin({}, 1000 * kMs);
    recorder.take(MidiMessage::noteOn(0, 50, 80), 700 * kMs); // 0.6 quarters early: not of it
    recorder.take(MidiMessage::noteOff(0, 50), 750 * kMs);
    recorder.take(MidiMessage::noteOn(0, 60, 80), 960 * kMs);
    recorder.take(MidiMessage::noteOff(0, 60), 1210 * kMs);
    const music::Song song = recorder.song(0, 1, 3000 * kMs);
    QCOMPARE(song.notes.size(), std::size_t(1));
    QCOMPARE(int(song.notes[0].pitch), 60);
    QCOMPARE(song.notes[0].start, music::Tick(0));
}

void TestFeatureKeyboard::heldNotesEndWithTheRecording() {
    PhraseRecorder recorder;
    recorder.begin({}, 0);
    recorder.take(MidiMessage::noteOn(0, 60, 80), 0);
    recorder.take(MidiMessage::noteOn(0, 67, 80), 3500 * kMs);
    // Until now, and no further than the bars that were asked for.
    QCOMPARE(recorder.song(0, 2, 3750 * kMs).notes[1].length, music::Tick(240));
    QCOMPARE(recorder.song(0, 2, 9000 * kMs).notes[0].length, music::Tick(2 * 1920));
}

void TestFeatureKeyboard::onlyWhatTheInstrumentUsesSounds() {
    MidiInput input;
    const auto note = input.sounding(MidiMessage::noteOn(3, 60, 90));
    QVERIFY(note);
    QCOMPARE(int(note->channel()), sound::kKeyboardChannel);
    QVERIFY(input.sounding(MidiMessage::control(0, 64, 127))); // pedal
    QVERIFY(!input.sounding(MidiMessage::control(0, 7, 127))); // a knob that sets something
    QVERIFY(!input.sounding(MidiMessage::program(0, 5)));      // it is chosen here
    input.setOwnInstrument(false);
    QCOMPARE(*input.sounding(MidiMessage::program(3, 5)), MidiMessage::program(3, 5));
    input.setPlayAlong(false);
    QVERIFY(!input.sounding(MidiMessage::noteOn(3, 60, 90)));
}

void TestFeatureKeyboard::aPhraseIsRecordedWithTheFirstNote() {
    withoutMetronome();
    const std::size_t kept = m_variants->list().all().size();
    QTest::mouseClick(panel().recordButton(), Qt::LeftButton);
    QVERIFY(m_keyboard->recording());
    QCOMPARE(panel().recordButton()->text(), QStringLiteral("Stop recording"));
    for (int beat = 0; beat < 8; ++beat) { // 50 quarters of a second into nothing
        play(66, 5000 + beat * 500, 5000 + beat * 500 + 400);
    }
    QVERIFY(m_keyboard->recording());
    m_now = 5000 * kMs + 2 * kBarNs;
    m_keyboard->look(); // the second bar is over
    QVERIFY(!m_keyboard->recording());
    const PlaybackItem& item = m_on->player().currentItem();
    QTRY_COMPARE(item.kind, PlaybackItem::Kind::Played);
    QCOMPARE(item.bars, 2);
    QCOMPARE(item.song->notes.size(), std::size_t(8));
    QCOMPARE(item.song->notes[7].start, music::Tick(7 * 480));
    QCOMPARE(m_variants->list().all().size(), kept + 1);
    // It has a latent, and lies on the map: mean pitch 66 is at (26, 6).
    QCOMPARE(item.latent.at(0), 26.0F);
    QCOMPARE(m_variants->list().all().front().kept.latent, item.latent);
    QTRY_VERIFY(m_on->map().decodeMark());
    QCOMPARE(*m_on->map().decodeMark(), QPointF(26, 6));
}

void TestFeatureKeyboard::asLongAsOnePlays() {
    withoutMetronome();
    panel().barsBox()->setCurrentIndex(panel().barsBox()->findData(0));
    m_keyboard->record(true);
    play(60, 1000, 1400);
    play(62, 1000 + 4 * 2000 + 100, 1000 + 4 * 2000 + 900); // in the fifth bar
    m_keyboard->look();
    QVERIFY(m_keyboard->recording());
    m_keyboard->record(false);
    QTRY_COMPARE(m_on->player().currentItem().bars, 5);
}

void TestFeatureKeyboard::theMarkMovesAfterEachBar() {
    panel().followBox()->setChecked(true);
    QSignalSpy placed(m_keyboard, &KeyboardController::placed);
    for (int beat = 0; beat < 4; ++beat) {
        play(60, beat * 500, beat * 500 + 400);
    }
    m_now = kBarNs;
    QElapsedTimer since;
    since.start();
    m_keyboard->look();
    QTRY_COMPARE(placed.count(), 1);
    qInfo("from the end of the bar to the mark: %.2f ms with a model that takes no time",
          double(since.nsecsElapsed()) * 1e-6);
    QCOMPARE(placed.last().front().toPointF(), QPointF(20, 0)); // mean 60
    for (int beat = 4; beat < 8; ++beat) {
        play(64, beat * 500, beat * 500 + 400);
    }
    m_now = 2 * kBarNs;
    m_keyboard->look();
    QTRY_COMPARE(placed.count(), 2);
    QCOMPARE(placed.last().front().toPointF(), QPointF(22, 2)); // both bars: mean 62
    QCOMPARE(m_on->map().decodeMark(), std::optional(QPointF(22, 2)));
    m_keyboard->look(); // nothing new
    QCOMPARE(placed.count(), 2);
}

void TestFeatureKeyboard::theNearestIsPlayed() {
    QTest::mouseClick(panel().nearestButton(), Qt::LeftButton);
    QCOMPARE(panel().statusLabel()->text(), QStringLiteral("Play something first."));
    withoutMetronome();
    m_keyboard->record(true);
    for (int beat = 0; beat < 8; ++beat) {
        play(63, 1000 + beat * 500, 1400 + beat * 500);
    }
    m_keyboard->record(false);
    QTRY_COMPARE(m_on->player().currentItem().kind, PlaybackItem::Kind::Played);
    const models::Latent wanted{23, 3, 8, 0, 0, 0, 0, 0};
    const Library& library = *m_on->workspace().library();
    qint64 nearest = -1;
    double least = 1e30;
    for (std::size_t row = 0; row < library.points.count(); ++row) {
        double sum = 0;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const double apart = double(library.points.latent(row)[i] - wanted[i]);
            sum += apart * apart;
        }
        if (sum < least) {
            least = sum;
            nearest = qint64(row);
        }
    }
    QTest::mouseClick(panel().nearestButton(), Qt::LeftButton);
    QTRY_COMPARE(m_on->player().currentItem().row, nearest);
    QVERIFY(panel().statusLabel()->text().startsWith(QStringLiteral("Nearest: ")));
}

void TestFeatureKeyboard::withoutNotesThereIsNoPhrase() {
    withoutMetronome();
    m_keyboard->record(true);
    m_keyboard->record(false);
    QCOMPARE(panel().statusLabel()->text(), QStringLiteral("Nothing was played."));
    QCOMPARE(m_on->player().currentItem().kind, PlaybackItem::Kind::Nothing);
    // With a count-in the recording waits for its bar, whenever the sound begins.
    panel().countInBox()->setChecked(true);
    m_keyboard->record(true);
    QTRY_VERIFY(m_on->player().engine().position().playing);
    m_keyboard->record(false);
    QTRY_VERIFY(!m_on->player().engine().position().playing);
}

QTEST_MAIN(TestFeatureKeyboard)
#include "tst_feature_keyboard.moc"
