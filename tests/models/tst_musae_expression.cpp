// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/latent_model.h"
#include "models/musae/net.h"
#include "models/musae/reconstruction.h"
#include "models/nn/weights_io.h"
#include "models/registry/registry.h"
#include "models/train/optimiser.h"
#include "small_music.h"
#include "tests/support/test_support.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <cmath>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::musae;
using torch::Tensor;

namespace {

NetConfig expressionNet() {
    auto config = test::smallNet();
    config.expression = true;
    config.controls = kControls;
    return config;
}

Result<void> save(NetImpl& net, const std::filesystem::path& path) {
    return saveWeights(net, path,
                       {{"architecture", "musae"},
                        {"labelColumn", "genre"},
                        {"config", net.config.toJson().dump()}},
                       Precision::Full);
}

} // namespace

class TestMusaeExpression : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }
    void mostProbableTouchesByHand();
    void theLossByHand();
    void plainWeightsBeginAsTheyWere();
    void aDatasetWithoutTouchesIsRefused();
    void phrasesComeBackWithTheirTouches();

  private:
    QTemporaryDir m_folder;
};

void TestMusaeExpression::mostProbableTouchesByHand() {
    // One step, four tracks: a pitch at level 6 late, a hold repeated at level 1 early, a hold
    // that is not, silence with an expression value that is ignored.
    auto logits = torch::zeros({1, 1, kTracks, kClasses + kExpressionLogits});
    const std::array<std::array<int, 4>, kTracks> wanted{
        {{60, -5, 6, 2}, {kHold, 1, 1, 0}, {kHold, -1, 3, 1}, {kSilence, 4, 7, 2}}};
    for (int track = 0; track < kTracks; ++track) {
        const auto [token, again, level, offset] = wanted[static_cast<std::size_t>(track)];
        logits[0][0][track][token] = 9;
        logits[0][0][track][kClasses] = again;
        logits[0][0][track][kClasses + 1 + level] = 2;
        logits[0][0][track][kClasses + 1 + codec::kVelocityLevels + offset] = 2;
    }
    const auto codes = mostProbable(logits);
    QVERIFY(codes.sizes() == torch::IntArrayRef({1, 2 * kTracks, 1}));
    const std::vector<int> expected{60, kHold, kHold, kSilence, 1 + 6 * 3 + 2, 1 + 1 * 3 + 0, 0, 0};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        QCOMPARE(int(codes.data_ptr<std::uint8_t>()[i]), expected[i]);
    }
}

void TestMusaeExpression::theLossByHand() {
    const auto training = test::trainingOf(expressionNet(), test::smallTraining(), 12);
    auto& net = dynamic_cast<NetImpl&>(training->module());
    torch::NoGradGuard off;
    for (auto& item : net.decoder->named_parameters()) {
        if (item.key().starts_with("toTouches")) {
            item.value().zero_();
        }
    }
    train::StepContext context{0, 0.0, at::make_generator<at::CPUGeneratorImpl>(1)};
    training->beginStep({0, 1}, context);
    double expression = 0;
    {
        const torch::AutoGradMode on(true);
        for (const auto& term : training->losses({"autoencoder", "autoencoder", 1}, context)) {
            expression = term.name == "expression" ? term.value.item<double>() : expression;
        }
    }
    // Logits of 0: a choice of 2 for each hold, of 8 and of 3 for each note.
    const auto music = test::smallMusic(12);
    double sum = 0;
    for (std::size_t i = 0; i < 2u * codec::kPhraseTokens; ++i) {
        sum += music.tokens()[i] == kHold ? std::log(2.0) : 0.0;
        sum += music.expressions()[i] != codec::kNoExpression ? std::log(24.0) : 0.0;
    }
    QVERIFY(std::abs(expression - sum / (2 * codec::kPhraseSteps)) < 1e-4);
}

void TestMusaeExpression::plainWeightsBeginAsTheyWere() {
    torch::manual_seed(4);
    auto config = test::smallNet();
    config.controls = kControls;
    Net plain(config);
    plain->eval();
    const auto weights = test::pathIn(m_folder, "plain.safetensors");
    QVERIFY_RESULT(save(*plain, weights));
    const auto data = test::pathIn(m_folder, "music.safetensors");
    QVERIFY_RESULT(test::smallMusic(12).write(data));

    TrainRequest request;
    request.dataset = data;
    request.initialWeights = weights;
    request.preset = "expressive";
    const auto training = (*findArchitecture("musae"))->makeTraining(request);
    QVERIFY_RESULT(training);
    auto& net = dynamic_cast<NetImpl&>((*training)->module());
    net.eval();
    QVERIFY(net.config.expression);
    const Dataset dataset(test::smallMusic(12));
    const std::vector<std::int64_t> rows{0, 3};
    const auto u = plain->encoder(dataset.batch(rowTensor(rows), false));
    QVERIFY(torch::allclose(net.encoder(dataset.batch(rowTensor(rows), true)), u, 0, 1e-6));
    QVERIFY(torch::allclose(net.decoder(u).narrow(3, 0, kClasses), plain->decoder(u), 0, 1e-6));
}

void TestMusaeExpression::aDatasetWithoutTouchesIsRefused() {
    tensors::PreparedDataset bare;
    const auto full = test::smallMusic(4);
    for (std::size_t i = 0; i < full.size(); ++i) {
        const std::vector<codec::PhraseWindow> windows{{0, 0, 8 * 480, true}};
        bare.addSong(full.songs()[i], windows, full.phrase(i));
    }
    bare.finish("genre");
    const auto path = test::pathIn(m_folder, "bare.safetensors");
    QVERIFY_RESULT(bare.write(path));
    TrainRequest request;
    request.dataset = path;
    request.preset = "expressive";
    const auto training = (*findArchitecture("musae"))->makeTraining(request);
    QVERIFY(!training);
    QCOMPARE(training.error().code, Error::Code::BadInput);
    QVERIFY(training.error().hint.find("canto prepare") != std::string::npos);
}

void TestMusaeExpression::phrasesComeBackWithTheirTouches() {
    // Trained on two phrases until it has memorised them, the model reproduces velocities and
    // timing.
    auto options = test::smallTraining();
    options.batch = 4;
    options.expressionWeight = 2;
    options.latentNoise = 0;
    options.controlConsistencyWeight = 0;
    auto config = expressionNet();
    torch::manual_seed(7);
    auto training = std::make_shared<MusaeTraining>(Net(config), options,
                                                    std::make_shared<Dataset>(test::smallMusic(4)));
    std::vector<train::Optimiser> optimisers;
    for (auto& group : training->groups()) {
        optimisers.emplace_back(std::move(group));
    }
    const auto random = at::make_generator<at::CPUGeneratorImpl>(1);
    for (int step = 0; step < 250; ++step) {
        train::StepContext context{step, 0.0, random};
        training->beginStep({0, 1, 0, 1}, context);
        optimisers[0].zeroGradients();
        Tensor total = torch::zeros({});
        for (const auto& term : training->losses({"autoencoder", "autoencoder", 1}, context)) {
            total = total + term.value * term.weight;
        }
        total.backward();
        optimisers[0].step(3e-3);
    }
    const auto path = test::pathIn(m_folder, "learned.safetensors");
    auto& net = dynamic_cast<NetImpl&>(training->module());
    net.eval();
    QVERIFY_RESULT(save(net, path));
    const auto model = openModel(path.string());
    QVERIFY_RESULT(model);
    const auto music = test::smallMusic(4);
    codec::NoteMetrics metrics;
    for (const std::size_t row : {0, 1}) {
        const auto song =
            codec::phraseToSong(music.phrase(row), {.expressions = music.expressionsOf(row)});
        QVERIFY_RESULT(song);
        const auto z = (*model)->encode(*song, (*model)->segments(*song), {});
        QVERIFY_RESULT(z);
        const auto back = (*model)->decode(z->front(), {}, {});
        QVERIFY_RESULT(back);
        const codec::MusaeSong reader(*back);
        const auto tokens = reader.encode(0);
        const auto expressions = reader.expressions(0);
        metrics.add({tokens, expressions}, {music.phrase(row), music.expressionsOf(row)});
    }
    const auto scores = metrics.scores();
    QVERIFY2(scores.f1 > 0.8, qPrintable(QString::number(scores.f1)));
    QVERIFY(scores.offGrid > 8);
    QVERIFY2(scores.offGridRecall > 0.7, qPrintable(QString::number(scores.offGridRecall)));
    QVERIFY2(scores.velocityError < 12, qPrintable(QString::number(scores.velocityError)));
}

QTEST_APPLESS_MAIN(TestMusaeExpression)
#include "tst_musae_expression.moc"
