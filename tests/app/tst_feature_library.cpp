// SPDX-License-Identifier: GPL-3.0-or-later
// The library's panel, exports and sound settings on a workspace of their own.

#include "app/features/devices/devices.h"
#include "app/features/export/export_controller.h"
#include "app/features/library/library_controller.h"
#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"
#include "widgets/song/library_list.h"

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QMimeData>
#include <QSettings>
#include <QTemporaryDir>
#include <QTreeView>

using namespace canto;
using namespace canto::app;
using test::FakeModel;
using test::WorkspaceFixture;
namespace fs = std::filesystem;
using Takes = Feature::Takes;

namespace {

QString text(const fs::path& path) { return QString::fromStdString(path.string()); }

QStringList titles(const widgets::LibraryList& list) {
    QStringList all;
    for (const widgets::SongRow& song : list.model()->songs()) {
        all.append(song.title);
    }
    return all;
}

/// The fake model's phrase of a latent that begins with these numbers.
SongPtr decoded(float first, float second) {
    const auto song = FakeModel().decode({first, second, 0, 0, 0, 0, 0, 0}, {}, {});
    return std::make_shared<const music::Song>(song.value());
}

} // namespace

class TestFeatureLibrary : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup() { m_on.reset(); }

    void theListShowsTheSongs();
    void aFolderIsImported();
    void aSongIsRemovedAfterAQuestion();
    void theLibraryTakesWhatNobodyElseDoes();
    void aDroppedLibraryIsOpened();
    void aSongIsSavedAsMidi();
    void aPathIsSavedAsOneSong();
    void withoutMusicNothingIsSaved();
    void theMapIsSavedAsAWebPage();
    void musicIsCopied();
    void soundFontsAreTaken();
    void aSoundFontThatIsNotThereIsReported();
    void whatIsLackingIsSaid();

  private:
    fs::path folder() const { return m_folder->path().toStdString(); }
    LibraryController& addLibrary() {
        return m_on->add<LibraryController>(m_on->add<Autosave>(fs::path()));
    }
    ExportController& addExport() {
        return m_on->add<ExportController>([this] { return m_music; });
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_atlas;
    ExportController::Music m_music; ///< what plays
    std::unique_ptr<WorkspaceFixture> m_on;
};

void TestFeatureLibrary::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto atlas = test::makeLibrary(folder());
    QVERIFY_RESULT(atlas);
    m_atlas = *atlas;
    m_music = {};
    m_on = std::make_unique<WorkspaceFixture>(
        test::quietWorkspace(folder(), m_atlas, test::opened(std::make_shared<FakeModel>())));
}

// ---- library ----

void TestFeatureLibrary::theListShowsTheSongs() {
    auto& library = addLibrary();
    QVERIFY(m_on->open());
    const auto& songs = library.list()->model()->songs();
    QCOMPARE(songs.size(), std::size_t(test::kLibrarySongs));
    QCOMPARE(songs[9].title, QStringLiteral("Song 9"));
    QCOMPARE(songs[9].artist, QStringLiteral("Artist 2")); // 9 % 7
    QCOMPARE(songs[9].phrases, test::kPhrasesEach);
    QVERIFY(!songs[9].heldOut);
    QVERIFY(songs[11].heldOut); // 11 % 4 == 3
    library.list()->setCurrent(songs[4].id);
    QTest::keyClick(library.list()->findChild<QTreeView*>(), Qt::Key_Return);
    QTRY_COMPARE(m_on->player().currentItem().title, QStringLiteral("Song 4"));
}

void TestFeatureLibrary::aFolderIsImported() {
    auto& library = addLibrary();
    QVERIFY(m_on->open());
    fs::create_directories(folder() / "new");
    test::writeSong(folder() / "new/Tune A.mid", test::smallSong(80)); // a pitch of its own
    test::writeSong(folder() / "new/Tune B.mid", test::smallSong(81));
    QSignalSpy over(&library, &LibraryController::importOver);
    library.openFiles({text(folder() / "new")});
    QVERIFY(library.importing());
    QTRY_COMPARE(over.count(), 1);
    QTRY_COMPARE(titles(*library.list()).size(), qsizetype(test::kLibrarySongs) + 2);
    QVERIFY(titles(*library.list()).contains(QStringLiteral("Tune A")));
    QVERIFY(titles(*library.list()).contains(QStringLiteral("Tune B")));
    // Songs of eight bars have seven phrases of two; they are selected on the map.
    QTRY_COMPARE(m_on->map().selection().size(), std::size_t(14));
    const auto notice = m_on->noticeWith(QStringLiteral("imported into small.atlas"));
    QVERIFY(notice);
    QCOMPARE(notice->action, QStringLiteral("Show"));
}

void TestFeatureLibrary::aSongIsRemovedAfterAQuestion() {
    auto& library = addLibrary();
    QVERIFY(m_on->open());
    library.list()->setCurrent(library.list()->model()->songs()[7].id);
    QTest::keyClick(library.list()->findChild<QTreeView*>(), Qt::Key_Delete);
    const auto question = m_on->noticeWith(QStringLiteral("Remove \u201cSong 7\u201d"));
    QVERIFY(question);
    QCOMPARE(question->action, QStringLiteral("Remove"));
    QCOMPARE(titles(*library.list()).size(), qsizetype(test::kLibrarySongs)); // not yet
    question->run();
    QTRY_COMPARE(titles(*library.list()).size(), qsizetype(test::kLibrarySongs) - 1);
    QVERIFY(!titles(*library.list()).contains(QStringLiteral("Song 7")));
    QVERIFY(fs::exists(folder() / "songs/7.mid"));
}

void TestFeatureLibrary::theLibraryTakesWhatNobodyElseDoes() {
    const auto& library = addLibrary();
    QCOMPARE(library.takes(QStringLiteral("/music/a.atlas")), Takes::Kind);
    QCOMPARE(library.takes(QStringLiteral("/music/a.ATLAS")), Takes::Kind);
    QCOMPARE(library.takes(QStringLiteral("/music/a.mid")), Takes::Anything);
    QCOMPARE(library.takes(QStringLiteral("/music/a.wav")), Takes::Anything);
    QCOMPARE(library.takes(QStringLiteral("/music")), Takes::Anything);
}

void TestFeatureLibrary::aDroppedLibraryIsOpened() {
    auto& library = addLibrary();
    QVERIFY(m_on->open());
    const fs::path copy = folder() / "copy.atlas";
    fs::copy_file(m_atlas, copy);
    library.openFiles({text(copy)});
    QTRY_COMPARE(m_on->workspace().library()->path, copy);
    QVERIFY(!library.importing());
    QCOMPARE(m_on->workspace().libraries().chosen(m_on->workspace().space()), copy);
}

// ---- export ----

void TestFeatureLibrary::aSongIsSavedAsMidi() {
    addExport();
    const auto song = std::make_shared<const music::Song>(test::smallSong(3));
    m_music = {{song}, song->bars(), QStringLiteral("Song 3")};
    const fs::path path = folder() / "out.mid";
    test::answerFileDialog(&m_on->window(), text(path));
    m_on->action(QStringLiteral("Export..."))->trigger();
    QTRY_VERIFY(m_on->noticeWith(QStringLiteral("Saved out.mid"))); // written in the background
    // The next dialog for the same purpose opens there.
    QCOMPARE(m_on->workspace().settings().value(QStringLiteral("dialogs/export")).toString(),
             text(folder()));
    const auto read = midi::readSmfFile(path);
    QVERIFY_RESULT(read);
    QCOMPARE(read->song.ticksPerQuarter, song->ticksPerQuarter);
    QCOMPARE(read->song.notes.size(), std::size_t(40)); // eight bars: a bass note, four quarters
    for (std::size_t i = 0; i < song->notes.size(); ++i) {
        QCOMPARE(read->song.notes[i].start, song->notes[i].start);
        QCOMPARE(read->song.notes[i].length, song->notes[i].length);
        QCOMPARE(read->song.notes[i].pitch, song->notes[i].pitch);
        QCOMPARE(read->song.notes[i].velocity, song->notes[i].velocity);
    }
}

void TestFeatureLibrary::aPathIsSavedAsOneSong() {
    auto& exporting = addExport();
    const fs::path path = folder() / "path.mid";
    test::answerFileDialog(&m_on->window(), text(path));
    exporting.save({{decoded(3, 5), decoded(-2, 1)}, FakeModel::kBars, QStringLiteral("Path")});
    QTRY_VERIFY(m_on->noticeWith(QStringLiteral("Saved path.mid")));
    const auto read = midi::readSmfFile(path);
    QVERIFY_RESULT(read);
    const auto& notes = read->song.notes;
    QCOMPARE(notes.size(), std::size_t(20)); // of each two bars of a bass note and four quarters
    QCOMPARE(int(notes.front().pitch), 43);  // 40 + 3
    QCOMPARE(int(notes[10].pitch), 38);      // 40 - 2, where the third bar begins
    QCOMPARE(notes[10].start, music::Tick(8 * read->song.ticksPerQuarter));
    QCOMPARE(int(notes.back().pitch), 62); // 60 + 1, and one more in a phrase's second bar
    QCOMPARE(notes.back().start, music::Tick(15 * read->song.ticksPerQuarter));
}

void TestFeatureLibrary::withoutMusicNothingIsSaved() {
    addExport();
    m_on->action(QStringLiteral("Export..."))->trigger(); // opens no dialog, which would wait
    const auto notice = m_on->noticeWith(QStringLiteral("There is nothing to export yet"));
    QVERIFY(notice);
    QCOMPARE(notice->kind, Notice::Kind::Warning);
    m_on->action(QStringLiteral("Copy as MIDI"))->trigger();
    QVERIFY(!m_on->noticeWith(QStringLiteral("Copied as MIDI")));
}

void TestFeatureLibrary::theMapIsSavedAsAWebPage() {
    auto& exporting = addExport();
    QVERIFY(m_on->open());
    const QString path = m_folder->filePath(QStringLiteral("map.html"));
    QAction* action = m_on->action(QStringLiteral("Export web page..."));
    QVERIFY(action != nullptr);
    test::answerFileDialog(&exporting, path);
    action->trigger();
    QTRY_VERIFY(m_on->noticeWith(QStringLiteral("Saved map.html")));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray page = file.readAll();
    // All 240 phrases have music: a third of the files is not there, and the model decodes those.
    const int at = int(page.indexOf("\"sounding\":["));
    QVERIFY(at > 0);
    const QByteArray sounding = page.mid(at, page.indexOf(']', at) - at);
    QCOMPARE(int(sounding.count(',')), test::kLibrarySongs * test::kPhrasesEach - 1);
    QVERIFY(page.contains("\"title\":\"small\""));
}

void TestFeatureLibrary::musicIsCopied() {
    addExport();
    const auto song = std::make_shared<const music::Song>(test::smallSong(3));
    m_music = {{song}, song->bars(), QStringLiteral("Song 3")};
    m_on->action(QStringLiteral("Copy as MIDI"))->trigger();
    QVERIFY(m_on->noticeWith(QStringLiteral("Copied as MIDI")));
    const QByteArray bytes =
        QGuiApplication::clipboard()->mimeData()->data(QStringLiteral("audio/midi"));
    const auto expected = midi::writeSmf(*song);
    QCOMPARE(bytes, QByteArray(reinterpret_cast<const char*>(expected.data()),
                               qsizetype(expected.size())));
    QVERIFY(bytes.startsWith("MThd"));
}

// ---- devices ----

void TestFeatureLibrary::soundFontsAreTaken() {
    const auto& devices =
        m_on->add<Devices>(Devices::Options{.loadSoundFont = false, .midiPorts = false});
    QCOMPARE(devices.takes(QStringLiteral("/fonts/a.sf2")), Takes::Kind);
    QCOMPARE(devices.takes(QStringLiteral("/fonts/a.SF3")), Takes::Kind);
    QCOMPARE(devices.takes(QStringLiteral("/fonts/a.mid")), Takes::No);
    QCOMPARE(devices.takes(QStringLiteral("/fonts/sf2")), Takes::No);
}

void TestFeatureLibrary::aSoundFontThatIsNotThereIsReported() {
    auto& devices =
        m_on->add<Devices>(Devices::Options{.loadSoundFont = false, .midiPorts = false});
    QVERIFY(m_on->open());
    const QString missing = text(folder() / "missing.sf2");
    devices.openFiles({missing});
    const auto offers = [this] {
        const auto& all = m_on->notices();
        return std::any_of(all.begin(), all.end(), [](const Notice& notice) {
            return notice.kind == Notice::Kind::Warning && notice.run &&
                   notice.action == QStringLiteral("Choose SoundFont...");
        });
    };
    QTRY_VERIFY(offers());
    QVERIFY(!m_on->player().engine().hasSoundFont());
    QCOMPARE(m_on->workspace().settings().value(QStringLiteral("sound/soundfont")).toString(),
             missing);
}

void TestFeatureLibrary::whatIsLackingIsSaid() {
    auto& devices =
        m_on->add<Devices>(Devices::Options{.loadSoundFont = false, .midiPorts = false});
    QSignalSpy output(&m_on->workspace(), &Workspace::soundOutputChanged);
    devices.startDevices();
    QCOMPARE(output.count(), 1);
    QCOMPARE(output.last().at(1).toString(), QStringLiteral("No SoundFont"));
}

QTEST_MAIN(TestFeatureLibrary)
#include "tst_feature_library.moc"
