// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/datasets/prepare.h"
#include "models/datasets/prepare_words.h"
#include "models/datasets/prepared_dataset.h"
#include "tests/support/test_support.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <set>

using namespace canto;
using namespace canto;
using tensors::PreparedDataset;

namespace {

/// A MIDI file with notes of a whole bar each, `bars` bars long, one track of events, 96 ticks a
/// quarter. Each channel is (channel, program, pitch).
struct Voice {
    int channel, program, pitch;
};

QByteArray midiFile(const std::vector<Voice>& voices, int bars, int numerator = 4) {
    QByteArray track;
    const auto event = [&track](std::initializer_list<int> bytes) {
        for (const int byte : bytes) {
            track.append(static_cast<char>(byte));
        }
    };
    event({0, 0xFF, 0x58, 4, numerator, 2, 24, 8});
    for (const Voice& voice : voices) {
        event({0, 0xC0 | voice.channel, voice.program});
    }
    for (int bar = 0; bar < bars; ++bar) {
        for (const Voice& voice : voices) {
            event({0, 0x90 | voice.channel, voice.pitch + bar, 90});
        }
        event({0x83, 0x00, 0xB0, 64, 0}); // 384 ticks later: a bar of 4/4
        for (const Voice& voice : voices) {
            event({0, 0x80 | voice.channel, voice.pitch + bar, 0});
        }
    }
    event({0, 0xFF, 0x2F, 0});
    QByteArray file("MThd\0\0\0\6\0\0\0\1\0\x60MTrk", 18);
    for (int shift = 24; shift >= 0; shift -= 8) {
        file.append(static_cast<char>(track.size() >> shift));
    }
    return file + track;
}

const std::vector<Voice> kBand{{9, 0, 36}, {1, 33, 40}, {2, 25, 60}, {3, 48, 72}};
const std::vector<Voice> kPiano{{0, 0, 60}};

} // namespace

class TestPrepare : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void init();
    void bandAndPianoBecomePhrases();
    void theRuleIsReportedByClass();
    void badFilesAreListedAndLeftOut();
    void theNumberOfThreadsDoesNotMatter();
    void hopAndLimitKeepFewer();
    void missingSplitsAreDrawnByArtist();
    void splitsAreFairInEveryClass();
    void largeGroupsStayInTraining();
    void foldersOfClassesAreDividedSongBySong();
    void foldersOfArtistsStayWhole();
    void theSecondOfTwoCopiesIsLeftOut();
    void everyKindOfMidiFileIsTaken();
    void labelsOfASpreadsheetNameFilesInEitherForm();
    void filesOfMacOsAreCounted();
    void aMissingSplitIsSaid();
    void wrongOptionsAreToldApart();
    void aCancelledRunLeavesNoFile();
    void theCommandPrintsItsReport();
    void theCommandRefusesWhatItCannotUse();

  private:
    void write(const char* name, const QByteArray& bytes) {
        QFile file(m_folder->filePath(QString::fromUtf8(name)));
        QVERIFY(QDir().mkpath(QFileInfo(file).path()));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(bytes);
    }
    QByteArray read(const char* name) {
        QFile file(m_folder->filePath(QString::fromUtf8(name)));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    PrepareOptions options() const {
        const std::filesystem::path folder(m_folder->path().toStdString());
        PrepareOptions options;
        options.labels = folder / "labels.csv";
        options.midi = folder;
        options.out = folder / "out.safetensors";
        return options;
    }
    std::unique_ptr<QTemporaryDir> m_folder;
};

void TestPrepare::init() {
    m_folder = std::make_unique<QTemporaryDir>();
    write("band.mid", midiFile(kBand, 4));
    write("piano – étude.mid", midiFile(kPiano, 5));
    write("waltz.mid", midiFile(kBand, 3, 3));
    write("labels.csv", "file,genre,artist,title,split\n"
                        "band.mid,rock,The Band,Song,train\n"
                        "piano – étude.mid,classical,,\"Étude, no. 1\",test\n"
                        "waltz.mid,rock,Others,Waltz,train\n");
}

void TestPrepare::bandAndPianoBecomePhrases() {
    const auto report = prepare(options(), {}, {});
    QVERIFY_RESULT(report);
    // Four bars: starts 0, 1, 2. Five: 0-3. The waltz lasts 9 quarters... 3 bars of 4/4 = 12
    // quarters = 4 bars of 3/4, 48 steps; from bar 1 (steps 12-43), bar 2 reaches the end (24-55).
    QCOMPARE(report->all.songs, std::size_t{3});
    QCOMPARE(report->all.phrases, std::size_t{3 + 4 + 3});
    QCOMPARE(report->all.strict, std::size_t{3});
    QCOMPARE(report->bySplit.at("test").phrases, std::size_t{4});
    QCOMPARE(report->byClass.at("rock").strictSongs, std::size_t{1});
    QVERIFY(report->bad.empty());
    QCOMPARE(report->drawnSplits, std::size_t{0});

    const auto set = PreparedDataset::open(options().out);
    QVERIFY_RESULT(set);
    QCOMPARE(set->classes(), (std::vector<std::string>{"classical", "rock"}));
    QCOMPARE(set->songs()[1].title, std::string("Étude, no. 1"));
    QCOMPARE(set->songs()[1].path, std::string("piano – étude.mid"));
    // Phrase 1 starts in bar 1 of the band: pitches one and two above the first.
    QCOMPARE(set->bar(1), 1);
    const auto phrase = set->phrase(1);
    const int first[] = {37, 41, 61, 73};
    for (std::size_t track = 0; track < 4; ++track) {
        QCOMPARE(int{phrase[track * 32]}, first[track]);
        QCOMPARE(phrase[track * 32 + 1], codec::kHold);
        QCOMPARE(int{phrase[track * 32 + 16]}, first[track] + 1);
    }
    // The piano's other tracks are silent.
    QCOMPARE(set->phrase(3)[0], codec::kSilence);
    QCOMPARE(int{set->phrase(3)[64]}, 60);
    QVERIFY(!set->strict(3));
}

void TestPrepare::theRuleIsReportedByClass() {
    const auto report = prepare(options(), {}, {});
    QVERIFY_RESULT(report);
    const auto& rock = report->rule.at("rock");
    QCOMPARE(rock.songs, std::size_t{2});
    QCOMPARE(rock.pass, std::size_t{1});
    QCOMPARE(rock.otherMetre, std::size_t{1});
    QCOMPARE(rock.only[0], std::size_t{1});
    const auto& classical = report->rule.at("classical");
    QCOMPARE(classical.pass, std::size_t{0});
    QCOMPARE(classical.missing, (std::array<std::size_t, 4>{1, 1, 0, 1}));
    QCOMPARE(classical.only, (std::array<std::size_t, 5>{}));
}

void TestPrepare::badFilesAreListedAndLeftOut() {
    write("page.mid", "<html><body>404</body></html>");
    write("empty.mid", "");
    write("silent.mid", midiFile({}, 2));
    write("labels.csv", "file,genre,split\npage.mid,a,train\nempty.mid,a,train\n"
                        "silent.mid,a,train\nband.mid,b,train\nnowhere.mid,b,train\n");
    const auto report = prepare(options(), {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->files, std::size_t{5});
    std::vector<std::string> bad;
    for (const auto& file : report->bad) {
        bad.push_back(file.path);
        QVERIFY(!file.reason.empty());
    }
    QCOMPARE(bad, (std::vector<std::string>{"page.mid", "empty.mid", "silent.mid", "nowhere.mid"}));
    const auto set = PreparedDataset::open(options().out);
    QVERIFY_RESULT(set);
    QCOMPARE(set->songs().size(), std::size_t{1});
    QCOMPARE(set->classes(), (std::vector<std::string>{"b"})); // no song of class a is left
}

void TestPrepare::theNumberOfThreadsDoesNotMatter() {
    QByteArray labels = "file,genre,artist,title,split\n";
    for (int i = 0; i < 40; ++i) {
        const QByteArray name = "song" + QByteArray::number(i) + ".mid";
        write(name.constData(), midiFile(i % 3 == 0 ? kPiano : kBand, 2 + i % 7));
        labels += name + ",g" + QByteArray::number(i % 4) + ",a" + QByteArray::number(i) + ",t,\n";
    }
    write("labels.csv", labels);
    auto one = options();
    one.threads = 1;
    QVERIFY(prepare(one, {}, {}).has_value());
    const QByteArray bytes = read("out.safetensors");
    QVERIFY(bytes.size() > 1000);
    auto four = options();
    four.threads = 4;
    std::size_t calls = 0;
    std::size_t last = 0;
    const auto report = prepare(four, {}, [&](std::size_t done, std::size_t total) {
        ++calls;
        last = std::max(last, done);
        QCOMPARE(total, std::size_t{40});
    });
    QVERIFY_RESULT(report);
    QCOMPARE(read("out.safetensors"), bytes);
    QCOMPARE(calls, std::size_t{40});
    QCOMPARE(last, std::size_t{40});
}

void TestPrepare::hopAndLimitKeepFewer() {
    write("labels.csv", "path,genre\nlong.mid,x\n");
    write("long.mid", midiFile(kBand, 11)); // starts 0 .. 9
    auto hop = options();
    hop.hop = 4;
    QVERIFY(prepare(hop, {}, {}).has_value());
    auto set = PreparedDataset::open(hop.out);
    QVERIFY_RESULT(set);
    QCOMPARE(set->size(), std::size_t{3}); // 0, 4, 8
    QCOMPARE(set->bar(2), 8);

    auto limit = options();
    limit.limit = 3;
    QVERIFY(prepare(limit, {}, {}).has_value());
    set = PreparedDataset::open(limit.out);
    QVERIFY_RESULT(set);
    QCOMPARE(set->size(), std::size_t{3}); // of ten: numbers 0, 3, 6
    QCOMPARE(set->bar(0), 0);
    QCOMPARE(set->bar(1), 3);
    QCOMPARE(set->bar(2), 6);
}

void TestPrepare::missingSplitsAreDrawnByArtist() {
    write("labels.csv", "file,genre,artist\nband.mid,a,Same\npiano – étude.mid,b,Same\n"
                        "waltz.mid,a,Other\n");
    const auto report = prepare(options(), {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->drawnSplits, std::size_t{3});
    const auto set = PreparedDataset::open(options().out);
    QVERIFY_RESULT(set);
    QCOMPARE(set->songs()[0].split, set->songs()[1].split);

    std::vector<SplitSong> songs;
    for (int i = 0; i < 2000; ++i) {
        songs.push_back({"artist " + std::to_string(i), {}});
    }
    const auto first = drawSplits(songs, 1);
    const auto second = drawSplits(songs, 2);
    QCOMPARE(std::count(first.begin(), first.end(), "train"), 1600);
    QCOMPARE(std::count(first.begin(), first.end(), "valid"), 200);
    QCOMPARE(std::count(first.begin(), first.end(), "test"), 200);
    int changed = 0;
    for (std::size_t i = 0; i < songs.size(); ++i) {
        changed += first[i] != second[i];
    }
    QVERIFY(changed > 200);
    // The order of the songs does not matter.
    std::reverse(songs.begin(), songs.end());
    auto reversed = drawSplits(songs, 1);
    std::reverse(reversed.begin(), reversed.end());
    QCOMPARE(reversed, first);
}

void TestPrepare::splitsAreFairInEveryClass() {
    std::vector<SplitSong> songs;
    for (const char* genre : {"jazz", "rock", "folk"}) {
        for (int i = 0; i < 10; ++i) {
            songs.push_back({genre + std::to_string(i), genre});
        }
    }
    for (int i = 0; i < 3; ++i) {
        songs.push_back({"few" + std::to_string(i), "few"}); // too few for a test song
    }
    const auto splits = drawSplits(songs, 1);
    std::map<std::string, std::map<std::string, int>> count;
    for (std::size_t i = 0; i < songs.size(); ++i) {
        ++count[songs[i].stratum][splits[i]];
    }
    const std::map<std::string, int> fair{{"test", 1}, {"train", 8}, {"valid", 1}};
    QCOMPARE(count["jazz"], fair);
    QCOMPARE(count["rock"], fair);
    QCOMPARE(count["folk"], fair);
    QCOMPARE(count["few"], (std::map<std::string, int>{{"train", 2}, {"valid", 1}}));
}

void TestPrepare::largeGroupsStayInTraining() {
    std::vector<SplitSong> songs(60, SplitSong{"large", {}});
    for (int i = 0; i < 40; ++i) {
        songs.push_back({"artist " + std::to_string(i / 2), {}});
    }
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        const auto splits = drawSplits(songs, seed);
        QCOMPARE(splits[0], std::string("train"));
        QCOMPARE(std::count(splits.begin(), splits.end(), "valid"), 10);
        QCOMPARE(std::count(splits.begin(), splits.end(), "test"), 10);
    }
}

void TestPrepare::foldersOfClassesAreDividedSongBySong() {
    for (const char* genre : {"jazz", "rock", "folk"}) {
        for (int i = 0; i < 10; ++i) {
            const auto name = "music/" + std::string(genre) + "/" + std::to_string(i) + ".mid";
            write(name.c_str(), midiFile({{0, 0, 40 + i}, {1, 33, 30 + genre[0] % 32}}, 3));
        }
    }
    auto folder = options();
    folder.labels.clear();
    folder.midi /= "music";
    const auto report = prepare(folder, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->bySplit.at("train").songs, std::size_t{24});
    QCOMPARE(report->bySplit.at("valid").songs, std::size_t{3});
    QCOMPARE(report->bySplit.at("test").songs, std::size_t{3});
    QCOMPARE(report->byClass.at("jazz").songs, std::size_t{10});
    QCOMPARE(report->warnings.size(), std::size_t{1});
    QVERIFY(report->warnings[0].find("--folders artist") != std::string::npos);

    // By artist there are three of them: none can be held out for test, and that is said.
    folder.folders = PrepareOptions::Folders::Artist;
    const auto artists = prepare(folder, {}, {});
    QVERIFY_RESULT(artists);
    QVERIFY(artists->byClass.contains(""));
    QVERIFY(!artists->bySplit.contains("test"));
    QCOMPARE(artists->warnings.size(), std::size_t{1});

    // The data of the Emotion space are divided in the same way.
    folder.folders = PrepareOptions::Folders::Auto;
    const auto words = prepareWords(folder, {}, {});
    QVERIFY_RESULT(words);
    QCOMPARE(words->bySplit.at("valid").songs, std::size_t{3});
    QCOMPARE(words->byClass.at("folk").songs, std::size_t{10});
}

void TestPrepare::foldersOfArtistsStayWhole() {
    for (int i = 0; i < 40; ++i) {
        const auto name = "music/" + std::to_string(i / 2) + "/" + std::to_string(i) + ".mid";
        write(name.c_str(), midiFile({{0, 0, 40 + i}}, 2));
    }
    auto folder = options();
    folder.labels.clear();
    folder.midi /= "music";
    const auto report = prepare(folder, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->bySplit.at("train").songs, std::size_t{32});
    const auto set = PreparedDataset::open(folder.out);
    QVERIFY_RESULT(set);
    QVERIFY(set->classes().empty());
    std::map<std::string, std::set<std::string>> splits;
    for (const auto& song : set->songs()) {
        splits[song.artist].insert(song.split);
    }
    QCOMPARE(splits.size(), std::size_t{20});
    for (const auto& [artist, used] : splits) {
        QCOMPARE(used.size(), std::size_t{1});
    }
}

void TestPrepare::theSecondOfTwoCopiesIsLeftOut() {
    write("copy.mid", read("band.mid"));
    write("labels.csv", "file,genre,split\nband.mid,a,train\ncopy.mid,b,test\n"
                        "piano – étude.mid,a,valid\nband.mid,c,valid\n");
    const auto report = prepare(options(), {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->all.songs, std::size_t{2});
    QCOMPARE(report->bad.size(), std::size_t{2});
    QCOMPARE(report->bad[0].path, std::string("copy.mid"));
    QCOMPARE(report->bad[0].reason, std::string("The same file as band.mid"));
    QCOMPARE(report->bad[1].path, std::string("band.mid"));
    const auto words = prepareWords(options(), {}, {});
    QVERIFY_RESULT(words);
    QCOMPARE(words->bad.size(), std::size_t{2});
}

void TestPrepare::everyKindOfMidiFileIsTaken() {
    const QByteArray plain = midiFile(kPiano, 7);
    QByteArray riff("RIFF");
    const auto little = [&riff](qsizetype value) {
        for (int shift = 0; shift < 32; shift += 8) {
            riff.append(static_cast<char>(value >> shift & 0xFF));
        }
    };
    little(plain.size() + 12 + plain.size() % 2);
    riff += "RMIDdata";
    little(plain.size());
    riff += plain + QByteArray(plain.size() % 2, '\0');
    write("kinds/a.mid", midiFile(kPiano, 2));
    write("kinds/b.kar", midiFile(kPiano, 3));
    write("kinds/c.rmi", riff);
    write("kinds/album.mid/d.MIDI", midiFile(kPiano, 4));
    write("kinds/._a.mid", "Mac OS X");
    write("kinds/notes.txt", "text");
    auto folder = options();
    folder.labels.clear();
    folder.midi /= "kinds";
    const auto report = prepare(folder, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->files, std::size_t{4});
    QVERIFY(report->bad.empty());
    QCOMPARE(report->all.songs, std::size_t{4});
}

void TestPrepare::labelsOfASpreadsheetNameFilesInEitherForm() {
    // Decomposed on the disk, composed in the table, which separates by semicolons.
    write("Dvor\u030ca\u0301k.mid", midiFile(kBand, 6));
    write("labels.csv", "path;genre;split\n"
                        "Dvo\u0159\u00e1k.mid;R&B;train\n"
                        "band.mid;R&B ;train\n");
    const auto report = prepare(options(), {}, {});
    QVERIFY_RESULT(report);
    QVERIFY(report->bad.empty());
    QCOMPARE(report->all.songs, std::size_t{2});
    QCOMPARE(report->byClass.size(), std::size_t{1});
    QCOMPARE(report->byClass.begin()->first, std::string("R&B"));
}

void TestPrepare::filesOfMacOsAreCounted() {
    write("mac/a.mid", midiFile(kPiano, 2));
    write("mac/._a.mid", "Mac OS X");
    write("mac/__MACOSX/a.mid", "Mac OS X");
    auto folder = options();
    folder.labels.clear();
    folder.midi /= "mac";
    const auto report = prepare(folder, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->files, std::size_t{1});
    QVERIFY(std::any_of(report->warnings.begin(), report->warnings.end(),
                        [](const auto& text) { return text.starts_with("2 files of macOS"); }));
}

void TestPrepare::aMissingSplitIsSaid() {
    write("labels.csv", "file,genre,split\nband.mid,a,train\npiano – étude.mid,a,Val\n"
                        "waltz.mid,a,later\n");
    const auto report = prepare(options(), {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->bySplit.at("valid").songs, std::size_t{1}); // "Val"
    std::string all;
    for (const auto& warning : report->warnings) {
        all += warning;
    }
    QCOMPARE(report->warnings.size(), std::size_t{3});
    QVERIFY(all.find("\"later\"") != std::string::npos);
    QVERIFY(all.find("\"test\"") != std::string::npos);
    QVERIFY(all.find("Only 1 of 3 songs") != std::string::npos);
}

void TestPrepare::wrongOptionsAreToldApart() {
    auto column = options();
    column.classColumn = "mood";
    const auto noColumn = prepare(column, {}, {});
    QVERIFY(!noColumn.has_value());
    QCOMPARE(noColumn.error().code, Error::Code::BadInput);
    QVERIFY(noColumn.error().message().find("mood") != std::string::npos);

    auto labels = options();
    labels.labels = labels.midi / "none.csv";
    const auto noLabels = prepare(labels, {}, {});
    QVERIFY(!noLabels.has_value());
    QCOMPARE(noLabels.error().code, Error::Code::NotFound);

    auto midi = options();
    midi.midi = midi.midi / "elsewhere";
    const auto noMusic = prepare(midi, {}, {});
    QVERIFY(!noMusic.has_value());
    QCOMPARE(noMusic.error().code, Error::Code::BadInput);
    QVERIFY(!std::filesystem::exists(midi.out));

    auto hop = options();
    hop.hop = 0;
    QVERIFY(!prepare(hop, {}, {}).has_value());
}

void TestPrepare::aCancelledRunLeavesNoFile() {
    const CancelToken cancel;
    const auto report =
        prepare(options(), cancel, [&](std::size_t, std::size_t) { cancel.cancel(); });
    QVERIFY(!report.has_value());
    QCOMPARE(report.error().code, Error::Code::Cancelled);
    QVERIFY(!std::filesystem::exists(options().out));
}

void TestPrepare::theCommandPrintsItsReport() {
    QProcess canto;
    canto.start(QStringLiteral(CANTO_BIN_DIR "/canto"),
                {QStringLiteral("prepare"), QStringLiteral("--labels"),
                 m_folder->filePath(QStringLiteral("labels.csv")), QStringLiteral("--out"),
                 m_folder->filePath(QStringLiteral("cli.safetensors")),
                 QStringLiteral("--class-column"), QStringLiteral("Artist")});
    QVERIFY(canto.waitForFinished(test::kHungMs));
    QCOMPARE(canto.exitCode(), 0);
    const auto json = QJsonDocument::fromJson(canto.readAllStandardOutput()).object();
    QCOMPARE(json[QStringLiteral("songs")].toInt(), 3);
    QCOMPARE(json[QStringLiteral("phrases")].toInt(), 10);
    const auto rule = json[QStringLiteral("songRule")].toObject();
    QCOMPARE(rule[QStringLiteral("The Band")].toObject()[QStringLiteral("pass")].toInt(), 1);
    const auto set = PreparedDataset::open(options().midi / "cli.safetensors");
    QVERIFY_RESULT(set);
    QCOMPARE(set->classColumn(), std::string("artist"));
    QCOMPARE(set->classes(), (std::vector<std::string>{"Others", "The Band"}));
}

void TestPrepare::theCommandRefusesWhatItCannotUse() {
    QProcess canto;
    canto.start(QStringLiteral(CANTO_BIN_DIR "/canto"),
                {QStringLiteral("prepare"), QStringLiteral("--labels"),
                 m_folder->filePath(QStringLiteral("none.csv")), QStringLiteral("--out"),
                 m_folder->filePath(QStringLiteral("x"))});
    QVERIFY(canto.waitForFinished(test::kHungMs));
    QCOMPARE(canto.exitCode(), 2);
    QVERIFY(canto.readAllStandardOutput().isEmpty());
    QVERIFY(canto.readAllStandardError().contains("none.csv"));
}

QTEST_GUILESS_MAIN(TestPrepare)
#include "tst_prepare.moc"
