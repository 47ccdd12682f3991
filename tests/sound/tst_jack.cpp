// SPDX-License-Identifier: GPL-3.0-or-later
// Devices that come and go, with JACK's dummy driver: a real server without hardware, on a server
// name of the test's own. Skips where there is no jackd or it cannot start.

#include "core/sound/audio_engine.h"
#include "core/sound/port_watch.h"
#include "core/sound/rt_midi_port.h"
#include "made_songs.h"
#include "made_soundfont.h"
#include "tests/support/jack_server.h"
#include "tests/support/test_support.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTemporaryFile>
#include <mutex>

using namespace canto;
using namespace canto::sound;
using namespace canto::test;

namespace {

/// The other end of a wire: a program with ports of its own.
class Keyboard {
  public:
    Keyboard() {
        MidiChoice port{MidiChoice::Kind::Virtual, {}};
        if (auto in = openMidiIn(MidiApi::Jack, "TestKeys", port, [this](MidiMessage message) {
                const std::lock_guard lock(m_mutex);
                m_received.push_back(message);
            })) {
            m_in = std::move(*in);
        }
        if (auto out = openMidiOut(MidiApi::Jack, "TestKeys", port)) {
            m_out = std::move(*out);
        }
    }
    bool good() const { return m_in && m_out; }
    MidiOutPort& out() { return *m_out; }
    std::vector<MidiMessage> received() const {
        const std::lock_guard lock(m_mutex);
        return m_received;
    }
    int count(MidiMessage message) const {
        const auto all = received();
        return static_cast<int>(std::count(all.begin(), all.end(), message));
    }

  private:
    mutable std::mutex m_mutex;
    std::vector<MidiMessage> m_received;
    std::unique_ptr<MidiInPort> m_in;
    std::unique_ptr<MidiOutPort> m_out;
};

MidiChoice deviceLike(const std::vector<MidiChoice>& choices, const std::string& part) {
    for (const MidiChoice& choice : choices) {
        if (choice.kind == MidiChoice::Kind::Device &&
            choice.name.find(part) != std::string::npos) {
            return choice;
        }
    }
    return {};
}

bool contains(const std::vector<std::string>& texts, const char* part) {
    return std::any_of(texts.begin(), texts.end(), [part](const std::string& text) {
        return text.find(part) != std::string::npos;
    });
}

} // namespace

class TestJack : public QObject {
    Q_OBJECT
    QString m_name;
    QTemporaryDir m_folder;

  private Q_SLOTS:
    void initTestCase() {
        m_name = JackServer::choose();
        JackServer server;
        if (m_name.isEmpty() || !server.start(m_name)) {
            QSKIP("jackd is not installed or cannot start here");
        }
        server.stop();
    }

    void vanishedDeviceIsNoticedAndComesBack_data() {
        QTest::addColumn<bool>("killed");
        QTest::addColumn<int>("rate");
        QTest::newRow("server ends") << false << 48000;
        QTest::newRow("server is killed") << true << 48000;
        QTest::newRow("server of another rate") << true << 44100;
    }
    void vanishedDeviceIsNoticedAndComesBack() {
        QFETCH(bool, killed);
        QFETCH(int, rate);
        auto server = std::make_unique<JackServer>();
        QVERIFY(server->start(m_name, rate));
        AudioEngine engine(EngineOptions{.driver = "jack"});
        QVERIFY(engine.hasDevice());
        QVERIFY(engine.deviceText().find(std::to_string(rate)) != std::string::npos);
        bool loaded = false;
        engine.loadSoundFont(
            writeBytes(std::filesystem::path(m_folder.path().toStdString()) / "made.sf2",
                       madeSoundFontBytes()),
            [&loaded](const Result<void>& done) { loaded = done.has_value(); });
        QTRY_VERIFY((engine.poll(), loaded));
        engine.play(quarters(69, 60));
        QTRY_VERIFY(engine.position().tick > 100);
        QTRY_VERIFY(engine.activeVoices() > 0);

        killed ? server->kill() : server->stop();
        // A second between polls is what the owner promises.
        std::vector<std::string> reported;
        QElapsedTimer clock;
        clock.start();
        while (reported.empty() && clock.elapsed() < test::kHungMs) {
            QTest::qWait(1000);
            reported = engine.poll();
        }
        QVERIFY(contains(reported, "is gone"));
        QVERIFY(!engine.hasDevice());
        const auto before = engine.position().tick;
        QTRY_VERIFY(engine.position().tick > before); // plays on in silence
        qInfo("noticed after %lld ms", static_cast<long long>(clock.elapsed()));

        server = std::make_unique<JackServer>();
        QVERIFY(server->start(m_name, rate));
        clock.restart();
        while (!engine.hasDevice() && clock.elapsed() < test::kHungMs) {
            QTest::qWait(1000);
            engine.poll();
        }
        QVERIFY(engine.hasDevice());
        qInfo("back after %lld ms", static_cast<long long>(clock.elapsed()));
        QVERIFY(engine.position().playing);
        QTRY_VERIFY((engine.poll(), engine.activeVoices() > 0));
        server->stop(); // the engine ends with a dead device
    }

    void songGoesOverTheWireAndBack() {
        JackServer server;
        QVERIFY(server.start(m_name));
        Keyboard keys;
        QVERIFY(keys.good());
        std::mutex mutex;
        std::vector<MidiMessage> played;
        PortWatch watch(
            [&](MidiMessage message) {
                const std::lock_guard lock(mutex);
                played.push_back(message);
            },
            PortWatch::Api::Jack);
        QCOMPARE(watch.problem(), std::string());
        QCOMPARE(watch.outputs()[0].text(), std::string("None"));
        QCOMPARE(watch.outputs()[1].text(), std::string("Internal synth"));
        const MidiChoice out = deviceLike(watch.outputs(), "TestKeys");
        const MidiChoice in = deviceLike(watch.inputs(), "TestKeys");
        QVERIFY(!out.name.empty());
        QVERIFY(!in.name.empty());
        watch.chooseOutput(out);
        watch.chooseInputs({in});
        QVERIFY(watch.outputConnected());
        QCOMPARE(watch.connectedInputs(), 1);

        AudioEngine engine(EngineOptions{.sink = SinkKind::Silent});
        engine.setMidiOut(watch.out());
        engine.play(song({note(0, 120, 60), note(120, 120, 64), note(240, 120, 67)}));
        for (const int pitch : {60, 64, 67}) {
            QTRY_COMPARE(keys.count(MidiMessage::noteOn(0, pitch, 100)), 1);
            QTRY_COMPARE(keys.count(MidiMessage::noteOff(0, pitch)), 1);
        }
        keys.out().send(MidiMessage::noteOn(4, 50, 77));
        QTRY_COMPARE((std::lock_guard(mutex), played.size()), std::size_t(1));
        QCOMPARE(played.front(), MidiMessage::noteOn(4, 50, 77));
    }

    void clockGoesOverTheWireAndBack() {
        JackServer server;
        QVERIFY(server.start(m_name));
        std::mutex mutex;
        std::vector<std::uint8_t> atOtherEnd, atOurs;
        const MidiChoice port{MidiChoice::Kind::Virtual, {}};
        const auto into = [&mutex](std::vector<std::uint8_t>& list) {
            return [&mutex, &list](std::span<const std::uint8_t> bytes) {
                const std::lock_guard lock(mutex);
                list.push_back(bytes.front());
            };
        };
        auto in = openMidiIn(
            MidiApi::Jack, "TestKeys", port, [](MidiMessage) {}, into(atOtherEnd));
        auto out = openMidiOut(MidiApi::Jack, "TestKeys", port);
        QVERIFY_RESULT(in);
        QVERIFY_RESULT(out);
        PortWatch watch([](MidiMessage) {}, PortWatch::Api::Jack, "Cantograph", into(atOurs));
        watch.chooseOutput(deviceLike(watch.outputs(), "TestKeys"));
        watch.chooseInputs({deviceLike(watch.inputs(), "TestKeys")});
        QVERIFY(watch.outputConnected());
        AudioEngine engine(EngineOptions{.sink = SinkKind::Silent});
        engine.setMidiOut(watch.out());
        engine.setClockOut(true);
        engine.play(quarters(60));
        const auto count = [&](const std::vector<std::uint8_t>& list, int status) {
            const std::lock_guard lock(mutex);
            return int(std::count(list.begin(), list.end(), std::uint8_t(status)));
        };
        QTRY_COMPARE(count(atOtherEnd, 0xFC), 1);
        QCOMPARE(count(atOtherEnd, 0xFA), 1);
        // Four quarters have 96, which tst_midi_clock counts exactly; a JACK server leaves out the
        // cycles that a busy machine does not finish in time.
        const int clocks = count(atOtherEnd, 0xF8);
        QVERIFY2(clocks > 48 && clocks <= 96, qPrintable(QString::number(clocks)));
        for (const std::uint8_t byte : {0xFA, 0xF8, 0xFC}) {
            (*out)->send(std::span(&byte, 1));
        }
        QTRY_COMPARE(count(atOurs, 0xFC), 1);
        QCOMPARE(count(atOurs, 0xF8), 1);
    }

    void unpluggedKeyboardIsNoticedAndReconnectedByName() {
        JackServer server;
        QVERIFY(server.start(m_name));
        auto keys = std::make_unique<Keyboard>();
        PortWatch watch({}, PortWatch::Api::Jack);
        const MidiChoice out = deviceLike(watch.outputs(), "TestKeys");
        watch.chooseOutput(out);
        watch.chooseInputs({deviceLike(watch.inputs(), "TestKeys")});
        QVERIFY(watch.outputConnected());
        const auto port = watch.out();
        QVERIFY(port->send(MidiMessage::noteOn(0, 60, 100)));

        keys.reset();
        auto reported = watch.poll();
        QVERIFY(contains(reported, "MIDI output TestKeys"));
        QVERIFY(contains(reported, "is gone"));
        QVERIFY(!watch.outputConnected());
        QCOMPARE(watch.connectedInputs(), 0);
        QVERIFY(!port->send(MidiMessage::noteOn(0, 62, 100))); // lost, not fatal
        QVERIFY(watch.poll().empty());                         // reported once
        // The choice stays on the list while the device is away.
        QCOMPARE(deviceLike(watch.outputs(), "TestKeys"), out);

        keys = std::make_unique<Keyboard>();
        reported = watch.poll();
        QVERIFY(contains(reported, "is back"));
        QVERIFY(watch.outputConnected());
        QCOMPARE(watch.connectedInputs(), 1);
        // All notes off came first; the port handed out before still works.
        QTRY_COMPARE(keys->count(MidiMessage::control(15, 123, 0)), 1);
        QVERIFY(port->send(MidiMessage::noteOn(0, 64, 100)));
        QTRY_COMPARE(keys->count(MidiMessage::noteOn(0, 64, 100)), 1);
    }

    void endedServerTakesTheWiresAndReturns() {
        auto server = std::make_unique<JackServer>();
        QVERIFY(server->start(m_name));
        auto keys = std::make_unique<Keyboard>();
        PortWatch watch({}, PortWatch::Api::Jack);
        watch.chooseOutput(deviceLike(watch.outputs(), "TestKeys"));
        QVERIFY(watch.outputConnected());
        server->kill();
        QVERIFY(contains(watch.poll(), "server ended"));
        QVERIFY(!watch.outputConnected());
        keys.reset(); // what the old server knew is left alone, not closed
        server = std::make_unique<JackServer>();
        QVERIFY(server->start(m_name));
        keys = std::make_unique<Keyboard>();
        QVERIFY(contains(watch.poll(), "is back"));
        watch.out()->send(MidiMessage::noteOn(0, 64, 100));
        QTRY_COMPARE(keys->count(MidiMessage::noteOn(0, 64, 100)), 1);
    }

    void deviceAndWireOfOneServerReturnTogether() {
        auto server = std::make_unique<JackServer>();
        QVERIFY(server->start(m_name));
        AudioEngine engine(EngineOptions{.driver = "jack"});
        PortWatch watch({}, PortWatch::Api::Jack);
        watch.chooseOutput({MidiChoice::Kind::Virtual, {}});
        engine.setMidiOut(watch.out());
        QVERIFY(engine.hasDevice() && watch.outputConnected());
        engine.play(quarters(60, 60));
        for (int round = 0; round < 2; ++round) {
            server->kill();
            QTRY_VERIFY((watch.poll(), engine.poll(), !engine.hasDevice()));
            QVERIFY(!watch.outputConnected());
            server = std::make_unique<JackServer>();
            QVERIFY(server->start(m_name));
            QTRY_VERIFY((watch.poll(), engine.poll(), engine.hasDevice()));
            QVERIFY(watch.outputConnected());
        }
        server->kill();
        watch.poll();
    }

    void whatCannotBeOpenedIsNotPrintedAgainAndAgain() {
        // Where ALSA has no sequencer RtMidi printed a line at each poll.
        QTemporaryFile printed;
        QVERIFY(printed.open());
        std::fflush(stderr);
        const int before = ::dup(STDERR_FILENO);
        ::dup2(printed.handle(), STDERR_FILENO);
        PortWatch watch({}, PortWatch::Api::Alsa);
        watch.chooseOutput({MidiChoice::Kind::Virtual, {}});
        for (int i = 0; i < 3; ++i) {
            watch.poll();
        }
        std::fflush(stderr);
        ::dup2(before, STDERR_FILENO);
        ::close(before);
        printed.seek(0);
        const QByteArray text = printed.readAll();
        QVERIFY2(text.isEmpty(), text.constData());
        if (!watch.problem().empty()) {
            QVERIFY(watch.problem().find("ALSA sequencer cannot be opened") != std::string::npos);
            QVERIFY(!watch.outputConnected());
        }
    }

    void withoutAnyMidiSystemThereIsAReason() {
        // No server runs now; ALSA's sequencer may or may not be there.
        PortWatch watch;
        QCOMPARE(watch.inputs()[0].text(), std::string("None"));
        watch.chooseOutput({MidiChoice::Kind::Device, "Not there"});
        QVERIFY(!watch.outputConnected());
        QVERIFY(watch.poll().empty());
        QVERIFY(!watch.out()->send(MidiMessage::noteOn(0, 60, 1)));
        if (!watch.problem().empty()) {
            QVERIFY(watch.problem().find("no MIDI devices") != std::string::npos);
        }
        PortWatch jack({}, PortWatch::Api::Jack);
        QVERIFY(deviceLike(jack.outputs(), "").name.empty());
        QCOMPARE(jack.problem(), std::string("JACK is not running: no MIDI devices"));
    }

    void stableNamesHaveNoNumbers() {
        QCOMPARE(stableName("Keystation:Keystation MIDI 1 28:0"),
                 std::string("Keystation:Keystation MIDI 1"));
        QCOMPARE(stableName("Synth 2"), std::string("Synth 2"));
        QCOMPARE(stableName("a:b"), std::string("a:b"));
    }
};

QTEST_GUILESS_MAIN(TestJack)
#include "tst_jack.moc"
