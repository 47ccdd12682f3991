// SPDX-License-Identifier: GPL-3.0-or-later
// Parts of the workspace by themselves: reading libraries, settings, undo, actions.

#include "app/workspace/action_table.h"
#include "app/workspace/library_loader.h"
#include "app/workspace/library_settings.h"
#include "app/workspace/undo_history.h"
#include "tests/support/made_spaces.h"
#include "tests/support/test_support.h"

#include <QAction>
#include <QMenu>
#include <QMenuBar>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolBar>
#include <fstream>

using namespace canto;
using namespace canto::app;
namespace fs = std::filesystem;

namespace {

Space spaceOf(const char* id, const fs::path& atlas) {
    Space space;
    space.id = id;
    space.atlas = atlas;
    return space;
}

QString text(const fs::path& path) { return QString::fromStdString(path.string()); }

QStringList texts(const QWidget& of) {
    QStringList all;
    for (const QAction* action : of.actions()) {
        all.append(action->isSeparator() ? QStringLiteral("-") : action->text());
    }
    return all;
}

Result<std::shared_ptr<models::LatentModel>> noModel() {
    return fail(Error::Code::BadFile, "Not a model");
}

} // namespace

class TestWorkspaceParts : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();

    void aLoaderReadsAllMaps();
    void theNewestLibraryWins();
    void aLoaderThatIsCancelledIsSilent();
    void aSpaceOpensWhatWasChosen();
    void settingsOfEarlierVersionsAreTakenOver();
    void foldersAreRememberedNewestFirst();
    void undoStacksTakeTurns();
    void actionsAreFilledByGroup();
    void switchesRunWhenTheyChange();

  private:
    fs::path folder() const { return m_folder->path().toStdString(); }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<Space> m_spaces; ///< of madeSpaces()
};

void TestWorkspaceParts::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    auto spaces = test::madeSpaces(folder());
    QVERIFY_RESULT(spaces);
    m_spaces = std::move(*spaces);
}

// ---- reading libraries ----

void TestWorkspaceParts::aLoaderReadsAllMaps() {
    LibraryLoader loader;
    QSignalSpy opened(&loader, &LibraryLoader::libraryOpened);
    QSignalSpy maps(&loader, &LibraryLoader::mapLoaded);
    loader.openLibrary(m_spaces[0].atlas, "f1", m_spaces[0].open);
    QTRY_COMPARE(maps.count(), 2); // the plane, the principal components
    QCOMPARE(opened.count(), 1);
    for (int map = 0; map < 2; ++map) {
        const auto loaded = maps.at(map).first().value<LoadedMap>();
        QCOMPARE(loaded.map, std::size_t(map));
        QVERIFY(loaded.projection);
    }
}

void TestWorkspaceParts::theNewestLibraryWins() {
    LibraryLoader loader;
    QSignalSpy opened(&loader, &LibraryLoader::libraryOpened);
    QSignalSpy failed(&loader, &LibraryLoader::libraryFailed);
    QSignalSpy maps(&loader, &LibraryLoader::mapLoaded);
    loader.openLibrary(folder() / "missing.atlas");
    loader.openLibrary(m_spaces[0].atlas, "f1");
    loader.openLibrary(m_spaces[1].atlas, "e1");
    QTRY_VERIFY(opened.count() > 0);
    QTRY_COMPARE(maps.count(), qsizetype(opened.first().first().value<LibraryPtr>()->maps.size()));
    QCOMPARE(opened.count(), 1);
    QCOMPARE(opened.first().first().value<LibraryPtr>()->path, m_spaces[1].atlas);
    QCOMPARE(failed.count(), 0);
    loader.openLibrary(folder() / "missing.atlas");
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failed.first().first().toString(), text(folder() / "missing.atlas"));
}

void TestWorkspaceParts::aLoaderThatIsCancelledIsSilent() {
    LibraryLoader loader;
    QSignalSpy opened(&loader, &LibraryLoader::libraryOpened);
    QSignalSpy maps(&loader, &LibraryLoader::mapLoaded);
    loader.openLibrary(m_spaces[0].atlas, "f1");
    loader.cancel();
    loader.openLibrary(m_spaces[1].atlas, "e1");
    QTRY_VERIFY(opened.count() > 0);
    QTRY_COMPARE(maps.count(), qsizetype(opened.first().first().value<LibraryPtr>()->maps.size()));
    QCOMPARE(opened.count(), 1);
    QSignalSpy models(&loader, &LibraryLoader::modelOpened);
    QSignalSpy failed(&loader, &LibraryLoader::modelFailed);
    loader.openModel(&noModel);
    QTRY_COMPARE(failed.count(), 1);
    loader.openModel(m_spaces[0].open);
    QTRY_COMPARE(models.count(), 1);
}

// ---- settings ----

void TestWorkspaceParts::aSpaceOpensWhatWasChosen() {
    const fs::path own = folder() / "settings-of-libraries";
    fs::create_directories(own);
    QSettings settings(text(own / "settings.ini"), QSettings::IniFormat);
    LibrarySettings libraries(settings, own);
    const Space style = spaceOf("style", own / "shipped.atlas");
    const Space emotion = spaceOf("emotion", own / "codes.atlas");
    QVERIFY(libraries.chosen(style).empty());
    QCOMPARE(libraries.toOpen(style), own / "shipped.atlas");
    QCOMPARE(libraries.own({}), own / "library.atlas");
    QCOMPARE(libraries.own(style), own / "library-style.atlas");
    std::ofstream(own / "library-style.atlas") << "mine";
    QCOMPARE(libraries.toOpen(style), own / "library-style.atlas"); // before the one that ships
    libraries.choose(style, own / "chosen.atlas");
    QCOMPARE(libraries.toOpen(style), own / "chosen.atlas"); // though it is not there
    QCOMPARE(libraries.toOpen(emotion), own / "codes.atlas");
    // Written at once: another program reads it.
    QSettings again(text(own / "settings.ini"), QSettings::IniFormat);
    QCOMPARE(LibrarySettings(again, own).chosen(style), own / "chosen.atlas");
    // A library that earlier versions kept without the name of the first space stays in use.
    std::ofstream(own / "library.atlas") << "old";
    QCOMPARE(libraries.own(style), own / "library.atlas");
    QCOMPARE(libraries.own(emotion), own / "library-emotion.atlas");
}

void TestWorkspaceParts::settingsOfEarlierVersionsAreTakenOver() {
    QSettings settings(text(folder() / "earlier.ini"), QSettings::IniFormat);
    settings.setValue(QStringLiteral("library/atlas"), QStringLiteral("/music/bands.atlas"));
    settings.setValue(QStringLiteral("library/atlas/emotion"), QStringLiteral("/ships.atlas"));
    const LibrarySettings libraries(settings, folder());
    QCOMPARE(libraries.chosen(spaceOf("style", {})), fs::path("/music/bands.atlas"));
    // What ships was not chosen by anybody.
    QVERIFY(libraries.chosen(spaceOf("emotion", "/ships.atlas")).empty());
    QVERIFY(!settings.contains(QStringLiteral("library/atlas")));
    QVERIFY(!settings.contains(QStringLiteral("library/atlas/emotion")));
}

void TestWorkspaceParts::foldersAreRememberedNewestFirst() {
    QSettings settings(text(folder() / "folders.ini"), QSettings::IniFormat);
    LibrarySettings libraries(settings, folder());
    libraries.addOriginalFolder("/a");
    libraries.addOriginalFolder("/b/");
    libraries.addOriginalFolder("/a");
    QCOMPARE(libraries.originalFolders(), (std::vector<fs::path>{"/a", "/b"}));
    for (int i = 0; i < 20; ++i) {
        libraries.addOriginalFolder("/" + std::to_string(i));
    }
    QCOMPARE(libraries.originalFolders().size(), std::size_t(16));
    QCOMPARE(libraries.originalFolders().front(), fs::path("/19"));
}

// ---- undo and actions ----

void TestWorkspaceParts::undoStacksTakeTurns() {
    UndoHistory history;
    QUndoStack other;
    const std::unique_ptr<QAction> undo(history.group().createUndoAction(nullptr));
    history.stack().push(new QUndoCommand(QStringLiteral("Own")));
    QVERIFY(undo->isEnabled());
    history.setStack(&other);
    QVERIFY(!undo->isEnabled());
    for (int i = 0; i < 205; ++i) {
        history.stack().push(new QUndoCommand(QString::number(i)));
    }
    QCOMPARE(other.count(), 200); // the oldest go
    QVERIFY2(undo->text().contains(QStringLiteral("204")), qPrintable(undo->text()));
    history.setStack(nullptr);
    QCOMPARE(history.stack().count(), 0); // emptied
    QVERIFY(!undo->isEnabled());
    history.setStack(&other);
    QVERIFY(undo->isEnabled());
    QCOMPARE(history.stack().undoText(), QStringLiteral("204"));
}

void TestWorkspaceParts::actionsAreFilledByGroup() {
    QWidget window;
    ActionTable table(window);
    int runs = 0;
    QAction* late =
        table.add(MenuId::Edit, 1, QStringLiteral("late"), QKeySequence::Copy, [&runs] { ++runs; });
    table.add(MenuId::Edit, 0, QStringLiteral("first"), {}, [] {});
    table.add(MenuId::Edit, 1, QStringLiteral("later"), {}, [] {});
    table.addMenu(MenuId::File, 0, QStringLiteral("submenu"))->addAction(QStringLiteral("entry"));
    table.addTool(1, late, widgets::Icon::Fit);
    table.addTool(0, table.add(MenuId::Edit, 2, QStringLiteral("tool"), {}, [] {}));
    QMenuBar menus;
    QToolBar tools;
    table.fill(menus, tools);
    QCOMPARE(texts(*table.menu(MenuId::Edit)).join(QLatin1Char(' ')),
             QStringLiteral("first - late later - tool"));
    QCOMPARE(texts(tools).join(QLatin1Char(' ')), QStringLiteral("tool - late"));
    QCOMPARE(menus.actions().size(), qsizetype(2)); // File, Edit: the others are empty
    QCOMPARE(menus.actions().at(0)->menu(), table.menu(MenuId::File));
    QCOMPARE(menus.actions().at(1)->menu(), table.menu(MenuId::Edit));
    QVERIFY(!late->icon().isNull());
    QCOMPARE(late->shortcut(), QKeySequence(QKeySequence::Copy));
    late->trigger();
    QCOMPARE(runs, 1);
}

void TestWorkspaceParts::switchesRunWhenTheyChange() {
    QWidget window;
    ActionTable table(window);
    std::vector<bool> states;
    QAction* loop = table.addSwitch(MenuId::Play, 0, QStringLiteral("Loop"), {}, true,
                                    [&states](bool on) { states.push_back(on); });
    QVERIFY(loop->isCheckable() && loop->isChecked());
    QVERIFY(states.empty()); // it was made so
    loop->trigger();
    loop->setChecked(true);
    loop->setChecked(true); // no change
    QCOMPARE(states, (std::vector<bool>{false, true}));
}

QTEST_MAIN(TestWorkspaceParts)
#include "tst_workspace_parts.moc"
