// SPDX-License-Identifier: GPL-3.0-or-later

// Columns of labels as a person meets them: their names, scales for numbers, what is on the card.

#include "app/features/library/import_summary.h"
#include "app/features/library/library_controller.h"
#include "app/features/map/inspector.h"
#include "app/features/map/map_tools.h"
#include "app/library/importer.h"
#include "app/shell/main_window.h"
#include "app/workspace/columns.h"
#include "app/workspace/map_controller.h"
#include "tests/support/quiet_window.h"
#include "tests/support/small_library.h"
#include "tests/support/test_support.h"
#include "widgets/map/hover_card.h"
#include "widgets/map/legend.h"
#include "widgets/map/legend_row.h"
#include "widgets/map/scale_bar.h"
#include "widgets/song/library_list.h"

#include <QComboBox>
#include <QLabel>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolButton>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
namespace fs = std::filesystem;

namespace {

QString t(const char* utf8) { return QString::fromUtf8(utf8); }

constexpr int kSongs = 8;

/// Labels of eight songs, the last without any.
constexpr const char* kLabels =
    "path;title;artist;genre;key;first_bpm;year;ppq;md5;quirks;original_name;format;programs;"
    "tempo_events;drum_notes;time_signatures;split;source\n"
    "0.mid;Dvo\u0159\u00e1k: Largo;A. Composer;R&B;C "
    "major;120,5;1990;480;aa;;0.mid;1;3;1;10;4/4;train;five\n"
    "1.mid;<b>Bold</b> & <i>slanted</i>;B;Drum & "
    "Bass;;90;1991;480;ab;riff;1.mid;1;3;1;0;4/4;train;five\n"
    "2.mid;\"Two\nlines\";C;\"Rock\nSteady\";;100;1992;480;ac;;2.mid;1;3;1;0;3/4;test;five\n"
    "3.mid;100%20 %1 off;%1;R&B ;;110;1993;480;ad;;3.mid;1;3;1;0;4/4;train;five\n"
    "4.mid;Hash;E;Rock;;130;1994;480;ae;;4.mid;1;3;1;0;4/4;valid;five\n"
    "5.mid;Other;F;other;;140;1995;480;af;;5.mid;0;3;1;0;4/4;train;five\n"
    "6.mid;Last;G;Rock;A minor;150;;480;b0;;6.mid;1;3;1;0;4/4;train;five\n";

/// Writes the songs, labels them and imports them with the fake model.
Result<fs::path> oddLibrary(const fs::path& folder) {
    fs::create_directories(folder / "songs");
    for (int n = 0; n < kSongs; ++n) {
        test::writeSong(folder / "songs" / (std::to_string(n) + ".mid"), test::smallSong(n));
    }
    const auto labels = atlas::parseLabels(kLabels, "labels.csv");
    if (!labels) {
        return fail(labels.error());
    }
    const std::vector<fs::path> paths{folder / "songs"};
    auto files = findMidiFiles(paths, Naming::Absolute);
    if (!files) {
        return fail(files.error());
    }
    attachLabels(*files, *labels, paths);
    const fs::path path = folder / "odd.atlas";
    auto atlas = atlas::Atlas::open(path, atlas::Access::Create);
    if (!atlas) {
        return fail(atlas.error());
    }
    const auto done = importFiles(*atlas, FakeModel(), *files, {}, {}, {});
    return done ? Result<fs::path>(path) : fail(done.error());
}

} // namespace

class TestColumns : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_atlas;
    std::unique_ptr<MainWindow> m_window;

    MapController& maps() { return m_window->workspace().maps(); }
    /// First row of a song by its place in the labels.
    qint64 row(int song) {
        const auto& songs = maps().library()->points.songs;
        for (const auto& one : songs) {
            if (fs::path(one.path).stem() == std::to_string(song)) {
                return maps().rowOfSong(one.id);
            }
        }
        return -1;
    }
    QStringList colours() const {
        QStringList names;
        const QComboBox* combo = m_window->feature<MapTools>().inspector()->colourCombo();
        for (int i = 0; i < combo->count(); ++i) {
            names.append(combo->itemText(i));
        }
        return names;
    }
    void play(qint64 which) {
        maps().playRow(which);
        QTRY_COMPARE(m_window->workspace().player().currentItem().row, which);
    }

  private Q_SLOTS:
    void initTestCase() {
        m_folder = std::make_unique<QTemporaryDir>();
        const auto atlas = oddLibrary(m_folder->path().toStdString());
        QVERIFY_RESULT(atlas);
        m_atlas = *atlas;
        m_window = std::make_unique<MainWindow>(test::quietWindow(
            m_folder->path().toStdString(), m_atlas, test::opened(std::make_shared<FakeModel>())));
        QSignalSpy ready(&m_window->workspace(), &Workspace::mapsReady);
        QSignalSpy model(&m_window->workspace(), &Workspace::modelChanged);
        m_window->show();
        m_window->start();
        QTRY_COMPARE(ready.count(), 1);
        QTRY_COMPARE(model.count(), 1);
        m_window->map()->setReducedMotion(true);
    }
    void cleanupTestCase() { m_window.reset(); }

    void columnsHaveNames_data() {
        QTest::addColumn<QString>("column");
        QTest::addColumn<QString>("title");
        QTest::newRow("tempo") << t("first_bpm") << t("Tempo");
        QTest::newRow("drums") << t("drum_notes") << t("Drum notes");
        QTest::newRow("metre") << t("time_signatures") << t("Metre");
        QTest::newRow("tempo changes") << t("tempo_events") << t("Tempo changes");
        QTest::newRow("genre") << t("genre") << t("Genre");
        QTest::newRow("unknown") << t("my_own_column") << t("My own column");
    }
    void columnsHaveNames() {
        QFETCH(QString, column);
        QFETCH(QString, title);
        QCOMPARE(columnTitle(column.toStdString()), title);
    }

    void labelsAreNumbersInAnyNotation_data() {
        QTest::addColumn<QString>("label");
        QTest::addColumn<double>("number"); // NaN: none
        QTest::newRow("point") << t("120.5") << 120.5;
        QTest::newRow("comma") << t("120,5") << 120.5;
        QTest::newRow("blanks") << t(" -3 ") << -3.0;
        QTest::newRow("plus") << t("+7") << 7.0;
        QTest::newRow("exponent") << t("1e3") << 1000.0;
        for (const char* other : {"", "C", "4/4", "1-1", "12 bpm", "nan", "inf", "1,2,3", "+"}) {
            QTest::newRow(other) << t(other) << std::nan("");
        }
    }
    void labelsAreNumbersInAnyNotation() {
        QFETCH(QString, label);
        QFETCH(double, number);
        const auto found = labelNumber(label.toStdString());
        QCOMPARE(found.has_value(), !std::isnan(number));
        QVERIFY(!found || *found == number);
    }

    void bookkeepingIsNotOfferedForColours() {
        const QStringList offered = colours();
        QCOMPARE(offered.first(), t("Genre"));
        for (const char* wanted : {"Key", "Tempo", "Year", "Drum notes", "Metre"}) {
            QVERIFY2(offered.contains(t(wanted)), wanted);
        }
        for (const QString& one : offered) {
            QVERIFY2(!one.contains(QLatin1Char('_')), qPrintable(one));
            for (const char* raw : {"Md5", "Ppq", "Quirks", "Format", "Programs", "Split", "Source",
                                    "Original file name", "MIDI programs"}) {
                QVERIFY2(one != t(raw), raw);
            }
        }
    }

    void anUnlabelledLibraryIsColouredByGenreAllTheSame() {
        const fs::path folder = fs::path(m_folder->path().toStdString()) / "plain";
        fs::create_directories(folder);
        test::writeSong(folder / "a.mid", test::smallSong(1));
        const std::vector<fs::path> paths{folder};
        const auto files = findMidiFiles(paths, Naming::Absolute);
        {
            auto atlas = atlas::Atlas::open(folder / "plain.atlas", atlas::Access::Create);
            QVERIFY_RESULT(atlas);
            QVERIFY_RESULT(importFiles(*atlas, FakeModel(), *files, {}, {}, {}));
        }
        const auto library = readLibrary(folder / "plain.atlas", "f1", {});
        QVERIFY_RESULT(library);
        QCOMPARE((*library)->columns, (std::vector<std::string>{"genre", "title"})); // no "split"
        const auto colouring = colouringOf(**library, "genre");
        QCOMPARE(colouring.names, (std::vector<QString>{t("My music")})); // imported
    }

    void numbersAreAScale() {
        maps().colourBy("year");
        const auto colouring = m_window->map()->colouring();
        QVERIFY(colouring->scale);
        QCOMPARE(colouring->title, t("Year"));
        QVERIFY(m_window->map()->legend()->scaleBar());
        maps().colourBy("first_bpm");
        QCOMPARE(m_window->map()->colouring()->title, t("Tempo (bpm)"));
        QVERIFY(m_window->map()->colouring()->scale);
        maps().colourBy("time_signatures");
        QVERIFY(!m_window->map()->colouring()->scale);
        maps().colourBy("genre");
        QVERIFY(!m_window->map()->colouring()->scale);
    }

    void aClassIsOneHoweverItIsWritten() {
        const auto& names = m_window->map()->colouring()->names;
        QCOMPARE(std::count(names.begin(), names.end(), t("R&B")), 1);
        QCOMPARE(std::count(names.begin(), names.end(), t("R&B ")), 0);
        QCOMPARE(std::count(names.begin(), names.end(), t("other")), 1);
        // The song without a label is the user's own, and not called by the name of a class.
        QCOMPARE(std::count(names.begin(), names.end(), t("My music")), 1);
        QCOMPARE(m_window->map()->legend()->count(), 6); // R&B, Drum & Bass, Rock Steady, Rock ...
    }

    void theCardHasSixFactsAndNoBookkeeping() {
        auto* card = m_window->findChild<widgets::HoverCard*>();
        QVERIFY(card);
        QVERIFY(!card->isWindow());
        Q_EMIT m_window->map()->pointHovered(row(0),
                                             m_window->map()->mapToGlobal(QPoint(200, 200)));
        QTRY_VERIFY(card->isVisible());
        QCOMPARE(card->info().title, t("Dvo\u0159\u00e1k: Largo"));
        QCOMPARE(card->info().subtitle, t("A. Composer"));
        const QVector<QPair<QString, QString>> wanted{{t("Genre"), t("R&B")},
                                                      {t("Key"), t("C major")},
                                                      {t("Tempo"), t("120.5 bpm")},
                                                      {t("Starts at"), t("bar 1")}};
        QCOMPARE(card->info().labels, wanted);
        QVERIFY(m_window->map()->rect().contains(card->geometry()));
        Q_EMIT m_window->map()->pointHovered(-1, {});
        // A song without the label: its own tempo, once it has been read.
        Q_EMIT m_window->map()->pointHovered(row(7),
                                             m_window->map()->mapToGlobal(QPoint(200, 200)));
        QTRY_VERIFY(card->isVisible());
        QVERIFY(card->info().songTempo);
        QTRY_VERIFY(card->info().song);
        Q_EMIT m_window->map()->pointHovered(-1, {});
    }

    void menusKeepAmpersands() {
        widgets::Legend* legend = m_window->map()->legend();
        for (int i = 0; i < legend->count(); ++i) {
            if (legend->name(i) == t("R&B")) {
                Q_EMIT legend->menuAsked(i, legend->mapToGlobal(QPoint(5, 5)));
            }
        }
        auto* menu = m_window->findChild<QMenu*>(t("legendMenu"));
        QVERIFY(menu);
        QStringList texts;
        for (const QAction* action : menu->actions()) {
            texts.append(action->text());
            QVERIFY(QKeySequence::mnemonic(action->text()).isEmpty());
        }
        QVERIFY2(texts.contains(t("Show only R&&B")), qPrintable(texts.join(QLatin1Char('|'))));
        menu->close();
        QTRY_VERIFY(!m_window->findChild<QMenu*>(t("legendMenu"))); // the focus is back, too
    }

    void detailsAreBehindAButton() {
        play(row(2));
        auto* details =
            m_window->feature<MapTools>().inspector()->findChild<QToolButton*>(t("details"));
        QVERIFY(details && details->isVisibleTo(m_window->feature<MapTools>().inspector()));
        const auto shows = [this](const QString& text) {
            for (const QLabel* label :
                 m_window->feature<MapTools>().inspector()->findChildren<QLabel*>()) {
                if (label->text() == text &&
                    label->isVisibleTo(m_window->feature<MapTools>().inspector())) {
                    return true;
                }
            }
            return false;
        };
        QTRY_VERIFY(shows(t("Genre")) && shows(t("Tempo")) && shows(t("100 bpm"))); // layouts show
        QVERIFY(!shows(t("Metre")));
        QTest::mouseClick(details, Qt::LeftButton);
        QTRY_VERIFY(shows(t("Metre")) && shows(t("In the test set (unseen by the model)")));
        const QString facts = m_window->feature<MapTools>().inspector()->factsText();
        QVERIFY(facts.contains(t("Playing: original file")));
        for (const char* raw :
             {"Md5", "Ppq", "Quirks", "Original_name", "First_bpm", "five", "Programs"}) {
            QVERIFY2(!facts.contains(t(raw)), raw);
        }
        QTest::mouseClick(details, Qt::LeftButton);
        QVERIFY(!shows(t("Metre")));
    }

    void titlesAreShownAsTheyAre() {
        play(row(1));
        const QString title = t("<b>Bold</b> & <i>slanted</i>");
        for (QLabel* label : m_window->findChildren<QLabel*>()) {
            if (label->isVisible()) {
                QVERIFY2(label->textFormat() != Qt::AutoText, qPrintable(label->text()));
            }
        }
        QVERIFY(m_window->feature<MapTools>().inspector()->factsText().contains(title));
        // A per cent sign in a title is not a placeholder for the next argument.
        m_window->workspace().maps().setPlayOriginals(false);
        play(row(3));
        m_window->workspace().maps().setPlayOriginals(true);
        QCOMPARE(m_window->workspace().player().currentItem().caption,
                 t("100%20 %1 Off \u2013 reconstruction, bars 1\u20132"));
    }

    void anImportSaysWhatItPassedOver() {
        ImportReport report;
        report.imported = 2;
        report.segments = 14;
        report.macMetadata = 3;
        const QString with = summaryOf(report, t("mine")).text;
        QVERIFY2(with.endsWith(t("; 3 macOS metadata files skipped")), qPrintable(with));
        report.macMetadata = 0;
        QVERIFY(!summaryOf(report, t("mine")).text.contains(t("macOS")));
    }

    void aSearchWithoutAccentsFindsTheSong() {
        m_window->feature<LibraryController>().list()->setSearchText(t("dvorak"));
        QCOMPARE(m_window->feature<LibraryController>().list()->shownCount(), 1);
        m_window->feature<LibraryController>().list()->setSearchText({});
        QCOMPARE(m_window->feature<LibraryController>().list()->shownCount(), kSongs);
    }

    void textOfTheCardAndTheFactsIsPlainEnglish() {
        play(row(0));
        QVERIFY(m_window->feature<MapTools>().inspector()->factsText().contains(
            t("Origin: In the training set")));
        const auto maps = m_window->feature<MapTools>().inspector()->mapCombo();
        QVERIFY(maps->findText(t("Genre subspace")) >= 0);
    }
};

QTEST_MAIN(TestColumns)
#include "tst_columns.moc"
