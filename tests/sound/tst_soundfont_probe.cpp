// SPDX-License-Identifier: GPL-3.0-or-later
// Finding and checking SoundFonts. The mutants are those of ENGINEERING's row 10: a few hundred
// here, as many as CANTO_SOUNDFONT_MUTANTS says in a named run.

#include "core/base/random.h"
#include "core/sound/fluid_synth.h"
#include "core/sound/soundfont_child.h"
#include "core/sound/soundfont_probe.h"
#include "made_soundfont.h"
#include "tests/support/test_support.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <array>

using namespace canto;
using namespace canto::sound;
using namespace canto::test;
namespace fs = std::filesystem;

namespace {

std::string changed(std::string bytes, std::size_t at, const std::string& with) {
    bytes.replace(at, with.size(), with);
    return bytes;
}

} // namespace

class TestSoundFontProbe : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    fs::path file(const std::string& name) const {
        return fs::path(m_folder.path().toStdString()) / name;
    }
    Error::Code structureOf(const std::string& bytes) {
        const auto result = checkSoundFontStructure(writeBytes(file("case.sf2"), bytes));
        return result ? Error::Code::Cancelled : result.error().code;
    }

  private Q_SLOTS:
    void madeOneIsGood() {
        const auto path = writeBytes(file("made.sf2"), madeSoundFontBytes());
        QVERIFY_RESULT(checkSoundFontStructure(path));
        QVERIFY_RESULT(probeSoundFont(path));
    }

    void foundWhereTheEnvironmentSays() {
        const fs::path folder = file("fonts");
        fs::create_directories(folder / "soundfonts");
        writeBytes(folder / "soundfonts" / "b.sf2", madeSoundFontBytes() + std::string(100, '\0'));
        writeBytes(folder / "soundfonts" / "a GM.SF2", madeSoundFontBytes());
        writeBytes(folder / "soundfonts" / "readme.txt", "none");
        fs::create_symlink(folder / "soundfonts" / "b.sf2", folder / "soundfonts" / "link.sf2");
        const auto before = qgetenv("XDG_DATA_HOME");
        qputenv("XDG_DATA_HOME", folder.c_str());
        qputenv("CANTO_SOUNDFONT", file("made.sf2").c_str());
        writeBytes(file("made.sf2"), madeSoundFontBytes());
        const auto found = findSoundFonts();
        qunsetenv("CANTO_SOUNDFONT");
        before.isNull() ? qunsetenv("XDG_DATA_HOME") : qputenv("XDG_DATA_HOME", before);
        QVERIFY(found.size() >= 3);
        QCOMPARE(found[0].filename().string(), std::string("made.sf2"));
        QCOMPARE(found[1].filename().string(), std::string("a GM.SF2")); // General MIDI first
        QCOMPARE(found[2].filename().string(), std::string("b.sf2"));
        QVERIFY(std::none_of(found.begin(), found.end(),
                             [](const fs::path& path) { return path.filename() == "link.sf2"; }));
    }

    void nothingFoundSaysWhatToInstall() {
        const std::array<const char*, 4> names{"XDG_DATA_HOME", "XDG_DATA_DIRS", "HOME",
                                               "CANTO_SOUNDFONT"};
        std::array<QByteArray, 4> before;
        for (std::size_t i = 0; i < names.size(); ++i) {
            before[i] = qgetenv(names[i]);
            qputenv(names[i], file("empty").c_str());
        }
        const auto none = defaultSoundFont();
        for (std::size_t i = 0; i < names.size(); ++i) {
            before[i].isNull() ? qunsetenv(names[i]) : qputenv(names[i], before[i]);
        }
        QVERIFY(!none);
        QCOMPARE(none.error().code, Error::Code::NotFound);
        QVERIFY(none.error().hint.find("timgm6mb-soundfont") != std::string::npos);
    }

    void otherFilesAreRefusedByTheirStructure() {
        const std::string good = madeSoundFontBytes();
        QCOMPARE(structureOf(good), Error::Code::Cancelled);
        QCOMPARE(structureOf(""), Error::Code::BadFile);
        QCOMPARE(structureOf("MThd\0\0\0\6"), Error::Code::BadFile);
        QCOMPARE(structureOf(changed(good, 8, "DLS ")), Error::Code::BadFile);
        QCOMPARE(structureOf(changed(good, 8, "WAVE")), Error::Code::BadFile);
        QCOMPARE(structureOf(good.substr(0, good.size() - 4)), Error::Code::Truncated);
        QCOMPARE(structureOf(changed(good, 4, "\xFF\xFF\xFF\xFF")), Error::Code::Truncated);
        for (const char* list :
             {"phdr", "pbag", "pmod", "pgen", "inst", "ibag", "imod", "igen", "shdr"}) {
            const std::size_t at = good.find(list);
            QCOMPARE(structureOf(changed(good, at, "none")), Error::Code::BadFile);
            QVERIFY(structureOf(changed(good, at + 4, std::string("\x01\0\0\0", 4))) !=
                    Error::Code::Cancelled);
            QCOMPARE(structureOf(changed(good, at + 4, "\xF0\xFF\xFF\x7F")),
                     Error::Code::Truncated);
        }
        const auto missing = checkSoundFontStructure(file("missing.sf2"));
        QVERIFY(!missing && missing.error().code == Error::Code::NotFound);
        QVERIFY(!checkSoundFontStructure(file(""))); // a folder
    }

    /// Sample data of an odd length, with and without the byte that RIFF puts behind it.
    void oddSampleDataIsReadWithAndWithoutPadding() {
        std::string odd = madeSoundFontBytes();
        const auto grow = [&odd](std::size_t at, int by) {
            const std::string size =
                Bytes()
                    .u32(static_cast<std::uint32_t>(static_cast<unsigned char>(odd[at]) |
                                                    static_cast<unsigned char>(odd[at + 1]) << 8 |
                                                    static_cast<unsigned char>(odd[at + 2]) << 16) +
                         static_cast<std::uint32_t>(by))
                    .str();
            odd.replace(at, 4, size);
        };
        const std::size_t list = odd.find("sdta") - 8; // its LIST
        const std::size_t presets = odd.find("pdta") - 8;
        grow(list + 4, 1);
        grow(odd.find("smpl") + 4, 1);
        grow(4, 1);
        odd.insert(presets, 1, '\x7F'); // belongs to the samples
        QVERIFY_RESULT(checkSoundFontStructure(writeBytes(file("bare.sf3"), odd)));
        std::string padded = odd;
        padded.insert(presets + 1, 1, '\0');
        odd = padded;
        grow(4, 1);
        QVERIFY_RESULT(checkSoundFontStructure(writeBytes(file("padded.sf3"), odd)));
        // Two bytes too many are damage all the same.
        odd.insert(presets + 1, 1, '\0');
        grow(4, 1);
        QVERIFY(!checkSoundFontStructure(writeBytes(file("damaged.sf3"), odd)));
    }

    void childThatHangsIsEnded() {
        const auto path = writeBytes(file("made.sf2"), madeSoundFontBytes());
        const auto check = probeSoundFont(path, ProbeLimits{.time = std::chrono::milliseconds(0)});
        QVERIFY(!check);
        QCOMPARE(check.error().code, Error::Code::TooLarge);
    }

    void childWithoutMemoryIsRefused() {
#ifdef CANTO_SANITIZED
        QSKIP("no memory limit under a sanitizer");
#endif
        // 24 MB of silence as samples; FluidSynth asks for all of it at once.
        std::string big = madeSoundFontBytes();
        const std::size_t at = big.find("smpl");
        const std::string zeros(24 << 20, '\0');
        const auto grow = [&big](std::size_t where, std::uint32_t by) {
            std::uint32_t size = 0;
            std::memcpy(&size, big.data() + where, 4);
            size += by;
            std::memcpy(big.data() + where, &size, 4);
        };
        grow(4, static_cast<std::uint32_t>(zeros.size()));
        grow(at - 8, static_cast<std::uint32_t>(zeros.size()));
        grow(at + 4, static_cast<std::uint32_t>(zeros.size()));
        big.insert(at + 8, zeros);
        const auto path = writeBytes(file("big.sf2"), big);
        QVERIFY_RESULT(checkSoundFontStructure(path));
        const auto end = runSoundFontChild(path, ProbeLimits{.extraBytes = 0});
        QVERIFY_RESULT(end);
        QVERIFY(end->kind == ChildEnd::Kind::Good || end->kind == ChildEnd::Kind::NoMemory ||
                end->kind == ChildEnd::Kind::Refused);
    }

    void mutantsKillOnlyTheChild() {
        const char* wanted = std::getenv("CANTO_SOUNDFONT_MUTANTS");
        const int count = wanted != nullptr ? std::atoi(wanted) : 200;
        const std::string good = madeSoundFontBytes();
        const std::size_t lists = good.find("phdr") - 4;
        Random random(20);
        int played = 0;
        int refusedByStructure = 0;
        int refusedByChild = 0;
        int crashed = 0;
        qint64 slowest = 0;
        for (int i = 0; i < count; ++i) {
            std::string bytes = good;
            const int changes = 1 + static_cast<int>(random.below(6));
            for (int k = 0; k < changes; ++k) {
                // Three of four in the lists: changed samples are only another sound.
                const std::size_t from = random.below(4) == 0 ? 0 : lists;
                const std::size_t at = from + random.below(bytes.size() - from);
                constexpr std::array<unsigned char, 6> kEdges{0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF};
                bytes[at] = static_cast<char>(random.below(2) == 0 ? random.below(256)
                                                                   : kEdges[random.below(6)]);
            }
            if (random.below(10) == 0) {
                bytes.resize(random.below(bytes.size()));
            }
            const auto path = writeBytes(file("mutant.sf2"), bytes);
            if (!checkSoundFontStructure(path)) {
                ++refusedByStructure;
                continue;
            }
            QElapsedTimer clock;
            clock.start();
            const auto check = probeSoundFont(path);
            slowest = std::max(slowest, clock.elapsed());
            if (!check) {
                ++refusedByChild;
                crashed += check.error().what.find("crashed") != std::string::npos ? 1 : 0;
                continue;
            }
            // What the child passed is loaded and played here, as the program would.
            auto synth = FluidSynth::load(path);
            QVERIFY_RESULT(synth);
            std::array<float, 512> left{};
            std::array<float, 512> right{};
            for (int key = 20; key < 110; key += 10) {
                (*synth)->send(MidiMessage::noteOn(key % 16, key, 100));
            }
            (*synth)->render(left.data(), right.data(), 512);
            ++played;
        }
        QCOMPARE(played + refusedByStructure + refusedByChild, count);
        QVERIFY(played > 0);
        QVERIFY(refusedByStructure > 0);
        qInfo("%d mutants: %d played, %d refused by structure, %d by the child (%d of them had "
              "crashed it); slowest result %lld ms",
              count, played, refusedByStructure, refusedByChild, crashed,
              static_cast<long long>(slowest));
    }
};

QTEST_APPLESS_MAIN(TestSoundFontProbe)
#include "tst_soundfont_probe.moc"
