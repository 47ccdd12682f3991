// SPDX-License-Identifier: GPL-3.0-or-later
// Knobs that are learned, MIDI clock that is followed, OSC: on a workspace of their own.

#include "app/features/control/control_feature.h"
#include "app/features/playback/playback_controls.h"
#include "core/base/random.h"
#include "tests/support/small_library.h"
#include "tests/support/workspace_fixture.h"
#include "widgets/song/track_headers.h"
#include "widgets/song/transport_bar.h"

#include <QContextMenuEvent>
#include <QPushButton>
#include <QSlider>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QToolButton>
#include <arpa/inet.h>
#include <cmath>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace canto;
using namespace canto::app;
using sound::MidiMessage;
using test::FakeModel;
using test::WorkspaceFixture;

namespace {

SongPtr fourBars() {
    auto song = std::make_shared<music::Song>();
    song->tracks = {{"Melody"}, {"Bass"}};
    for (int beat = 0; beat < 16; ++beat) {
        music::Note note;
        note.start = beat * 480;
        note.length = 480;
        note.track = std::uint16_t(beat % 2);
        note.channel = std::uint8_t(beat % 2);
        song->notes.push_back(note);
    }
    song->finish();
    return song;
}

std::vector<std::uint8_t> bytesOf(std::string_view text) { return {text.begin(), text.end()}; }

} // namespace

class TestFeatureControl : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup() { m_on.reset(); }

    void aRightClickTeachesASlider();
    void fourteenBitsAreHeard();
    void aPairThatSendsItsLowerHalfFirst();
    void aButtonIsPressedOnce();
    void notesAndPitchBend();
    void oneKnobOneControl();
    void bindingsAreKept();
    void escapeEndsLearning();
    void faders();
    void theTransportFollowsAClock();
    void thePullIsSmall();
    void oscBytes();
    void malformedOscIsIgnored();
    void oscSetsControls();
    void oscByTheWire();
    void bindingsAreRemovedInTheList();

  private:
    void send(MidiMessage message) {
        m_on->workspace().midiInput().receive(message, 0);
        QCoreApplication::processEvents();
    }
    void clock(std::vector<std::uint8_t> bytes, std::int64_t atNs) {
        m_on->workspace().midiInput().receiveClock(bytes, atNs);
        QCoreApplication::processEvents();
    }
    QSlider* volume() {
        return m_playback->transport()->findChild<QSlider*>(QStringLiteral("volume"));
    }
    void present() {
        PlaybackItem item;
        item.kind = PlaybackItem::Kind::Decoded;
        item.song = fourBars();
        item.bars = 4;
        item.title = item.caption = QStringLiteral("Phrase");
        m_on->player().present(std::move(item));
    }
    double value(const char* id) {
        return m_on->workspace().controls().find(QString::fromLatin1(id))->value();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::filesystem::path m_library;
    std::unique_ptr<WorkspaceFixture> m_on;
    PlaybackControls* m_playback = nullptr;
    ControlFeature* m_control = nullptr;
};

void TestFeatureControl::initTestCase() {
    m_folder = std::make_unique<QTemporaryDir>();
    const auto library = test::makeLibrary(m_folder->path().toStdString());
    QVERIFY_RESULT(library);
    m_library = *library;
}

void TestFeatureControl::init() {
    m_on = std::make_unique<WorkspaceFixture>(test::quietWorkspace(
        m_folder->path().toStdString(), m_library, test::opened(std::make_shared<FakeModel>())));
    m_playback = &m_on->add<PlaybackControls>();
    m_control = &m_on->add<ControlFeature>();
    QVERIFY(m_on->open());
}

void TestFeatureControl::aRightClickTeachesASlider() {
    QContextMenuEvent click(QContextMenuEvent::Mouse, QPoint(5, 5),
                            volume()->mapToGlobal(QPoint(5, 5)));
    QApplication::sendEvent(volume(), &click);
    auto* menu = volume()->findChild<QMenu*>();
    QVERIFY(menu != nullptr);
    QCOMPARE(WorkspaceFixture::plain(menu->actions().front()->text()),
             QStringLiteral("Learn MIDI control"));
    menu->actions().front()->trigger();
    menu->close();
    QCOMPARE(m_control->bindings().learning(), QStringLiteral("transport/volume"));
    QVERIFY(m_on->noticeWith(QStringLiteral("it will set Volume")));
    send(MidiMessage::control(1, 74, 127));
    QVERIFY(m_control->bindings().learning().isEmpty());
    QCOMPARE(value("transport/volume"), 1.0); // the value that taught it counts, too
    send(MidiMessage::control(1, 74, 0));
    QCOMPARE(value("transport/volume"), 0.0);
    QCOMPARE(volume()->value(), 0);
    send(MidiMessage::control(2, 74, 127)); // another channel
    QCOMPARE(value("transport/volume"), 0.0);
    QVERIFY(m_on->noticeWith(QStringLiteral("Volume is set by CC 74, channel 2")));
}

void TestFeatureControl::fourteenBitsAreHeard() {
    m_control->bindings().learn(QStringLiteral("transport/volume"));
    send(MidiMessage::control(0, 7, 64));
    send(MidiMessage::control(0, 39, 1)); // 7 + 32
    const MidiBinding* binding = m_control->bindings().of(QStringLiteral("transport/volume"));
    QCOMPARE(binding->kind, MidiBinding::Kind::Control14);
    QVERIFY(std::fabs(value("transport/volume") - (64 * 128 + 1) / 16383.0) < 1e-6);
    send(MidiMessage::control(0, 7, 127));
    send(MidiMessage::control(0, 39, 127));
    QCOMPARE(value("transport/volume"), 1.0);
    QCOMPARE(m_control->bindings().all().size(), std::size_t(1));
}

void TestFeatureControl::aPairThatSendsItsLowerHalfFirst() {
    m_control->bindings().learn(QStringLiteral("transport/volume"));
    send(MidiMessage::control(0, 33, 5));
    QVERIFY(m_control->bindings().all().empty()); // it may be one half
    send(MidiMessage::control(0, 1, 64));
    const MidiBinding* binding = m_control->bindings().of(QStringLiteral("transport/volume"));
    QCOMPARE(binding->kind, MidiBinding::Kind::Control14);
    QCOMPARE(binding->number, 1);
    // The same number twice is a controller of its own.
    m_control->bindings().learn(QStringLiteral("transport/tempo"));
    send(MidiMessage::control(0, 40, 5));
    send(MidiMessage::control(0, 40, 6));
    binding = m_control->bindings().of(QStringLiteral("transport/tempo"));
    QCOMPARE(binding->kind, MidiBinding::Kind::Control);
    QCOMPARE(binding->number, 40);
}

void TestFeatureControl::aButtonIsPressedOnce() {
    int pressed = 0;
    m_on->workspace().controls().addTrigger(QStringLiteral("test/button"), QStringLiteral("Button"),
                                            [&pressed] { ++pressed; });
    m_control->bindings().learn(QStringLiteral("test/button"));
    send(MidiMessage::control(0, 20, 127));
    QCOMPARE(pressed, 1);
    send(MidiMessage::control(0, 20, 100)); // still held
    QCOMPARE(pressed, 1);
    send(MidiMessage::control(0, 20, 0));
    send(MidiMessage::control(0, 20, 127));
    QCOMPARE(pressed, 2);
}

void TestFeatureControl::notesAndPitchBend() {
    int pressed = 0;
    m_on->workspace().controls().addTrigger(QStringLiteral("test/button"), QStringLiteral("Button"),
                                            [&pressed] { ++pressed; });
    m_control->bindings().learn(QStringLiteral("test/button"));
    send(MidiMessage::noteOff(0, 36)); // a key let go teaches nothing
    QVERIFY(!m_control->bindings().learning().isEmpty());
    send(MidiMessage::noteOn(0, 36, 1));
    send(MidiMessage::noteOff(0, 36));
    QCOMPARE(pressed, 1);
    m_control->bindings().learn(QStringLiteral("transport/volume"));
    send(MidiMessage::pitchBend(0, 8191));
    QCOMPARE(value("transport/volume"), 1.0);
    send(MidiMessage::pitchBend(0, -8192));
    QCOMPARE(value("transport/volume"), 0.0);
}

void TestFeatureControl::oneKnobOneControl() {
    m_control->bindings().learn(QStringLiteral("transport/volume"));
    send(MidiMessage::control(0, 20, 10));
    m_control->bindings().learn(QStringLiteral("transport/tempo"));
    send(MidiMessage::control(0, 20, 10));
    QCOMPARE(m_control->bindings().all().size(), std::size_t(1));
    QCOMPARE(m_control->bindings().all().front().control, QStringLiteral("transport/tempo"));
    m_control->bindings().forget(QStringLiteral("transport/tempo"));
    QVERIFY(m_control->bindings().all().empty());
}

void TestFeatureControl::bindingsAreKept() {
    m_control->bindings().learn(QStringLiteral("transport/volume"));
    send(MidiMessage::control(3, 20, 10));
    QSettings& settings = m_on->workspace().settings();
    ControllableTable controls;
    const MidiBindings again(controls, settings);
    QCOMPARE(again.all(), m_control->bindings().all());
    settings.setValue(QStringLiteral("midi/bindings"),
                      QStringList{QStringLiteral("9 0 0 a"), QStringLiteral("0 99 0 a"),
                                  QStringLiteral("nonsense"), QStringLiteral("0 0 200 a")});
    QVERIFY(MidiBindings(controls, settings).all().empty());
}

void TestFeatureControl::escapeEndsLearning() {
    QVERIFY(!m_control->escape());
    m_control->bindings().learn(QStringLiteral("transport/volume"));
    QVERIFY(m_control->escape());
    send(MidiMessage::control(3, 20, 10));
    QVERIFY(m_control->bindings().all().empty());
}

void TestFeatureControl::faders() {
    present();
    ControllableTable& controls = m_on->workspace().controls();
    QVERIFY(controls.set(QStringLiteral("track/2/volume"), 0.5));
    QCOMPARE(m_on->player().mix().at(1).volume, 0.5);
    QVERIFY(controls.set(QStringLiteral("track/2/pan"), -9)); // cut to its range
    QCOMPARE(m_on->player().mix().at(1).pan, -1.0);
    QVERIFY(!controls.set(QStringLiteral("track/3/volume"), 0.5)); // there are two
    QVERIFY(!controls.set(QStringLiteral("track/2/volume"), std::nan("")));
    QCOMPARE(m_on->player().mix().at(1).volume, 0.5);
}

void TestFeatureControl::theTransportFollowsAClock() {
    present();
    Player& player = m_on->player();
    clock({0xFA}, 0);
    QVERIFY(!player.playing()); // it is off at first
    m_control->setFollowing(true);
    clock({0xFA}, 0);
    QTRY_VERIFY(player.playing());
    // 100 quarters a minute: a clock every 25 ms, with 3 ms of jitter.
    for (int i = 0; i <= 48; ++i) {
        clock({0xF8}, 1'000'000'000LL + i * 25'000'000LL + (i % 3) * 1'500'000LL);
    }
    QVERIFY(std::fabs(player.tempo() - 100) < 0.5);
    clock({0xFC}, 3'000'000'000LL);
    QTRY_VERIFY(!player.playing());
    clock({0xF2, 16, 0}, 3'100'000'000LL); // the second bar: 1,920 ticks
    QTRY_COMPARE(player.engine().position().tick, music::Tick(1920));
    clock({0xFB}, 3'200'000'000LL);
    QTRY_VERIFY(player.engine().position().playing);
    QVERIFY(player.engine().position().tick >= 1920);
}

void TestFeatureControl::thePullIsSmall() {
    QCOMPARE(ClockSync::pull(4.1, 0.0), 1.025); // a tenth behind: by a quarter of it
    QCOMPARE(ClockSync::pull(3.9, 0.0), 0.975); // ahead
    QCOMPARE(ClockSync::pull(4.4, 0.0), 1.05);  // never more
    QCOMPARE(ClockSync::pull(8.0, 0.0), 1.0);   // a loop elsewhere in the song
}

void TestFeatureControl::oscBytes() {
    const OscMessage message{"/a", {std::int32_t(1), 0.5F, std::string("hey")}};
    const auto bytes = writeOsc(message);
    // Address, type tags, 1, 0.5 (0x3F000000), "hey": each a multiple of four bytes.
    QCOMPARE(bytes, bytesOf(std::string_view("/a\0\0,ifs\0\0\0\0\0\0\0\x01\x3F\0\0\0hey\0", 24)));
    QCOMPARE(readOsc(bytes), std::vector<OscMessage>{message});
    auto bundle = bytesOf(std::string_view("#bundle\0\0\0\0\0\0\0\0\x01\0\0\0\x18", 20));
    bundle.insert(bundle.end(), bytes.begin(), bytes.end());
    QCOMPARE(readOsc(bundle), std::vector<OscMessage>{message});
}

void TestFeatureControl::malformedOscIsIgnored() {
    const auto whole = writeOsc({"/cantograph/transport/volume", {0.5F, std::string("text")}});
    for (std::size_t size = 0; size < whole.size(); ++size) { // cut anywhere
        QVERIFY(readOsc(std::span(whole).first(size)).empty() ||
                size == std::string_view("/cantograph/transport/volume").size() + 4);
    }
    Random random(7);
    int read = 0;
    for (int i = 0; i < 20000; ++i) {
        auto bytes = whole;
        if (i % 2 == 0) { // noise
            bytes.resize(std::size_t(random.below(64)));
            for (auto& byte : bytes) {
                byte = std::uint8_t(random.below(256));
            }
        } else { // a message with some bytes changed
            for (int change = 0; change < 1 + i % 5; ++change) {
                bytes[std::size_t(random.below(bytes.size()))] = std::uint8_t(random.below(256));
            }
        }
        read += int(readOsc(bytes).size());
        m_control->osc().take(bytes);
    }
    const double volume = value("transport/volume");
    QVERIFY(volume >= 0 && volume <= 1);
    QVERIFY(read > 0); // a changed letter of an address is a message still
    // Bundles in bundles end somewhere, and a size beyond the end is none.
    std::vector<std::uint8_t> nested;
    for (int i = 0; i < 50; ++i) {
        auto outer = bytesOf(std::string_view("#bundle\0\0\0\0\0\0\0\0\x01", 16));
        for (const int shift : {24, 16, 8, 0}) {
            outer.push_back(std::uint8_t(nested.size() >> shift));
        }
        outer.insert(outer.end(), nested.begin(), nested.end());
        nested = std::move(outer);
    }
    QVERIFY(readOsc(nested).empty());
    QVERIFY(readOsc(bytesOf(std::string_view("#bundle\0\0\0\0\0\0\0\0\x01\xFF\xFF\xFF\xFF", 20)))
                .empty());
}

void TestFeatureControl::oscSetsControls() {
    OscPort& osc = m_control->osc();
    QCOMPARE(osc.take(writeOsc({"/cantograph/transport/volume", {0.25F}})), 1);
    QCOMPARE(value("transport/volume"), 0.25);
    QCOMPARE(osc.take(writeOsc({"/cantograph/transport/volume", {std::int32_t(1)}})), 1);
    QCOMPARE(value("transport/volume"), 1.0);
    QCOMPARE(osc.take(writeOsc({"/cantograph/no/such", {0.25F}})), 0);
    QCOMPARE(osc.take(writeOsc({"/other/transport/volume", {0.25F}})), 0);
    QCOMPARE(osc.take(writeOsc({"/cantograph/transport/volume", {std::string("loud")}})), 0);
    QCOMPARE(osc.take(writeOsc({"/cantograph/transport/volume", {std::nanf("")}})), 0);
    QCOMPARE(value("transport/volume"), 1.0);
    present();
    QCOMPARE(osc.take(writeOsc({"/cantograph/play", {}})), 1);
    QTRY_VERIFY(m_on->player().playing());
    QCOMPARE(osc.take(writeOsc({"/cantograph/stop", {}})), 1);
    QTRY_VERIFY(!m_on->player().playing());
}

void TestFeatureControl::oscByTheWire() {
    QVERIFY(!m_control->osc().isOpen()); // off until it is switched on
    QVERIFY(m_control->setOsc(true, 0));
    const int port = m_control->osc().port();
    sockaddr_in own{};
    own.sin_family = AF_INET;
    own.sin_port = htons(std::uint16_t(port + 1));
    own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int other = ::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    QVERIFY(::bind(other, reinterpret_cast<const sockaddr*>(&own), sizeof own) == 0);
    sockaddr_in to = own;
    to.sin_port = htons(std::uint16_t(port));
    const auto sendIt = [&](const OscMessage& message) {
        const auto bytes = writeOsc(message);
        ::sendto(other, bytes.data(), bytes.size(), 0, reinterpret_cast<const sockaddr*>(&to),
                 sizeof to);
    };
    sendIt({"/cantograph/transport/volume", {0.75F}});
    QTRY_COMPARE(value("transport/volume"), 0.75);
    sendIt({"/cantograph/transport/volume", {}}); // asks for it
    std::vector<OscMessage> replies;
    const auto receive = [&] {
        std::array<std::uint8_t, 512> bytes{};
        for (ssize_t size = 0; (size = ::recv(other, bytes.data(), bytes.size(), 0)) > 0;) {
            for (const OscMessage& message : readOsc(std::span(bytes).first(std::size_t(size)))) {
                replies.push_back(message);
            }
        }
        return !replies.empty();
    };
    QTRY_VERIFY(receive());
    QCOMPARE(replies.front(), (OscMessage{"/cantograph/transport/volume", {0.75F}}));
    replies.clear();
    present();
    sendIt({"/cantograph/play", {}});
    const auto said = [&](const char* address) {
        receive();
        return std::any_of(replies.begin(), replies.end(),
                           [&](const auto& reply) { return reply.address == address; });
    };
    QTRY_VERIFY(said("/cantograph/position"));
    QVERIFY(said("/cantograph/playing"));
    m_control->setOsc(false, 0);
    QVERIFY(!m_control->osc().isOpen());
    ::close(other);
}

void TestFeatureControl::bindingsAreRemovedInTheList() {
    m_control->bindings().learn(QStringLiteral("transport/volume"));
    send(MidiMessage::control(0, 20, 10));
    QWidget dialog;
    for (const Preferences::Part& part : m_on->workspace().preferences().parts()) {
        part.make(&dialog);
    }
    auto* table = dialog.findChild<QTableWidget*>(QStringLiteral("bindings"));
    QVERIFY(table != nullptr);
    QCOMPARE(table->rowCount(), 1);
    QCOMPARE(table->item(0, 0)->text(), QStringLiteral("Volume"));
    QCOMPARE(table->item(0, 1)->text(), QStringLiteral("CC 20, channel 1"));
    table->setCurrentCell(0, 0);
    dialog.findChild<QPushButton*>(QStringLiteral("removeBinding"))->click();
    QCOMPARE(table->rowCount(), 0);
    QVERIFY(m_control->bindings().all().empty());
}

QTEST_MAIN(TestFeatureControl)
#include "tst_feature_control.moc"
