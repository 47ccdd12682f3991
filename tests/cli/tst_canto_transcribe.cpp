// SPDX-License-Identifier: GPL-3.0-or-later
// `canto transcribe` and `canto import-weights` as a stranger meets them. The network is not part
// of the program: what must work without it is tested here.

#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"
#include "tests/support/made_song.h"
#include "tests/support/made_wav.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>

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
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("CANTO_NOTE_NETWORK"), QStringLiteral("none"));
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(CANTO_BIN_DIR "/canto"), words);
    process.waitForFinished(test::kHungMs);
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

} // namespace

class TestCantoTranscribe : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    test::MadeSong m_song = test::makeSong({});

    QString put(const QString& name, const QByteArray& bytes) {
        return test::put(m_folder.filePath(name), bytes);
    }
    QString path(const char* name) const { return m_folder.filePath(QLatin1String(name)); }

  private Q_SLOTS:
    void withoutANetworkTheLinesAreWrittenAndItIsSaid() {
        const QString wav = put(QStringLiteral("song.wav"), test::wavOf(m_song.sound));
        const QString mid = path("song.mid");
        const Outcome outcome =
            runCanto({QStringLiteral("transcribe"), wav, QStringLiteral("--out"), mid});
        QVERIFY2(outcome.code == 0, outcome.err.constData());
        const auto json = outcome.json();
        QCOMPARE(json[QStringLiteral("frontEnd")].toString(),
                 QStringLiteral("melody and bass lines"));
        QCOMPARE(json[QStringLiteral("timing")].toString(), QStringLiteral("quantised"));
        const QByteArray remarks =
            QJsonDocument(json[QStringLiteral("remarks")].toArray()).toJson();
        QVERIFY2(remarks.contains("not installed"), remarks.constData());
        QVERIFY2(remarks.contains("canto import-weights"), remarks.constData());
        const auto read = midi::readSmfFile(mid.toStdString());
        QVERIFY_RESULT(read);
        QCOMPARE(read->song.notes.size(), std::size_t(json[QStringLiteral("notes")].toInt()));
        QVERIFY(read->song.notes.size() > 40);
        // In the time of the recording: 0.6 s a beat, notes on sixteenths of a beat.
        QVERIFY(std::fabs(read->song.tempo.bpmAt(read->song.endTick() / 2) - 100) < 8);
        QVERIFY(read->song.endSeconds() < m_song.beats.back() + 1);
        for (const auto& note : read->song.notes) {
            QCOMPARE(note.start % 10, music::Tick(0)); // steps of 120 or 160, a lead of 30s
        }
        // The bass plays the roots C, A, F, G.
        int right = 0, bass = 0;
        for (const auto& note : read->song.notes) {
            if (read->song.tracks[note.track].name == "Bass") {
                ++bass;
                const int pitch = note.pitch % 12;
                right += pitch == 0 || pitch == 9 || pitch == 5 || pitch == 7;
            }
        }
        QVERIFY(bass > 8);
        QVERIFY2(right > 0.8 * bass, qPrintable(QStringLiteral("%1 of %2").arg(right).arg(bass)));
    }

    void notesAreComparedWithAScore() {
        const QString wav = put(QStringLiteral("song.wav"), test::wavOf(m_song.sound));
        const Outcome first = runCanto({QStringLiteral("transcribe"), wav, QStringLiteral("--out"),
                                        path("one.mid"), QStringLiteral("--as-played")});
        QVERIFY2(first.code == 0, first.err.constData());
        QCOMPARE(first.json()[QStringLiteral("timing")].toString(), QStringLiteral("as played"));
        // Against itself everything is right.
        const Outcome again =
            runCanto({QStringLiteral("transcribe"), wav, QStringLiteral("--out"), path("two.mid"),
                      QStringLiteral("--as-played"), QStringLiteral("--notes"), path("one.mid"),
                      QStringLiteral("--json")});
        QVERIFY2(again.code == 0, again.err.constData());
        const auto json = again.json();
        const auto measures = json[QStringLiteral("measures")].toObject();
        QCOMPARE(measures[QStringLiteral("written")].toObject()[QStringLiteral("noteF")].toDouble(),
                 1.0);
        QVERIFY(json[QStringLiteral("detected")].toArray().size() >=
                json[QStringLiteral("notes")].toInt());
        QVERIFY(json[QStringLiteral("analysis")].toObject().contains(QStringLiteral("chords")));
    }

    void whatCannotBeTranscribedSaysWhyAndLeavesNoFile_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QByteArray>("said");
        QTest::newRow("silence") << test::wavOf(std::vector<float>(22050 * 10))
                                 << QByteArray("silent");
        QTest::newRow("not sound") << QByteArray("only words") << QByteArray("cannot be read");
    }
    void whatCannotBeTranscribedSaysWhyAndLeavesNoFile() {
        QFETCH(QByteArray, bytes);
        QFETCH(QByteArray, said);
        const QString wav = put(QStringLiteral("bad.wav"), bytes);
        const QString mid = path("bad.mid");
        const Outcome outcome =
            runCanto({QStringLiteral("transcribe"), wav, QStringLiteral("--out"), mid});
        QVERIFY(outcome.code != 0);
        QVERIFY2(outcome.err.contains(said), outcome.err.constData());
        QVERIFY2(outcome.err.contains("bad.wav"), outcome.err.constData());
        QVERIFY(!QFile::exists(mid));
    }

    void optionsThatExcludeEachOtherAreRefused() {
        const QString wav = put(QStringLiteral("song.wav"), test::wavOf(m_song.sound));
        const Outcome outcome =
            runCanto({QStringLiteral("transcribe"), wav, QStringLiteral("--out"), path("x.mid"),
                      QStringLiteral("--as-played"), QStringLiteral("--quantise")});
        QCOMPARE(outcome.code, 2);
    }

    void foldersWithoutTheModelAreRefusedInWords() {
        QDir().mkpath(path("empty"));
        const QString out = path("weights.safetensors");
        const auto import = [&](const QString& folder) {
            return runCanto({QStringLiteral("import-weights"), QStringLiteral("basic-pitch"),
                             folder, QStringLiteral("--out"), out});
        };
        const Outcome empty = import(path("empty"));
        QVERIFY(empty.code != 0);
        QVERIFY2(empty.err.contains("model.json"), empty.err.constData());
        put(QStringLiteral("empty/model.json"),
            R"({"weightsManifest": [{"paths": ["a.bin"], "weights": []}]})");
        put(QStringLiteral("empty/a.bin"), "");
        const Outcome other = import(path("empty"));
        QVERIFY(other.code != 0);
        QVERIFY2(other.err.contains("lacks the tensor"), other.err.constData());
        QVERIFY(!QFile::exists(out));
        QCOMPARE(
            runCanto({QStringLiteral("import-weights"), QStringLiteral("another"), path("empty")})
                .code,
            2);
    }
};

QTEST_GUILESS_MAIN(TestCantoTranscribe)
#include "tst_canto_transcribe.moc"
