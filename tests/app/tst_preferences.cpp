// SPDX-License-Identifier: GPL-3.0-or-later
// The preferences of the real window.

#include "app/features/devices/devices.h"
#include "app/shell/main_window.h"
#include "app/workspace/action_table.h"
#include "tests/support/fake_model.h"
#include "tests/support/quiet_window.h"
#include "tests/support/small_library.h"
#include "tests/support/test_support.h"

#include <QAction>
#include <QComboBox>
#include <QDialog>
#include <QKeySequenceEdit>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>

using namespace canto;
using namespace canto::app;

class TestPreferences : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void thereIsOneDialogWithAllPages();
    void aKeyIsChangedAndKept();
    void aKeyThatIsTakenIsSaid();
    void theThemeIsChosen();
    void theOutputIsChosen();

  private:
    WindowOptions options() {
        return test::quietWindow(m_folder.path().toStdString(), m_library,
                                 test::opened(std::make_shared<test::FakeModel>()));
    }
    static QDialog* open(MainWindow& window) {
        window.showPreferences();
        return window.findChild<QDialog*>(QStringLiteral("preferences"));
    }
    static QAction* action(MainWindow& window, MenuId menu, const QString& name) {
        for (QAction* each : window.actionTable().menu(menu)->actions()) {
            if (QString(each->text()).remove(QLatin1Char('&')) == name) {
                return each;
            }
        }
        return nullptr;
    }
    static int rowOf(const QTableWidget& table, const QString& name) {
        for (int row = 0; row < table.rowCount(); ++row) {
            if (table.item(row, 0)->text() == name) {
                return row;
            }
        }
        return -1;
    }

    QTemporaryDir m_folder;
    std::filesystem::path m_library;
};

void TestPreferences::initTestCase() {
    const auto library = test::makeLibrary(m_folder.path().toStdString());
    QVERIFY_RESULT(library);
    m_library = *library;
}

void TestPreferences::thereIsOneDialogWithAllPages() {
    MainWindow window(options());
    window.show();
    QAction* preferences = action(window, MenuId::Edit, QStringLiteral("Preferences..."));
    QVERIFY(preferences != nullptr);
    preferences->trigger();
    preferences->trigger();
    QCOMPARE(window.findChildren<QDialog*>(QStringLiteral("preferences")).size(), 1);
    auto* pages = open(window)->findChild<QListWidget*>(QStringLiteral("pages"));
    QStringList titles;
    for (int row = 0; row < pages->count(); ++row) {
        titles.append(pages->item(row)->text());
    }
    QCOMPARE(titles, (QStringList{QStringLiteral("Audio"), QStringLiteral("MIDI"),
                                  QStringLiteral("SoundFonts"), QStringLiteral("Keys"),
                                  QStringLiteral("Appearance")}));
    // One way to do each thing: what is here is in no menu.
    QVERIFY(action(window, MenuId::View, QStringLiteral("Theme")) == nullptr);
    QVERIFY(action(window, MenuId::Settings, QStringLiteral("MIDI output")) == nullptr);
}

void TestPreferences::aKeyIsChangedAndKept() {
    WindowOptions how = options();
    {
        MainWindow window(how);
        QDialog* dialog = open(window);
        auto* keys = dialog->findChild<QTableWidget*>(QStringLiteral("keys"));
        const int row = rowOf(*keys, QStringLiteral("Play: Loop"));
        QVERIFY(row >= 0);
        QCOMPARE(keys->item(row, 1)->text(), QStringLiteral("L"));
        keys->setCurrentCell(row, 0);
        auto* edit = dialog->findChild<QKeySequenceEdit*>(QStringLiteral("newKey"));
        edit->setKeySequence(QKeySequence(QStringLiteral("Ctrl+Alt+L")));
        dialog->findChild<QPushButton*>(QStringLiteral("useKey"))->click();
        QCOMPARE(action(window, MenuId::Play, QStringLiteral("Loop"))->shortcut(),
                 QKeySequence(QStringLiteral("Ctrl+Alt+L")));
        QCOMPARE(keys->item(row, 1)->text(), QStringLiteral("Ctrl+Alt+L"));
    }
    MainWindow again(how);
    QCOMPARE(action(again, MenuId::Play, QStringLiteral("Loop"))->shortcut(),
             QKeySequence(QStringLiteral("Ctrl+Alt+L")));
}

void TestPreferences::aKeyThatIsTakenIsSaid() {
    MainWindow window(options());
    QDialog* dialog = open(window);
    auto* keys = dialog->findChild<QTableWidget*>(QStringLiteral("keys"));
    keys->setCurrentCell(rowOf(*keys, QStringLiteral("Play: Loop")), 0);
    auto* edit = dialog->findChild<QKeySequenceEdit*>(QStringLiteral("newKey"));
    auto* warning = dialog->findChild<QLabel*>(QStringLiteral("keyCollision"));
    QVERIFY(warning->text().isEmpty());
    edit->setKeySequence(QKeySequence(Qt::Key_Home));
    QVERIFY(warning->text().startsWith(QStringLiteral("Play: Return to start")));
    dialog->findChild<QPushButton*>(QStringLiteral("useKey"))->click();
    QVERIFY(action(window, MenuId::Play, QStringLiteral("Return to start"))->shortcut().isEmpty());
    QCOMPARE(action(window, MenuId::Play, QStringLiteral("Loop"))->shortcut(),
             QKeySequence(Qt::Key_Home));
}

void TestPreferences::theThemeIsChosen() {
    MainWindow window(options());
    auto* themes = open(window)->findChild<QComboBox*>(QStringLiteral("theme"));
    const int dark = themes->findData(int(widgets::Scheme::Dark));
    themes->setCurrentIndex(dark);
    Q_EMIT themes->activated(dark);
    QCOMPARE(window.scheme(), widgets::Scheme::Dark);
    window.setScheme(widgets::Scheme::Light);
}

void TestPreferences::theOutputIsChosen() {
    MainWindow window(options());
    auto* output = open(window)->findChild<QComboBox*>(QStringLiteral("midiOutput"));
    QVERIFY(output != nullptr);
    QCOMPARE(output->currentText(), QStringLiteral("Internal synth"));
    const int none = output->findText(QStringLiteral("None"));
    output->setCurrentIndex(none);
    Q_EMIT output->activated(none);
    QCOMPARE(window.feature<Devices>().output().kind, sound::MidiChoice::Kind::None);
}

QTEST_MAIN(TestPreferences)
#include "tst_preferences.moc"
