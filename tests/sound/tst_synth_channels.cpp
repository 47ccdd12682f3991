// SPDX-License-Identifier: GPL-3.0-or-later
// Songs on several ports and with several drum parts, down to what the synth and a wire are sent.

#include "core/sound/playback_plan.h"
#include "core/sound/render_file.h"
#include "core/sound/synth_channels.h"
#include "made_songs.h"
#include "made_soundfont.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>

#include <set>

using namespace canto;
using namespace canto::sound;
using namespace canto::test;

namespace {

music::Note drum(music::Note note) {
    note.part = music::PartMode::Drums;
    return note;
}

/// Messages of one kind that the synth is sent for a song.
std::vector<MidiMessage> messagesOf(const std::shared_ptr<const music::Song>& song, int kind) {
    std::vector<MidiMessage> messages;
    const auto body = PlanBody::make(song, 48000);
    for (const auto& event : body->events) {
        if (event.message.kind() == kind) {
            messages.push_back(event.message);
        }
    }
    return messages;
}

/// Rising zero crossings of the left channel a second.
int hertzOf(const RenderedAudio& audio, double from, double to) {
    int crossings = 0;
    const auto begin = static_cast<std::size_t>(from * audio.rate);
    const auto end = static_cast<std::size_t>(to * audio.rate);
    for (std::size_t i = begin; i < end; ++i) {
        crossings += audio.samples[2 * i] < 0 && audio.samples[2 * i + 2] >= 0 ? 1 : 0;
    }
    return static_cast<int>(std::lround(crossings / (to - from)));
}

} // namespace

class TestSynthChannels : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void onePortKeepsItsChannels() {
        const auto channels =
            synthChannels(*song({note(0, 480, 60, 0, 3), note(0, 480, 36, 0, 9)}));
        for (int channel = 0; channel < 16; ++channel) {
            QCOMPARE(channels[std::size_t(channel)].value(), std::uint8_t(channel));
        }
        QVERIFY(!channels[16]);
    }

    void furtherPortsTakeFreeChannels() {
        // Channels 0, 9 of the first port; 16 and 25 (an instrument) of the second, drums on 26.
        const auto made =
            song({note(0, 480, 60, 0, 0), note(0, 480, 36, 0, 9), note(0, 480, 40, 33, 16),
                  note(0, 480, 70, 48, 25), drum(note(0, 480, 38, 0, 26))});
        const auto channels = synthChannels(*made);
        QCOMPARE(int(*channels[16]), 1);
        QCOMPARE(int(*channels[25]), 2);
        QCOMPARE(int(*channels[26]), 16);
        QVERIFY(!channels[1]); // lent: what the first port sends there is for nobody
        const auto ons = messagesOf(made, 0x90);
        QCOMPARE(ons.size(), std::size_t(5));
        std::set<int> used;
        for (const auto& on : ons) {
            used.insert(on.channel());
        }
        QCOMPARE(used, (std::set<int>{0, 1, 2, 9, 16}));
    }

    void drumsOfAFurtherPortTakeChannelTenWhenItIsFree() {
        QCOMPARE(int(*synthChannels(*song({note(0, 480, 60), drum(note(0, 480, 36, 0, 25))}))[25]),
                 9);
    }

    void thirtyTwoInstrumentsHaveThirtyTwoChannels() {
        std::vector<music::Note> notes;
        for (int channel = 0; channel < 32; ++channel) {
            notes.push_back(note(0, 480, 60, channel, channel));
        }
        const auto made = song(notes);
        std::set<int> used;
        for (const auto& message : messagesOf(made, 0x90)) {
            used.insert(message.channel());
        }
        QCOMPARE(used.size(), std::size_t(32));
        // Each has its program (0 is in force already).
        QCOMPARE(messagesOf(made, 0xC0).size(), std::size_t(31));
    }

    void aDrumPartIsMadeOneBeforeItsFirstNote() {
        const auto made = song({drum(note(0, 480, 42, 0, 10)), note(480, 480, 60, 0, 10)});
        const auto changes = messagesOf(made, MidiMessage::kDrums);
        QCOMPARE(changes.size(), std::size_t(2));
        QCOMPARE(changes[0], MidiMessage::drums(10, true));
        QCOMPARE(changes[1], MidiMessage::drums(10, false));
        // The kit, then the instrument: a kind of part comes into force with a program.
        QCOMPARE(messagesOf(made, 0xC0).size(), std::size_t(2));
        // Channel 10 of the first port is one already.
        QVERIFY(messagesOf(song({note(0, 480, 36, 0, 9)}), MidiMessage::kDrums).empty());
    }

    void aJumpRestoresTheKindOfPart() {
        const auto body =
            PlanBody::make(song({drum(note(0, 480, 42, 5, 10)), note(480, 480, 60, 0, 10)}), 48000);
        struct List final : MessageSink {
            std::vector<MidiMessage> sent;
            void send(MidiMessage message) override { sent.push_back(message); }
        } list;
        MidiState().sendDifference(body->cueAt(kQuarterFrames).state, list);
        QCOMPARE(list.sent.size(), std::size_t(2));
        QCOMPARE(list.sent[0], MidiMessage::drums(10, true));
        QCOMPARE(list.sent[1], MidiMessage::program(10, 5));
    }

    void aWireHasOnePort() {
        const auto second = MidiMessage::noteOn(20, 60, 100);
        QCOMPARE(int(second.channel()), 20);
        QVERIFY(!onePort(second, false));
        QVERIFY(!onePort(MidiMessage::program(20, 5), true));
        QVERIFY(!onePort(MidiMessage::drums(10, true), true));
        QCOMPARE(onePort(second, true), std::optional(MidiMessage::noteOn(9, 60, 100)));
        QCOMPARE(onePort(MidiMessage::noteOff(10, 42), true),
                 std::optional(MidiMessage::noteOff(9, 42)));
        QCOMPARE(onePort(MidiMessage::control(10, 7, 90), true),
                 std::optional(MidiMessage::control(10, 7, 90)));
        QCOMPARE(onePort(MidiMessage::noteOn(3, 60, 1), false),
                 std::optional(MidiMessage::noteOn(3, 60, 1)));
    }

    /// Program 1 of the SoundFont sounds an octave above its keys, its drum kit at them.
    void theSynthPlaysDrumsAsDrumsAndPortsApart() {
        QTemporaryDir folder;
        RenderOptions options;
        options.soundFont = writeBytes(
            std::filesystem::path(folder.path().toStdString()) / "made.sf2", madeSoundFontBytes());
        const std::vector one{song({note(0, 960, 69, 1, 10)})};
        const std::vector two{song({drum(note(0, 960, 69, 1, 10))})};
        // The last channel of the second port, while the first port uses all sixteen.
        std::vector<music::Note> notes;
        for (int channel = 0; channel < 16; ++channel) {
            notes.push_back(note(1920, 480, 69, 0, channel));
        }
        notes.push_back(note(0, 960, 69, 1, 31));
        const std::vector three{song(notes)};
        const auto instrument = renderSongs(one, options);
        const auto drums = renderSongs(two, options);
        const auto port = renderSongs(three, options);
        QVERIFY_RESULT(instrument);
        QVERIFY_RESULT(drums);
        QVERIFY_RESULT(port);
        QCOMPARE(hertzOf(*instrument, 0.2, 0.7), 880);
        QCOMPARE(hertzOf(*drums, 0.2, 0.7), 440);
        QCOMPARE(hertzOf(*port, 0.2, 0.7), 880);
    }
};

QTEST_APPLESS_MAIN(TestSynthChannels)
#include "tst_synth_channels.moc"
