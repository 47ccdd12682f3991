// SPDX-License-Identifier: GPL-3.0-or-later
// The window when its sound device goes and comes back, with a real JACK server (dummy driver).

#include "app/shell/main_window.h"
#include "tests/sound/made_soundfont.h"
#include "tests/support/fake_model.h"
#include "tests/support/jack_server.h"
#include "tests/support/quiet_window.h"
#include "tests/support/small_library.h"
#include "tests/support/test_support.h"
#include "widgets/common/message_bar.h"
#include "widgets/map/latent_map.h"
#include "widgets/song/transport_bar.h"

#include <QLabel>
#include <QSignalSpy>
#include <QStatusBar>
#include <QTemporaryDir>

using namespace canto;
using namespace canto::app;

class TestDevices : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void theDeviceVanishesWhileASongPlays_data();
    void theDeviceVanishesWhileASongPlays();

  private:
    /// Whether the status bar says so.
    static bool says(const MainWindow& window, const QString& words);

    QTemporaryDir m_folder;
    QString m_name; ///< of the server
    std::filesystem::path m_atlas;
};

void TestDevices::initTestCase() {
    m_name = test::JackServer::choose();
    test::JackServer server;
    if (m_name.isEmpty() || !server.start(m_name)) {
        QSKIP("jackd is not installed or cannot start here");
    }
    server.stop();
    const auto atlas = test::makeLibrary(m_folder.path().toStdString());
    QVERIFY_RESULT(atlas);
    m_atlas = *atlas;
}

bool TestDevices::says(const MainWindow& window, const QString& words) {
    for (const QLabel* label : window.statusBar()->findChildren<QLabel*>()) {
        if (label->text().contains(words)) {
            return true;
        }
    }
    return false;
}

void TestDevices::theDeviceVanishesWhileASongPlays_data() {
    QTest::addColumn<bool>("killed");
    QTest::newRow("server ends") << false;
    QTest::newRow("server is killed") << true;
}

void TestDevices::theDeviceVanishesWhileASongPlays() {
    QFETCH(bool, killed);
    auto server = std::make_unique<test::JackServer>();
    QVERIFY(server->start(m_name));
    const std::filesystem::path folder = m_folder.path().toStdString();
    WindowOptions how =
        test::quietWindow(folder, m_atlas, test::opened(std::make_shared<test::FakeModel>()));
    how.engine = {.driver = "jack"};
    how.loadSoundFont = true;
    how.soundFont = m_folder.filePath(QStringLiteral("made.sf2"));
    test::writeBytes(how.soundFont.toStdString(), test::madeSoundFontBytes());
    MainWindow window(how);
    QSignalSpy maps(&window.workspace(), &Workspace::mapsReady);
    QSignalSpy shown(&window.workspace(), &Workspace::modelChanged);
    window.show();
    window.start();
    QTRY_COMPARE(maps.count(), 1);
    QTRY_COMPARE(shown.count(), 1);
    window.map()->setReducedMotion(true);
    QTRY_VERIFY(window.map()->settled());
    QTRY_VERIFY(says(window, QStringLiteral("jack, 48000 Hz")));

    const QPointF place = window.map()->toPixel(QPointF(0.5, 0.5)); // decoded and played
    QTest::mouseClick(window.map(), Qt::LeftButton, {}, place.toPoint());
    const sound::AudioEngine& engine = window.workspace().player().engine();
    QTRY_VERIFY(engine.position().playing);
    QTRY_VERIFY(engine.activeVoices() > 0);

    killed ? server->kill() : server->stop();
    QTRY_VERIFY(says(window, QStringLiteral("No audio device")));
    QVERIFY(window.messages()->text().contains(QStringLiteral("is gone")));
    const auto before = engine.position().tick;
    QTRY_VERIFY(engine.position().tick != before);                        // the playhead goes on
    QTest::mouseClick(window.map(), Qt::LeftButton, {}, place.toPoint()); // so does the window
    QTRY_VERIFY(engine.position().playing);

    server = std::make_unique<test::JackServer>();
    QVERIFY(server->start(m_name));
    QTRY_VERIFY(says(window, QStringLiteral("jack, 48000 Hz")));
    QTRY_VERIFY(engine.activeVoices() > 0); // plays again without user action
    window.close();
    server->stop();
}

QTEST_MAIN(TestDevices)
#include "tst_devices.moc"
