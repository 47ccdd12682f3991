// SPDX-License-Identifier: GPL-3.0-or-later
// Sections of songs with a known form.

#include "core/audio/audio_analysis.h"
#include "core/audio/structure.h"
#include "tests/support/made_song.h"
#include "tests/support/test_support.h"

using namespace canto;
using namespace canto::audio;

namespace {

constexpr int kBarBeats = 4;

/// Eight bars of each letter: four chords, twice.
struct Formed {
    Feature grid;
    std::vector<int> position;
    std::vector<int> melody;
    std::vector<Section> sections() const { return findSections(grid, position, melody); }
};

Formed songOf(const std::string& form, int upbeat = 0) {
    test::SongPlan plan;
    plan.bars = 8 * static_cast<int>(form.size());
    plan.seconds = [](int) { return 0.4; };
    plan.chords.clear();
    for (const char letter : form) {
        const std::vector<std::string> chords =
            letter == 'A'   ? std::vector<std::string>{"C:maj", "A:min", "F:maj", "G:maj"}
            : letter == 'B' ? std::vector<std::string>{"E:maj", "C#:min", "F#:min", "B:maj"}
                            : std::vector<std::string>{"Eb:maj", "Ab:maj", "Bb:min", "Eb:maj"};
        for (int twice = 0; twice < 2; ++twice) {
            plan.chords.insert(plan.chords.end(), chords.begin(), chords.end());
        }
    }
    const auto made = test::makeSong(plan);
    Formed formed;
    auto beats = made.beats;
    beats.erase(beats.begin(), beats.begin() + upbeat);
    formed.grid = gridFeatures(analyseFrames(made.sound), beats);
    for (std::size_t b = 0; b + 1 < beats.size(); ++b) {
        formed.position.push_back((static_cast<int>(b) + upbeat) % kBarBeats);
    }
    formed.melody = findLine(formed.grid, leadLine());
    return formed;
}

/// The label of each eight bars, if it has one only; '?' otherwise.
std::string formOf(const std::vector<Section>& sections, std::size_t parts) {
    std::string form(parts, ' ');
    for (const Section& section : sections) {
        for (int beat = section.firstBeat; beat < section.firstBeat + section.beats; ++beat) {
            char& part = form[static_cast<std::size_t>(beat / (8 * kBarBeats))];
            const char name = sectionName(section.label)[0];
            part = part == ' ' || part == name ? name : '?';
        }
    }
    return form;
}

} // namespace

class TestStructure : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void partsThatAreRepeatedHaveOneLabel_data() {
        QTest::addColumn<std::string>("form");
        for (const char* form : {"AABA", "ABAB", "ABACA", "AABBA"}) {
            QTest::newRow(form) << std::string(form);
        }
    }
    void partsThatAreRepeatedHaveOneLabel() {
        QFETCH(std::string, form);
        const auto sections = songOf(form).sections();
        QCOMPARE(formOf(sections, form.size()), form);
        int next = 0; // sections cover all beats
        for (const Section& section : sections) {
            QCOMPARE(section.firstBeat, next);
            QCOMPARE(section.beats % kBarBeats, 0);
            next += section.beats;
        }
        QCOMPARE(next, int(form.size()) * 8 * kBarBeats);
    }

    void anUpbeatBelongsToASection() {
        const auto song = songOf("AABA", 3); // begins with the last beat of the first bar
        const auto sections = song.sections();
        QCOMPARE(sections.front().firstBeat, 0);
        QCOMPARE(song.position.front(), 3);
        for (const Section& section : sections) {
            QVERIFY(section.firstBeat == 0 ||
                    song.position[static_cast<std::size_t>(section.firstBeat)] == 0);
        }
        QCOMPARE(sections.back().firstBeat + sections.back().beats, 32 * kBarBeats - 3);
    }

    void shortAndVeryLongMusicHasNone() {
        QVERIFY(!songOf("A").sections().empty());
        const auto few = songOf("A", kBarBeats); // seven bars
        QVERIFY(few.sections().empty());
        Formed lasting; // silent
        const int beats = (kMostBarsOfSections + 1) * kBarBeats;
        lasting.grid.rows = 3 * kBands;
        lasting.grid.frames = beats * kCellsPerBeat;
        lasting.grid.values.resize(std::size_t(lasting.grid.rows) *
                                   std::size_t(lasting.grid.frames));
        for (int b = 0; b < beats; ++b) {
            lasting.position.push_back(b % kBarBeats);
        }
        lasting.melody.resize(std::size_t(beats) * 4);
        QVERIFY(lasting.sections().empty());
    }

    void silenceIsOneKindOfSection() {
        Formed silent;
        silent.grid.rows = 3 * kBands;
        silent.grid.frames = 64 * kCellsPerBeat;
        silent.grid.values.resize(std::size_t(silent.grid.rows) * std::size_t(silent.grid.frames));
        for (int b = 0; b < 64; ++b) {
            silent.position.push_back(b % kBarBeats);
        }
        silent.melody.resize(64 * 4);
        const auto sections = silent.sections(); // no number that is none
        QVERIFY(!sections.empty());
        QCOMPARE(sections.back().firstBeat + sections.back().beats, 64);
    }

    void labelsAreLetters() {
        QCOMPARE(sectionName(0), std::string("A"));
        QCOMPARE(sectionName(25), std::string("Z"));
        QCOMPARE(sectionName(26), std::string("AA"));
        QCOMPARE(sectionName(27), std::string("AB"));
        QCOMPARE(sectionName(52), std::string("BA"));
    }

    void aRepeatedBeatHasAnEarlierOne() {
        const std::vector<Section> sections{{0, 16, 0}, {16, 16, 1}, {32, 20, 0}, {52, 20, 0}};
        QCOMPARE(repeatedBeat(sections, 5), -1);
        QCOMPARE(repeatedBeat(sections, 20), -1);
        QCOMPARE(repeatedBeat(sections, 37), 5);
        QCOMPARE(repeatedBeat(sections, 50), -1); // the first section of its label is shorter
        QCOMPARE(repeatedBeat(sections, 70), 50); // the second one is not
        QCOMPARE(repeatedBeat(sections, 72), -1);
    }

    void aRecordingIsDivided() {
        test::SongPlan plan;
        plan.bars = 16;
        plan.seconds = [](int) { return 0.5; };
        const auto made = test::makeSong(plan);
        const auto analysis = analyse(analyseFrames(made.sound));
        QVERIFY_RESULT(analysis);
        QVERIFY(!analysis->sections.empty());
        QCOMPARE(analysis->sections.back().firstBeat + analysis->sections.back().beats,
                 int(analysis->chords.size()));
    }
};

QTEST_GUILESS_MAIN(TestStructure)
#include "tst_structure.moc"
