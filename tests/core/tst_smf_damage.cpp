// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random.h"
#include "core/midi/smf_limits.h"
#include "core/midi/smf_reader.h"
#include "core/midi/smf_writer.h"
#include "tests/support/smf_kinds.h"
#include "tests/support/test_support.h"

#include <algorithm>
#include <set>

using namespace canto;
using namespace canto::test;
using midi::readSmf;
using midi::Repair;

/// Faulty and malicious files: none may do harm, few may be refused.
class TestSmfDamage : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void kinds_data();
    void kinds();
    void kindsAreSeventyTwo();
    void everyPrefixIsReadOrRefused();
    void twentyThousandMutants();
    void bombs_data();
    void bombs();
    void manyProgramsAndNotesInOneTick();
};

namespace {

/// The invariants of every song that the reader returns; empty, or the one that is violated.
QString brokenRule(const midi::MidiFile& file) {
    const music::Song& song = file.song;
    if (song.ticksPerQuarter < 1 || song.tracks.empty() || song.tracks.size() > midi::kMaxTracks) {
        return "header";
    }
    const music::Note* last = nullptr;
    for (const music::Note& note : song.notes) {
        if (note.length < 1 || note.start < 0 || note.track >= song.tracks.size() ||
            note.pitch > 127 || note.velocity < 1 || note.velocity > 127 || note.channel > 15 ||
            note.program > 127) {
            return "note out of range";
        }
        if (last != nullptr && std::tie(last->start, last->track, last->channel, last->pitch) >
                                   std::tie(note.start, note.track, note.channel, note.pitch)) {
            return "notes out of order";
        }
        if (!(note.startSeconds >= 0) || !(note.lengthSeconds >= 0) ||
            note.endSeconds() > midi::kMaxSeconds + 1e3 ||
            note.startSeconds != song.tempo.secondsAt(note.start)) {
            return "seconds of a note";
        }
        last = &note;
    }
    const auto byTick = [](const auto& a, const auto& b) { return a.tick < b.tick; };
    if (!std::is_sorted(song.events.begin(), song.events.end(), byTick) ||
        !std::is_sorted(song.metas.begin(), song.metas.end(), byTick) ||
        !std::is_sorted(song.sysex.begin(), song.sysex.end(), byTick)) {
        return "events out of order";
    }
    for (const Repair& repair : file.repairs.entries()) {
        if (repair.text.empty() || repair.count == 0) {
            return "repair without words";
        }
    }
    return {};
}

std::vector<Bytes> examples() {
    std::vector<Bytes> files;
    for (const SmfKind& kind : smfKinds()) {
        if (kind.notes > 0) {
            files.push_back(kind.bytes);
        }
    }
    return files;
}

/// Whether there is a header and, after it, the whole head of a track.
bool holdsTrack(const Bytes& bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const std::size_t header = text.find("MThd");
    const std::size_t track = header == text.npos ? text.npos : text.find("MTrk", header + 14);
    return track != text.npos && track + 8 <= text.size();
}

void mutate(Bytes& bytes, Random& random) {
    for (std::uint64_t edits = 1 + random.below(8); edits > 0 && !bytes.empty(); --edits) {
        const std::size_t at = random.below(bytes.size());
        const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
        const std::size_t length = std::min<std::size_t>(1 + random.below(16), bytes.size() - at);
        switch (random.below(6)) {
        case 0:
            *place = static_cast<std::uint8_t>(random.next());
            break;
        case 1:
            *place ^= static_cast<std::uint8_t>(1u << random.below(8));
            break;
        case 2:
            bytes.insert(place, static_cast<std::uint8_t>(random.next()));
            break;
        case 3:
            bytes.erase(place, place + static_cast<std::ptrdiff_t>(length));
            break;
        case 4: {
            const Bytes block(place, place + static_cast<std::ptrdiff_t>(length));
            bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(random.below(bytes.size())),
                         block.begin(), block.end());
            break;
        }
        default: {
            static constexpr std::uint8_t kTelling[] = {0x00, 0x7F, 0x80, 0xF0, 0xF7, 0xFF, 0x2F};
            *place = kTelling[random.below(std::size(kTelling))];
            break;
        }
        }
    }
}

} // namespace

void TestSmfDamage::kinds_data() {
    QTest::addColumn<int>("index");
    int index = 0;
    for (const SmfKind& kind : smfKinds()) {
        QTest::newRow(kind.name.c_str()) << index++;
    }
}

void TestSmfDamage::kinds() {
    QFETCH(int, index);
    const SmfKind kind = smfKinds()[static_cast<std::size_t>(index)];
    const auto file = readSmf(kind.bytes);
    if (kind.notes < 0) {
        QVERIFY(!file);
        QVERIFY(file.error().code == Error::Code::BadFile);
        QVERIFY(file.error().where.find("byte") != std::string::npos);
        return;
    }
    QVERIFY_RESULT(file);
    QCOMPARE(int(file->song.notes.size()), kind.notes);
    QCOMPARE(int(file->song.events.size()), kind.channelEvents);
    QCOMPARE(int(file->song.sysex.size()), kind.sysex);
    QCOMPARE(int(file->song.metas.size()), kind.metas);
    QCOMPARE(brokenRule(*file), QString());
    if (kind.repair) {
        QVERIFY2(file->repairs.count(*kind.repair) > 0, midi::repairName(*kind.repair));
    } else {
        QVERIFY(file->repairs.empty());
    }
    if (kind.notes == 8) { // the scale, whole
        for (std::size_t i = 0; i < 8; ++i) {
            const music::Note& note = file->song.notes[i];
            QCOMPARE(note.start, music::Tick(96 * i));
            QCOMPARE(note.length, music::Tick(96));
            QCOMPARE(int(note.pitch), (std::array{60, 62, 64, 65, 67, 69, 71, 72})[i]);
            QCOMPARE(int(note.velocity), 64);
        }
    }
}

void TestSmfDamage::kindsAreSeventyTwo() {
    const auto kinds = smfKinds();
    QCOMPARE(kinds.size(), std::size_t(72));
    std::set<std::string> names;
    std::set<std::string> contents;
    for (const SmfKind& kind : kinds) {
        names.insert(kind.name);
        contents.insert(std::string(kind.bytes.begin(), kind.bytes.end()));
    }
    QCOMPARE(names.size(), kinds.size());
    QCOMPARE(contents.size(), kinds.size());
}

void TestSmfDamage::everyPrefixIsReadOrRefused() {
    const auto files = examples();
    for (const std::size_t pick : {0u, 7u, 14u, 30u, 45u}) {
        const Bytes& whole = files.at(pick);
        const auto all = readSmf(whole);
        QVERIFY_RESULT(all);
        std::size_t last = 0;
        for (std::size_t length = 0; length < whole.size(); ++length) {
            // A copy of its own, so that a sanitizer sees a read past its end.
            const Bytes prefix(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
            const auto part = readSmf(prefix);
            if (!part) {
                QVERIFY(!part.error().what.empty());
                QCOMPARE(last, std::size_t(0)); // once a track has begun, nothing is refused
                continue;
            }
            QCOMPARE(brokenRule(*part), QString());
            QVERIFY(part->song.notes.size() >= last);
            QVERIFY(part->song.notes.size() <= all->song.notes.size());
            QVERIFY(!part->repairs.empty());
            last = part->song.notes.size();
        }
    }
}

void TestSmfDamage::twentyThousandMutants() {
    const auto files = examples();
    Random random(20261121);
    int accepted = 0;
    for (int i = 0; i < 20000; ++i) {
        Bytes mutant = files[random.below(files.size())];
        mutate(mutant, random);
        const auto file = readSmf(mutant);
        if (!file) {
            QVERIFY2(!holdsTrack(mutant), file.error().message().c_str());
            continue;
        }
        ++accepted;
        const QString broken = brokenRule(*file);
        QVERIFY2(broken.isEmpty(), qPrintable(broken));
        // A repaired file is valid: written and read again it is the same music.
        const auto again = readSmf(midi::writeSmf(file->song));
        QVERIFY_RESULT(again);
        QVERIFY(again->song.notes == file->song.notes);
        QVERIFY(again->song.events == file->song.events);
        QVERIFY(again->song.metas == file->song.metas);
        QVERIFY(again->song.tempo.changes() == file->song.tempo.changes());
        QVERIFY(again->repairs.empty());
    }
    // The rest lost the one header or the one "MTrk" that these small files have.
    QVERIFY2(accepted > 13000, qPrintable(QString::number(accepted)));
}

void TestSmfDamage::bombs_data() {
    QTest::addColumn<int>("bomb");
    QTest::newRow("largest delta") << 0;
    QTest::newRow("65,535 tracks declared") << 1;
    QTest::newRow("65,535 tracks") << 2;
    QTest::newRow("tempo 0 and 1") << 3;
    QTest::newRow("ten million events") << 4;
    QTest::newRow("million texts") << 5;
    QTest::newRow("length of 2^28 - 1") << 6;
    QTest::newRow("too large") << 7;
    QTest::newRow("endless number") << 8;
}

void TestSmfDamage::bombs() {
    QFETCH(int, bomb);
    const auto repeated = [](const Bytes& unit, std::size_t times) {
        Bytes all;
        all.reserve(unit.size() * times);
        for (std::size_t i = 0; i < times; ++i) {
            all.insert(all.end(), unit.begin(), unit.end());
        }
        return all;
    };
    switch (bomb) {
    case 0: { // 16 days at 96 ticks a quarter: what lies there is left out
        const auto file = readSmf(
            oneTrack(quarter(60) + Bytes{0xFF, 0xFF, 0xFF, 0x7F, 0x90, 60, 64, 0x60, 60, 0}));
        QVERIFY_RESULT(file);
        QCOMPARE(file->song.notes.size(), std::size_t(1));
        QVERIFY(file->repairs.count(Repair::Kind::AfterTimeLimit) > 0);
        break;
    }
    case 1: {
        const auto file = readSmf(header(1, 65535) + track(scale()));
        QVERIFY_RESULT(file);
        QCOMPARE(file->song.tracks.size(), std::size_t(1));
        break;
    }
    case 2: {
        const auto file = readSmf(header(1, 65535) + repeated(track(quarter(60)), 65535));
        QVERIFY(!file);
        QVERIFY(file.error().code == Error::Code::TooLarge);
        break;
    }
    case 3: {
        const auto file =
            readSmf(oneTrack(meta(0x51, {0, 0, 0}) + meta(0x51, {0, 0, 1}) + scale()));
        QVERIFY_RESULT(file);
        QCOMPARE(file->song.notes.size(), std::size_t(8));
        QCOMPARE(file->song.notes[1].startSeconds, 1e-6);
        break;
    }
    case 4: {
        const auto file =
            readSmf(oneTrack(Bytes{0x00, 0x90, 60, 64} + repeated({0x00, 60, 64}, 10'000'000)));
        QVERIFY(!file);
        QVERIFY(file.error().code == Error::Code::TooLarge);
        QVERIFY(file.error().where.find("byte") != std::string::npos);
        break;
    }
    case 5: {
        const auto file = readSmf(oneTrack(repeated({0x00, 0xFF, 0x01, 0x00}, 1'000'000)));
        QVERIFY(!file);
        QVERIFY(file.error().code == Error::Code::TooLarge);
        break;
    }
    case 6: {
        const auto file =
            readSmf(oneTrack(scale() + Bytes{0x00, 0xFF, 0x01, 0xFF, 0xFF, 0xFF, 0x7F}));
        QVERIFY_RESULT(file);
        QCOMPARE(file->song.notes.size(), std::size_t(8));
        QVERIFY(file->repairs.count(Repair::Kind::CutEvent) > 0);
        break;
    }
    case 7: {
        Bytes large = oneTrack(scale());
        large.resize(midi::kMaxFileBytes + 1);
        const auto file = readSmf(large);
        QVERIFY(!file);
        QVERIFY(file.error().code == Error::Code::TooLarge);
        break;
    }
    default: {
        const auto file = readSmf(oneTrack(scale() + Bytes(1'000'000, 0x80)));
        QVERIFY_RESULT(file);
        QCOMPARE(file->song.notes.size(), std::size_t(8));
        break;
    }
    }
}

void TestSmfDamage::manyProgramsAndNotesInOneTick() {
    // Quadratic work here would take hours: the watchdog of the test program would end it.
    Bytes events{0x00, 0x90, 60, 64};
    for (int i = 0; i < 300'000; ++i) {
        events.insert(events.end(), {0x00, static_cast<std::uint8_t>(127 - i % 128), 64});
    }
    events.insert(events.end(), {0x00, 0xC0, 1});
    for (int i = 0; i < 300'000; ++i) {
        events.insert(events.end(), {0x00, static_cast<std::uint8_t>(i % 128)});
    }
    const auto file = readSmf(header(1, 2) + track(events) + track(scale()));
    QVERIFY_RESULT(file);
    QCOMPARE(file->song.notes.size(), std::size_t(300'009));
    QCOMPARE(int(file->song.notes[0].program), 0);
    QCOMPARE(brokenRule(*file), QString());
    QVERIFY_RESULT(readSmf(midi::writeSmf(file->song)));
}

QTEST_APPLESS_MAIN(TestSmfDamage)
#include "tst_smf_damage.moc"
