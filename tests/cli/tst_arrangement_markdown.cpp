// SPDX-License-Identifier: GPL-3.0-or-later
// The report of the Arrangement space as text: every model has its row, and what a variant has not
// is left out.

#include "models/evaluation/reports.h"
#include "tests/support/test_support.h"

using namespace canto;
using nlohmann::json;

namespace {

json figures(double noteF1) {
    return {{"units", 40},
            {"parameters", 1'500'000},
            {"noteF1", noteF1},
            {"pitchClassF1", 0.5},
            {"precision", 0.6},
            {"recall", 0.4},
            {"notesAUnit", 38.0},
            {"notesAUnitOfTheScore", 51.5},
            {"chordAccuracy", {{"bass", 0.7}, {"root", 0.9}, {"tones", 0.85}}},
            {"chordAccuracyOfTheScore", {{"bass", 0.75}, {"root", 0.95}, {"tones", 0.88}}},
            {"loss", {{"soundAlone", {{"pitchNats", 1.25}}}}},
            {"without", {{"nothing", {{"noteF1", noteF1}, {"pitchNats", 1.25}}}}}};
}

} // namespace

class TestArrangementMarkdown : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void modelsStandBesideEachOther() {
        auto full = figures(0.345);
        full["loss"]["cleanScore"] = {{"pitchNats", 0.75}};
        full["without"]["audio"] = {{"noteF1", 0.123}, {"pitchNats", 2.5}};
        full["swap"] = {{"chordsOfTheirSource", {{"tones", 0.8}}},
                        {"chordsOfTheTexture", {{"tones", 0.4}}},
                        {"stepsOfTheTexture", 0.75},
                        {"stepsOfTheChords", 0.5}};
        const json songs = {{"recordings", 7},
                            {"notAnalysed", {{{"file", "x.wav"}, {"reason", "It is silent"}}}},
                            {"rows", {{{"name", "rules"}, {"noteF1", 0.25}}}}};
        const json report = {{"split", "test"},
                             {"songs", songs},
                             {"models",
                              {{{"name", "full"}, {"figures", full}, {"secondFont", figures(0.3)}},
                               {{"name", "chords"}, {"figures", figures(0.2)}}}}};
        const auto text = arrangementMarkdown(report);
        const auto has = [&](const char* part) { return text.find(part) != std::string::npos; };
        QVERIFY(has("40 units of two bars"));
        QVERIFY(has("| full | 1.50 M | **0.345** | 0.500 | 0.600 | 0.400 | 38.0 (51.5) |"));
        QVERIFY(has("| chords | 1.50 M | **0.200** |"));
        QVERIFY(has("| full | 1.50 M | **0.300** |")); // with the other SoundFont
        QVERIFY(has("| the score itself | 0.750 | 0.950 | 0.880 |"));
        QVERIFY(has("| full | 0.750 |  | 1.250 |")); // no corrupted score was measured
        QVERIFY(has("| chords |  |  | 1.250 |"));
        QVERIFY(has("| full | audio | 0.123 | 2.500 |"));
        QVERIFY(has("| full | 0.800 | 0.400 | 0.750 | 0.500 |"));
        QVERIFY(!has("| chords | 0.000 | 0.000"));
        QVERIFY(has("7 recordings as"));
        QVERIFY(has("| rules | 0.250 | 0.000 |"));
        QVERIFY(has("x.wav was left out: It is silent"));
    }
};

QTEST_APPLESS_MAIN(TestArrangementMarkdown)
#include "tst_arrangement_markdown.moc"
