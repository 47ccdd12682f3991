// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/latents/npy.h"
#include "core/latents/npz_file.h"
#include "models/datasets/pianoroll_npz.h"
#include "models/datasets/prepare.h"
#include "models/datasets/prepared_dataset.h"
#include "tests/support/test_support.h"

#include <QByteArray>
#include <QTemporaryDir>
#include <fstream>

using namespace canto;
using namespace canto::latents;

namespace {

template <class T>
std::string bytesOf(T value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// CRC-32 bit by bit, as in the specification.
std::uint32_t checksum(const std::string& bytes) {
    std::uint32_t crc = 0xFFFFFFFF;
    for (const char c : bytes) {
        crc ^= static_cast<unsigned char>(c);
        for (int bit = 0; bit < 8; ++bit) {
            crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xEDB88320 : 0);
        }
    }
    return ~crc;
}

enum class Packing { Stored, Deflated };

std::string zipOf(const std::vector<std::pair<std::string, std::string>>& entries,
                  Packing packing) {
    std::string file;
    std::string list;
    for (const auto& [name, content] : entries) {
        std::string body = content;
        if (packing == Packing::Deflated) {
            // Qt gives four bytes of size, two of zlib's header, the stream, four of a checksum.
            const auto packed = qCompress(QByteArray::fromStdString(content));
            body = packed.mid(6, packed.size() - 10).toStdString();
        }
        const std::uint16_t method = packing == Packing::Deflated ? 8 : 0;
        const std::string common =
            bytesOf<std::uint16_t>(20) + bytesOf<std::uint16_t>(0) + bytesOf(method) +
            bytesOf<std::uint32_t>(0) + bytesOf(checksum(content)) +
            bytesOf(static_cast<std::uint32_t>(body.size())) +
            bytesOf(static_cast<std::uint32_t>(content.size())) +
            bytesOf(static_cast<std::uint16_t>(name.size())) + bytesOf<std::uint16_t>(0);
        list += "PK\x01\x02" + bytesOf<std::uint16_t>(20) + common + bytesOf<std::uint16_t>(0) +
                bytesOf<std::uint16_t>(0) + bytesOf<std::uint16_t>(0) + bytesOf<std::uint32_t>(0) +
                bytesOf(static_cast<std::uint32_t>(file.size())) + name;
        file += "PK\x03\x04" + common + name + body;
    }
    const auto begin = static_cast<std::uint32_t>(file.size());
    const auto count = static_cast<std::uint16_t>(entries.size());
    return file + list + "PK\x05\x06" + bytesOf<std::uint32_t>(0) + bytesOf(count) +
           bytesOf(count) + bytesOf(static_cast<std::uint32_t>(list.size())) + bytesOf(begin) +
           bytesOf<std::uint16_t>(0);
}

std::string npy(const std::string& kind, std::size_t count, const std::string& body) {
    std::string header = "{'descr': '" + kind + "', 'fortran_order': False, 'shape': (" +
                         std::to_string(count) + ",), }";
    while ((10 + header.size()) % 64 != 63) {
        header += ' ';
    }
    header += '\n';
    return "\x93NUMPY" + std::string("\x01\x00", 2) +
           bytesOf(static_cast<std::uint16_t>(header.size())) + header + body;
}

template <class T>
std::string npy(const std::string& kind, const std::vector<T>& values) {
    std::string body;
    for (const T value : values) {
        body += bytesOf(value);
    }
    return npy(kind, values.size(), body);
}

struct Run {
    int pitch, begin, end, velocity;
};

/// The sparse columns of a roll, as scipy and pypianoroll write them.
void addRoll(std::vector<std::pair<std::string, std::string>>& entries, int number,
             const std::vector<Run>& runs) {
    std::vector<std::uint8_t> velocities;
    std::vector<std::int32_t> steps;
    std::vector<std::int32_t> begins = {0};
    for (int pitch = 0; pitch < 128; ++pitch) {
        for (const auto& run : runs) {
            for (int step = run.begin; run.pitch == pitch && step < run.end; ++step) {
                velocities.push_back(static_cast<std::uint8_t>(run.velocity));
                steps.push_back(step);
            }
        }
        begins.push_back(static_cast<std::int32_t>(steps.size()));
    }
    const std::string prefix = "pianoroll_" + std::to_string(number) + "_csc_";
    entries.emplace_back(prefix + "data.npy", npy("|u1", velocities));
    entries.emplace_back(prefix + "indices.npy", npy("<i4", steps));
    entries.emplace_back(prefix + "indptr.npy", npy("<i4", begins));
}

/// Two bars (24 steps a beat) of five tracks, as LPD-5 has them.
/// @param tune  pitch of the last track: songs of other tunes are not copies of each other.
std::vector<std::pair<std::string, std::string>> fiveTracks(int tune = 67) {
    std::vector<std::pair<std::string, std::string>> entries = {
        {"info.json",
         R"({"beat_resolution": 24, "name": "made up",
             "0": {"program": 0, "is_drum": true, "name": "Drums"},
             "1": {"program": 0, "is_drum": false, "name": "Piano"},
             "2": {"program": 24, "is_drum": false, "name": "Guitar"},
             "3": {"program": 32, "is_drum": false, "name": "Bass"},
             "4": {"program": 48, "is_drum": false, "name": "Strings"}})"},
        {"tempo.npy", npy<double>("<f8", {90.0, 90.0})}};
    std::vector<Run> drums;
    std::vector<Run> bass;
    for (int beat = 0; beat < 8; ++beat) {
        drums.push_back({36, beat * 24, beat * 24 + 6, 100});
        bass.push_back({40, beat * 24, beat * 24 + 24, beat % 2 == 0 ? 90 : 70});
    }
    addRoll(entries, 0, drums);
    addRoll(entries, 1, {{60, 0, 96, 80}, {64, 96, 192, 80}});
    addRoll(entries, 2, {{72, 48, 60, 1}});
    addRoll(entries, 3, bass);
    addRoll(entries, 4, {{tune, 0, 192, 64}});
    return entries;
}

void write(const std::filesystem::path& path, const std::string& bytes) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
}

} // namespace

class TestPianorollNpz : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void rollsBecomeNotes();
    void numbersOfEveryKindAreRead();
    void damageIsToldNotFollowed();
    void aFolderOfRollsIsPreparedWithoutLabels();
};

void TestPianorollNpz::rollsBecomeNotes() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath(QStringLiteral("a.npz")).toStdString();
    for (const auto packing : {Packing::Stored, Packing::Deflated}) {
        write(path, zipOf(fiveTracks(), packing));
        const auto song = readPianorollNpz(path);
        QVERIFY_RESULT(song);
        QCOMPARE(song->tracks.size(), std::size_t(5));
        QCOMPARE(song->tracks[3].name, std::string("Bass"));
        QCOMPARE(song->notes.size(), std::size_t(8 + 2 + 1 + 8 + 1));
        QVERIFY(std::abs(song->tempo.bpmAt(0) - 90) < 1e-3);
        const auto of = [&](std::uint16_t track) {
            std::vector<music::Note> notes;
            for (const auto& note : song->notes) {
                if (note.track == track) {
                    notes.push_back(note);
                }
            }
            return notes;
        };
        QVERIFY(of(0).front().isDrum());
        QCOMPARE(of(0)[1].start, music::Tick(480));  // the second beat
        QCOMPARE(of(0)[1].length, music::Tick(120)); // 6 of 24 steps a beat
        QCOMPARE(of(1)[1].start, music::Tick(4 * 480));
        QCOMPARE(of(2)[0].velocity, std::uint8_t(80)); // a boolean roll says nothing of loudness
        QCOMPARE(of(3).size(), std::size_t(8));        // another velocity is another note
        QCOMPARE(of(3)[1].velocity, std::uint8_t(70));
        QCOMPARE(of(4)[0].program, std::uint8_t(48));
    }
}

void TestPianorollNpz::numbersOfEveryKindAreRead() {
    const std::vector<double> expected = {0, 1, 100};
    QCOMPARE(*npyNumbers(npy<std::int64_t>("<i8", {0, 1, 100}), "a"), expected);
    QCOMPARE(*npyNumbers(npy<std::int32_t>("<i4", {0, 1, 100}), "a"), expected);
    QCOMPARE(*npyNumbers(npy<std::int16_t>("<i2", {0, 1, 100}), "a"), expected);
    QCOMPARE(*npyNumbers(npy<std::uint8_t>("|u1", {0, 1, 100}), "a"), expected);
    QCOMPARE(*npyNumbers(npy<float>("<f4", {0, 1, 100}), "a"), expected);
    QVERIFY(!npyNumbers(npy<std::int32_t>(">i4", {0}), "a")); // big-endian
    QVERIFY(!npyNumbers(npy("<i4", 4, "abcd"), "a"));         // four said, one there
    QVERIFY(!npyNumbers(npy("<i4", 99999999999999, ""), "a"));
    QVERIFY(!npyNumbers("NUMPY", "a"));
}

void TestPianorollNpz::damageIsToldNotFollowed() {
    const auto whole = zipOf(fiveTracks(), Packing::Deflated);
    QVERIFY_RESULT(ZipArchive::parse(whole, "a"));
    for (std::size_t size = 0; size < whole.size(); size += 7) {
        QVERIFY(!ZipArchive::parse(std::string_view(whole).substr(0, size), "a"));
    }
    // A flipped bit is refused or leaves everything as it was (dates, versions).
    const auto entries = ZipArchive::parse(whole, "a")->entries();
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto other = whole;
        other[at] = static_cast<char>(other[at] ^ 0x10);
        const auto archive = ZipArchive::parse(other, "a");
        if (archive) {
            for (const auto& [name, content] : archive->entries()) {
                const auto same = entries.find(name);
                QVERIFY(same == entries.end() || same->second == content); // or another name
            }
        }
    }
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath(QStringLiteral("a.npz")).toStdString();
    auto parts = fiveTracks();
    parts.erase(parts.begin() + 3); // the steps of the drums
    write(path, zipOf(parts, Packing::Stored));
    const auto song = readPianorollNpz(path);
    QVERIFY(!song);
    QCOMPARE(song.error().code, Error::Code::BadFile);
    QVERIFY(song.error().message().find("pianoroll_0_csc_indices") != std::string::npos);
    QVERIFY(!readPianorollNpz(path.parent_path() / "missing.npz"));
}

void TestPianorollNpz::aFolderOfRollsIsPreparedWithoutLabels() {
    QTemporaryDir folder;
    const std::filesystem::path root(folder.path().toStdString());
    const auto bytes = [](int tune) { return zipOf(fiveTracks(tune), Packing::Deflated); };
    write(root / "in" / "A" / "TR1" / "x.npz", bytes(67));
    write(root / "in" / "A" / "TR1" / "y.npz", bytes(68));
    write(root / "in" / "B" / "TR2" / "z.npz", bytes(69));
    write(root / "in" / "B" / "TR2" / "broken.npz", bytes(67).substr(0, 200));
    PrepareOptions options;
    options.midi = root / "in";
    options.out = root / "out.safetensors";
    const auto report = prepare(options, {}, {});
    QVERIFY_RESULT(report);
    QCOMPARE(report->files, std::size_t(4));
    QCOMPARE(report->bad.size(), std::size_t(1));
    const auto dataset = tensors::PreparedDataset::open(options.out);
    QVERIFY_RESULT(dataset);
    QCOMPARE(dataset->songs().size(), std::size_t(3));
    QVERIFY(dataset->strict(0)); // all four tracks sound in both bars
    QCOMPARE(dataset->classOf(0), -1);
    // Versions of one song lie in one folder and go to one split.
    QCOMPARE(dataset->songs()[0].split, dataset->songs()[1].split);
    PrepareOptions empty;
    empty.midi = root / "nothing";
    QVERIFY(!prepare(empty, {}, {}));
}

QTEST_APPLESS_MAIN(TestPianorollNpz)
#include "tst_pianoroll_npz.moc"
