// SPDX-License-Identifier: GPL-3.0-or-later
// The Arrangement panel in the real window, with recordings that the test makes.

#include "app/features/arrange/arrange_controller.h"
#include "app/features/export/export_controller.h"
#include "app/shell/main_window.h"
#include "app/workspace/exports.h"
#include "core/arrange/baseline_arranger.h"
#include "core/midi/smf_reader.h"
#include "tests/support/made_song.h"
#include "tests/support/made_wav.h"
#include "tests/support/quiet_window.h"
#include "tests/support/test_support.h"
#include "widgets/common/message_bar.h"
#include "widgets/song/recording_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QProgressBar>
#include <QSemaphore>
#include <QSet>
#include <QSignalSpy>
#include <QSlider>
#include <QTemporaryDir>
#include <QToolButton>
#include <QUrl>

using namespace canto;
using namespace canto::app;
using arrange::GridNote;

namespace unit = canto::arrange; // where a class has a function of that name

namespace {

/// The rules, which write a unit each time they are let.
class HeldArranger final : public unit::Arranger {
  public:
    explicit HeldArranger(std::shared_ptr<QSemaphore> let) : m_let(std::move(let)) {}
    std::string name() const override { return "held"; }
    unit::Stitching stitching() const override { return m_rules.stitching(); }
    void setDensity(double density) override { m_rules.setDensity(density); }
    Result<std::vector<GridNote>> arrange(const unit::Unit& unit,
                                          std::span<const GridNote> previous,
                                          const CancelToken& cancel) override {
        while (!m_let->tryAcquire(1, 20)) {
            if (cancel.cancelled()) {
                return fail(Error::Code::Cancelled, "Cancelled");
            }
        }
        return m_rules.arrange(unit, previous, cancel);
    }

  private:
    std::shared_ptr<QSemaphore> m_let;
    unit::BaselineArranger m_rules;
};

Result<std::unique_ptr<arrange::Arranger>> rules() {
    return std::make_unique<arrange::BaselineArranger>();
}

} // namespace

class TestArranging : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    test::MadeSong m_made = test::makeSong({.bars = 12}); // C, Am, F, G; 100 beats a minute
    QString m_wav;
    std::unique_ptr<MainWindow> m_window;

    void openWindow(OpenArranger open = &rules) {
        WindowOptions how = test::quietWindow(m_folder.path().toStdString(), {}, {});
        how.openArranger = std::move(open);
        m_window = std::make_unique<MainWindow>(how);
        m_window->show();
        m_window->start();
    }
    ArrangeController& panel() { return m_window->feature<ArrangeController>(); }
    widgets::RecordingView& view() { return *panel().dock()->view(); }
    bool whole() {
        return QTest::qWaitFor([this] { return !panel().busy() && panel().arrangement(); },
                               test::kHungMs);
    }
    QString said() { return m_window->messages()->text(); }
    QPoint at(double seconds) { return {int(std::lround(view().xOf(seconds))), 100}; }
    QString file(const char* name, const QByteArray& bytes) {
        return test::put(m_folder.filePath(QLatin1String(name)), bytes);
    }

  private Q_SLOTS:
    void initTestCase() {
        qputenv("CANTO_NOTE_NETWORK", "none"); // not part of the program
        m_wav = file("song.wav", test::wavOf(m_made.sound));
        QVERIFY(!m_wav.isEmpty());
    }
    void cleanup() { m_window.reset(); }

    void aRecordingIsDroppedAndArranged() {
        openWindow();
        QMimeData dropped;
        dropped.setUrls({QUrl::fromLocalFile(m_wav)});
        QDragEnterEvent enter({20, 20}, Qt::CopyAction, &dropped, Qt::LeftButton, {});
        QApplication::sendEvent(m_window.get(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({20, 20}, Qt::CopyAction, &dropped, Qt::LeftButton, {});
        QApplication::sendEvent(m_window.get(), &drop);
        QVERIFY(panel().busy());
        QVERIFY(whole());
        QVERIFY(view().isVisible());
        // PlaybackItem: 48 beats of 0.6 s from 0.4 s on, and the chords that were played.
        const auto& marks = view().marks();
        int near = 0;
        for (const double beat : m_made.beats) {
            near += std::any_of(marks.beats.begin(), marks.beats.end(),
                                [beat](double found) { return std::fabs(found - beat) < 0.07; });
        }
        QVERIFY2(near >= 45, qPrintable(QString::number(near)));
        QSet<QString> names;
        for (const auto& span : marks.chords) {
            names.insert(widgets::chordName(span.chord));
        }
        for (const char* name : {"C", "Am", "F", "G"}) {
            QVERIFY2(names.contains(QLatin1String(name)), name);
        }
        // Written: notes that belong to the chord that sounds there.
        const SongPtr song = panel().song();
        QCOMPARE(view().notes(), song);
        QVERIFY(song->notes.size() > 150);
        int right = 0;
        for (const auto& note : song->notes) {
            for (const auto& span : m_made.chords) {
                right += note.startSeconds >= span.start - 0.05 &&
                         note.startSeconds < span.end - 0.05 && span.chord.has(note.pitch % 12);
            }
        }
        QVERIFY2(right > 0.9 * double(song->notes.size()), qPrintable(QString::number(right)));
        QVERIFY(panel().dock()->status().contains(QStringLiteral("rules")));
        QVERIFY(panel().dock()->status().contains(QStringLiteral("C major")));

        // Saved: another program reads the same notes.
        QSignalSpy save(&panel(), &ArrangeController::saveAsked);
        QObject::disconnect(&panel(), &ArrangeController::saveAsked,
                            &m_window->feature<ExportController>(), nullptr);
        QTest::mouseClick(panel().dock()->saveButton(), Qt::LeftButton);
        QCOMPARE(save.count(), 1);
        const auto path =
            std::filesystem::path(m_folder.filePath(QStringLiteral("out.mid")).toStdString());
        QVERIFY_RESULT(Exports::saveMidi({save.first().at(0).value<SongPtr>()},
                                         save.first().at(1).toInt(), path));
        const auto read = midi::readSmfFile(path);
        QVERIFY_RESULT(read);
        QCOMPARE(read->song.notes.size(), song->notes.size());
        for (std::size_t i = 0; i < song->notes.size(); ++i) {
            QCOMPARE(read->song.notes[i].pitch, song->notes[i].pitch);
            QCOMPARE(read->song.notes[i].velocity, song->notes[i].velocity);
            QVERIFY(std::fabs(read->song.notes[i].startSeconds - song->notes[i].startSeconds) <
                    1e-3);
        }
    }

    void barsAppearOneAfterAnother() {
        const auto let = std::make_shared<QSemaphore>();
        openWindow([let]() -> Result<std::unique_ptr<arrange::Arranger>> {
            return std::make_unique<HeldArranger>(let);
        });
        panel().open(m_wav);
        QTRY_VERIFY(panel().recording() != nullptr);
        QVERIFY(!panel().song()); // beats are seen before there is a note
        QVERIFY(view().marks().beats.size() > 40);
        QVERIFY(!panel().dock()->playButton()->isEnabled());
        let->release(1);
        QTRY_VERIFY(panel().song() != nullptr);
        const double first = view().written();
        QVERIFY(first > 4 && first < 8); // two bars of 2.4 s, or the upbeat with them
        const std::size_t notes = panel().song()->notes.size();
        QVERIFY(notes > 10);
        QVERIFY(panel().song()->notes.back().startSeconds < first);
        QVERIFY(panel().dock()->progress()->isVisible());
        // The first part can be played while the rest is written.
        QTest::mouseClick(panel().dock()->playButton(), Qt::LeftButton);
        QTRY_VERIFY(m_window->workspace().player().playing());
        QTest::qWait(100); // tellings lie at least 80 ms apart
        let->release(1);
        QTRY_VERIFY(view().written() > first);
        QVERIFY(panel().song()->notes.size() > notes);
        QCOMPARE(m_window->workspace().player().currentItem().song, panel().song());
        // Stopped: what is written stays.
        const SongPtr so = panel().song();
        QTest::mouseClick(panel().dock()->cancelButton(), Qt::LeftButton);
        QVERIFY(!panel().busy());
        QVERIFY(!panel().dock()->progress()->isVisible());
        let->release(20);
        QTest::qWait(50);
        QCOMPARE(panel().song(), so);
        QVERIFY(!panel().arrangement());
        panel().open(m_wav); // and it can be begun again
        QVERIFY(whole());
    }

    void theArrangementPlaysFromWhereOneClicks() {
        openWindow();
        panel().open(m_wav);
        QVERIFY(whole());
        QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, at(10));
        QVERIFY(std::fabs(view().playhead() - 10) < 0.05);
        QVERIFY(!m_window->workspace().player().playing()); // a place, no command
        QTest::mouseClick(panel().dock()->playButton(), Qt::LeftButton);
        QTRY_VERIFY(m_window->workspace().player().playing());
        QTRY_VERIFY(view().playhead() > 10.1 && view().playhead() < 20);
        QCOMPARE(panel().dock()->playButton()->text(), QStringLiteral("Stop"));
        QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, at(22));
        QTRY_VERIFY(m_window->workspace().player().engine().position().seconds > 21.9);
        QTRY_VERIFY(view().playhead() > 22.05);
        QTest::mouseClick(panel().dock()->playButton(), Qt::LeftButton);
        QTRY_VERIFY(!m_window->workspace().player().playing());
        QCOMPARE(panel().dock()->playButton()->text(), QStringLiteral("Play"));
    }

    /// The playhead of the panel is where Space goes on and what the transport shows.
    void spaceGoesOnFromThePlayhead() {
        openWindow();
        panel().open(m_wav);
        QVERIFY(whole());
        QTest::mouseClick(panel().dock()->playButton(), Qt::LeftButton);
        QTRY_VERIFY(m_window->workspace().player().playing());
        QTest::keyClick(m_window.get(), Qt::Key_Space);
        QTRY_VERIFY(!m_window->workspace().player().playing());
        QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, at(15));
        const music::Song& song = *panel().song();
        const music::Tick tick = song.tempo.tickAt(view().playhead());
        QCOMPARE(panel().playheadTick(), tick);
        const auto* position = m_window->findChild<QLabel*>(QStringLiteral("position"));
        const auto* tempo = m_window->findChild<QDoubleSpinBox*>(QStringLiteral("transportTempo"));
        QVERIFY(position != nullptr && tempo != nullptr);
        const QString bar = QString::number(song.metre.barAt(tick) + 1) + QLatin1Char('.');
        QTRY_VERIFY2(position->text().startsWith(bar), qPrintable(position->text()));
        QVERIFY(std::fabs(tempo->value() - 100) < 8);
        QTest::keyClick(m_window.get(), Qt::Key_Space);
        QTRY_VERIFY(m_window->workspace().player().playing());
        QTRY_VERIFY(m_window->workspace().player().engine().position().seconds > 14.9);
        QTest::keyClick(m_window.get(), Qt::Key_Space);
        QTRY_VERIFY(!m_window->workspace().player().playing());
        // The ruler numbers bars as the transport does.
        const auto& marks = view().marks();
        const auto first = std::find(marks.bars.begin(), marks.bars.end(), true);
        QVERIFY(first != marks.bars.end());
        const double downbeat = marks.beats[std::size_t(first - marks.bars.begin())];
        QCOMPARE(song.metre.barAt(song.tempo.tickAt(downbeat)) + 1, marks.firstBar);
        for (const auto& change : song.tempo.changes()) {
            const double bpm = song.tempo.bpmAt(change.tick);
            QVERIFY2(bpm > 75 && bpm < 130, qPrintable(QString::number(bpm)));
        }
    }

    void anotherMannerIsChosenFromTheList() {
        openWindow();
        panel().open(m_wav);
        QVERIFY(whole());
        ArrangeDock& dock = *panel().dock();
        QVERIFY(dock.mannerBox()->isEnabled());
        const auto byRules = panel().song()->notes.size();
        QSignalSpy finished(&panel(), &ArrangeController::finished);
        // By keys: the list is left at the second entry.
        dock.mannerBox()->setFocus();
        QTest::keyClick(dock.mannerBox(), Qt::Key_Down);
        QVERIFY(QTest::qWaitFor([&] { return finished.count() == 1 && !panel().busy(); }, 120000));
        QCOMPARE(panel().arrangement()->arranger, std::string("examples"));
        QVERIFY2(dock.status().contains(QStringLiteral("by example")), qPrintable(dock.status()));
        QVERIFY(panel().song()->notes.size() > 50);
        QVERIFY(panel().song()->notes.size() != byRules);
        // And back: what the model of this test writes.
        QTest::keyClick(dock.mannerBox(), Qt::Key_Up);
        QVERIFY(QTest::qWaitFor([&] { return finished.count() == 2 && !panel().busy(); }, 60000));
        QCOMPARE(panel().song()->notes.size(), byRules);
    }

    void aStatedTempoTracksTheBeatsAnew() {
        openWindow();
        panel().open(m_wav);
        QVERIFY(whole());
        ArrangeDock& dock = *panel().dock();
        QVERIFY(std::fabs(dock.tempoField()->value() - 100) < 2);
        const std::size_t beats = view().marks().beats.size();
        QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, at(10));
        const double playhead = view().playhead();
        QSignalSpy finished(&panel(), &ArrangeController::finished);
        const auto again = [&](int times) {
            return QTest::qWaitFor([&] { return finished.count() == times && !panel().busy(); },
                                   60000);
        };
        QTest::mouseClick(dock.doubleTempo(), Qt::LeftButton);
        QVERIFY(again(1));
        QVERIFY(std::fabs(dock.tempoField()->value() - 200) < 4);
        QVERIFY(view().marks().beats.size() > 2 * beats - 5);
        QVERIFY(std::fabs(panel().song()->tempo.bpmAt(panel().playheadTick()) - 200) < 20);
        QCOMPARE(view().playhead(), playhead);
        QVERIFY(!dock.doubleTempo()->isEnabled()); // 400 is not a tempo
        // By keys: half of it, then a number.
        dock.halfTempo()->setFocus();
        QTest::keyClick(dock.halfTempo(), Qt::Key_Space);
        QVERIFY(again(2));
        QVERIFY(std::fabs(dock.tempoField()->value() - 100) < 2);
        QCOMPARE(view().marks().beats.size(), beats);
        dock.tempoField()->setFocus();
        dock.tempoField()->selectAll();
        QTest::keyClicks(dock.tempoField(), QStringLiteral("50"));
        QCOMPARE(finished.count(), 2); // not while the number is typed
        QTest::keyClick(dock.tempoField(), Qt::Key_Return);
        QVERIFY(again(3));
        QVERIFY(std::fabs(dock.tempoField()->value() - 50) < 2);
        QVERIFY(view().marks().beats.size() < beats / 2 + 4);
        QVERIFY(panel().dock()->playbackModeButton(ArrangeDock::PlaybackMode::Both)->isEnabled());
    }

    void recordingAndArrangementAreHeardInTime() {
        openWindow();
        panel().open(m_wav);
        QVERIFY(whole());
        using PlaybackMode = ArrangeDock::PlaybackMode;
        QVERIFY(panel().dock()->playbackMode() == PlaybackMode::Both);
        QTest::mouseClick(panel().dock()->playButton(), Qt::LeftButton);
        QTRY_VERIFY(m_window->workspace().player().playing());
        const PlaybackItem& item = m_window->workspace().player().currentItem();
        QVERIFY(item.beside != nullptr);
        QVERIFY(std::fabs(item.beside->seconds() - double(m_made.sound.size()) / 22050) < 0.01);
        QCOMPARE(item.beside->rate, m_window->workspace().player().engine().rate());
        QCOMPARE(item.songLevel, 1.0F);
        QCOMPARE(item.besideLevel, 1.0F);
        QTest::mouseClick(panel().dock()->playbackModeButton(PlaybackMode::Recording),
                          Qt::LeftButton);
        QCOMPARE(item.songLevel, 0.0F);
        QCOMPARE(item.besideLevel, 1.0F);
        QTest::mouseClick(panel().dock()->playbackModeButton(PlaybackMode::Arrangement),
                          Qt::LeftButton);
        QCOMPARE(item.songLevel, 1.0F);
        QCOMPARE(item.besideLevel, 0.0F);
        QVERIFY(m_window->workspace().player().playing()); // it goes on all the while
        QSignalSpy save(&panel(), &ArrangeController::saveMixAsked);
        QObject::disconnect(&panel(), &ArrangeController::saveMixAsked,
                            &m_window->feature<ExportController>(), nullptr);
        QTest::mouseClick(panel().dock()->saveMixButton(), Qt::LeftButton);
        QCOMPARE(save.count(), 1);
        QCOMPARE(save.first().at(1).toString(), m_wav);
    }

    void slidersWriteAnew() {
        openWindow();
        panel().open(m_wav);
        QVERIFY(whole());
        const ArrangementPtr plain = panel().arrangement();
        QSignalSpy finished(&panel(), &ArrangeController::finished);
        QSlider* lift = panel().dock()->lift();
        lift->setFocus();
        QTest::keyClick(lift, Qt::Key_PageUp); // twelve semitones
        QTRY_COMPARE(finished.count(), 1);
        const ArrangementPtr high = panel().arrangement();
        QCOMPARE(high->song.notes.size(), plain->song.notes.size());
        for (std::size_t i = 0; i < plain->song.notes.size(); ++i) {
            QCOMPARE(int(high->song.notes[i].pitch), plain->song.notes[i].pitch + 12);
        }
        // Fewer notes from 15 s on.
        panel().dock()->fromPlayhead()->setChecked(true);
        QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, at(15));
        QTest::keyClick(panel().dock()->density(), Qt::Key_Home);
        QTRY_COMPARE(finished.count(), 2);
        const ArrangementPtr thin = panel().arrangement();
        const auto count = [](const ArrangementPtr& made, double from, double to) {
            return std::count_if(made->song.notes.begin(), made->song.notes.end(),
                                 [=](const music::Note& note) {
                                     return note.startSeconds >= from && note.startSeconds < to;
                                 });
        };
        QCOMPARE(count(thin, 0, 15), count(high, 0, 15));
        QVERIFY(count(thin, 20, 40) < count(high, 20, 40));
    }

    /// Without the network: the melody and the bass line, which the panel says.
    void theRecordingIsTranscribed() {
        openWindow();
        panel().open(m_wav);
        QVERIFY(whole());
        ArrangeDock& dock = *panel().dock();
        const SongPtr arrangement = panel().song();
        const QString status = dock.status();
        QVERIFY(!dock.quantiseBox()->isEnabled());
        QSignalSpy notices(&panel(), &ArrangeController::notice);
        QSignalSpy finished(&panel(), &ArrangeController::finished);
        QTest::mouseClick(dock.writesButton(ArrangeDock::Writes::Transcription), Qt::LeftButton);
        QTRY_COMPARE(finished.count(), 1);
        QVERIFY(!panel().busy());
        QCOMPARE(notices.count(), 1);
        QVERIFY(notices.first().first().toString().contains(QStringLiteral("not installed")));
        QVERIFY2(dock.status().contains(QStringLiteral("melody and bass line only")),
                 qPrintable(dock.status()));
        const SongPtr transcription = panel().song();
        QVERIFY(transcription != arrangement);
        QCOMPARE(view().notes(), transcription);
        QVERIFY(transcription->tracks.size() >= 2);
        QVERIFY(dock.saveButton()->isEnabled());
        QVERIFY(!dock.density()->isEnabled()); // belongs to the arrangement
        // The bass sounds on the roots C, A, F, G.
        int bass = 0, right = 0;
        for (const auto& note : transcription->notes) {
            if (transcription->tracks[note.track].name == "Bass") {
                ++bass;
                const int pitch = note.pitch % 12;
                right += pitch == 0 || pitch == 9 || pitch == 5 || pitch == 7;
            }
        }
        QVERIFY(bass > 6 && right > 0.8 * bass);
        // It plays, and other timing replaces it.
        QTest::mouseClick(dock.playButton(), Qt::LeftButton);
        QTRY_VERIFY(m_window->workspace().player().playing());
        QCOMPARE(m_window->workspace().player().currentItem().song, transcription);
        QTest::mouseClick(dock.playButton(), Qt::LeftButton);
        dock.quantiseBox()->click();
        QCOMPARE(finished.count(), 2);
        QVERIFY(panel().song() != transcription);
        // Twice the tempo: the same notes on other beats.
        QTest::mouseClick(dock.doubleTempo(), Qt::LeftButton);
        QTRY_COMPARE(finished.count(), 3);
        QCOMPARE(dock.writes(), ArrangeDock::Writes::Transcription);
        QVERIFY(std::fabs(dock.tempo() - 200) < 4);
        // Back to the arrangement, which the new beats require again.
        QTest::mouseClick(dock.writesButton(ArrangeDock::Writes::Arrangement), Qt::LeftButton);
        QTRY_COMPARE(finished.count(), 4);
        QVERIFY(panel().arrangement() != nullptr);
        QCOMPARE(view().notes(), panel().song());
        QVERIFY(dock.density()->isEnabled());
        QVERIFY(status.contains(QStringLiteral("rules")));
    }

    void whatCannotBeArrangedSaysWhy_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("what");
        QTest::newRow("silence") << test::wavOf(std::vector<float>(10 * test::kMadeRate))
                                 << QStringLiteral("silent");
        QTest::newRow("two seconds")
            << test::wavOf({m_made.sound.begin(), m_made.sound.begin() + 2 * test::kMadeRate})
            << QStringLiteral("too short");
        QTest::newRow("words") << QByteArray("This is not sound at all, only words.")
                               << QStringLiteral("cannot be read");
        QTest::newRow("nothing") << QByteArray() << QStringLiteral("cannot be read");
    }
    void whatCannotBeArrangedSaysWhy() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, what);
        openWindow();
        panel().open(file("bad.wav", bytes));
        QTRY_VERIFY(!panel().busy());
        QVERIFY2(said().contains(what), qPrintable(said()));
        QVERIFY2(said().contains(QStringLiteral("bad.wav")), qPrintable(said()));
        QVERIFY(!panel().song());
        // What was there stays.
        panel().open(m_wav);
        QVERIFY(whole());
        const SongPtr song = panel().song();
        panel().open(file("bad.wav", bytes));
        QTRY_VERIFY(!panel().busy());
        QCOMPARE(panel().song(), song);
    }

    void soundWithoutABeatIsArrangedWithAWarning() {
        // Noise in syllables of no tempo.
        Random random(7);
        std::vector<float> speech(20 * test::kMadeRate);
        double loud = 0;
        for (std::size_t i = 0; i < speech.size(); ++i) {
            if (i % 1500 == 0) {
                loud = random.uniform() < 0.4 ? 0.3 * random.uniform() : 0.02;
            }
            speech[i] = static_cast<float>(loud * random.normal());
        }
        openWindow();
        panel().open(file("speech.wav", test::wavOf(speech)));
        QVERIFY(whole());
        QVERIFY2(said().contains(QStringLiteral("No steady beat")), qPrintable(said()));
        QVERIFY(panel().dock()->status().contains(QStringLiteral("no steady beat")));
    }

    void rulesWriteWhereTheNetworkCannot() {
        openWindow([]() -> Result<std::unique_ptr<arrange::Arranger>> {
            return fail(Error::Code::BadFile, "The weights are damaged", "arrange.safetensors");
        });
        QSignalSpy notices(&panel(), &ArrangeController::notice);
        panel().open(m_wav);
        QVERIFY(whole());
        QCOMPARE(notices.count(), 1);
        QVERIFY(notices.first().first().toString().contains(QStringLiteral("damaged")));
        QCOMPARE(panel().arrangement()->arranger, std::string("rules"));
    }

    void theWindowClosesInTheMidst() {
        const auto let = std::make_shared<QSemaphore>();
        openWindow([let]() -> Result<std::unique_ptr<arrange::Arranger>> {
            return std::make_unique<HeldArranger>(let);
        });
        panel().open(m_wav);
        QTRY_VERIFY(panel().recording() != nullptr);
        m_window->close();
        QVERIFY(!panel().busy());
        m_window.reset();
    }
};

QTEST_MAIN(TestArranging)
#include "tst_arranging.moc"
