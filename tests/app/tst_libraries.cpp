// SPDX-License-Identifier: GPL-3.0-or-later
// Which library a space opens, where imports go, how songs are removed and found again.

#include "app/features/library/library_controller.h"
#include "app/features/map/inspector.h"
#include "app/features/map/map_tools.h"
#include "app/shell/main_window.h"
#include "app/workspace/autosave.h"
#include "app/workspace/library_settings.h"
#include "app/workspace/space_switch.h"
#include "tests/support/made_spaces.h"
#include "tests/support/quiet_window.h"
#include "tests/support/test_support.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/library_list.h"

#include <QComboBox>
#include <QFileInfo>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTreeView>
#include <SQLiteCpp/SQLiteCpp.h>
#include <fstream>

using namespace canto;
using namespace canto::app;
namespace fs = std::filesystem;

namespace {

QString text(const fs::path& path) { return QString::fromStdString(path.string()); }

/// "Tune A", "Tune B" ...
std::string tune(int number) { return std::string("Tune ") + char('A' + number); }

/// Songs of pitches that no song of the small library has, from `first` on.
void writeFolder(const fs::path& folder, int first, int count) {
    fs::create_directories(folder);
    for (int i = 0; i < count; ++i) {
        test::writeSong(folder / (tune(i) + ".mid"), test::smallSong(first + i));
    }
}

constexpr int kPhrasesOfASong = 7; // of eight bars, phrases of two

} // namespace

class TestLibraries : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init();
    void cleanup();

    void aSpaceOpensTheLibraryItWasLeftWith();
    void enteringASpaceWritesNoSetting();
    void theUsersOwnLibraryComesBeforeTheOneThatShips();
    void keysOfEarlierVersionsAreTakenOver();
    void aMissingLibraryIsNamed();
    void aMissingLibraryIsNamedOnASwitchToo();
    void aSessionOpensItsLibraryAtOnce();
    void aSessionThatCannotBeRestoredIsKept();

    void anImportGoesIntoTheLibraryThatIsShown();
    void aLibraryThatShipsIsNotChanged();
    void aReadOnlyLibraryIsNotLeftInSilence();
    void musicOfAnotherModelIsRefused();
    void knownFilesAreSaidAndShown();
    void aFolderThatMovedIsNotImportedTwice();
    void folderNamesAreGenres();
    void importedSongsAreShown();
    void workSurvivesAnImport();
    void anImportEndsInAnotherSpace();
    void aSongIsRemovedAfterAQuestion();
    void songsThatShipAreNotRemoved();

    void movedFilesAreFoundThroughTheEnvironment();
    void movedFilesAreLocated();

  private:
    fs::path folder() const { return m_folder->path().toStdString(); }
    WindowOptions options() const;
    void open(const WindowOptions& how);
    void enter(std::size_t space);
    void import(const fs::path& what);
    void openFile(const fs::path& library);
    void press(const QString& button);
    void playSong(const QString& title);
    const Library& library() const { return *m_window->workspace().maps().library(); }
    QString message() const { return m_window->messages()->text(); }
    QSettings settings() const { return QSettings(m_settings, QSettings::IniFormat); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<Space> m_spaces;
    fs::path m_style, m_elements;
    QString m_settings;
    std::unique_ptr<MainWindow> m_window;
};

void TestLibraries::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto style = test::madeStyle(folder());
    QVERIFY_RESULT(style);
    const auto emotion = test::madeEmotion(folder());
    QVERIFY_RESULT(emotion);
    m_spaces = {*style, *emotion};
    m_style = style->atlas;
    m_elements = emotion->atlas;
    m_settings = text(folder() / "settings.ini");
}

void TestLibraries::cleanup() {
    qunsetenv("CANTO_LIBRARY");
    m_window.reset();
}

/// Two spaces with libraries that ship; the same settings and data each time.
WindowOptions TestLibraries::options() const {
    WindowOptions how = test::quietWindow(folder(), {}, nullptr);
    how.settingsFile = m_settings;
    how.userData = folder() / "user";
    how.spaces = m_spaces;
    return how;
}

void TestLibraries::open(const WindowOptions& how) {
    m_window.reset();
    m_window = std::make_unique<MainWindow>(how);
    QVERIFY(test::openWindow(*m_window));
}

void TestLibraries::enter(std::size_t space) {
    QSignalSpy shown(&m_window->workspace(), &Workspace::spaceChanged);
    m_window->workspace().spaces().action(space)->trigger();
    QTRY_COMPARE_WITH_TIMEOUT(shown.count(), 1, 20000);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->workspace().maps().view().whole(), 20000);
}

void TestLibraries::import(const fs::path& what) {
    QSignalSpy over(&m_window->feature<LibraryController>(), &LibraryController::importOver);
    m_window->feature<LibraryController>().importPaths({text(what)});
    QTRY_COMPARE_WITH_TIMEOUT(over.count(), 1, 20000);
}

void TestLibraries::openFile(const fs::path& library) {
    QSignalSpy maps(&m_window->workspace(), &Workspace::mapsReady);
    m_window->workspace().openLibrary((text(library)).toStdString(), true);
    QTRY_COMPARE_WITH_TIMEOUT(maps.count(), 1, 20000);
}

void TestLibraries::press(const QString& button) {
    auto* made = m_window->messages()->findChild<QPushButton*>();
    QVERIFY(made->isVisible());
    QCOMPARE(made->text(), button);
    QTest::mouseClick(made, Qt::LeftButton);
}

void TestLibraries::playSong(const QString& title) {
    const auto& songs = library().points.songs;
    const auto song = std::find_if(songs.begin(), songs.end(), [&](const atlas::SongRow& row) {
        return row.title == title.toStdString();
    });
    QVERIFY(song != songs.end());
    Q_EMIT m_window->feature<LibraryController>().list()->songActivated(song->id);
    QTRY_COMPARE(m_window->workspace().player().currentItem().title, title);
}

// ---- which library a space opens ----

void TestLibraries::aSpaceOpensTheLibraryItWasLeftWith() {
    open(options());
    writeFolder(folder() / "mine", 70, 3);
    import(folder() / "mine");
    QTRY_COMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 3));
    const fs::path own = library().path;
    enter(1); // leave the program in another space
    m_window->close();
    open(options());
    QCOMPARE(m_window->workspace().spaces().current().id, std::string("emotion"));
    enter(0);
    QCOMPARE(text(library().path), text(own));
    QCOMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 3));
    m_window->close();
    open(options());
    QCOMPARE(text(library().path), text(own));
}

void TestLibraries::enteringASpaceWritesNoSetting() {
    open(options());
    enter(1);
    enter(0);
    m_window->close();
    m_window.reset();
    QVERIFY(!settings().contains(QStringLiteral("spaces/style/library")));
    QVERIFY(!settings().contains(QStringLiteral("spaces/emotion/library")));
}

void TestLibraries::theUsersOwnLibraryComesBeforeTheOneThatShips() {
    // As an earlier version left it: the setting overwritten, the songs still on the disk.
    fs::create_directories(folder() / "user");
    fs::copy_file(m_style, folder() / "user" / "library.atlas");
    {
        QSettings old = settings();
        old.setValue(QStringLiteral("library/atlas"), text(m_style));
    }
    open(options());
    QCOMPARE(text(library().path), text(folder() / "user" / "library.atlas"));
}

void TestLibraries::keysOfEarlierVersionsAreTakenOver() {
    QSettings old(m_settings, QSettings::IniFormat);
    old.setValue(QStringLiteral("library/atlas"), QStringLiteral("/music/bands.atlas"));
    old.setValue(QStringLiteral("library/atlas/emotion"), text(m_elements));
    old.setValue(QStringLiteral("library/atlas/orchestra"), QStringLiteral("/music/brahms.atlas"));
    const LibrarySettings libraries(old, folder() / "user");
    const auto spaceOf = [&](const char* id, const fs::path& atlas) {
        Space space;
        space.id = id;
        space.atlas = atlas;
        return space;
    };
    // In any order: a space has its id, not a place in a list.
    QCOMPARE(text(libraries.toOpen(spaceOf("orchestra", "/shipped/orchestra.atlas"))),
             QStringLiteral("/music/brahms.atlas"));
    QCOMPARE(text(libraries.toOpen(spaceOf("style", m_style))),
             QStringLiteral("/music/bands.atlas"));
    // The library that ships was written there by default and is not a choice of the user.
    QVERIFY(libraries.chosen(spaceOf("emotion", m_elements)).empty());
    QCOMPARE(text(libraries.toOpen(spaceOf("emotion", m_elements))), text(m_elements));
    for (const QString& key : old.allKeys()) {
        QVERIFY2(!key.startsWith(QLatin1String("library/atlas")), qPrintable(key));
    }
    QCOMPARE(old.value(QStringLiteral("spaces/style/library")).toString(),
             QStringLiteral("/music/bands.atlas"));
}

void TestLibraries::aMissingLibraryIsNamed() {
    const fs::path gone = folder() / "usb" / "gone.atlas";
    settings().setValue(QStringLiteral("spaces/style/library"), text(gone));
    open(options());
    QCOMPARE(text(library().path), text(m_style));
    QVERIFY2(message().contains(QLatin1String("gone.atlas")), qPrintable(message()));
    QVERIFY(m_window->messages()->isVisible());
    m_window->close();
    m_window.reset();
    QCOMPARE(settings().value(QStringLiteral("spaces/style/library")).toString(), text(gone));
}

void TestLibraries::aMissingLibraryIsNamedOnASwitchToo() {
    const fs::path gone = folder() / "usb" / "gone.atlas";
    settings().setValue(QStringLiteral("spaces/emotion/library"), text(gone));
    open(options());
    enter(1);
    QCOMPARE(text(library().path), text(m_elements));
    QTRY_VERIFY2(message().contains(QLatin1String("gone.atlas")), qPrintable(message()));
    enter(0);
    enter(1); // the one that is shown; it is not looked for again and again
    QCOMPARE(text(library().path), text(m_elements));
}

void TestLibraries::aSessionOpensItsLibraryAtOnce() {
    const fs::path other = folder() / "other.atlas";
    fs::copy_file(m_elements, other);
    open(options());
    enter(1);
    openFile(other);
    m_window->map()->setSelection({4});
    const SessionState state = m_window->workspace().state();
    m_window.reset();
    QFile::remove(m_settings); // as after a crash before the settings were written
    open(options());
    QSignalSpy shown(&m_window->workspace(), &Workspace::libraryChanged);
    QSignalSpy restored(&m_window->feature<Autosave>(), &Autosave::restored);
    m_window->feature<Autosave>().restore(state);
    QTRY_COMPARE_WITH_TIMEOUT(restored.count(), 1, 20000);
    QCOMPARE(shown.count(), 1); // no other library in between, that one could work in
    QCOMPARE(text(library().path), text(other));
    QCOMPARE(m_window->map()->selection(), (std::vector<std::uint32_t>{4}));
}

void TestLibraries::aSessionThatCannotBeRestoredIsKept() {
    WindowOptions how = options();
    how.sessionFolder = folder() / "sessions";
    fs::create_directories(how.sessionFolder);
    SessionState lost;
    lost.space = "style";
    lost.atlas = (folder() / "usb" / "gone.atlas").string();
    const fs::path file = how.sessionFolder / "lost.session";
    std::ofstream(file) << toJson(lost);
    open(how);
    QTRY_VERIFY(message().contains(QLatin1String("did not shut down properly")));
    press(QStringLiteral("Restore"));
    QTRY_VERIFY(message().contains(QLatin1String("gone.atlas")));
    QVERIFY(fs::exists(file)); // offered again when the library may be there
    // And what is done now is kept for after a crash, too.
    QSignalSpy saved(&m_window->feature<Autosave>(), &Autosave::saved);
    m_window->map()->setSelection({1});
    QTRY_VERIFY_WITH_TIMEOUT(saved.count() > 0, 20000);
}

// ---- importing ----

void TestLibraries::anImportGoesIntoTheLibraryThatIsShown() {
    // A library with relative paths, in a folder of its own with its music.
    const fs::path one = folder() / "one";
    writeFolder(one, 70, 4);
    auto atlas = atlas::Atlas::open(one / "one.atlas", atlas::Access::Create);
    QVERIFY_RESULT(atlas);
    const std::vector<fs::path> paths = {one};
    const auto files = findMidiFiles(paths, Naming::Relative);
    QVERIFY_RESULT(files);
    QVERIFY_RESULT(importFiles(*atlas, test::FakeModel(), *files, {}, {}, {}));
    atlas = fail(Error{}); // closes it
    WindowOptions how = options();
    how.atlas = one / "one.atlas";
    open(how);
    writeFolder(folder() / "three", 80, 4);
    QSignalSpy maps(&m_window->workspace(), &Workspace::mapsReady);
    import(folder() / "three");
    QTRY_COMPARE_WITH_TIMEOUT(maps.count(), 1, 20000);
    QCOMPARE(text(library().path), text(one / "one.atlas"));
    QCOMPARE(library().points.songs.size(), std::size_t(8));
    QCOMPARE(
        message(),
        QStringLiteral("4 songs imported into one.atlas (%1 phrases)").arg(4 * kPhrasesOfASong));
    QVERIFY(!fs::exists(folder() / "user"));
    Q_EMIT m_window->feature<LibraryController>().list()->songActivated(
        library().points.songs.front().id);
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Original);
}

void TestLibraries::aLibraryThatShipsIsNotChanged() {
    open(options());
    writeFolder(folder() / "three", 80, 4);
    import(folder() / "three");
    const fs::path own = folder() / "user" / "library-style.atlas";
    QTRY_COMPARE(text(library().path), text(own));
    QCOMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 4));
    QVERIFY2(message().startsWith(QLatin1String("4 songs imported into your library")),
             qPrintable(message()));
    auto shipped = atlas::Atlas::open(m_style, atlas::Access::ReadOnly);
    QVERIFY_RESULT(shipped);
    QCOMPARE(shipped->songs()->size(), std::size_t(test::kLibrarySongs));
    // A library of one's own that is shown takes the next import, not the copy of before.
    const fs::path two = folder() / "two.atlas";
    fs::copy_file(m_style, two);
    openFile(two);
    writeFolder(folder() / "more", 90, 2);
    import(folder() / "more");
    QTRY_COMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 2));
    QCOMPARE(text(library().path), text(two));
}

void TestLibraries::aReadOnlyLibraryIsNotLeftInSilence() {
    const fs::path locked = folder() / "locked";
    fs::create_directories(locked);
    fs::copy_file(m_style, locked / "two.atlas");
    fs::permissions(locked, fs::perms::owner_read | fs::perms::owner_exec);
    const bool writable = QFileInfo(text(locked)).isWritable();
    if (writable) {
        fs::permissions(locked, fs::perms::owner_all);
        QSKIP("This user may write everywhere");
    }
    WindowOptions how = options();
    how.atlas = locked / "two.atlas";
    open(how);
    writeFolder(folder() / "three", 80, 4);
    m_window->feature<LibraryController>().importPaths({text(folder() / "three")});
    QVERIFY(!m_window->feature<LibraryController>().importing());
    QCOMPARE(message(), QStringLiteral("two.atlas cannot be changed"));
    auto* button = m_window->messages()->findChild<QPushButton*>();
    QCOMPARE(button->text(), QStringLiteral("Import into a copy..."));
    QSignalSpy maps(&m_window->workspace(), &Workspace::mapsReady);
    m_window->feature<LibraryController>().importInto(folder() / "copy.atlas", locked / "two.atlas",
                                                      {text(folder() / "three")});
    QTRY_COMPARE_WITH_TIMEOUT(maps.count(), 1, 20000);
    QCOMPARE(text(library().path), text(folder() / "copy.atlas"));
    QCOMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 4));
    fs::permissions(locked, fs::perms::owner_all);
}

void TestLibraries::musicOfAnotherModelIsRefused() {
    const fs::path old = folder() / "old.atlas";
    fs::copy_file(m_style, old);
    {
        SQLite::Database database(old.string(), SQLite::OPEN_READWRITE);
        database.exec("UPDATE models SET version='f0'");
    }
    WindowOptions how = options();
    how.atlas = old;
    open(how);
    writeFolder(folder() / "three", 80, 4);
    import(folder() / "three");
    QVERIFY2(message().contains(QLatin1String("encoded by another model")), qPrintable(message()));
    QCOMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs));
}

void TestLibraries::knownFilesAreSaidAndShown() {
    open(options());
    writeFolder(folder() / "three", 80, 4);
    import(folder() / "three");
    QTRY_COMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 4));
    QTRY_VERIFY(!m_window->map()->selection().empty());
    m_window->map()->clearSelection();
    import(folder() / "three");
    QCOMPARE(message(), QStringLiteral("All 4 files are already in your library"));
    // It stays until it is answered, whatever else there is to say.
    m_window->messages()->show(widgets::MessageBar::Kind::Information, QStringLiteral("Saved"));
    m_window->messages()->dismiss();
    QCOMPARE(message(), QStringLiteral("All 4 files are already in your library"));
    press(QStringLiteral("Show"));
    QCOMPARE(m_window->map()->selection().size(), std::size_t(4 * kPhrasesOfASong));
    import(folder() / "three" / (tune(0) + ".mid"));
    QCOMPARE(message(), QStringLiteral("This file is already in your library"));
}

void TestLibraries::aFolderThatMovedIsNotImportedTwice() {
    open(options());
    writeFolder(folder() / "three", 80, 4);
    import(folder() / "three");
    QTRY_COMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 4));
    fs::rename(folder() / "three", folder() / "moved");
    import(folder() / "moved");
    QCOMPARE(message(), QStringLiteral("All 4 files are already in your library"));
    QCOMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 4));
    // And the files are known by their new place.
    Q_EMIT m_window->feature<LibraryController>().list()->songActivated(
        library().points.songs.back().id);
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Original);
}

void TestLibraries::folderNamesAreGenres() {
    open(options());
    writeFolder(folder() / "music" / "Jazz", 70, 2); // a class of the library
    writeFolder(folder() / "music" / "folk", 80, 2); // none of it
    writeFolder(folder() / "music" / "loose", 90, 1);
    fs::rename(folder() / "music" / "loose" / (tune(0) + ".mid"), folder() / "music" / "9.mid");
    import(folder() / "music");
    QTRY_COMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 5));
    std::map<std::string, int> genres;
    for (const atlas::SongRow& song : library().points.songs) {
        if (song.split == "mine") {
            ++genres[song.genre];
        }
    }
    QCOMPARE(genres, (std::map<std::string, int>{{"jazz", 2}, {"folk", 2}, {"", 1}}));
    // What has no genre is not lost among "other": it is a class of its own.
    const auto& names = m_window->map()->colouring()->names;
    QVERIFY(std::find(names.begin(), names.end(), QStringLiteral("My music")) != names.end());
}

void TestLibraries::importedSongsAreShown() {
    open(options());
    writeFolder(folder() / "three", 80, 3);
    import(folder() / "three");
    QTRY_COMPARE(m_window->map()->selection().size(), std::size_t(3 * kPhrasesOfASong));
    for (const std::uint32_t row : m_window->map()->selection()) {
        QCOMPARE(library().points.songOf(row).split, std::string("mine"));
        QVERIFY(m_window->map()->view().contains(m_window->workspace().maps().placeOf(row)));
    }
    widgets::LibraryList* list = m_window->feature<LibraryController>().list();
    auto* scope = list->findChild<QComboBox*>(QStringLiteral("libraryScope"));
    QVERIFY(scope->isVisible());
    QTest::keyClick(scope, Qt::Key_Down);
    QCOMPARE(list->shownCount(), 3);
    QCOMPARE(scope->currentText(), QStringLiteral("My music (3)"));
}

void TestLibraries::workSurvivesAnImport() {
    const fs::path two = folder() / "two.atlas";
    fs::copy_file(m_style, two);
    WindowOptions how = options();
    how.atlas = two;
    open(how);
    m_window->workspace().maps().showMap(1);
    m_window->map()->setPath({{0, 0}, {1.5, 2}});
    QSignalSpy restored(&m_window->feature<Autosave>(), &Autosave::restored);
    writeFolder(folder() / "three", 80, 3);
    import(folder() / "three");
    QTRY_COMPARE_WITH_TIMEOUT(restored.count(), 1, 20000);
    QCOMPARE(m_window->workspace().maps().shownMap(), std::size_t(1));
    QCOMPARE(m_window->map()->path().size(), qsizetype(2));
    QCOMPARE(m_window->map()->selection().size(), std::size_t(3 * kPhrasesOfASong));
}

void TestLibraries::anImportEndsInAnotherSpace() {
    open(options());
    enter(1);
    enter(0); // both are there: switching is immediate
    writeFolder(folder() / "three", 80, 3);
    QSignalSpy over(&m_window->feature<LibraryController>(), &LibraryController::importOver);
    m_window->feature<LibraryController>().importPaths({text(folder() / "three")});
    m_window->workspace().spaces().action(1)->trigger();
    QCOMPARE(m_window->workspace().spaces().index(), std::size_t(1));
    QTRY_COMPARE_WITH_TIMEOUT(over.count(), 1, 20000);
    QCOMPARE(text(library().path), text(m_elements)); // not the other space's songs in this one
    QSignalSpy shown(&m_window->workspace(), &Workspace::spaceChanged);
    press(QStringLiteral("Show"));
    QTRY_COMPARE_WITH_TIMEOUT(shown.count(), 1, 20000);
    QCOMPARE(m_window->workspace().spaces().index(), std::size_t(0));
    QCOMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 3));
    QTRY_COMPARE(m_window->map()->selection().size(), std::size_t(3 * kPhrasesOfASong));
    m_window->close();
    m_window.reset();
    QVERIFY(!settings().contains(QStringLiteral("spaces/emotion/library")));
}

void TestLibraries::aSongIsRemovedAfterAQuestion() {
    open(options());
    writeFolder(folder() / "three", 80, 3);
    import(folder() / "three");
    QTRY_COMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 3));
    auto* list = m_window->feature<LibraryController>().list();
    list->setMineOnly(true);
    auto* view = list->findChild<QTreeView*>();
    view->setFocus();
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {},
                      view->visualRect(view->model()->index(0, 0)).center());
    QTest::keyClick(view, Qt::Key_Delete);
    QVERIFY2(message().startsWith(QStringLiteral("Remove \u201cTune A\u201d")),
             qPrintable(message()));
    QCOMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 3));
    press(QStringLiteral("Remove"));
    QTRY_COMPARE_WITH_TIMEOUT(library().points.songs.size(), std::size_t(test::kLibrarySongs + 2),
                              20000);
    QCOMPARE(list->model()->rowCount(), test::kLibrarySongs + 2);
    QVERIFY(fs::exists(folder() / "three" / (tune(0) + ".mid")));
    // It can come back.
    import(folder() / "three");
    QTRY_COMPARE_WITH_TIMEOUT(library().points.songs.size(), std::size_t(test::kLibrarySongs + 3),
                              20000);
}

void TestLibraries::songsThatShipAreNotRemoved() {
    open(options());
    Q_EMIT m_window->feature<LibraryController>().list()->removeAsked(
        {library().points.songs.front().id});
    QVERIFY2(message().contains(QLatin1String("stays as it is")), qPrintable(message()));
    QVERIFY(!m_window->messages()->findChild<QPushButton*>()->isVisible());
}

// ---- original files ----

void TestLibraries::movedFilesAreFoundThroughTheEnvironment() {
    open(options());
    writeFolder(folder() / "music", 70, 3);
    import(folder() / "music");
    QTRY_COMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 3));
    m_window->close();
    fs::create_directories(folder() / "archive");
    fs::rename(folder() / "music", folder() / "archive" / "moved");
    open(options());
    playSong(QStringLiteral("Tune B"));
    QCOMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Reconstruction);
    m_window->close();
    qputenv("CANTO_LIBRARY", QByteArray((folder() / "archive").string().c_str()));
    open(options());
    playSong(QStringLiteral("Tune B"));
    QCOMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Original);
}

void TestLibraries::movedFilesAreLocated() {
    open(options());
    writeFolder(folder() / "music", 70, 3);
    import(folder() / "music");
    QTRY_COMPARE(library().points.songs.size(), std::size_t(test::kLibrarySongs + 3));
    fs::create_directories(folder() / "archive");
    fs::rename(folder() / "music", folder() / "archive" / "moved");
    fs::rename(folder() / "archive" / "moved" / (tune(1) + ".mid"),
               folder() / "archive" / "moved" / "renamed.mid");
    auto* locate = m_window->feature<MapTools>().inspector()->findChild<QPushButton*>(
        QStringLiteral("locateOriginals"));
    QVERIFY(locate->isHidden());
    playSong(QStringLiteral("Tune B"));
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind,
                 PlaybackItem::Kind::Reconstruction);
    QVERIFY(!locate->isHidden());
    QVERIFY(m_window->feature<MapTools>().inspector()->factsText().contains(
        QLatin1String("Original file not found")));
    m_window->feature<LibraryController>().locateOriginals(text(folder() / "archive"));
    QTRY_COMPARE(m_window->workspace().player().currentItem().kind,
                 PlaybackItem::Kind::Original); // it plays at once
    QVERIFY(locate->isHidden());
    // Two of three songs of the small library have their files, and all three that were imported.
    QTRY_COMPARE(message(), QStringLiteral("Original files found for %1 of %2 songs")
                                .arg(test::kLibrarySongs * 2 / 3 + 3)
                                .arg(test::kLibrarySongs + 3));
    m_window->close();
    open(options()); // and is remembered
    playSong(QStringLiteral("Tune A"));
    QCOMPARE(m_window->workspace().player().currentItem().kind, PlaybackItem::Kind::Original);
}

QTEST_MAIN(TestLibraries)
#include "tst_libraries.moc"
