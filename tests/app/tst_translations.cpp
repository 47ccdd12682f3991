// SPDX-License-Identifier: GPL-3.0-or-later
// The window in another language: every text can be translated, is in the list that translators
// get, and has room for longer words.

#include "app/features/training/own_music_wizard.h"
#include "app/shell/help_dialogs.h"
#include "app/shell/main_window.h"
#include "app/workspace/space_switch.h"
#include "models/common/device.h"
#include "models/registry/registry.h"
#include "tests/support/element_model.h"
#include "tests/support/made_spaces.h"
#include "tests/support/pseudo_translator.h"
#include "tests/support/quiet_window.h"
#include "tests/support/test_support.h"
#include "tests/support/visible_texts.h"
#include "widgets/map/latent_map.h"

#include <QDialog>
#include <QDirIterator>
#include <QDockWidget>
#include <QLabel>
#include <QLibraryInfo>
#include <QProcess>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QXmlStreamReader>

using namespace canto;
using namespace canto::app;

namespace {

/// Qt's own programs for translators; empty where they are not installed.
QString qtTool(const QString& name) {
    const QString besideQt = QLibraryInfo::path(QLibraryInfo::BinariesPath);
    const QString found = QStandardPaths::findExecutable(name, {besideQt});
    return found.isEmpty() ? QStandardPaths::findExecutable(name) : found;
}

QString sourceFolder() { return QString::fromUtf8(CANTO_SOURCE_DIR); }

/// Names that are not translated: of songs, artists and classes of the test's libraries, of its
/// models, of networks and their presets, of devices, of tracks.
const QSet<QString>& names() {
    static const QSet<QString> kNames = [] {
        QString words = QStringLiteral(
            "Song Artist Clip Work Pianist Anton Berta classical country jazz pop rock Plane UMAP "
            "Fake Elements Listener Sounder Length dBFS Bass Melody Strings Piano");
        const auto add = [&words](const std::string& name) {
            words += QLatin1Char(' ') + QString::fromStdString(name);
        };
        for (const auto& architecture : models::architectures()) {
            add(architecture.id);
            for (const auto& preset : architecture.presets) {
                add(preset);
            }
        }
        for (const auto& device : models::devices()) {
            add(device.id);
            add(device.name);
        }
        static const QRegularExpression kOther(QStringLiteral("[^\\p{L}\\p{M}]+"));
        const QStringList all = words.split(kOther, Qt::SkipEmptyParts);
        return QSet<QString>(all.begin(), all.end());
    }();
    return kNames;
}

/// Words of the text that no translator was asked for: they have letters without an accent, and
/// are not names, keys or files.
QStringList untranslated(QString text, const QString& folder) {
    if (QFileInfo::exists(text)) {
        return {}; // the path of a file, as a tooltip
    }
    static const QRegularExpression kWord(QStringLiteral("\\p{L}[\\p{L}\\p{M}]{2,}"));
    static const QRegularExpression kPlain(QStringLiteral("[aceilnorsuyzACEILNORSUYZ]"));
    static const QRegularExpression kKeys(QStringLiteral("(?:(?:Ctrl|Alt|Shift)\\+)+\\S*"));
    static const QRegularExpression kFile(QStringLiteral("\\S+\\.(?:atlas|mid|sf2|sf3)\\b"));
    text.remove(QRegularExpression(QRegularExpression::escape(folder) + QStringLiteral("\\S*")));
    text.remove(kKeys).remove(kFile);
    QStringList found;
    for (auto words = kWord.globalMatch(text); words.hasNext();) {
        const QString word = words.next().captured();
        if (word.contains(kPlain) && !names().contains(word)) {
            found.append(word);
        }
    }
    return found;
}

} // namespace

class TestTranslations : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void cleanup() {
        m_window.reset();
        QCoreApplication::removeTranslator(&m_pseudo);
    }

    void countsHaveEnglishForms_data();
    void countsHaveEnglishForms();
    void noVariableIsTranslated();
    void theChecksFindWhatIsWrong();
    void everyTextIsTranslated();
    void longerWordsHaveRoom_data();
    void longerWordsHaveRoom();
    void everyTextIsInTheList();
    void aTranslationIsFoundAndUsed();

  private:
    std::filesystem::path folder() const { return m_folder->path().toStdString(); }
    void open(QSize size);
    /// Calls `look` with each state of the window that the mouse leads to.
    void visit(const std::function<void(const QWidget&)>& look);
    /// Runs lupdate; the path of the list, or nothing where Qt's tools are not installed.
    QString listOfTexts();

    std::unique_ptr<QTemporaryDir> m_folder;
    std::vector<Space> m_spaces; ///< of madeSpaces()
    test::PseudoTranslator m_pseudo;
    std::unique_ptr<MainWindow> m_window;
};

void TestTranslations::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    auto spaces = test::madeSpaces(folder());
    QVERIFY_RESULT(spaces);
    m_spaces = std::move(*spaces);
    const std::pair<const char*, const char*> names[] = {
        {"Bdf", "Ghj"}, {"Kmp", "Qtv"}, {"Wxb", "Dfg"}}; // which are not texts to be translated
    for (std::size_t i = 0; i < m_spaces.size(); ++i) {
        m_spaces[i].title = names[i].first;
        m_spaces[i].about = names[i].second;
    }
}

void TestTranslations::open(QSize size) {
    WindowOptions how = test::quietWindow(folder(), {}, nullptr);
    QCoreApplication::installTranslator(&m_pseudo); // after English: asked first
    how.spaces = m_spaces;
    how.size = size;
    m_window = std::make_unique<MainWindow>(how);
    QVERIFY(test::openWindow(*m_window));
}

void TestTranslations::visit(const std::function<void(const QWidget&)>& look) {
    for (const char* space : {"style", "emotion", "sound"}) {
        if (m_window->workspace().spaces().current().id != space) {
            QSignalSpy shown(&m_window->workspace(), &Workspace::spaceChanged);
            QVERIFY(m_window->workspace().spaces().go(space));
            QTRY_COMPARE(shown.count(), 1);
            QTRY_VERIFY(m_window->workspace().maps().view().whole());
            QTRY_VERIFY(m_window->map()->settled());
        }
        look(*m_window);
        widgets::LatentMap* map = m_window->map();
        QTest::mouseClick(map, Qt::LeftButton, {},
                          map->toPixel(m_window->workspace().maps().placeOf(0)).toPoint());
        QTRY_VERIFY(m_window->workspace().player().playing());
        for (auto* dock : m_window->findChildren<QDockWidget*>()) {
            dock->show();
            dock->raise();
            auto* tabs = dock->findChild<QTabWidget*>();
            for (int tab = 0; tabs != nullptr && tab < tabs->count(); ++tab) {
                tabs->setCurrentIndex(tab);
                QCoreApplication::processEvents();
                look(*m_window);
            }
            QCoreApplication::processEvents();
            look(*m_window);
        }
    }
    showShortcuts(m_window.get());
    showAbout(m_window.get(), {});
    for (const QDialog* dialog : m_window->findChildren<QDialog*>(QStringLiteral("helpDialog"))) {
        QTRY_VERIFY(dialog->isVisible());
        look(*dialog);
    }
    OwnMusicWizard wizard(*m_window, m_window->workspace(), {});
    wizard.show();
    look(wizard);
}

void TestTranslations::countsHaveEnglishForms_data() {
    QTest::addColumn<QString>("source");
    QTest::addColumn<int>("count");
    QTest::addColumn<QString>("shown");
    QTest::newRow("none") << "%Ln song(s)" << 0 << "0 songs";
    QTest::newRow("one") << "%Ln song(s)" << 1 << "1 song";
    QTest::newRow("many") << "%Ln song(s) of %1" << 12345 << "12,345 songs of %1";
    QTest::newRow("without a count") << "Name(s)" << -1 << "Name(s)";
}

void TestTranslations::countsHaveEnglishForms() {
    QFETCH(QString, source);
    QFETCH(int, count);
    QFETCH(QString, shown);
    test::quietWindow(folder(), {}, nullptr); // speaks English from here on
    QCOMPARE(QCoreApplication::translate("Test", source.toUtf8().constData(), nullptr, count),
             shown);
}

void TestTranslations::noVariableIsTranslated() {
    // tr(name): lupdate cannot read what the text is. Tables use QT_TRANSLATE_NOOP and translate().
    static const QRegularExpression kVariable(QStringLiteral("\\btr\\(\\s*([a-zA-Z_][^)\\n]*)"));
    QStringList found;
    for (const char* top : {"/app", "/widgets"}) {
        QDirIterator files(sourceFolder() + QLatin1String(top), {QStringLiteral("*.cpp")},
                           QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            const QString text = QString::fromUtf8(file.readAll());
            for (auto calls = kVariable.globalMatch(text); calls.hasNext();) {
                found.append(file.fileName() + QStringLiteral(": ") + calls.next().captured());
            }
        }
    }
    QVERIFY2(found.isEmpty(), qPrintable(found.join(QLatin1Char('\n'))));
}

void TestTranslations::theChecksFindWhatIsWrong() {
    QWidget window;
    auto* label = new QLabel(QStringLiteral("A text of the program"), &window);
    label->setGeometry(0, 0, 40, 20);
    window.resize(400, 100);
    window.show();
    QVERIFY(test::visibleTexts(window).contains(label->text()));
    QCOMPARE(untranslated(label->text(), m_folder->path()).size(), 3); // "A", "of" are too short
    QCOMPARE(test::unreadable(window).size(), 1);
    label->setText(test::PseudoTranslator::pseudo(QStringLiteral("Play the song")));
    QVERIFY(label->text().size() >= 18); // 40 % longer
    label->resize(300, 20);
    QVERIFY(untranslated(label->text(), m_folder->path()).isEmpty());
    QVERIFY(test::unreadable(window).isEmpty());
}

void TestTranslations::everyTextIsTranslated() {
    open(QSize(1440, 900));
    QStringList found;
    QSet<QString> seen;
    visit([&](const QWidget& window) {
        for (const QString& text : test::visibleTexts(window)) {
            seen.insert(text);
            const QStringList words = untranslated(text, m_folder->path());
            if (!words.isEmpty()) {
                found.append(words.join(QLatin1Char(' ')) + QStringLiteral(" in: ") + text);
            }
        }
    });
    QVERIFY(seen.size() > 200);
    found.removeDuplicates();
    QVERIFY2(found.isEmpty(), qPrintable(found.join(QLatin1Char('\n'))));
}

void TestTranslations::longerWordsHaveRoom_data() {
    QTest::addColumn<QSize>("size");
    // Screens of 1366 x 768 and 1920 x 1080, less the frame of the window.
    QTest::newRow("1366") << QSize(1366, 726);
    QTest::newRow("1920") << QSize(1920, 1038);
}

void TestTranslations::longerWordsHaveRoom() {
    QFETCH(QSize, size);
    open(size);
    QStringList found;
    int looks = 0;
    visit([&](const QWidget& window) {
        QStringList left; // once all layouts around each other have settled
        (void)QTest::qWaitFor(
            [&] {
                left = test::unreadable(window);
                return left.isEmpty();
            },
            1000);
        found += left;
        ++looks;
    });
    QVERIFY(looks > 20);
    QCOMPARE(m_window->size(), size); // no text widens the window
    found.removeDuplicates();
    QVERIFY2(found.isEmpty(), qPrintable(found.join(QLatin1Char('\n'))));
}

QString TestTranslations::listOfTexts() {
    const QString lupdate = qtTool(QStringLiteral("lupdate"));
    if (lupdate.isEmpty()) {
        return {};
    }
    const QString list = m_folder->filePath(QStringLiteral("cantograph_xx.ts"));
    QProcess process;
    process.setWorkingDirectory(sourceFolder());
    process.start(lupdate,
                  {QStringLiteral("-silent"), QStringLiteral("-I"), QStringLiteral("."),
                   QStringLiteral("-extensions"), QStringLiteral("cpp,h"),
                   QStringLiteral("-locations"), QStringLiteral("none"), QStringLiteral("widgets"),
                   QStringLiteral("app"), QStringLiteral("-ts"), list});
    return process.waitForFinished(-1) && process.exitCode() == 0 ? list : QString();
}

void TestTranslations::everyTextIsInTheList() {
    const QString list = listOfTexts();
    if (list.isEmpty()) {
        QSKIP("Qt's lupdate is not installed (Debian: qt6-l10n-tools)");
    }
    QFile file(list);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QXmlStreamReader xml(&file);
    QSet<std::pair<QString, QString>> known;
    for (QString context; !xml.atEnd();) {
        xml.readNext();
        if (xml.isStartElement() && xml.name() == QLatin1String("name")) {
            context = xml.readElementText();
        } else if (xml.isStartElement() && xml.name() == QLatin1String("source")) {
            known.insert({context, xml.readElementText()});
        }
    }
    QVERIFY(known.size() > 500);
    open(QSize(1440, 900));
    visit([](const QWidget&) {});
    QVERIFY(m_pseudo.asked().size() > 300);
    QStringList found;
    for (const auto& [context, source] : m_pseudo.asked()) {
        if (!known.contains({context, source})) {
            found.append(context + QStringLiteral(": ") + source);
        }
    }
    QVERIFY2(found.isEmpty(), qPrintable(found.join(QLatin1Char('\n'))));
}

void TestTranslations::aTranslationIsFoundAndUsed() {
    const QString lrelease = qtTool(QStringLiteral("lrelease"));
    if (lrelease.isEmpty()) {
        QSKIP("Qt's lrelease is not installed (Debian: qt6-l10n-tools)");
    }
    const QString source = m_folder->filePath(QStringLiteral("cantograph_de.ts"));
    QFile file(source);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("<?xml version=\"1.0\" encoding=\"utf-8\"?><!DOCTYPE TS>"
               "<TS version=\"2.1\" language=\"de\"><context><name>Columns</name>"
               "<message><source>Loudness</source><translation>Lautheit</translation></message>"
               "<message numerus=\"yes\"><source>%Ln song(s)</source><translation>"
               "<numerusform>%Ln Lied</numerusform><numerusform>%Ln Lieder</numerusform>"
               "</translation></message></context></TS>");
    file.close();
    QCOMPARE(QProcess::execute(lrelease, {QStringLiteral("-silent"), source}), 0);
    const auto shown = [](const char* text, int count = -1) {
        return QCoreApplication::translate("Columns", text, nullptr, count);
    };
    const auto known = qApp->findChildren<QTranslator*>();
    widgets::installTranslations(*qApp, {QStringLiteral("/none"), m_folder->path()},
                                 QLocale(QLocale::German));
    QCOMPARE(shown("Loudness"), QStringLiteral("Lautheit"));
    QCOMPARE(shown("%Ln song(s)", 1), QStringLiteral("1 Lied"));
    QCOMPARE(shown("%Ln song(s)", 2), QStringLiteral("2 Lieder"));
    QCOMPARE(shown("%Ln note(s)", 2), QStringLiteral("2 notes")); // not translated yet
    for (QTranslator* translator : qApp->findChildren<QTranslator*>()) {
        if (!known.contains(translator)) {
            delete translator; // the other tests speak English
        }
    }
    QCOMPARE(shown("Loudness"), QStringLiteral("Loudness"));
}

QTEST_MAIN(TestTranslations)
#include "tst_translations.moc"
