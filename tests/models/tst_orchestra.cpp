// SPDX-License-Identifier: GPL-3.0-or-later
// Networks, losses and figures of the Orchestra space. Shapes are those of the published network
// for 32 x 32; losses are worked out by hand.

#include "models/common/model_card.h"
#include "models/nn/weights_io.h"
#include "models/orchestra/augment.h"
#include "models/orchestra/net.h"
#include "models/orchestra/orchestra.h"
#include "models/orchestra/probe.h"
#include "models/orchestra/report.h"
#include "models/orchestra/report_parts.h"
#include "models/orchestra/report_sounds.h"
#include "models/orchestra/training.h"
#include "models/train/run.h"
#include "small_clips.h"
#include "tests/support/test_support.h"

#include <QTemporaryDir>
#include <cmath>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::orchestra;
using canto::test::smallClips;
namespace fs = std::filesystem;

namespace {

NetConfig configOf(const char* preset, FeatureKind feature = FeatureKind::Mel) {
    auto config = *NetConfig::preset(preset);
    config.feature = feature;
    config.composers = {"A", "B", "C", "D", "E"};
    return config;
}

std::int64_t parametersOf(const torch::nn::Module& module, const char* prefix) {
    std::int64_t count = 0;
    for (const auto& item : module.named_parameters()) {
        count += item.key().starts_with(prefix) ? item.value().numel() : 0;
    }
    return count;
}

} // namespace

class TestOrchestra : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path file(const std::string& name) const {
        return fs::path(m_folder.path().toStdString()) / name;
    }
    train::RunRequest run(const char* preset, nlohmann::json changes, std::int64_t steps) const {
        train::RunRequest request;
        request.architecture = "orchestra";
        request.preset = preset;
        request.dataset = file("clips.safetensors");
        request.out = file(std::string("run-") + preset);
        request.changes = std::move(changes);
        request.steps = steps;
        request.batch = 8;
        request.seed = 3;
        request.threads = 1;
        return request;
    }
    static Result<tensors::SafeTensors> weightsOf(const fs::path& folder) {
        return tensors::SafeTensors::open(folder / "last.safetensors",
                                          tensors::OpenOptions::weights());
    }

  private Q_SLOTS:
    void initTestCase() {
        torch::manual_seed(1);
        QVERIFY_RESULT(smallClips(3, 8).write(file("clips.safetensors")));
    }

    void aliHasThePublishedShapes() {
        auto config = configOf("ali");
        config.width = 1;
        config.latent = 128;
        AliNet net(config);
        net.eval();
        torch::NoGradGuard off;
        auto x = torch::rand({2, 1, 32, 32});
        std::vector<std::int64_t> sizes;
        std::size_t layer = 0;
        for (auto& part : *net.encoder) {
            x = part.forward(x);
            if (layer++ % 3 == 0) { // a convolution; normalisation and leaky ReLU follow
                sizes.push_back(x.size(2));
            }
        }
        QVERIFY(sizes == (std::vector<std::int64_t>{28, 13, 10, 4, 1, 1, 1}));
        QCOMPARE(net.moments(torch::rand({2, 1, 32, 32})).size(1), std::int64_t(256));
        const auto made = net.generate(torch::randn({3, 128}));
        QVERIFY(made.sizes() == (std::vector<std::int64_t>{3, 1, 32, 32}));
        QVERIFY(made.min().item<float>() >= 0 && made.max().item<float>() <= 1);
        QCOMPARE(net.discriminate(torch::rand({4, 1, 32, 32}), torch::randn({4, 128})).numel(),
                 std::int64_t(4));
        // 3.18, 1.24 and 5.22 million (section 6.3).
        QVERIFY(std::fabs(static_cast<double>(parametersOf(net, "encoder")) / 3.18e6 - 1) < 0.01);
        QVERIFY(std::fabs(static_cast<double>(parametersOf(net, "generator")) / 1.24e6 - 1) < 0.01);
        QVERIFY(std::fabs(static_cast<double>(parametersOf(net, "critic")) / 5.22e6 - 1) < 0.01);
    }

    void aliDescribesAClipByItsCrops() {
        auto config = configOf("ali");
        config.latent = 8;
        config.width = 0.125;
        AliNet net(config);
        net.eval();
        torch::NoGradGuard off;
        const auto clips = torch::rand({2, 64, 431});
        const auto all = net.embed(clips);
        QCOMPARE(all.size(1), std::int64_t(16));
        // By hand: the mean over two halves of 13 windows.
        torch::Tensor sum = torch::zeros({1, 8});
        for (int half = 0; half < 2; ++half) {
            for (int window = 0; window < 13; ++window) {
                const auto crop =
                    clips.narrow(0, 1, 1).narrow(1, 32 * half, 32).narrow(2, 32 * window, 32);
                sum += net.moments(crop.unsqueeze(1)).narrow(1, 0, 8);
            }
        }
        QVERIFY(torch::allclose(all.narrow(0, 1, 1).narrow(1, 0, 8), sum / 26, 1e-4, 1e-5));
        const auto one = net.embedOneCrop(clips);
        const auto crop = clips.narrow(1, 0, 32).narrow(2, 32, 32).unsqueeze(1);
        QVERIFY(torch::allclose(one, net.moments(crop), 1e-4, 1e-5));
    }

    void classifiersTakeAllFeatures_data() {
        QTest::addColumn<QString>("preset");
        for (const char* preset : {"feed-forward", "convolutional", "recurrent"}) {
            QTest::newRow(preset) << preset;
        }
    }
    void classifiersTakeAllFeatures() {
        QFETCH(QString, preset);
        const std::string name = preset.toStdString();
        for (const auto feature : {FeatureKind::Mel, FeatureKind::Mfcc, FeatureKind::Chroma}) {
            auto config = configOf(name.c_str(), feature);
            if (config.kind == Kind::FeedForward) {
                config.width = 0.03;
            }
            const auto net = makeNet(config);
            net->eval();
            torch::NoGradGuard off;
            const auto x = torch::randn({2, rowsOf(feature), kFrames});
            QVERIFY(net->logits(x).sizes() == (std::vector<std::int64_t>{2, 5}));
        }
        if (name == "convolutional") { // 4 x 6 places of 10 channels are left of a mel-spectrogram
            const auto net = makeNet(configOf("convolutional"));
            const auto parameters = net->named_parameters();
            bool found = false;
            for (const auto& item : parameters) {
                found = found || item.value().sizes() == std::vector<std::int64_t>{120, 240};
            }
            QVERIFY(found);
        }
    }

    void feedForwardHasThePublishedSize() {
        // chroma: 5172 * 1024 + 1024 * 512 + 512 * 256 + 256 * 64 and small change: 6.0 million
        const auto net = makeNet(configOf("feed-forward", FeatureKind::Chroma));
        QVERIFY(std::fabs(static_cast<double>(parametersOf(*net, "")) / 5.97e6 - 1) < 0.01);
    }

    void theLossesOfAliAreThoseOfThePaper() {
        // D = 0.8 for the encoder's pair, 0.3 for the generator's: logits ln 4 and ln(3/7).
        const auto encoded = torch::tensor({std::log(4.0)}, torch::kFloat64);
        const auto generated = torch::tensor({std::log(3.0 / 7.0)}, torch::kFloat64);
        const auto losses = aliLossesOf(encoded, generated);
        QVERIFY(std::fabs(losses.critic.item<double>() + std::log(0.8) + std::log(0.7)) < 1e-9);
        QVERIFY(std::fabs(losses.generator.item<double>() + std::log(0.2) + std::log(0.3)) < 1e-9);
    }

    void nearnessOfOneComposerIsRewarded() {
        // Two pairs at right angles, temperature 1: each row has its partner at similarity 1 and
        // two others at 0: -ln(e / (e + 2)) = 0.55144.
        const auto x = torch::tensor({{2.0, 0.0}, {1.0, 0.0}, {0.0, 3.0}, {0.0, 1.0}});
        const auto labels = torch::tensor({0, 0, 1, 1}, torch::kInt64);
        QVERIFY(std::fabs(contrastiveLoss(x, labels, 1).item<double>() - 0.55144) < 1e-4);
        // Without partners there is no loss.
        const auto alone = torch::tensor({0, 1, 2, 3}, torch::kInt64);
        QCOMPARE(contrastiveLoss(x, alone, 1).item<double>(), 0.0);
    }

    void partnersAreHeardWithAnotherSound() {
        // Three clips of one composer, the third with another SoundFont. The first two have the
        // third as their only partner: ln(e + 1); the third has both, at 0: ln 2.
        const auto x = torch::tensor({{1.0, 0.0}, {1.0, 0.0}, {0.0, 1.0}});
        const auto labels = torch::tensor({0, 0, 0}, torch::kInt64);
        const auto sounds = torch::tensor({0, 0, 1}, torch::kInt64);
        const double wanted = (2 * std::log(std::exp(1.0) + 1) + std::log(2.0)) / 3;
        QVERIFY(std::fabs(contrastiveLoss(x, labels, 1, sounds).item<double>() - wanted) < 1e-6);
        // Where all have one SoundFont, the others are partners as before.
        const auto same = torch::zeros({3}, torch::kInt64);
        QCOMPARE(contrastiveLoss(x, labels, 1, same).item<double>(),
                 contrastiveLoss(x, labels, 1).item<double>());
    }

    void soundsAreVaried() {
        // Two bands of a frame each second: means 1 and 12, deviations 1 and 2.
        const auto x = torch::tensor({0.0, 2.0, 10.0, 14.0}).view({2, 1, 2});
        const auto other = torch::tensor({1, 0}, torch::kInt64);
        const auto mixed = mixedStatistics(x, torch::tensor({0.5, 1.0}), other);
        QVERIFY(torch::allclose(mixed, torch::tensor({5.0, 8.0, 10.0, 14.0}).view({2, 1, 2})));

        QVERIFY(torch::allclose(smoothCurves(torch::tensor({{0.0, 10.0}}), 5),
                                torch::tensor({{0.0, 2.5, 5.0, 7.5, 10.0}})));

        // A tenth of the power is left a frame later: 10 dB less, then 20.
        const auto onset = torch::tensor({-10.0, -80.0, -80.0}).view({1, 1, 3});
        const auto sound = reverberated(onset, torch::tensor({0.1}), -80).flatten();
        QVERIFY(torch::allclose(sound, torch::tensor({-10.0, -20.0, -30.0}), 1e-3, 1e-3));
        QVERIFY(torch::allclose(reverberated(onset, torch::tensor({0.0}), -80), onset));
    }

    void theJacobianOfALinearCodeIsItsMatrix() {
        // code = W x with W = (1 2 3): for a direction of +-1 exactly 1 + 4 + 9.
        const auto weight = torch::tensor({{1.0, 2.0, 3.0}});
        auto input = torch::randn({5, 3}, torch::kFloat64).requires_grad_(true);
        const auto code = input.mm(weight.to(torch::kFloat64).t());
        const auto norm = jacobianNorm(code, input, torch::ones({5, 1}, torch::kFloat64));
        QVERIFY(std::fabs(norm.item<double>() - 14) < 1e-9);
    }

    void theProbeFindsAStraightCutAndNoMore() {
        torch::manual_seed(2);
        const auto x = torch::randn({400, 3});
        const auto labels = (x.select(1, 0) + 2 * x.select(1, 1)).gt(0).to(torch::kInt64);
        const LogisticProbe probe(x.narrow(0, 0, 300), labels.narrow(0, 0, 300), 2);
        QVERIFY(agreement(probe.predictions(x.narrow(0, 300, 100)), labels.narrow(0, 300, 100)) >
                0.95);
        const auto chance = torch::randint(0, 2, {400}, torch::kInt64);
        const LogisticProbe none(x.narrow(0, 0, 300), chance.narrow(0, 0, 300), 2);
        QVERIFY(agreement(none.predictions(x.narrow(0, 300, 100)), chance.narrow(0, 300, 100)) <
                0.7);
    }

    void principalAxesAreFound() {
        torch::manual_seed(4);
        // Deviations 5 and 2 along two axes of eight, 0.1 along the others.
        auto x = torch::randn({500, 8}) * 0.1;
        x.select(1, 3) *= 50;
        x.select(1, 6) *= 20;
        const auto [mean, axes] = principalAxes(x + 7, 2, 1);
        QVERIFY(std::fabs(std::fabs(axes[3][0].item<double>()) - 1) < 1e-3);
        QVERIFY(std::fabs(std::fabs(axes[6][1].item<double>()) - 1) < 1e-3);
        QVERIFY(std::fabs(mean[0].item<double>() - 7) < 0.05);
    }

    void aWorkLiesOnOneSideOfItsSplit() {
        const auto prepared = smallClips(3, 8);
        const Clips clips(prepared);
        QCOMPARE(clips.rows(Split::Work, Clips::Side::Train).size(), std::size_t(32));
        for (const auto row : clips.rows(Split::Work, Clips::Side::HeldOut)) {
            QCOMPARE(clips.movementOf(row).split, std::string("test"));
        }
        const auto train = clips.rows(Split::Clip, Clips::Side::Train);
        const auto held = clips.rows(Split::Clip, Clips::Side::HeldOut);
        QCOMPARE(train.size() + held.size(), std::size_t(48));
        QVERIFY(!held.empty());
    }

    void recordingsAndWorksVote() {
        // Held out: one work with one movement of four clips by each of two composers. A's clips
        // get .9, .4, .4, .4 for A: one right, and .525 in the mean. B's get .7, .6, .2, .2 for B:
        // two right, and .425.
        const auto prepared = smallClips(3, 4);
        const Clips clips(prepared);
        const auto sides = soundSides({&clips});
        QCOMPARE(sides.size(), std::size_t(1));
        QCOMPARE(sides[0].split, std::string("test"));
        const auto first = torch::tensor({0.9, 0.4, 0.4, 0.4, 0.3, 0.4, 0.8, 0.8});
        const auto votes = votesOf(torch::stack({first, 1 - first}, 1), sides[0].side);
        QCOMPARE(votes["clips"]["accuracy"].get<double>(), 3.0 / 8);
        QCOMPARE(votes["clips"]["meanOfClasses"].get<double>(), (1.0 / 4 + 2.0 / 4) / 2);
        QCOMPARE(votes["clips"]["largestClass"].get<double>(), 0.5);
        QCOMPARE(votes["clips"]["low"].get<double>(), 1.0 / 4); // A's work twice
        QCOMPARE(votes["clips"]["high"].get<double>(), 2.0 / 4);
        for (const char* unit : {"recordings", "works"}) {
            QCOMPARE(votes[unit]["count"].get<int>(), 2);
            QCOMPARE(votes[unit]["accuracy"].get<double>(), 0.5);
        }
    }

    void theProbeForSoundFontsIsTestedOnOtherWorks() {
        // The same clips with another name of the SoundFont, moved along the first axis.
        const auto prepared = smallClips(3, 4);
        const Clips clips(prepared);
        auto sides = soundSides({&clips, &clips});
        QVERIFY(fontProbe({torch::zeros({8, 2}), torch::zeros({8, 2})}, sides).is_null());
        sides[1].font = "other.sf2";
        torch::manual_seed(6);
        const auto x = torch::randn({8, 2});
        const auto apart = torch::tensor({{20.0, 0.0}});
        const auto found = fontProbe({x, x + apart}, sides);
        QCOMPARE(found["accuracy"].get<double>(), 1.0);
        QCOMPARE(found["clips"].get<int>(), 16);
        QCOMPARE(found["largest"].get<double>(), 0.5);
        // The same latents in both: whatever is said, half of it is right.
        QCOMPARE(fontProbe({x, x}, sides)["meanOfClasses"].get<double>(), 0.5);
    }

    void numbersComeInTheScaleOfTheNetwork() {
        const auto prepared = smallClips(1, 4);
        const Clips clips(prepared);
        auto config = configOf("feed-forward", FeatureKind::Mfcc);
        const std::vector<std::int64_t> rows{0, 1, 2, 3, 4, 5, 6, 7};
        clips.describe(config, rows);
        const auto standard = clips.batch(indexOf(rows), config);
        QVERIFY(std::fabs(standard.mean().item<double>()) < 1e-3);
        QVERIFY(std::fabs(standard.std().item<double>() - 1) < 1e-3);
        config.kind = Kind::Autoencoder;
        const auto both = clips.batch(indexOf(rows), config);
        QVERIFY(both.min().item<double>() >= -1 && both.max().item<double>() <= 1);
        auto mel = configOf("ali");
        QCOMPARE(clips.batch(indexOf({0}), mel)[0][5][7].item<float>(),
                 static_cast<float>(prepared.mel()[5 * 431 + 7]) / 255);
    }

    void ourEncoderTellsTwoComposersApart() {
        const auto request = run("clip", {{"width", 0.25}, {"latent", 8}}, 40);
        QVERIFY_RESULT(train::runTraining(request, train::Start::Fresh, {}, {}));
        const auto weights = weightsOf(request.out);
        QVERIFY_RESULT(weights);
        const auto figures = evaluateOrchestra(*weights, request.dataset, "test", {});
        QVERIFY_RESULT(figures);
        QCOMPARE((*figures)["largestClass"].get<double>(), 0.5);
        for (const auto& row : (*figures)["rows"]) {
            QVERIFY2(row["test"]["accuracy"].get<double>() > 0.9, row.dump().c_str());
        }
        // And as a model: a latent for a sound, probabilities of the composers for a latent.
        const auto model = OrchestraModel::open(*weights);
        QVERIFY_RESULT(model);
        QCOMPARE((*model)->info().latentSize, 8);
        std::vector<float> sound(300000);
        for (std::size_t i = 0; i < sound.size(); ++i) {
            sound[i] = 0.3F * std::sin(0.1F * static_cast<float>(i));
        }
        const auto places = (*model)->encodeSound(sound, {});
        QVERIFY_RESULT(places);
        QCOMPARE(places->size(), std::size_t(1)); // 13.6 s: one whole clip
        const auto scores = (*model)->classScores(places->front());
        QCOMPARE(scores.size(), std::size_t(2));
        QVERIFY(std::fabs(scores[0] + scores[1] - 1) < 1e-5);
        const auto net = openNet(*weights);
        QVERIFY_RESULT(net);
        const auto code = torch::tensor(std::vector<float>(places->front())).unsqueeze(0);
        const auto logits = dynamic_cast<ClipNet&>(**net).logitsOf(code);
        QVERIFY(std::fabs((*model)->energy(places->front()) +
                          torch::logsumexp(logits, 1).item<double>()) < 1e-4);
        QVERIFY(std::isnan((*model)->energy({1, 2})));
        QCOMPARE((*model)->decodeSound(places->front(), {}, {}).error().code,
                 Error::Code::BadInput);
        QCOMPARE((*model)->decode({}, {}, {}).error().code, Error::Code::BadInput);
    }

    void aliIsHeardAndReported() {
        const auto request = run("ali", {{"width", 0.125}, {"latent", 8}, {"split", "clip"}}, 6);
        QVERIFY_RESULT(train::runTraining(request, train::Start::Fresh, {}, {}));
        const auto weights = weightsOf(request.out);
        QVERIFY_RESULT(weights);
        const auto model = OrchestraModel::open(*weights);
        QVERIFY_RESULT(model);
        Random random(1);
        const auto z = (*model)->samplePrior({}, random);
        QVERIFY_RESULT(z);
        const auto clip = (*model)->decodeSound(*z, {}, {});
        QVERIFY_RESULT(clip);
        QCOMPARE(clip->samples.size(), std::size_t(31 * 512));
        QCOMPARE(clip->decibels.size(), std::size_t(1024));
        float peak = 0;
        for (const float sample : clip->samples) {
            peak = std::max(peak, std::fabs(sample));
        }
        QVERIFY(std::fabs(peak - 0.5F) < 1e-4F);
        QCOMPARE((*model)->decodeSound({1, 2}, {}, {}).error().code, Error::Code::BadShape);

        const ReportRequest asked{&*weights, request.dataset, "test", {}, request.dataset};
        const auto report = orchestraReport(asked, {});
        QVERIFY_RESULT(report);
        QCOMPARE((*report)["rows"].size(), std::size_t(8)); // PCA of 3 by 2 splits, ALI twice
        for (const auto& row : (*report)["rows"]) {
            QVERIFY(row.contains("second"));
            // The "second font" is the same file here.
            QCOMPARE(row["second"]["accuracy"].get<double>(),
                     row["test"]["accuracy"].get<double>());
        }
        QCOMPARE((*report)["interpolation"]["model"]["crops"].size(), std::size_t(16 * 1024));
        QCOMPARE((*report)["interpolation"]["model"]["differenceOfNeighbours"].size(),
                 std::size_t(15));
    }

    void shippedWeightsLackTheCriticAndHalfTheBits() {
        auto request = run("ali", {{"width", 0.125}, {"latent", 8}}, 2);
        request.out = file("run-slim");
        QVERIFY_RESULT(train::runTraining(request, train::Start::Fresh, {}, {}));
        const auto from = request.out / "last.safetensors";
        QVERIFY_RESULT(writeCard(from, file("slim.safetensors"), {{"licence", "CC0-1.0"}},
                                 {true, {"critic"}}));
        const auto slim =
            tensors::SafeTensors::open(file("slim.safetensors"), tensors::OpenOptions::weights());
        QVERIFY_RESULT(slim);
        for (const auto& tensor : slim->tensors()) {
            QVERIFY(!tensor.name.starts_with("critic"));
            QCOMPARE(tensor.dtype == tensors::Dtype::F16,
                     !tensor.name.ends_with("num_batches_tracked"));
        }
        const auto whole = OrchestraModel::open(*weightsOf(request.out));
        const auto light = OrchestraModel::open(*slim);
        QVERIFY_RESULT(whole);
        QVERIFY_RESULT(light);
        QCOMPARE((*light)->info().card.at("licence"), std::string("CC0-1.0"));
        const Latent z(8, 0.5F);
        const auto one = (*whole)->decodeSound(z, {}, {});
        const auto other = (*light)->decodeSound(z, {}, {});
        QVERIFY_RESULT(one);
        QVERIFY_RESULT(other);
        for (std::size_t i = 0; i < one->decibels.size(); ++i) {
            QVERIFY(std::fabs(one->decibels[i] - other->decibels[i]) < 0.5F); // of 80 dB
        }
        // Shipped weights cannot be trained further.
        auto again = request;
        again.preset.clear();
        again.initialWeights = file("slim.safetensors");
        again.out = file("run-again");
        const auto refused = train::runTraining(again, train::Start::Fresh, {}, {});
        QVERIFY(!refused);
        QVERIFY(refused.error().what.find("critic") != std::string::npos);
    }

    void aWalkIsItsStepsSideBySide() {
        auto request = run("ali", {{"width", 0.125}, {"latent", 8}}, 2);
        request.out = file("run-walk");
        QVERIFY_RESULT(train::runTraining(request, train::Start::Fresh, {}, {}));
        const auto model = OrchestraModel::open(*weightsOf(request.out));
        QVERIFY_RESULT(model);
        const std::vector<Latent> path{Latent(8, 0.0F), Latent(8, 1.0F), Latent(8, -1.0F)};
        const auto walk = (*model)->decodeWalk(path, {}, {});
        QVERIFY_RESULT(walk);
        QCOMPARE(walk->frames, 96);
        QCOMPARE(walk->samples.size(), std::size_t(95 * 512));
        const auto last = (*model)->decodeSound(path[2], {}, {});
        QVERIFY_RESULT(last);
        for (std::size_t mel = 0; mel < 32; ++mel) {
            for (std::size_t frame = 0; frame < 32; ++frame) {
                QVERIFY(std::fabs(walk->decibels[mel * 96 + 64 + frame] -
                                  last->decibels[mel * 32 + frame]) < 0.01F);
            }
        }
        QCOMPARE((*model)->decodeWalk({}, {}, {}).error().code, Error::Code::BadInput);
        const std::vector<Latent> wrong{Latent(8, 0.0F), Latent(7, 0.0F)};
        QCOMPARE((*model)->decodeWalk(wrong, {}, {}).error().code, Error::Code::BadShape);
        const std::vector<Latent> bad{Latent(8, std::nanf(""))};
        QCOMPARE((*model)->decodeWalk(bad, {}, {}).error().code, Error::Code::BadInput);
    }

    void intervalsComeFromWholeWorks() {
        // Two works of four clips, one all right, the other all wrong: draws of two works give 0,
        // 1/2 or 1, each end a quarter of the time.
        auto prepared = smallClips(2, 4, 1);
        const Clips clips(prepared);
        Side side{"test", &clips, {0, 1, 2, 3, 4, 5, 6, 7}, torch::zeros({8}, torch::kInt64)};
        const auto predictions = torch::tensor({0, 0, 0, 0, 1, 1, 1, 1}, torch::kInt64);
        const auto classifiedHere = classified(predictions, side);
        QCOMPARE(classifiedHere["accuracy"].get<double>(), 0.5);
        QCOMPARE(classifiedHere["low"].get<double>(), 0.0);
        QCOMPARE(classifiedHere["high"].get<double>(), 1.0);
        QCOMPARE(classifiedHere["works"].get<int>(), 2);
    }

    void wrongConfigurationsAreNamed() {
        auto json = configOf("clip").toJson();
        QVERIFY_RESULT(NetConfig::fromJson(json));
        json["latent"] = 1e9;
        const auto large = NetConfig::fromJson(json);
        QVERIFY(!large);
        QVERIFY(large.error().what.find("latent") != std::string::npos);
        auto chroma = configOf("ali").toJson();
        chroma["feature"] = "chroma";
        QVERIFY(!NetConfig::fromJson(chroma));
        const auto unknown =
            train::runTraining(run("clip", {{"pitch", 1}}, 1), train::Start::Fresh, {}, {});
        QVERIFY(!unknown);
        QVERIFY(!NetConfig::preset("none"));
    }

    void weightsThatPromiseMoreThanTheyHoldAreRefused() {
        auto config = configOf("feed-forward");
        config.width = 4;
        const auto weight = torch::zeros({2, 2});
        const auto view = toView("encoder.weight", weight);
        QVERIFY_RESULT(tensors::writeSafeTensors(
            file("small.safetensors"), std::span(&view, 1),
            {{"architecture", "orchestra"}, {"config", config.toJson().dump()}}));
        const auto opened = openModel(file("small.safetensors").string());
        QVERIFY(!opened);
        QCOMPARE(opened.error().code, Error::Code::BadShape);
    }
};

QTEST_GUILESS_MAIN(TestOrchestra)
#include "tst_orchestra.moc"
