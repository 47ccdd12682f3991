// SPDX-License-Identifier: GPL-3.0-or-later
// Prepared clips of sound: what is packed, kept, joined and refused.

#include "core/tensors/safetensors.h"
#include "models/datasets/prepared_clips.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <cmath>

using namespace canto;
using namespace canto::tensors;

namespace {

audio::ClipFeatures features(float mel, float mfcc, float chroma) {
    audio::ClipFeatures made;
    made.mel = audio::Feature(64, 431);
    made.mfcc = audio::Feature(13, 431);
    made.chroma = audio::Feature(12, 431);
    std::fill(made.mel.values.begin(), made.mel.values.end(), mel);
    std::fill(made.mfcc.values.begin(), made.mfcc.values.end(), mfcc);
    std::fill(made.chroma.values.begin(), made.chroma.values.end(), chroma);
    return made;
}

PreparedMovement movement(const char* composer, const char* path) {
    return {path, composer, "work", "1", "made", "train", "font.sf2"};
}

PreparedClips twoMovements() {
    PreparedClips set;
    const std::vector<PackedClip> clips{*pack(features(-40, 2.5F, 0.2F), -20),
                                        *pack(features(-80, -3, 1), -30)};
    const std::vector<int> numbers{0, 2};
    set.addMovement(movement("Brahms", "b/1.mid"), clips, numbers);
    set.addMovement(movement("Bach", "a/1.mid"), std::span(clips).first(1),
                    std::span(numbers).first(1));
    set.finish({{"gain", "0.25"}});
    return set;
}

} // namespace

class TestPreparedClips : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::filesystem::path file(const char* name) const {
        return std::filesystem::path(m_folder.path().toStdString()) / name;
    }

  private Q_SLOTS:
    void decibelsAndPitchClassesFillAByteAndRowsComeBeforeFrames() {
        auto made = features(-80, 0, 0);
        made.mel.frame(3)[1] = 0;       // row 1, frame 3
        made.mel.frame(0)[2] = -40;     // (−40 + 80) / 80 * 255 = 127.5
        made.chroma.frame(430)[11] = 1; // the last number
        const auto packed = pack(made, -12);
        QVERIFY_RESULT(packed);
        QCOMPARE(int(packed->mel[431 + 3]), 255);
        QCOMPARE(int(packed->mel[2 * 431]), 128);
        QCOMPARE(int(packed->mel[0]), 0);
        QCOMPARE(int(packed->chroma.back()), 255);
        QCOMPARE(packed->loudness, -12.0F);
        made.mel = audio::Feature(64, 430);
        QCOMPARE(pack(made, 0).error().code, Error::Code::BadShape);
    }

    void aFileGivesBackWhatWasWritten() {
        const auto set = twoMovements();
        QVERIFY_RESULT(set.write(file("set.safetensors")));
        const auto read = PreparedClips::open(file("set.safetensors"));
        QVERIFY_RESULT(read);
        QCOMPARE(read->size(), std::size_t(3));
        QVERIFY(read->movements() == set.movements());
        QVERIFY(read->composers() == (std::vector<std::string>{"Bach", "Brahms"}));
        QCOMPARE(read->composerOf(0), 1);
        QCOMPARE(read->composerOf(2), 0);
        QCOMPARE(read->number(1), 2);
        QCOMPARE(read->loudness(1), -30.0F);
        QCOMPARE(fromHalf(read->mfcc()[0]), 2.5F);
        QVERIFY(std::ranges::equal(read->mel(), set.mel()));
        QVERIFY(std::ranges::equal(read->chroma(), set.chroma()));
        QCOMPARE(read->metadata().at("gain"), std::string("0.25"));
    }

    void theSameMusicIsDrawnTheSameWayInEveryFile() {
        const auto both = twoMovements();
        PreparedClips other;
        const std::vector<PackedClip> clips{*pack(features(-1, 0, 0), -1)};
        const std::vector<int> numbers{2};
        other.addMovement(movement("Brahms", "b/1.mid"), clips, numbers);
        QCOMPARE(other.drawnForTraining(0), both.drawnForTraining(1));
    }

    void sevenOfTenAreDrawnForTraining() {
        PreparedClips set;
        const std::vector<PackedClip> one{*pack(features(-1, 0, 0), -1)};
        int drawn = 0;
        for (int i = 0; i < 1000; ++i) {
            PreparedClips single;
            const std::vector<int> numbers{i};
            single.addMovement(movement("Bach", "a.mid"), one, numbers);
            drawn += single.drawnForTraining(0) ? 1 : 0;
        }
        QVERIFY(std::abs(drawn - 700) < 58); // four deviations of 14.5
    }

    void setsAreJoined() {
        auto set = twoMovements();
        set.append(twoMovements());
        set.finish();
        QCOMPARE(set.size(), std::size_t(6));
        QCOMPARE(set.movement(3), std::size_t(2));
        QCOMPARE(set.movement(5), std::size_t(3));
        QCOMPARE(set.composerOf(5), 0);
    }

    void otherFilesAreRefused() {
        QCOMPARE(PreparedClips::open(file("none")).error().code, Error::Code::NotFound);
        QVERIFY_RESULT(writeSafeTensors(file("other.safetensors"), {}, {{"format", "other"}}));
        QCOMPARE(PreparedClips::open(file("other.safetensors")).error().code, Error::Code::BadFile);
        const std::vector<std::int32_t> movements{0, 5};
        const TensorView view{"movement", Dtype::I32, {2}, std::as_bytes(std::span(movements))};
        QVERIFY_RESULT(
            writeSafeTensors(file("part.safetensors"), std::span(&view, 1),
                             {{"format", std::string(kClipsFormat)}, {"movements", "[{}]"}}));
        const auto part = PreparedClips::open(file("part.safetensors"));
        QCOMPARE(part.error().code, Error::Code::BadFile);
        QVERIFY(part.error().where.find("mel") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TestPreparedClips)
#include "tst_prepared_clips.moc"
