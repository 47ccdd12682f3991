// SPDX-License-Identifier: GPL-3.0-or-later
// Models evaluated on data with other labels than they were trained with: figures that need no
// labels are computed, the others are left out with the reason.

#include "models/registry/registry.h"
#include "models/train/run.h"
#include "small_clips.h"
#include "small_music.h"
#include "tests/support/test_support.h"

using namespace canto;
using namespace canto::models;

class TestEvaluateOtherLabels : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    /// Weights after one step.
    Result<tensors::SafeTensors> trained(train::RunRequest request) {
        request.out = test::pathIn(m_folder, (request.architecture + "-run").c_str());
        request.steps = 1;
        request.batch = 4;
        request.threads = 1;
        const auto result = train::runTraining(request, train::Start::Fresh, {}, {});
        if (!result) {
            return fail(result.error());
        }
        return tensors::SafeTensors::open(result->weights, tensors::OpenOptions::weights());
    }

  private Q_SLOTS:
    void styleReconstructionNeedsNoLabels() {
        const auto music = test::smallMusic(14);
        train::RunRequest request;
        request.dataset = test::pathIn(m_folder, "music.safetensors");
        QVERIFY_RESULT(music.write(request.dataset));
        tensors::PreparedDataset other;
        for (std::size_t i = 0; i < music.size(); ++i) {
            auto song = music.songs()[i];
            song.genre = "polka";
            other.addSong(song, std::vector{codec::PhraseWindow{0, 0, 3840, true}}, music.phrase(i),
                          music.expressionsOf(i));
        }
        other.finish("genre");
        const auto elsewhere = test::pathIn(m_folder, "polka.safetensors");
        QVERIFY_RESULT(other.write(elsewhere));

        const auto weights = trained(request);
        QVERIFY_RESULT(weights);
        const auto* style = *findArchitecture("musae");
        const auto own = style->evaluate(*weights, request.dataset, "test", {});
        QVERIFY_RESULT(own);
        QVERIFY(!own->contains("labelsLeftOut"));
        QVERIFY((*own)["windows"]["all"].contains("label"));
        const auto figures = style->evaluate(*weights, elsewhere, "test", {});
        QVERIFY_RESULT(figures);
        // The same music: the same figures, but for the labels'.
        QVERIFY((*figures)["windows"]["all"]["model"] == (*own)["windows"]["all"]["model"]);
        QVERIFY(!(*figures)["windows"]["all"].contains("label"));
        const auto reason = (*figures)["labelsLeftOut"].get<std::string>();
        QVERIFY2(reason.find("polka") != std::string::npos, reason.c_str());
        QVERIFY2(reason.find("even, odd") != std::string::npos, reason.c_str());
    }

    void composersOfOthersAreProbedButNotPredicted() {
        train::RunRequest request;
        request.architecture = "orchestra";
        request.preset = "clip";
        request.changes = {{"width", 0.05}, {"latent", 6}, {"split", "work"}};
        request.dataset = test::pathIn(m_folder, "clips.safetensors");
        QVERIFY_RESULT(test::smallClips(3, 4, 2).write(request.dataset));
        const auto elsewhere = test::pathIn(m_folder, "more.safetensors");
        QVERIFY_RESULT(test::smallClips(3, 4, 3).write(elsewhere));
        const auto weights = trained(request);
        QVERIFY_RESULT(weights);
        const auto* orchestra = *findArchitecture("orchestra");
        const auto own = orchestra->evaluate(*weights, request.dataset, "test", {});
        QVERIFY_RESULT(own);
        QCOMPARE((*own)["rows"].size(), std::size_t(2));
        QVERIFY(!own->contains("labelsLeftOut"));
        const auto figures = orchestra->evaluate(*weights, elsewhere, "test", {});
        QVERIFY_RESULT(figures);
        QCOMPARE((*figures)["rows"].size(), std::size_t(1));
        QCOMPARE((*figures)["rows"][0]["method"].get<std::string>(), std::string("probe"));
        QVERIFY(figures->contains("labelsLeftOut"));
    }
};

QTEST_APPLESS_MAIN(TestEvaluateOtherLabels)
#include "tst_evaluate_other_labels.moc"
