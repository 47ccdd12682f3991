// SPDX-License-Identifier: GPL-3.0-or-later
// The grid of the Arrangement space: notes of steps, and the file that keeps sound, chords and
// notes. Values by hand.

#include "core/arrange/piano_tree.h"
#include "core/tensors/safetensors.h"
#include "models/datasets/prepared_arrangements.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>

using namespace canto;
using namespace canto::arrange;

namespace {

PartNote note(int step, int length, int pitch, Part part = Part::Piano) {
    return {step, length, static_cast<std::uint8_t>(pitch), part};
}

} // namespace

class TestArrangementCodec : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

  private Q_SLOTS:
    void notesFallOnTheNearestSixteenthOfUnevenBeats() {
        const std::vector<double> beats{1, 2, 4}; // the second beat lasts two seconds
        QVERIFY(onGrid(1.24, 2.0, 60, Part::Bridge, beats) == note(1, 3, 60, Part::Bridge));
        QVERIFY(onGrid(2.9, 3.1, 62, Part::Piano, beats) == note(6, 1, 62)); // 1.8 and 2.2 steps
        QVERIFY(onGrid(3.6, 9, 64, Part::Piano, beats) == note(7, 1, 64));   // cut at the end
        QCOMPARE(onGrid(0.5, 1.5, 65, Part::Piano, beats).length, 0);
        QCOMPARE(onGrid(3.9, 4.1, 65, Part::Piano, beats).length, 0); // rounds to the last beat
    }

    void aTreeHoldsStepsFromLowToHighAndGivesTheNotesBack() {
        const std::vector<PartNote> notes{note(0, 8, 67), note(0, 4, 48), note(0, 2, 64),
                                          note(31, 1, 60), note(5, 27, 72)};
        const auto tree = treeOf(notes, 4);
        const std::vector<int> first{48, 64, 67, 129};
        for (std::size_t i = 0; i < 4; ++i) {
            QCOMPARE(int(tree.pitch[i]), first[i]);
        }
        QCOMPARE(int(tree.length[0]), 4);
        QCOMPARE(int(tree.length[2]), 8);
        QCOMPARE(int(tree.length[3]), 0);
        QCOMPARE(int(tree.pitch[4]), int(PianoTree::kEnd)); // an empty step ends at once
        QCOMPARE(int(tree.pitch[5]), int(PianoTree::kPad));
        const std::vector<PartNote> sorted{note(0, 4, 48), note(0, 2, 64), note(0, 8, 67),
                                           note(5, 27, 72), note(31, 1, 60)};
        QVERIFY(notesOf(tree) == sorted);
    }

    void aFullStepLosesItsMiddleAndARepeatedPitchKeepsItsLongestLength() {
        const std::vector<PartNote> notes{note(3, 1, 40), note(3, 1, 50), note(3, 1, 60),
                                          note(3, 1, 70), note(3, 6, 70)};
        const auto tree = treeOf(notes, 3);
        const std::vector<PartNote> kept{note(3, 1, 40), note(3, 1, 50), note(3, 6, 70)};
        QVERIFY(notesOf(tree) == kept);
    }

    void aUnitIsCutOutOfItsSong() {
        const std::vector<PartNote> song{note(15, 4, 50), note(16, 64, 51), note(47, 4, 52),
                                         note(48, 4, 53)};
        const std::vector<PartNote> unit{note(0, 32, 51), note(31, 1, 52)};
        QVERIFY(unitOf(song, 16) == unit);
    }

    void featuresTellBassDensityAndBridge() {
        const std::vector<PartNote> notes{note(0, 1, 48), note(0, 1, 64, Part::Bridge),
                                          note(2, 1, 54), note(4, 1, 72)};
        const auto features = textureFeatures(notes);
        QCOMPARE(features[0], 1.0F);
        QCOMPARE(features[1], 2.0F / 14);
        QCOMPARE(features[2], 1.0F);
        QCOMPARE(features[6], 0.5F); // (60 - 54) / 12
        QCOMPARE(features[8], 0.0F);
        QCOMPARE(features[12], 0.0F);
        QCOMPARE(features[13], 1.0F / 14);
    }

    void songsSurviveTheirFileAndUnitsAreCutOutOfThem() {
        tensors::PreparedArrangements set;
        tensors::ArrangedGrid grid;
        for (int beat = 0; beat < 12; ++beat) {
            grid.features.insert(grid.features.end(), 8 * 3 * 88, static_cast<std::uint8_t>(beat));
            grid.chords.push_back(*audio::parseChord(beat < 6 ? "C:maj" : "A:min/b3"));
        }
        grid.notes = {note(20, 9, 60, Part::Bridge), note(1, 2, 40)};
        grid.downbeats = {0, 4};
        QVERIFY_RESULT(set.addSong({"a", "A", "x", "train", "f.sf2", "m"}, grid));
        QVERIFY_RESULT(set.addSong({"b", "B", "y", "test", "f.sf2", "m"}, grid));
        grid.downbeats = {5};
        QVERIFY(!set.addSong({"c", "C", "y", "test", "f.sf2", "m"}, grid));

        const auto path = std::filesystem::path(m_folder.path().toStdString()) / "set.safetensors";
        QVERIFY_RESULT(set.write(path));
        const auto read = tensors::PreparedArrangements::open(path);
        QVERIFY_RESULT(read);
        QCOMPARE(read->songs().size(), std::size_t(2));
        QVERIFY(read->songs()[1] == set.songs()[1]);
        QCOMPARE(read->units(), std::size_t(4));
        QCOMPARE(read->unit(3).song, std::size_t(1));
        QCOMPARE(read->unit(3).beat, 4);
        QCOMPARE(int(read->features(1, 4)[0]), 4);
        QCOMPARE(int(read->features(1, 4).back()), 11);
        const auto chords = read->chords(1, 4);
        QVERIFY(chords[1] == *audio::parseChord("C:maj"));
        QVERIFY(chords[2] == *audio::parseChord("A:min/b3"));
        const std::vector<PartNote> unit{note(4, 9, 60, Part::Bridge)};
        QVERIFY(read->unitNotes(1, 4) == unit);
        QCOMPARE(read->unitNotes(0, -4).size(), std::size_t(1)); // a bar before the song: step 17
    }

    void anotherFileIsRefused() {
        const auto path = std::filesystem::path(m_folder.path().toStdString()) / "other";
        QVERIFY_RESULT(tensors::writeSafeTensors(path, {}, {{"format", "something"}}));
        const auto read = tensors::PreparedArrangements::open(path);
        QVERIFY(!read);
        QCOMPARE(read.error().code, Error::Code::BadFile);
    }
};

QTEST_APPLESS_MAIN(TestArrangementCodec)
#include "tst_arrangement_codec.moc"
