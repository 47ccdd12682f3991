// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/test_support.h"
#include "widgets/common/icons.h"
#include "widgets/common/message_bar.h"
#include "widgets/common/status_figures.h"
#include "widgets/common/theme.h"
#include "widgets/song/library_list.h"
#include "widgets/song/path_controls.h"
#include "widgets/song/pianoroll_view.h"
#include "widgets/song/transport_bar.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <QTreeView>
#include <cmath>

using namespace canto;
using namespace canto::widgets;

namespace {

/// Two bars of 4/4 at 480 ticks: C4 on beat 1, G4 on beat 3 (another track), a drum in bar 2.
std::shared_ptr<const music::Song> smallSong() {
    auto song = std::make_shared<music::Song>();
    song->tracks = {{"Piano"}, {"Bass"}, {"Drums"}};
    const auto note = [&](music::Tick start, music::Tick length, int pitch, int track) {
        music::Note made;
        made.start = start;
        made.length = length;
        made.pitch = static_cast<std::uint8_t>(pitch);
        made.track = static_cast<std::uint16_t>(track);
        made.channel = track == 2 ? music::kDrumChannel : static_cast<std::uint8_t>(track);
        made.velocity = 127;
        song->notes.push_back(made);
    };
    note(0, 480, 60, 0);
    note(960, 480, 67, 1);
    note(1920, 480, 64, 2);
    song->finish();
    return song;
}

bool near(const QColor& a, const QColor& b) {
    return std::abs(a.red() - b.red()) < 16 && std::abs(a.green() - b.green()) < 16 &&
           std::abs(a.blue() - b.blue()) < 16;
}

std::vector<SongRow> threeSongs() {
    return {{11, QStringLiteral("Take Five"), QStringLiteral("Brubeck"), QStringLiteral("jazz"), 30,
             false},
            {12, QStringLiteral("Five to Nine"), QStringLiteral("Parton"),
             QStringLiteral("country"), 4, true},
            {13, QStringLiteral("Clair de lune"), QStringLiteral("Debussy"),
             QStringLiteral("classical"), 120, false}};
}

} // namespace

class TestSongWidgets : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void notesAreWhereTheirTickAndPitchSay() {
        PianorollView view;
        view.resize(640, 320);
        view.setSong(smallSong());
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        const RollFrame frame = view.frame();
        // By hand: the roll shows ticks [from, to) over the width of the area.
        QCOMPARE(frame.from, music::Tick(0));
        QCOMPARE(frame.xOf(0), frame.area.left());
        const double quarter = view.pixelsPerQuarter();
        QVERIFY(std::abs(frame.xOf(960) - frame.area.left() - 2 * quarter) < 1);
        const QImage image = view.grab().toImage();
        const auto at = [&](music::Tick tick, int pitch) {
            return image.pixelColor(static_cast<int>(frame.xOf(tick)),
                                    static_cast<int>(frame.yOf(pitch) + frame.rowHeight() / 2));
        };
        QVERIFY(near(at(240, 60), trackColour(0, false)));
        QVERIFY(near(at(1200, 67), trackColour(1, false)));
        QVERIFY(near(at(1923, 64), trackColour(2, false)));
        QVERIFY(!near(at(240, 67), trackColour(1, false)));  // silence
        QVERIFY(!near(at(600, 60), trackColour(0, false)));  // after its end
        QVERIFY(!near(at(2300, 64), trackColour(2, false))); // a stroke has no length
    }

    void aClickAsksToPlayFromThere() {
        PianorollView view;
        view.resize(640, 320);
        view.setSong(smallSong());
        QSignalSpy seek(&view, &PianorollView::seekRequested);
        const RollFrame frame = view.frame();
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {},
                          QPoint(static_cast<int>(frame.xOf(960)), 150));
        QCOMPARE(seek.count(), 1);
        const auto ticksPerPixel = 480 / view.pixelsPerQuarter();
        QVERIFY(std::abs(seek[0][0].value<music::Tick>() - 960) <= 2 * ticksPerPixel);
        QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, QPoint(10, 150)); // the keyboard
        QCOMPARE(seek.count(), 1);
    }

    void thePlayheadIsDrawnAndFollowed() {
        PianorollView view;
        view.resize(640, 320);
        view.setSong(smallSong());
        view.show();
        QVERIFY(QTest::qWaitForWindowExposed(&view));
        view.setPlayhead(720);
        RollFrame frame = view.frame();
        const QImage image = view.grab().toImage();
        const QColor at = image.pixelColor(static_cast<int>(std::round(frame.xOf(720))),
                                           static_cast<int>(frame.area.bottom()) - 5);
        QVERIFY(near(at, themeOf(view).accent));
        view.zoom(20);
        QVERIFY(view.frame().to < 3840);
        view.setPlayhead(3700); // out of view
        QVERIFY(view.frame().from <= 3700 && view.frame().to > 3700);
    }

    void aMillionNotesDoNotHoldUpTheWindow() {
        auto song = std::make_shared<music::Song>();
        song->tracks.resize(1);
        song->notes.resize(1000000);
        for (std::size_t i = 0; i < song->notes.size(); ++i) {
            song->notes[i].start = static_cast<music::Tick>(i);
            song->notes[i].length = 400;
            song->notes[i].pitch = static_cast<std::uint8_t>(i % 128);
        }
        RollFrame frame;
        frame.to = 1000000;
        frame.area = QRectF(0, 0, 300, 128);
        frame.pitches = pitchRange(*song);
        QImage image(300, 128, QImage::Format_ARGB32_Premultiplied);
        QPainter painter(&image);
        const std::size_t next = paintNotes(painter, *song, frame, 0, 0);
        QVERIFY(next > 0 && next < song->notes.size()); // gave up, and says where
        QCOMPARE(paintNotes(painter, *song, frame, 999900, 1000), song->notes.size());
    }

    void aMiniatureShowsNotes() {
        QImage image(100, 40, QImage::Format_ARGB32_Premultiplied);
        image.fill(Qt::white);
        QPainter painter(&image);
        paintMiniature(painter, QRectF(0, 0, 100, 40), *smallSong(), false);
        painter.end();
        int coloured = 0;
        for (int x = 0; x < 100; ++x) {
            for (int y = 0; y < 40; ++y) {
                coloured += image.pixelColor(x, y) != QColor(Qt::white) ? 1 : 0;
            }
        }
        QVERIFY(coloured > 40);
        QVERIFY(pitchRange(music::Song()).high > pitchRange(music::Song()).low);
    }

    void transportAsksAndSettersAreSilent() {
        TransportBar bar;
        QSignalSpy play(&bar, &TransportBar::playRequested);
        QSignalSpy stop(&bar, &TransportBar::stopRequested);
        QSignalSpy loop(&bar, &TransportBar::loopChanged);
        QSignalSpy volume(&bar, &TransportBar::volumeChanged);
        QSignalSpy panic(&bar, &TransportBar::panicRequested);
        bar.setPlaying(true);
        bar.setLoop(true);
        bar.setVolume(0.25);
        QCOMPARE(play.count() + stop.count() + loop.count() + volume.count(), 0);
        QVERIFY(bar.playing() && bar.loop());
        QCOMPARE(bar.volume(), 0.25);

        const auto named = [&](const QString& name) {
            for (QToolButton* button : bar.findChildren<QToolButton*>()) {
                if (button->accessibleName() == name) {
                    return button;
                }
            }
            return static_cast<QToolButton*>(nullptr);
        };
        QVERIFY(named(QStringLiteral("Stop")) != nullptr);
        QTest::mouseClick(named(QStringLiteral("Stop")), Qt::LeftButton);
        QCOMPARE(stop.count(), 1);
        QTest::keyClick(named(QStringLiteral("Play")), Qt::Key_Space); // the button has the focus
        QCOMPARE(play.count(), 1);
        QTest::mouseClick(named(QStringLiteral("Loop")), Qt::LeftButton);
        QCOMPARE(loop.count(), 1);
        QTest::mouseClick(named(QStringLiteral("Panic")), Qt::LeftButton);
        QCOMPARE(panic.count(), 1);
        QTest::keyClick(bar.findChild<QSlider*>(), Qt::Key_Right);
        QCOMPARE(volume.last()[0].toDouble(), 0.26);
    }

    void thePositionIsBarAndBeat() {
        TransportBar bar;
        const auto shown = [&](const QString& text) {
            for (const QLabel* label : bar.findChildren<QLabel*>()) {
                if (label->text() == text) {
                    return true;
                }
            }
            return false;
        };
        bar.setPosition(3, 2);
        bar.setTempo(96.5);
        QVERIFY(shown(QStringLiteral("3.2")));
        QCOMPARE(bar.findChild<QDoubleSpinBox*>()->text(), QStringLiteral("96.5 bpm"));
        bar.setSoundNotice(QStringLiteral("No audio device"));
        QVERIFY(shown(QStringLiteral("No audio device")));
    }

    void tapsAreATempo() {
        QCOMPARE(tappedTempo({}), 0.0);
        QCOMPARE(tappedTempo({1000}), 0.0);
        QCOMPARE(tappedTempo({1000, 1500}), 120.0);          // half a second a beat
        QCOMPARE(tappedTempo({1000, 1400, 2000}), 120.0);    // 1 s for two beats
        QCOMPARE(tappedTempo({0, 1000, 4000, 4600}), 100.0); // a pause begins again
        QCOMPARE(tappedTempo({0, 1000, 4000}), 0.0);         // with one tap so far
        QCOMPARE(tappedTempo({0, 100, 600, 1100, 1600, 2100, 2600, 3100, 3600, 4100}), 120.0);
    }

    void aTempoIsChosen() {
        TransportBar bar;
        QSignalSpy chosen(&bar, &TransportBar::tempoChosen);
        auto* field = bar.findChild<QDoubleSpinBox*>(QStringLiteral("transportTempo"));
        QVERIFY(field != nullptr && !field->isEnabled()); // nothing plays
        bar.setTempo(100);
        QVERIFY(field->isEnabled());
        QCOMPARE(chosen.count(), 0); // setters are silent
        const auto entry = [&](const QString& words) {
            for (QAction* action : bar.findChildren<QAction*>()) {
                if (action->text().remove(QLatin1Char('&')).contains(words)) {
                    return action;
                }
            }
            return static_cast<QAction*>(nullptr);
        };
        entry(QStringLiteral("Half"))->trigger();
        QCOMPARE(chosen.takeLast()[0].toDouble(), 50.0);
        entry(QStringLiteral("Double"))->trigger();
        QCOMPARE(chosen.takeLast()[0].toDouble(), 200.0);
        QAction* own = entry(QStringLiteral("own tempo"));
        QVERIFY(!own->isEnabled());
        bar.setTempoChosen(true);
        own->trigger();
        QCOMPARE(chosen.takeLast()[0].toDouble(), 0.0);
        bar.tap(2000);
        bar.tap(2600);
        QCOMPARE(chosen.takeLast()[0].toDouble(), 100.0);
        field->selectAll();
        QTest::keyClicks(field, QStringLiteral("96"));
        QCOMPARE(chosen.count(), 0);
        bar.setTempo(120); // what plays must not take the text from who types
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(chosen.takeLast()[0].toDouble(), 96.0);
    }

    void pathStepsHaveTheirRange() {
        PathControls controls;
        QCOMPARE(controls.steps(), 8);
        controls.setSteps(1000);
        QCOMPARE(controls.steps(), 64);
        controls.setSteps(0);
        QCOMPARE(controls.steps(), 2);
        controls.setGeometries({QStringLiteral("Slerp"), QStringLiteral("Linear")});
        QCOMPARE(controls.geometryIndex(), 0);
        QVERIFY(controls.originalEnds());
    }

    void theLibraryFindsWordsAnywhere() {
        LibraryList list;
        list.setSongs(threeSongs(), QStringLiteral("Genre"));
        QCOMPARE(list.shownCount(), 3);
        QTest::keyClicks(list.findChild<QLineEdit*>(), QStringLiteral("five JAZZ"));
        QCOMPARE(list.shownCount(), 1);
        QSignalSpy activated(&list, &LibraryList::songActivated);
        QTest::keyClick(list.findChild<QLineEdit*>(), Qt::Key_Return);
        QCOMPARE(activated.count(), 1);
        QCOMPARE(activated[0][0].toLongLong(), 11);
        list.setSearchText(QStringLiteral("zzz"));
        QCOMPARE(list.shownCount(), 0);
        list.setSearchText({});
        QCOMPARE(list.shownCount(), 3);
    }

    void titlesHaveTheMostRoomInANarrowLibrary() {
        LibraryList list;
        list.setSongs(threeSongs(), QStringLiteral("Genre"));
        list.resize(290, 500);
        list.show();
        const auto* view = list.findChild<QTreeView*>();
        QVERIFY(view->columnWidth(SongListModel::Title) > 290 * 6 / 10);
        QVERIFY(!view->isColumnHidden(SongListModel::Artist)); // who made it before what it is
        QVERIFY(view->isColumnHidden(SongListModel::Label));
        list.resize(420, 500);
        QTRY_VERIFY(!view->isColumnHidden(SongListModel::Label));
        QVERIFY(!view->isColumnHidden(SongListModel::Artist));
        list.resize(250, 500);
        QTRY_VERIFY(view->isColumnHidden(SongListModel::Artist));
        QVERIFY(!view->isColumnHidden(SongListModel::Label));
        // Composers that are the label, and missing artists, have no column of their own.
        for (const char* artist : {"Haydn", ""}) {
            const QString name = QString::fromLatin1(artist);
            list.setSongs(
                {{1, QStringLiteral("Symphony"), name, QStringLiteral("Haydn"), 3, false}},
                QStringLiteral("Composer"));
            list.resize(420, 500);
            QTRY_VERIFY(view->isColumnHidden(SongListModel::Artist));
        }
    }

    void signsAndNumbersDoNotLeadTheList() {
        LibraryList list;
        std::vector<SongRow> songs;
        for (const char* title : {"19 Songs, No. 10", "(I Got That) Boom", "zebra",
                                  "19 Songs, No. 2", "\u201cItalian\u201d", "Hello", ""}) {
            songs.push_back({qint64(songs.size()), QString::fromUtf8(title), {}, {}, 1, false});
        }
        list.setSongs(std::move(songs), QStringLiteral("Genre"));
        const auto* model = list.findChild<QTreeView*>()->model();
        std::vector<qint64> order;
        for (int row = 0; row < model->rowCount(); ++row) {
            order.push_back(model->index(row, 0).data(SongListModel::IdRole).toLongLong());
        }
        QCOMPARE(order, (std::vector<qint64>{5, 1, 4, 2, 3, 0, 6}));
    }

    void theSearchIconFollowsTheTheme() {
        LibraryList list;
        for (const bool dark : {true, false, true}) {
            list.setPalette(themePalette(dark));
            const auto actions = list.findChild<QLineEdit*>()->actions();
            QVERIFY(!actions.isEmpty());
            const QImage image = actions.front()->icon().pixmap(24, 24).toImage();
            int drawn = 0;
            for (int x = 0; x < 24; ++x) {
                for (int y = 0; y < 24; ++y) {
                    drawn += near(image.pixelColor(x, y), themeColours(dark).text) ? 1 : 0;
                }
            }
            QVERIFY(drawn > 10);
        }
    }

    void selectingASongPlaysAndMovesNothing() {
        LibraryList list;
        list.setSongs(threeSongs(), QStringLiteral("Genre"));
        list.resize(500, 300);
        list.show();
        QSignalSpy played(&list, &LibraryList::songActivated);
        QSignalSpy shown(&list, &LibraryList::showAsked);
        auto* view = list.findChild<QTreeView*>();
        list.search();
        QTest::keyClick(list.findChild<QLineEdit*>(), Qt::Key_Tab); // to the list
        QTest::keyClick(view, Qt::Key_Down);
        const QPoint second = view->visualRect(view->model()->index(1, 0)).center();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, second);
        QTest::mouseClick(view->viewport(), Qt::RightButton, {}, second);
        QCOMPARE(played.count(), 0);
        QCOMPARE(shown.count(), 0);
        QCOMPARE(list.selectedSongs(), (std::vector<qint64>{12})); // Clair, Five, Take
        QTest::keyClick(view, Qt::Key_Return);
        QCOMPARE(played.takeFirst().at(0).toLongLong(), 12);
        const QPoint third = view->visualRect(view->model()->index(2, 0)).center();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, third);
        QCOMPARE(played.count(), 0);
        QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, third);
        QCOMPARE(played.count(), 1);
        QCOMPARE(played.takeFirst().at(0).toLongLong(), 11);
        QCOMPARE(shown.count(), 0);
    }

    void theMenuAndDeleteAskForWhatIsSelected() {
        LibraryList list;
        list.setSongs(threeSongs(), QStringLiteral("Genre"));
        list.resize(500, 300);
        list.show();
        QSignalSpy removed(&list, &LibraryList::removeAsked);
        auto* view = list.findChild<QTreeView*>();
        QTest::keyClick(view, Qt::Key_Delete); // nothing is selected
        QCOMPARE(removed.count(), 0);
        const QPoint first = view->visualRect(view->model()->index(0, 0)).center();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, first);
        QTest::keyClick(view, Qt::Key_Down, Qt::ShiftModifier);
        QTest::keyClick(view, Qt::Key_Delete);
        QCOMPARE(removed.takeFirst().at(0).value<std::vector<qint64>>(),
                 (std::vector<qint64>{13, 12}));
        Q_EMIT view->customContextMenuRequested(first);
        auto* menu = list.findChild<QMenu*>();
        QVERIFY(menu);
        QSignalSpy shown(&list, &LibraryList::showAsked);
        menu->actions().at(1)->trigger();
        QCOMPARE(shown.takeFirst().at(0).toLongLong(), 13);
        menu->actions().last()->trigger();
        QCOMPARE(removed.takeFirst().at(0).value<std::vector<qint64>>(),
                 (std::vector<qint64>{13, 12}));
        menu->close();
    }

    void theUsersOwnMusicCanBeListedAlone() {
        LibraryList list;
        auto songs = threeSongs();
        list.setSongs(songs, QStringLiteral("Genre"));
        auto* scope = list.findChild<QComboBox*>();
        QVERIFY(scope->isHidden()); // there is none
        songs.front().mine = true;
        list.setSongs(songs, QStringLiteral("Genre"));
        list.show();
        QVERIFY(scope->isVisible());
        QCOMPARE(scope->itemText(1), QStringLiteral("My music (1)"));
        QTest::keyClick(scope, Qt::Key_Down);
        QVERIFY(list.mineOnly());
        QCOMPARE(list.shownCount(), 1);
        list.setSongs(threeSongs(), QStringLiteral("Genre")); // they are gone: all are listed
        QCOMPARE(list.shownCount(), 3);
        QVERIFY(scope->isHidden());
    }

    void theLibraryMarksASongAndTellsNobody() {
        LibraryList list;
        list.setSongs(threeSongs(), QStringLiteral("Genre"));
        QSignalSpy played(&list, &LibraryList::songActivated);
        list.setCurrent(12);
        QCOMPARE(played.count(), 0);
        auto* view = list.findChild<QTreeView*>();
        QCOMPARE(view->currentIndex().data(SongListModel::IdRole).toLongLong(), 12);
        list.setCurrent(99);
        QVERIFY(!view->currentIndex().isValid());
        // Numbers sort as numbers, not as texts ("120" before "30").
        view->sortByColumn(SongListModel::Phrases, Qt::AscendingOrder);
        QCOMPARE(view->model()->index(0, 0).data(SongListModel::IdRole).toLongLong(), 12);
        QCOMPARE(view->model()->index(2, 0).data(SongListModel::IdRole).toLongLong(), 13);
    }

    void aMessageSaysWhatToDoAndItsActionRuns() {
        MessageBar bar;
        int ran = 0;
        bar.show(MessageBar::Kind::Error, QStringLiteral("No SoundFont <b>found</b>"),
                 QStringLiteral("Install one"), QStringLiteral("Choose"), [&] { ++ran; });
        QVERIFY(bar.isVisible());
        QCOMPARE(bar.text(), QStringLiteral("No SoundFont <b>found</b>"));
        for (const QLabel* label : bar.findChildren<QLabel*>()) {
            QVERIFY(label->text().isEmpty() || label->textFormat() == Qt::PlainText);
        }
        QSignalSpy dismissed(&bar, &MessageBar::dismissed);
        QTest::mouseClick(bar.findChild<QPushButton*>(), Qt::LeftButton);
        QCOMPARE(ran, 1);
        QVERIFY(!bar.isVisible());
        QCOMPARE(dismissed.count(), 1);
        bar.show(MessageBar::Kind::Information, QStringLiteral("Saved"));
        QVERIFY(!bar.findChild<QPushButton*>()->isVisible());
        QTest::keyClick(&bar, Qt::Key_Escape);
        QVERIFY(!bar.isVisible());
    }

    void aQuestionComesBackUntilItIsAnswered() {
        MessageBar bar;
        int restored = 0;
        const QString question = QStringLiteral("Cantograph did not shut down properly");
        bar.show(MessageBar::Kind::Warning, question, {}, QStringLiteral("Restore"),
                 [&] { ++restored; });
        // What happens meanwhile covers it: work under way, then its result.
        bar.show(MessageBar::Kind::Progress, QStringLiteral("Opening Emotion..."), {},
                 QStringLiteral("Cancel"), [] {});
        QCOMPARE(bar.text(), QStringLiteral("Opening Emotion..."));
        bar.endProgress();
        QCOMPARE(bar.text(), question);
        QVERIFY(bar.isVisible());
        bar.endProgress(); // nothing is under way any more
        QCOMPARE(bar.text(), question);
        QSignalSpy dismissed(&bar, &MessageBar::dismissed);
        bar.show(MessageBar::Kind::Information, QStringLiteral("Saved"));
        QTest::mouseClick(bar.findChild<QToolButton*>(), Qt::LeftButton);
        QCOMPARE(dismissed.takeFirst().at(0).toString(), QStringLiteral("Saved"));
        QCOMPARE(bar.text(), question);
        QTest::mouseClick(bar.findChild<QPushButton*>(), Qt::LeftButton);
        QCOMPARE(restored, 1);
        QVERIFY(!bar.isVisible());
        QCOMPARE(dismissed.takeFirst().at(0).toString(), question);
    }

    void textColoursStandOutFromWhatIsBelowThem_data() {
        QTest::addColumn<bool>("dark");
        QTest::newRow("light") << false;
        QTest::newRow("dark") << true;
    }
    void textColoursStandOutFromWhatIsBelowThem() {
        QFETCH(bool, dark);
        // Known values of the formula: black on white is 21, #777 on white 4.48.
        QVERIFY(std::abs(contrast(Qt::black, Qt::white) - 21) < 0.01);
        QVERIFY(std::abs(contrast(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.01);
        const ThemeColours& c = themeColours(dark);
        for (const QColor& ground : {c.ground, c.surface, c.raised}) {
            for (const QColor& text : {c.text, c.mutedText, c.accent, c.warning, c.error}) {
                QVERIFY2(contrast(text, ground) >= 4.5,
                         qPrintable(text.name() + QStringLiteral(" on ") + ground.name() +
                                    QStringLiteral(": ") +
                                    QString::number(contrast(text, ground))));
            }
        }
        QVERIFY(contrast(c.onAccent, c.accent) >= 4.5);
        const QPalette palette = themePalette(dark);
        QCOMPARE(isDark(palette), dark);
        for (const auto& [text, ground] : {std::pair{QPalette::WindowText, QPalette::Window},
                                           {QPalette::Text, QPalette::Base},
                                           {QPalette::ButtonText, QPalette::Button},
                                           {QPalette::PlaceholderText, QPalette::Base},
                                           {QPalette::PlaceholderText, QPalette::Window},
                                           {QPalette::HighlightedText, QPalette::Highlight}}) {
            QVERIFY(contrast(palette.color(text), palette.color(ground)) >= 4.5);
        }
        // Discs are graphics: 3:1 against the ground (WCAG 2.1, 1.4.11), but for two light ones
        // whose place in the list is late; and all differ.
        int faint = 0;
        for (std::size_t i = 0; i < classPalette(dark).size(); ++i) {
            faint += contrast(classPalette(dark)[i], c.ground) < 3.0 ? 1 : 0;
            for (std::size_t j = 0; j < i; ++j) {
                QVERIFY(!near(classPalette(dark)[i], classPalette(dark)[j]));
            }
        }
        QVERIFY(faint <= 2);
    }

    void everyControlHasANameAndIsLargeEnough() {
        TransportBar transport;
        PathControls path;
        MessageBar message;
        LibraryList library;
        for (QWidget* parent :
             std::initializer_list<QWidget*>{&transport, &path, &message, &library}) {
            parent->show();
            for (const QWidget* child : parent->findChildren<QWidget*>()) {
                const bool control = qobject_cast<const QAbstractButton*>(child) != nullptr ||
                                     qobject_cast<const QSpinBox*>(child) != nullptr ||
                                     qobject_cast<const QSlider*>(child) != nullptr;
                if (!control || !child->isVisible() ||
                    child->parentWidget()->inherits("QLineEdit")) {
                    continue;
                }
                const auto* button = qobject_cast<const QAbstractButton*>(child);
                QVERIFY2(!child->accessibleName().isEmpty() ||
                             (button != nullptr && !button->text().isEmpty()),
                         child->metaObject()->className());
                QVERIFY2(child->height() >= 22, child->metaObject()->className());
            }
        }
    }

    void iconsAreDrawnInTheColourOfText() {
        for (int which = 0; which <= static_cast<int>(Icon::Error); ++which) {
            const QImage image =
                icon(static_cast<Icon>(which), themePalette(true)).pixmap(24, 24).toImage();
            int drawn = 0;
            for (int x = 0; x < 24; ++x) {
                for (int y = 0; y < 24; ++y) {
                    drawn += near(image.pixelColor(x, y), themeColours(true).text) ? 1 : 0;
                }
            }
            QVERIFY2(drawn > 10, qPrintable(QString::number(which)));
        }
    }
};

QTEST_MAIN(TestSongWidgets)
#include "tst_song_widgets.moc"
