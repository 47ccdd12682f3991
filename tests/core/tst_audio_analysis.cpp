// SPDX-License-Identifier: GPL-3.0-or-later
// Beats, bars, chords, key and lines of synthetic songs.

#include "core/audio/audio_analysis.h"
#include "tests/support/made_song.h"
#include "tests/support/test_support.h"

#include <algorithm>
#include <array>
#include <functional>

using namespace canto;
using namespace canto::audio;
using test::makeSong;
using test::SongPlan;

namespace {

Result<AudioAnalysis> analysedIn(const std::vector<float>& sound) {
    return analyse(analyseFrames(sound));
}

/// Clicks, every fourth louder.
std::vector<double> clickTrack(std::vector<float>& sound, double seconds,
                               const std::function<double(double)>& period) {
    std::vector<double> beats;
    sound.resize(static_cast<std::size_t>(seconds * test::kMadeRate));
    for (double at = 0.7; at < seconds - 0.2; at += period(at)) {
        test::addClick(sound, at, beats.size() % 4 == 0 ? 0.8 : 0.5, beats.size());
        beats.push_back(at);
    }
    return beats;
}

void add(std::vector<float>& sound, double start, double seconds,
         const std::function<double(double)>& value) {
    const auto first = static_cast<std::size_t>(start * test::kMadeRate);
    const auto count = static_cast<std::size_t>(seconds * test::kMadeRate);
    for (std::size_t i = 0; i < count && first + i < sound.size(); ++i) {
        sound[first + i] += static_cast<float>(value(static_cast<double>(i) / test::kMadeRate));
    }
}

void addNoise(std::vector<float>& sound, double start, double seconds, double loudness,
              double fall) {
    Random random(static_cast<std::uint64_t>(start * 1000));
    add(sound, start, seconds,
        [&](double t) { return loudness * random.normal() * std::exp(-fall * t); });
}

/// A tone of two partials that dies away.
void addPluck(std::vector<float>& sound, double start, int pitch, double seconds, double loudness,
              double fall) {
    const double turn = 6.283185307 * 440 * std::exp2((pitch - 69) / 12.0);
    add(sound, start, seconds, [&](double t) {
        return loudness * std::exp(-fall * t) * (std::sin(turn * t) + 0.5 * std::sin(2 * turn * t));
    });
}

} // namespace

class TestAudioAnalysis : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void steadyClicksAreBeats() {
        for (const double period : {0.6, 0.7, 0.8}) {
            std::vector<float> sound;
            const auto beats = clickTrack(sound, 30, [period](double) { return period; });
            const auto found = trackBeats(analyseFrames(sound));
            const auto score = beatFMeasure(beats, found.times);
            QVERIFY2(score.f > 0.97, qPrintable(QString("%1: %2").arg(period).arg(score.f)));
            QVERIFY(std::fabs(found.bpm - 60 / period) < 1);
            QVERIFY(found.confidence > 0.3);
        }
    }

    /// A bare metronome: a tempo differs from its half only in that nothing lies between the beats.
    void metronomesAreNotHalved_data() {
        QTest::addColumn<double>("bpm");
        for (const double bpm :
             {60.0, 88.0, 90.0, 108.0, 116.0, 120.0, 128.0, 140.0, 150.0, 170.0}) {
            QTest::newRow(qPrintable(QString::number(bpm))) << bpm;
        }
    }
    void metronomesAreNotHalved() {
        QFETCH(double, bpm);
        std::vector<float> sound(30 * test::kMadeRate);
        std::vector<double> beats;
        for (double at = 0.3; at < 29.8; at += 60 / bpm) {
            test::addClick(sound, at, 0.6, beats.size());
            beats.push_back(at);
        }
        const auto found = trackBeats(analyseFrames(sound));
        QVERIFY2(std::fabs(found.bpm / bpm - 1) < 0.02, qPrintable(QString::number(found.bpm)));
        QVERIFY(beatFMeasure(beats, found.times).f > 0.95);
    }

    /// At 200 a minute half is as plausible; then both are stated.
    void aVeryFastMetronomeIsStated() {
        std::vector<float> sound(30 * test::kMadeRate);
        for (double at = 0.3; at < 29.8; at += 60 / 200.0) {
            test::addClick(sound, at, 0.6, 3);
        }
        const auto found = trackBeats(analyseFrames(sound));
        const auto is200 = [](double bpm) { return std::fabs(bpm - 200) < 4; };
        QVERIFY2(is200(found.bpm) ||
                     (!found.alternatives.empty() && is200(found.alternatives.front().bpm)),
                 qPrintable(QString::number(found.bpm)));
    }

    /// Drums, bass and a chord each four beats, at tempi of dance music and of ballads.
    void bandsAreReadAtTheirTempo_data() {
        QTest::addColumn<double>("bpm");
        for (const double bpm : {72.0, 100.0, 116.0, 120.0, 140.0}) {
            QTest::newRow(qPrintable(QString::number(bpm))) << bpm;
        }
    }
    void bandsAreReadAtTheirTempo() {
        QFETCH(double, bpm);
        const double beat = 60 / bpm;
        std::vector<float> sound(30 * test::kMadeRate);
        constexpr std::array<std::array<int, 4>, 4> kChords{
            {{48, 60, 64, 67}, {45, 57, 60, 64}, {41, 57, 60, 65}, {43, 59, 62, 67}}};
        int count = 0;
        for (double at = 0; at < 29; at += beat, ++count) {
            const auto& chord = kChords[static_cast<std::size_t>(count / 4 % 4)];
            if (count % 2 == 0) { // a kick drum
                add(sound, at, 0.15,
                    [](double t) { return 0.9 * std::sin(6.2832 * 55 * t) * std::exp(-18 * t); });
            } else { // a snare drum
                addNoise(sound, at, 0.15, 0.5, 25);
            }
            for (const double half : {0.0, 0.5}) { // a cymbal and the bass
                addNoise(sound, at + half * beat, 0.05, 0.12, 80);
                addPluck(sound, at + half * beat, chord[0], 0.45 * beat, 0.25, 4);
            }
            for (std::size_t tone = 1; count % 4 == 0 && tone < 4; ++tone) {
                addPluck(sound, at, chord[tone], 3.8 * beat, 0.1, 1);
            }
        }
        const auto found = trackBeats(analyseFrames(sound));
        QVERIFY2(std::fabs(found.bpm / bpm - 1) < 0.02, qPrintable(QString::number(found.bpm)));
    }

    /// If half or double the tempo is possible, the probabilities say so.
    void doubtfulOctavesAreStated() {
        std::vector<float> sound(30 * test::kMadeRate);
        for (double at = 0.3; at < 29.8; at += 60 / 190.0) {
            test::addClick(sound, at, 0.6, 3);
        }
        const auto analysis = analysedIn(sound);
        QVERIFY_RESULT(analysis);
        const Beats& beats = analysis->beats;
        double sum = beats.tempoShare;
        for (const auto& other : beats.alternatives) {
            QVERIFY(other.share >= 0.05 && other.share <= 1);
            sum += other.share;
        }
        QVERIFY2(sum > 0.8 && sum < 1.001, qPrintable(QString::number(sum)));
        QVERIFY(!beats.alternatives.empty());
        const double ratio = beats.alternatives.front().bpm / beats.bpm;
        QVERIFY(std::fabs(ratio - 2) < 0.1 || std::fabs(ratio - 0.5) < 0.05);
        QVERIFY(beats.confidence < 0.75);
        QVERIFY(
            std::any_of(analysis->remarks.begin(), analysis->remarks.end(), [](const auto& remark) {
                return remark.find("double") != std::string::npos ||
                       remark.find("half") != std::string::npos;
            }));
        // The user's tempo decides.
        const auto stated = trackBeats(analyseFrames(sound), nearTempo(190).beat);
        QVERIFY(std::fabs(stated.bpm - 190) < 3);
        QVERIFY(stated.alternatives.empty());
    }

    void aPersonMayKnowTheTempo() {
        // Bare clicks do not determine the octave of the tempo.
        std::vector<float> sound;
        const auto beats = clickTrack(sound, 30, [](double) { return 0.4; });
        const auto frames = analyseFrames(sound);
        for (const double bpm : {75.0, 150.0}) {
            const auto found = trackBeats(frames, nearTempo(bpm).beat);
            QVERIFY2(std::fabs(found.bpm - bpm) < 1, qPrintable(QString::number(found.bpm)));
        }
        QVERIFY(beatFMeasure(beats, trackBeats(frames, nearTempo(145).beat).times).f > 0.97);
    }

    void beatsHaveTheirPlaceToAFewMilliseconds() {
        std::vector<float> sound;
        const auto beats = clickTrack(sound, 30, [](double) { return 0.65; });
        const auto found = trackBeats(analyseFrames(sound));
        QVERIFY(beatFMeasure(beats, found.times, 0.02).f > 0.97);
    }

    void aTempoThatDriftsIsFollowed() {
        // From 75 to 120 a minute within 40 s, and back.
        std::vector<float> sound;
        const auto beats = clickTrack(sound, 80, [](double at) {
            const double bpm = at < 40 ? 75 + 45 * at / 40 : 120 - 45 * (at - 40) / 40;
            return 60 / bpm;
        });
        const auto found = trackBeats(analyseFrames(sound));
        const auto score = beatFMeasure(beats, found.times);
        QVERIFY2(score.f > 0.95, qPrintable(QString::number(score.f)));
    }

    /// From 100 to 120 a minute within one beat.
    void aNewTempoIsFollowed() {
        std::vector<float> sound;
        const auto beats = clickTrack(sound, 60, [](double at) { return at < 30 ? 0.6 : 0.5; });
        const auto found = trackBeats(analyseFrames(sound));
        const auto score = beatFMeasure(beats, found.times);
        QVERIFY2(score.f > 0.9, qPrintable(QString::number(score.f)));
    }

    /// Music from 6 s to 26 s of 40 s.
    void silenceAroundMusicHasNoBeats() {
        std::vector<float> sound(40 * test::kMadeRate);
        for (int beat = 0; beat < 40; ++beat) {
            test::addClick(sound, 6 + 0.5 * beat, beat % 4 == 0 ? 0.8 : 0.5, 3);
        }
        const auto found = trackBeats(analyseFrames(sound));
        QVERIFY(!found.times.empty());
        QVERIFY2(found.times.front() > 5.4, qPrintable(QString::number(found.times.front())));
        QVERIFY2(found.times.back() < 26.2, qPrintable(QString::number(found.times.back())));
        QVERIFY(trackBeats(analyseFrames(std::vector<float>(20 * test::kMadeRate))).times.empty());
    }

    /// A ballad: the tracker prefers 128 a minute, but only every other eighth has a chord and the
    /// eighths between are weak.
    void slowSongsAreNotDoubled() {
        std::vector<float> sound(60 * test::kMadeRate);
        std::vector<double> beats;
        constexpr double kBeat = 60 / 64.0;
        for (double at = 0.5; at < 58; at += kBeat) {
            for (const int pitch : {48, 60, 64, 67}) {
                test::addTone(sound, {pitch, at, kBeat, 0.2});
            }
            test::addTone(sound, {72, at + kBeat / 2, kBeat / 2, 0.06});
            beats.push_back(at);
        }
        const auto found = trackBeats(analyseFrames(sound));
        QVERIFY2(std::fabs(found.bpm - 64) < 1.5, qPrintable(QString::number(found.bpm)));
        QVERIFY(beatFMeasure(beats, found.times).f > 0.9);
    }

    /// Tempi beyond the range of the tracker.
    void anyTempoCanBeStated() {
        std::vector<float> sound;
        clickTrack(sound, 40, [](double) { return 0.5; });
        const auto frames = analyseFrames(sound);
        for (const double bpm : {30.0, 60.0, 240.0}) {
            const auto found = trackBeats(frames, nearTempo(bpm).beat);
            QVERIFY2(std::fabs(found.bpm / bpm - 1) < 0.03, qPrintable(QString::number(found.bpm)));
        }
    }

    void aSongIsHeardAsItWasMade() {
        const auto song = makeSong({});
        const auto analysis = analysedIn(song.sound);
        QVERIFY_RESULT(analysis);
        QVERIFY(beatFMeasure(song.beats, analysis->beats.times).f > 0.97);
        QCOMPARE(analysis->metre.beatsPerBar, 4);
        QVERIFY(beatFMeasure(song.downbeats, analysis->downbeats()).f > 0.95);
        const auto chords = chordAccuracy(song.chords, analysis->chordSpans());
        QVERIFY2(chords.root > 0.93, qPrintable(QString::number(chords.root)));
        QVERIFY2(chords.majMin > 0.93, qPrintable(QString::number(chords.majMin)));
        QCOMPARE(analysis->key.name(), std::string("C major"));
        QVERIFY(analysis->remarks.empty());
    }

    void partsOfWhatIsHeardFitEachOther() {
        const auto analysis = analysedIn(makeSong({.bars = 6}).sound);
        QVERIFY_RESULT(analysis);
        const std::size_t beats = analysis->chords.size();
        QCOMPARE(analysis->beats.times.size(), beats + 1);
        QCOMPARE(analysis->metre.position.size(), beats + 1);
        QCOMPARE(analysis->melody.size(), 4 * beats);
        QCOMPARE(analysis->bass.size(), 4 * beats);
        QCOMPARE(std::size_t(analysis->grid.frames), 8 * beats);
        QVERIFY(std::is_sorted(analysis->beats.times.begin(), analysis->beats.times.end()));
        const auto spans = analysis->chordSpans();
        QCOMPARE(spans.front().start, analysis->beats.times.front());
        QCOMPARE(spans.back().end, analysis->beats.times.back());
        for (std::size_t i = 1; i < spans.size(); ++i) {
            QCOMPARE(spans[i].start, spans[i - 1].end);
            QVERIFY(!(spans[i].chord == spans[i - 1].chord));
        }
    }

    void waltzesHaveThreeBeats() {
        const auto song = makeSong({.bars = 24,
                                    .beatsPerBar = 3,
                                    .seconds = [](int) { return 0.65; },
                                    .chords = {"G:maj", "C:maj", "D:7", "G:maj"}});
        const auto harmony = beatHarmony(gridFeatures(analyseFrames(song.sound), song.beats));
        const auto metre = findMetre(harmony);
        QCOMPARE(metre.beatsPerBar, 3);
        for (std::size_t b = 0; b < metre.position.size(); ++b) {
            QCOMPARE(metre.position[b], static_cast<int>(b % 3));
        }
        QCOMPARE(findKey(harmony).name(), std::string("G major"));
        const auto analysis = analysedIn(song.sound);
        QVERIFY_RESULT(analysis);
        QCOMPARE(analysis->metre.beatsPerBar, 3);
        QVERIFY(beatFMeasure(song.downbeats, analysis->downbeats()).f > 0.9);
    }

    void aSongThatSlowsDownKeepsItsChords() {
        const auto song = makeSong({.bars = 20,
                                    .seconds = [](int beat) { return 0.5 + 0.003 * beat; },
                                    .chords = {"D:min", "G:min", "A:7", "D:min/b3"}});
        const auto analysis = analysedIn(song.sound);
        QVERIFY_RESULT(analysis);
        QVERIFY(beatFMeasure(song.beats, analysis->beats.times).f > 0.95);
        QVERIFY(chordAccuracy(song.chords, analysis->chordSpans()).root > 0.9);
        QCOMPARE(analysis->key.name(), std::string("D minor"));
    }

    void chordsOfADetunedRecordingAreTheSame() {
        SongPlan plan;
        plan.chords = {"Eb:maj", "C:min", "Ab:maj", "Bb:maj"};
        plan.detune = 0.3;
        const auto song = makeSong(plan);
        const auto analysis = analysedIn(song.sound);
        QVERIFY_RESULT(analysis);
        QVERIFY(std::fabs(analysis->tuning - 0.3F) < 0.08F);
        QVERIFY(chordAccuracy(song.chords, analysis->chordSpans()).majMin > 0.9);
    }

    void theLeadIsHeardAboveTheChords() {
        const auto song = makeSong({});
        const auto frames = analyseFrames(song.sound);
        const auto line = findLine(gridFeatures(frames, song.beats), leadLine());
        const double right =
            rawChromaAccuracy(song.melody, std::vector<double>(line.begin(), line.end()));
        QVERIFY2(right > 0.85, qPrintable(QString::number(right)));
        // The bass sounds the whole bar: its root, an octave never counts here.
        const auto bass = findLine(gridFeatures(frames, song.beats), bassLine());
        std::vector<double> wanted;
        for (const auto& chord : song.chords) {
            wanted.insert(wanted.end(), 16, 36 + chord.chord.root);
        }
        QVERIFY(rawChromaAccuracy(wanted, std::vector<double>(bass.begin(), bass.end())) > 0.85);
    }

    void silenceAndShortSoundsAreRefused() {
        const auto silent = analysedIn(std::vector<float>(20 * kRate));
        QVERIFY(!silent);
        QCOMPARE(silent.error().code, Error::Code::BadInput);
        QVERIFY(silent.error().message().find("silent") != std::string::npos);
        QVERIFY(!silent.error().hint.empty());
        const auto brief = analysedIn(makeSong({.bars = 1}).sound);
        QVERIFY(!brief);
        QVERIFY(brief.error().message().find("too short") != std::string::npos);
        QVERIFY(!analysedIn({}));
        // Long enough in seconds, but one tone in all of it is not two bars.
        std::vector<float> one(5 * kRate);
        test::addTone(one, {60, 1, 1});
        const auto lonely = analysedIn(one);
        QVERIFY(!lonely || !lonely->remarks.empty());
    }

    void noiseIsNoErrorButIsTold() {
        std::vector<float> sound(20 * kRate);
        Random random(7);
        double loud = 0;
        for (std::size_t i = 0; i < sound.size(); ++i) {
            if (i % 1500 == 0) { // syllables of no tempo
                loud = random.uniform() < 0.4 ? 0.3 * random.uniform() : 0.02;
            }
            sound[i] = static_cast<float>(loud * random.normal());
        }
        const auto analysis = analysedIn(sound);
        QVERIFY_RESULT(analysis);
        QVERIFY2(analysis->beats.confidence < kSteadyBeat,
                 qPrintable(QString::number(analysis->beats.confidence)));
        QCOMPARE(analysis->remarks.size(), std::size_t(1));
    }

    void listeningStopsWhenItIsTold() {
        const CancelToken cancel;
        cancel.cancel();
        const auto analysis = analyse(analyseFrames(makeSong({.bars = 4}).sound), {}, cancel);
        QVERIFY(!analysis);
        QCOMPARE(analysis.error().code, Error::Code::Cancelled);
    }
};

QTEST_GUILESS_MAIN(TestAudioAnalysis)
#include "tst_audio_analysis.moc"
