// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/codec/compound_words.h"
#include "core/midi/smf_reader.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <algorithm>
#include <cmath>

using namespace canto;
using namespace canto::codec;
using music::Note;
using music::Song;
using music::Tick;

namespace {

constexpr int kQuarter = 480;

Note noteAt(Tick start, Tick length, int pitch, int velocity = 80, int program = 0,
            int channel = 0) {
    Note note;
    note.start = start;
    note.length = length;
    note.pitch = static_cast<std::uint8_t>(pitch);
    note.velocity = static_cast<std::uint8_t>(velocity);
    note.program = static_cast<std::uint8_t>(program);
    note.channel = static_cast<std::uint8_t>(channel);
    return note;
}

Song songOf(std::vector<Note> notes, std::vector<music::TempoChange> tempo = {},
            std::vector<music::MetreChange> metre = {}) {
    Song song;
    song.ticksPerQuarter = kQuarter;
    song.tempo = music::TempoMap(kQuarter, std::move(tempo));
    song.metre = music::MetreMap(kQuarter, std::move(metre));
    song.tracks.push_back({"all"});
    song.notes = std::move(notes);
    song.finish();
    return song;
}

/// Chords in halves over a bass on the first beat of four and eighths above, as if played freely at
/// `bpm` into a file of 120 without any tempo event for it, from `begin` seconds on.
Song played(double bpm, double begin, int bars, double jitter = 0.008) {
    Random random(5);
    std::vector<Note> notes;
    const double beat = 60 / bpm;
    const int roots[] = {48, 45, 41, 43};
    for (int bar = 0; bar < bars; ++bar) {
        const auto add = [&](double beats, double length, int pitch, int velocity) {
            const double seconds =
                begin + (4 * bar + beats) * beat + jitter * (random.uniform() - 0.5);
            notes.push_back(noteAt(std::llround(seconds * 2 * kQuarter),
                                   std::llround(length * beat * 2 * kQuarter), pitch, velocity));
        };
        const int root = roots[bar % 4];
        const int third = root == 45 ? 3 : 4;
        add(0, 3.8, root - 12, 100);
        for (const int tone : {0, third, 7}) {
            add(0, 1.9, root + tone + 12, 70);
            add(2, 1.9, root + tone + 12, 60);
        }
        for (int eighth = 0; eighth < 8; ++eighth) {
            add(eighth * 0.5, 0.45, root + 24 + (eighth % 2 == 0 ? 0 : third),
                eighth % 2 == 0 ? 70 : 50);
        }
    }
    return songOf(std::move(notes), {{0, 500000}});
}

} // namespace

class TestCompoundWords : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void oneBarByHand();
    void theRoundTripKeepsEveryNoteOnTheGrid();
    void binsHoldTheirOwnMiddles();
    void aTempoOfEachBarIsTheSecondsItTakes();
    void chordsHaveTheirNames_data();
    void chordsHaveTheirNames();
    void beatsOfAFreePerformanceAreFound_data();
    void beatsOfAFreePerformanceAreFound();
    void aWaltzKeepsItsNotes();
    void anOrchestraBecomesAPianoAndIsToldSo();
    void transpositionMovesChordsToo();
    void wordsOfANetworkAreNeverRefused();
    void otherVocabulariesAreRefused();
    void realFilesKeepTheirNotes();
};

void TestCompoundWords::oneBarByHand() {
    // C major triad on beat 1, E4 again on the second sixteenth of beat 2.
    const auto song = wordsOf(songOf({noteAt(0, 960, 60, 80), noteAt(0, 960, 64, 80),
                                      noteAt(0, 960, 67, 80), noteAt(600, 120, 64, 33)}));
    QCOMPARE(song.barCount(), 1);
    QCOMPARE(song.starts, (std::vector<Tick>{0, 1920}));
    // 120 bpm: bin 2 + round(88 / 3 = 29.33) = 31. C major: 2. Velocity 80: 1 + 20; 33: 1 + 8.
    const std::vector<Word> expected = {
        {{0, 0, 1, 2, 0, 0, 0, 0}},   {{31, 2, 2, 2, 0, 0, 0, 0}},  {{0, 0, 0, 3, 47, 8, 21, 0}},
        {{0, 0, 0, 3, 44, 8, 21, 0}}, {{0, 0, 0, 3, 40, 8, 21, 0}}, {{1, 1, 7, 2, 0, 0, 0, 0}},
        {{0, 0, 0, 3, 44, 1, 9, 0}},
    };
    QVERIFY(song.words == expected);
}

void TestCompoundWords::theRoundTripKeepsEveryNoteOnTheGrid() {
    Random random(3);
    std::vector<Note> notes;
    for (int i = 0; i < 400; ++i) {
        // Lengths that no later note of the pitch cuts: one pitch a sixteenth of the bar.
        const auto step = static_cast<Tick>(random.below(64 * 16));
        notes.push_back(noteAt(step * 120, 120, 21 + static_cast<int>(random.below(88)),
                               2 + 4 * static_cast<int>(random.below(32))));
    }
    const Song song = songOf(notes);
    const auto words = wordsOf(song);
    const Song back = songOfWords(words.words);
    QCOMPARE(words.outOfRange, std::size_t(0));
    QCOMPARE(back.notes.size(), song.notes.size() - words.merged);
    for (const auto& note : back.notes) {
        QVERIFY(std::any_of(song.notes.begin(), song.notes.end(), [&](const Note& other) {
            return other.start == note.start && other.pitch == note.pitch &&
                   other.length == note.length && other.velocity == note.velocity;
        }));
    }
    QVERIFY(wordsOf(back).words == words.words);
}

void TestCompoundWords::binsHoldTheirOwnMiddles() {
    for (int bin = 2; bin < kVocabulary[0]; ++bin) {
        QCOMPARE(int(tempoBin(tempoOf(static_cast<std::uint8_t>(bin)))), bin);
    }
    for (int bin = 1; bin < kVocabulary[6]; ++bin) {
        QCOMPARE(int(velocityBin(velocityOf(static_cast<std::uint8_t>(bin)))), bin);
    }
    for (int value = 2; value < kVocabulary[1]; ++value) {
        QCOMPARE(int(chordValue(chordOf(static_cast<std::uint8_t>(value)))), value);
    }
    QCOMPARE(int(tempoBin(5)), 2);
    QCOMPARE(int(tempoBin(900)), 2 + 64);
    // C, G, D are neighbours on the circle of fifths: eleven apart, one root.
    const auto place = [](int root) { return orderOf(Field::Chord, chordValue({root, 0})); };
    QCOMPARE(place(7) - place(0), 11);
    QCOMPARE(place(2) - place(7), 11);
}

void TestCompoundWords::aTempoOfEachBarIsTheSecondsItTakes() {
    // Bar 0 at 120, bar 1: two quarters at 60 and two at 120, that is 3 s: 80.
    const auto words =
        wordsOf(songOf({noteAt(0, 240, 60), noteAt(1920, 240, 60), noteAt(3840, 240, 60)},
                       {{0, 500000}, {1920, 1000000}, {2880, 500000}}));
    std::vector<double> tempos;
    for (const auto& word : words.words) {
        if (word[Field::Tempo] > kContinue) {
            tempos.push_back(tempoOf(word[Field::Tempo]));
        }
    }
    QCOMPARE(tempos, (std::vector<double>{119, 80, 119}));
    const Song back = songOfWords(words.words);
    QCOMPARE(back.tempo.bpmAt(0), 6e7 / std::lround(6e7 / 119));
    QCOMPARE(back.tempo.bpmAt(1920), 80.0);
}

void TestCompoundWords::chordsHaveTheirNames_data() {
    QTest::addColumn<QList<int>>("pitches");
    QTest::addColumn<QString>("name");
    QTest::newRow("C") << QList<int>{48, 60, 64, 67} << "C";
    QTest::newRow("C/E keeps its root") << QList<int>{52, 60, 64, 67, 72} << "C";
    QTest::newRow("Am") << QList<int>{45, 57, 60, 64} << "Am";
    QTest::newRow("G7") << QList<int>{43, 59, 62, 65} << "G7";
    QTest::newRow("Dm7") << QList<int>{50, 57, 60, 65} << "Dm7";
    QTest::newRow("Fmaj7") << QList<int>{41, 57, 60, 64} << "Fmaj7";
    QTest::newRow("Bdim") << QList<int>{47, 62, 65, 71} << "Bdim";
    QTest::newRow("Eaug") << QList<int>{40, 56, 60, 64} << "Eaug";
    QTest::newRow("Asus4") << QList<int>{45, 57, 62, 64} << "Asus4";
    QTest::newRow("F#dim7") << QList<int>{42, 57, 60, 63} << "F#dim7";
    QTest::newRow("Bm7b5") << QList<int>{47, 57, 62, 65} << "Bm7b5";
}

void TestCompoundWords::chordsHaveTheirNames() {
    QFETCH(QList<int>, pitches);
    QFETCH(QString, name);
    std::vector<Note> notes;
    for (const int pitch : pitches) {
        notes.push_back(noteAt(0, 1920, pitch));
    }
    const Song song = songOf(notes);
    const auto chords = chordsOf(song.notes, beatGridOf(song));
    QCOMPARE(chords.size(), std::size_t(4));
    QCOMPARE(QString::fromStdString(nameOf(chords.front())), name);
}

void TestCompoundWords::beatsOfAFreePerformanceAreFound_data() {
    QTest::addColumn<double>("bpm");
    QTest::addColumn<double>("begin");
    QTest::newRow("87") << 87.0 << 0.31;
    QTest::newRow("101") << 101.0 << 0.0;
    QTest::newRow("133.7") << 133.7 << 1.21;
    QTest::newRow("72") << 72.0 << 0.05;
}

void TestCompoundWords::beatsOfAFreePerformanceAreFound() {
    QFETCH(double, bpm);
    QFETCH(double, begin);
    const Song song = played(bpm, begin, 16);
    QVERIFY(!keepsToItsQuarters(song));
    const auto grid = beatGridOf(song);
    QVERIFY(grid.source() == BeatGrid::Source::Onsets);
    // Every true bar line is a bar line of the grid, to a sixth of a beat.
    int found = 0;
    for (int bar = 0; bar < 16; ++bar) {
        const auto tick = std::llround((begin + bar * 240 / bpm) * 2 * kQuarter);
        const double place = grid.placeAt(tick) / 16;
        found += std::abs(place - std::round(place)) < 1.0 / 24;
    }
    QVERIFY2(found >= 15, qPrintable(QString::number(found)));
    const auto words = wordsOf(song);
    const Song back = songOfWords(words.words);
    QCOMPARE(back.notes.size(), song.notes.size());
    // As long as before: the tempo was decoded right.
    QVERIFY(std::abs(back.endSeconds() / (song.endSeconds() - begin) - 1) < 0.1);
}

void TestCompoundWords::aWaltzKeepsItsNotes() {
    std::vector<Note> notes;
    for (int bar = 0; bar < 8; ++bar) {
        notes.push_back(noteAt(bar * 1440, 1440, 40, 90));
        notes.push_back(noteAt(bar * 1440 + 480, 480, 64, 50));
        notes.push_back(noteAt(bar * 1440 + 960, 480, 67, 50));
    }
    const Song song = songOf(notes, {}, {{0, 3, 4}});
    const auto words = wordsOf(song);
    QVERIFY(words.grid == BeatGrid::Source::Downbeats);
    const Song back = songOfWords(words.words);
    QCOMPARE(back.notes.size(), song.notes.size());
    const Tick shift = back.notes.front().start - song.notes.front().start;
    for (std::size_t i = 0; i < back.notes.size(); ++i) {
        QCOMPARE(back.notes[i].start - shift, song.notes[i].start);
        QCOMPARE(back.notes[i].pitch, song.notes[i].pitch);
    }
}

void TestCompoundWords::anOrchestraBecomesAPianoAndIsToldSo() {
    std::vector<Note> notes = {noteAt(0, 480, 36, 90, 0, 9)};
    for (const int pitch : {40, 47, 52, 56, 59, 64, 68, 71, 76}) {
        notes.push_back(noteAt(0, 480, pitch, 80, 48, 1));
    }
    notes.push_back(noteAt(0, 960, 76, 100, 73, 2)); // doubled by a flute
    const auto words = wordsOf(songOf(notes));
    std::vector<int> pitches;
    int loudest = 0;
    for (const auto& word : words.words) {
        if (word.isNote()) {
            pitches.push_back(word[Field::Pitch] - 1 + kLowestPitch);
            loudest = std::max<int>(loudest, word[Field::Velocity]);
        }
    }
    // Left hand 40 47 52 (54 is its reach), right hand 76 71 68 64 (four fingers).
    QCOMPARE(pitches, (std::vector<int>{76, 71, 68, 64, 52, 47, 40}));
    QCOMPARE(loudest, int(velocityBin(100)));
    QCOMPARE(QString::fromStdString(words.reduction),
             QStringLiteral("Reduced from 3 instruments to piano: 4 of 11 notes are left out"));
    QVERIFY(wordsOf(songOf({noteAt(0, 480, 60)})).reduction.empty());
}

void TestCompoundWords::transpositionMovesChordsToo() {
    auto words = wordsOf(songOf({noteAt(0, 960, 45), noteAt(0, 960, 57), noteAt(0, 960, 60),
                                 noteAt(0, 960, 64)}))
                     .words;
    const auto before = words;
    QVERIFY(transposeWords(words, 3));
    QCOMPARE(nameOf(chordOf(words[1][Field::Chord])), std::string("Cm"));
    QCOMPARE(songOfWords(words).notes.front().pitch, std::uint8_t(48));
    QVERIFY(transposeWords(words, -3));
    QVERIFY(words == before);
    QVERIFY(!transposeWords(words, 60));
    QVERIFY(words == before);
}

void TestCompoundWords::wordsOfANetworkAreNeverRefused() {
    Random random(9);
    for (int i = 0; i < 200; ++i) {
        std::vector<Word> words(60);
        for (auto& word : words) {
            for (std::size_t field = 0; field < kWordFields; ++field) {
                word.values[field] = static_cast<std::uint8_t>(
                    random.below(static_cast<std::uint64_t>(kVocabulary[field])));
            }
            if (random.below(60) != 0 && word.type() == WordType::End) {
                word[Field::Type] = static_cast<std::uint8_t>(WordType::Note);
            }
        }
        const Song song = songOfWords(words);
        for (const auto& note : song.notes) {
            QVERIFY(note.pitch >= 21 && note.pitch <= 108 && note.length > 0 && note.start >= 0);
            QVERIFY(note.velocity > 0 && note.velocity < 128);
        }
    }
}

void TestCompoundWords::otherVocabulariesAreRefused() {
    auto json = vocabularyJson();
    QVERIFY_RESULT(checkVocabulary(json));
    json["velocityStep"] = 2;
    const auto ok = checkVocabulary(json);
    QVERIFY(!ok);
    QCOMPARE(QString::fromStdString(ok.error().where), QStringLiteral("velocityStep"));
    QVERIFY(!checkVocabulary(nullptr));
}

void TestCompoundWords::realFilesKeepTheirNotes() {
    if (test::realData().empty()) {
        QSKIP("CANTO_TEST_DATA names no folder of MIDI files");
    }
    std::size_t files = 0;
    double kept = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(test::realData())) {
        if (entry.path().extension() != ".mid" || files == 50) {
            continue;
        }
        const auto file = midi::readSmfFile(entry.path());
        if (!file || file->song.notes.empty()) {
            continue;
        }
        const auto words = wordsOf(file->song);
        const Song back = songOfWords(words.words);
        QCOMPARE(back.notes.size(), words.notes - words.merged - words.outOfRange);
        kept += words.notes == 0
                    ? 1.0
                    : static_cast<double>(back.notes.size()) / static_cast<double>(words.notes);
        ++files;
    }
    QVERIFY(files > 0);
    QVERIFY(kept / static_cast<double>(files) > 0.9);
}

QTEST_GUILESS_MAIN(TestCompoundWords)
#include "tst_compound_words.moc"
