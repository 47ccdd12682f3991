// SPDX-License-Identifier: GPL-3.0-or-later
// `canto analyse` and `canto arrange` as a stranger meets them: real sound files that the test
// makes.

#include "core/midi/smf_reader.h"
#include "tests/support/made_song.h"
#include "tests/support/made_wav.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

#include <csignal>

using namespace canto;

namespace {

struct Outcome {
    int code = -1;
    QByteArray out;
    QByteArray err;
    QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
};

Outcome runCanto(const QStringList& words) {
    QProcess process;
    process.start(QStringLiteral(CANTO_BIN_DIR "/canto"), words);
    process.waitForFinished(120000);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace

class TestCantoAnalyse : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    test::MadeSong m_song = test::makeSong({});

    QString put(const QString& name, const QByteArray& bytes) {
        return test::put(m_folder.filePath(name), bytes);
    }

  private Q_SLOTS:
    void aRecordingIsHeardAndJudged() {
        const QString wav = put(QStringLiteral("song.wav"), test::wavOf(m_song.sound));
        QByteArray beats;
        for (std::size_t b = 0; b < m_song.beats.size(); ++b) {
            beats += QByteArray::number(m_song.beats[b]) + (b % 4 == 0 ? " 1 1\n" : " 0 0\n");
        }
        QByteArray chords;
        for (const auto& span : m_song.chords) {
            chords += QByteArray::number(span.start) + "\t" + QByteArray::number(span.end) + "\t" +
                      audio::chordLabel(span.chord).c_str() + "\n";
        }
        const Outcome outcome =
            runCanto({QStringLiteral("analyse"), wav, QStringLiteral("--beats"),
                      put(QStringLiteral("beats.txt"), beats), QStringLiteral("--chords"),
                      put(QStringLiteral("chords.txt"), chords)});
        QCOMPARE(outcome.code, 0);
        const auto json = outcome.json();
        QVERIFY(std::fabs(json[QStringLiteral("tempo")].toDouble() - 100) < 1); // 0.6 s a beat
        QCOMPARE(json[QStringLiteral("key")].toString(), QStringLiteral("C major"));
        QVERIFY(json[QStringLiteral("beats")].toArray().size() >= 60);
        const auto measures = json[QStringLiteral("measures")].toObject();
        for (const char* name : {"beatF", "downbeatF", "chordRoot", "chordMajMin"}) {
            QVERIFY2(measures[QLatin1String(name)].toDouble() > 0.9, name);
        }
    }

    /// Clicks that may be taken at half their tempo: the octave is open, and the output says so.
    void anOpenOctaveIsStated() {
        std::vector<float> sound(30 * test::kMadeRate);
        for (double at = 0.3; at < 29.8; at += 60 / 190.0) {
            test::addClick(sound, at, 0.6, 3);
        }
        const QString wav = put(QStringLiteral("clicks.wav"), test::wavOf(sound));
        const auto json = runCanto({QStringLiteral("analyse"), wav}).json();
        const double tempo = json[QStringLiteral("tempo")].toDouble();
        const auto others = json[QStringLiteral("tempoAlternatives")].toArray();
        QVERIFY(!others.isEmpty());
        const double ratio = others[0].toObject()[QStringLiteral("tempo")].toDouble() / tempo;
        QVERIFY(std::fabs(ratio - 2) < 0.1 || std::fabs(ratio - 0.5) < 0.03);
        QVERIFY(others[0].toObject()[QStringLiteral("share")].toDouble() > 0.2);
        QVERIFY(json[QStringLiteral("tempoShare")].toDouble() < 0.8);
        QVERIFY(json[QStringLiteral("confidence")].toDouble() <
                json[QStringLiteral("steadiness")].toDouble());
        const QByteArray remarks =
            QJsonDocument(json[QStringLiteral("remarks")].toArray()).toJson();
        QVERIFY2(remarks.contains("The tempo may be"), remarks.constData());
        // A person settles it.
        const auto reported = runCanto({QStringLiteral("analyse"), wav, QStringLiteral("--bpm"),
                                        QStringLiteral("95")})
                                  .json();
        QVERIFY(std::fabs(reported[QStringLiteral("tempo")].toDouble() - 95) < 2);
        QVERIFY(reported[QStringLiteral("remarks")].toArray().isEmpty());
    }

    void manyRecordingsGiveMeans() {
        // POP909's layout, with one song that cannot be analysed.
        QDir(m_folder.path()).mkpath(QStringLiteral("pop/001"));
        put(QStringLiteral("pop/001/beat_midi.txt"), "0.4 1 1\n6 1 1\n");
        put(QStringLiteral("pop/001/chord_midi.txt"), "0\t1\tN\n");
        const QString good = put(QStringLiteral("001.wav"), test::wavOf(m_song.sound));
        const QString bad = put(QStringLiteral("002.wav"), "RIFF of nothing");
        const Outcome outcome =
            runCanto({QStringLiteral("analyse"), good, bad, QStringLiteral("--beats"),
                      m_folder.filePath("pop/001/beat_midi.txt")});
        QCOMPARE(outcome.code, 0);
        QCOMPARE(outcome.json()[QStringLiteral("recordings")].toInt(), 1);
        QCOMPARE(outcome.json()[QStringLiteral("bad")].toArray().size(), 1);
        QVERIFY(
            outcome.json()[QStringLiteral("means")].toObject().contains(QStringLiteral("beatF")));
    }

    void anArrangementIsWrittenInTime() {
        const QString wav = put(QStringLiteral("song.wav"), test::wavOf(m_song.sound));
        const QString mid = m_folder.filePath(QStringLiteral("song.mid"));
        const Outcome outcome = runCanto({QStringLiteral("arrange"), wav, QStringLiteral("--out"),
                                          mid, QStringLiteral("--json")});
        QCOMPARE(outcome.code, 0);
        const auto json = outcome.json();
        QVERIFY(json[QStringLiteral("onsetCorrelation")].toDouble() > 0.4);
        QVERIFY(json[QStringLiteral("analysis")].toObject().contains(QStringLiteral("chords")));
        const auto read = midi::readSmfFile(mid.toStdString());
        QVERIFY_RESULT(read);
        QCOMPARE(read->song.notes.size(), std::size_t(json[QStringLiteral("notes")].toInt()));
        QVERIFY(read->song.endSeconds() < m_song.beats.back() + 1);
    }

    void whatCannotBeArrangedIsToldAndLeavesNoFile_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("silence") << test::wavOf(std::vector<float>(22050 * 10))
                                 << QByteArray("silent");
        QTest::newRow("three seconds")
            << test::wavOf({m_song.sound.begin(), m_song.sound.begin() + 3 * 22050})
            << QByteArray("too short");
        QTest::newRow("no samples") << test::wavOf({}) << QByteArray("too short");
        QTest::newRow("text") << QByteArray("This is not sound at all, only words.")
                              << QByteArray("cannot be read");
        QTest::newRow("empty") << QByteArray() << QByteArray("cannot be read");
        QTest::newRow("cut short")
            << test::wavOf(m_song.sound).left(60000) << QByteArray("too short");
    }
    void whatCannotBeArrangedIsToldAndLeavesNoFile() {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, said);
        const QString wav = put(QStringLiteral("bad.wav"), bytes);
        const QString mid = m_folder.filePath(QStringLiteral("bad.mid"));
        const Outcome outcome =
            runCanto({QStringLiteral("arrange"), wav, QStringLiteral("--out"), mid});
        QCOMPARE(outcome.code, 2);
        QVERIFY(outcome.out.isEmpty());
        QVERIFY2(outcome.err.contains(said), outcome.err.constData());
        QVERIFY2(outcome.err.contains("bad.wav"), outcome.err.constData());
        QVERIFY(!QFile::exists(mid));
    }

    void aRecordingCutInTheMiddleIsArrangedAsFarAsItGoes() {
        const auto whole = test::wavOf(m_song.sound);
        const QString wav = put(QStringLiteral("half.wav"), whole.left(whole.size() / 2));
        const QString mid = m_folder.filePath(QStringLiteral("half.mid"));
        const Outcome outcome =
            runCanto({QStringLiteral("arrange"), wav, QStringLiteral("--out"), mid});
        QCOMPARE(outcome.code, 0);
        QVERIFY(QFile::exists(mid));
    }

    void anInterruptStopsAndLeavesNoFile() {
        // Half an hour, so that there is something to stop.
        std::vector<float> sound;
        while (sound.size() < std::size_t{22050} * 1800) {
            sound.insert(sound.end(), m_song.sound.begin(), m_song.sound.end());
        }
        const QString wav = put(QStringLiteral("long.wav"), test::wavOf(sound));
        const QString mid = m_folder.filePath(QStringLiteral("long.mid"));
        QProcess process;
        process.start(QStringLiteral(CANTO_BIN_DIR "/canto"),
                      {QStringLiteral("arrange"), wav, QStringLiteral("--out"), mid});
        QVERIFY(process.waitForStarted(test::kHungMs));
        QByteArray said; // the first progress line says that the work has begun
        QTRY_VERIFY((said += process.readAllStandardError()).contains("analysed"));
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(test::kHungMs));
        QCOMPARE(process.exitCode(), 1);
        QVERIFY(!QFile::exists(mid));
    }
};

QTEST_GUILESS_MAIN(TestCantoAnalyse)
#include "tst_canto_analyse.moc"
