// SPDX-License-Identifier: GPL-3.0-or-later
// How long notes sound under the pedals, worked out by hand.

#include "core/codec/compound_words.h"
#include "core/music/pedal.h"
#include "tests/support/test_support.h"

using namespace canto;
using music::ChannelEvent;
using music::Note;
using music::Song;
using music::Tick;

namespace {

constexpr int kSustain = 64;
constexpr int kSostenuto = 66;

Note noteAt(Tick start, Tick length, int pitch = 60, int channel = 0) {
    Note note;
    note.start = start;
    note.length = length;
    note.pitch = static_cast<std::uint8_t>(pitch);
    note.channel = static_cast<std::uint8_t>(channel);
    return note;
}

ChannelEvent control(Tick tick, int number, int value, int channel = 0) {
    ChannelEvent event;
    event.tick = tick;
    event.number = static_cast<std::uint8_t>(number);
    event.value = static_cast<std::int16_t>(value);
    event.channel = static_cast<std::uint8_t>(channel);
    return event;
}

/// Ends of the notes, in the order of the song.
std::vector<Tick> endsOf(std::vector<Note> notes, std::vector<ChannelEvent> events) {
    Song song;
    song.tracks.resize(1);
    song.notes = std::move(notes);
    song.events = std::move(events);
    song.finish();
    return music::soundingEnds(song);
}

using Ticks = std::vector<Tick>;

} // namespace

class TestPedal : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void withoutAPedalNotesEndWithTheirKeys() {
        QCOMPARE(endsOf({noteAt(0, 120), noteAt(480, 240)}, {}), (Ticks{120, 720}));
    }

    void thePedalHoldsUntilItIsReleased() {
        const std::vector<ChannelEvent> pedal{control(0, kSustain, 127),
                                              control(1910, kSustain, 0)};
        // The second note's key is still down when the pedal goes up; the third comes after.
        QCOMPARE(endsOf({noteAt(0, 120), noteAt(1800, 400, 64), noteAt(1920, 120, 67)}, pedal),
                 (Ticks{1910, 2200, 2040}));
    }

    void anotherChannelIsNotHeld() {
        QCOMPARE(endsOf({noteAt(0, 120), noteAt(0, 120, 60, 1), noteAt(0, 960, 72, 2)},
                        {control(0, kSustain, 127, 1), control(480, kSustain, 0, 1)}),
                 (Ticks{120, 480, 960}));
    }

    void belowTheMiddleThePedalIsUp() {
        QCOMPARE(endsOf({noteAt(0, 120), noteAt(0, 960, 72)},
                        {control(0, kSustain, 63), control(480, kSustain, 0)}),
                 (Ticks{120, 960}));
        // 64, 100 and 64 again is one press.
        QCOMPARE(endsOf({noteAt(0, 120), noteAt(0, 960, 72)},
                        {control(0, kSustain, 64), control(60, kSustain, 100),
                         control(130, kSustain, 64), control(480, kSustain, 20)}),
                 (Ticks{480, 960}));
    }

    void aKeyStruckAgainEndsTheNoteBefore() {
        QCOMPARE(endsOf({noteAt(0, 120), noteAt(240, 120), noteAt(480, 120, 72)},
                        {control(0, kSustain, 127), control(900, kSustain, 0)}),
                 (Ticks{240, 600, 600})); // the pedal ends with the last key
    }

    void aPedalThatIsChangedWithTheKeyDoesNotHoldIt() {
        // At 480 the key goes up, then the pedal up and down again.
        QCOMPARE(endsOf({noteAt(0, 480), noteAt(480, 960, 72)},
                        {control(0, kSustain, 127), control(480, kSustain, 0),
                         control(480, kSustain, 127), control(960, kSustain, 0)}),
                 (Ticks{480, 1440}));
    }

    void aPedalThatStaysDownEndsWithTheSong() {
        QCOMPARE(endsOf({noteAt(0, 120), noteAt(480, 480, 72)}, {control(0, kSustain, 127)}),
                 (Ticks{960, 960}));
    }

    void resettingControllersReleases() {
        QCOMPARE(endsOf({noteAt(0, 120), noteAt(0, 960, 72)},
                        {control(0, kSustain, 127), control(300, 121, 0)}),
                 (Ticks{300, 960}));
    }

    void sostenutoHoldsTheKeysThatWereDown() {
        QCOMPARE(endsOf({noteAt(0, 240), noteAt(200, 120, 64), noteAt(0, 960, 72)},
                        {control(120, kSostenuto, 127), control(700, kSostenuto, 0)}),
                 (Ticks{700, 960, 320})); // by start, then pitch
    }

    void drumsHaveNoPedal() {
        QCOMPARE(endsOf({noteAt(0, 120, 36, 9), noteAt(0, 960, 72)},
                        {control(0, kSustain, 127, 9), control(480, kSustain, 0, 9)}),
                 (Ticks{960, 120}));
    }

    void wordsAreAsLongAsNotesSound() {
        Song song;
        song.tracks.resize(1);
        for (int i = 0; i < 4; ++i) {
            song.notes.push_back(noteAt(480 * i, 120, 60 + 4 * i));
        }
        song.events = {control(0, kSustain, 127), control(1440 + 120, kSustain, 0)};
        song.finish();
        QCOMPARE(music::notesHeldByPedal(song), std::size_t(3));
        std::vector<int> lengths;
        for (const auto& word : codec::wordsOf(song).words) {
            if (word.isNote()) {
                lengths.push_back(word[codec::Field::Duration]);
            }
        }
        // To 1,560: 13, 9 and 5 sixteenths, and the last as its key.
        QCOMPARE(lengths, (std::vector<int>{13, 9, 5, 1}));
    }
};

QTEST_APPLESS_MAIN(TestPedal)
#include "tst_pedal.moc"
