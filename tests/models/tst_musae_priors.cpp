// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/common/latent_model.h"
#include "models/musae/control.h"
#include "models/musae/losses.h"
#include "models/musae/net.h"
#include "models/nn/weights_io.h"
#include "models/train/optimiser.h"
#include "models/train/orthogonal.h"
#include "small_music.h"
#include "tests/support/test_support.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::musae;
using torch::Tensor;

namespace {

torch::Generator generator(std::uint64_t seed) {
    return at::make_generator<at::CPUGeneratorImpl>(seed);
}

/// Every kind of network at a size for tests.
std::vector<NetConfig> kinds() {
    auto styles = test::smallNet();
    styles.prior = PriorKind::Styles;
    styles.styles = 4;
    auto kl = test::smallNet();
    kl.prior = PriorKind::Kl;
    auto twoLevel = test::smallNet();
    twoLevel.body = Body::TwoLevel;
    auto expression = test::smallNet();
    expression.expression = true;
    std::vector<NetConfig> all = {test::smallNet(),          styles,    kl, twoLevel,
                                  test::smallRecurrentNet(), expression};
    for (auto& config : all) {
        config.controls = kControls;
    }
    return all;
}

/// Any tokens, and with expression any expressions behind them.
Tensor randomCodes(const NetConfig& config, std::int64_t count) {
    const auto tokens =
        torch::randint(0, kClasses, {count, config.steps(), kTracks}, torch::kInt64);
    return config.expression ? torch::cat({tokens, torch::randint(0, codec::kExpressions,
                                                                  tokens.sizes(), torch::kInt64)},
                                          2)
                             : tokens;
}

using Terms = std::map<std::string, double>;

/// Steps of training as the trainer makes them; the terms of the first and of the last one.
std::pair<Terms, Terms> trainedFor(MusaeTraining& training, int steps) {
    std::vector<train::Optimiser> optimisers;
    for (auto& group : training.groups()) {
        optimisers.emplace_back(std::move(group));
    }
    auto random = generator(1);
    Terms first;
    Terms values;
    for (int step = 0; step < steps; ++step) {
        train::StepContext context{step, 1.0, random};
        training.beginStep({0, 1, 2, 3, 4, 5, 6, 7}, context);
        for (const auto& phase : training.phases(1.0)) {
            for (auto& optimiser : optimisers) {
                optimiser.setTrained(optimiser.name() == phase.group);
                optimiser.zeroGradients();
            }
            Tensor total = torch::zeros({});
            for (const auto& term : training.losses(phase, context)) {
                total = total + term.value * term.weight;
                values[phase.name + "." + term.name] = term.value.item<double>();
            }
            total.backward();
            for (auto& optimiser : optimisers) {
                if (optimiser.name() == phase.group) {
                    optimiser.clip(optimiser.gradientNorm().item<double>());
                    optimiser.step(2e-3);
                }
            }
        }
        first = step == 0 ? values : first;
    }
    return {first, values};
}

} // namespace

class TestMusaePriors : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }
    void orthogonalisedKeepsDirectionsAndEvensLengths();
    void hiddenMatricesGoAlongTheirOrthogonalisedMomentum();
    void normalScoresAreTheQuantilesByHand();
    void controlsAreStandardAndFollowTheirProperty();
    void classesAndTokensAreReadAlike();
    void momentDistanceIsThatOfTheDistribution();
    void divergenceByHandAndItsFreeBits();
    void labelsOfTheLossAreDirectionsOfThePlane();
    void labelsReachTheFeaturesAsFarAsTheyMay();
    void criticsComeLateAndTheBaselineHasNone();
    void everyKindLearns();
    void everyKindComesBackExactlyFromItsFile();
    void drawsFollowThePriorOfEachKind();
    void modelsOfEachKindTellWhatTheyCan();
    void longPhrasesAreWhatTheCodecReads();
    void sixteenBarsTakeAStepAndDecode();
    void thePaperSizeBuildsTakesAStepAndDecodes();
};

void TestMusaePriors::orthogonalisedKeepsDirectionsAndEvensLengths() {
    torch::manual_seed(2);
    for (const auto& matrix : {torch::randn({6, 20}), torch::randn({20, 6})}) {
        const auto even = train::orthogonalised(matrix);
        QVERIFY(even.sizes() == matrix.sizes());
        const auto values = std::get<1>(torch::svd(even));
        QVERIFY(values.min().item<double>() > 0.5 && values.max().item<double>() < 1.3);
        // The same singular vectors: matrix' even = V S V', symmetric with eigenvalues >= 0.
        const auto product = matrix.t().mm(even);
        QVERIFY(torch::allclose(product, product.t(), 1e-3, 1e-3));
        QVERIFY(torch::linalg_eigvalsh(product).min().item<double>() > -1e-3);
    }
}

void TestMusaePriors::hiddenMatricesGoAlongTheirOrthogonalisedMomentum() {
    auto hidden = torch::zeros({2, 8}, torch::requires_grad());
    auto other = torch::zeros({2, 8}, torch::requires_grad());
    train::OptimiserOptions options;
    options.rate = 0.1;
    options.matrixRate = 0.02;
    train::Optimiser optimiser({"g", {{"other", other}, {"hidden", hidden}}, options, {"hidden"}});
    const auto gradient = torch::randn({2, 8}) * 1e-3;
    ((hidden + other) * gradient).sum().backward();
    optimiser.step(0.05); // half of the schedule
    // By hand: first momentum 0.95 * 0 + g, look ahead g + 0.95 g, whose length does not count;
    // 0.02 * 0.5 * sqrt(2 / 8) = 0.005.
    const auto expected = -0.005 * train::orthogonalised(gradient);
    QVERIFY(torch::allclose(hidden, expected, 1e-3, 1e-6));
    // Adam's first step goes by the rate against the sign.
    QVERIFY(torch::allclose(other, -0.05 * gradient.sign(), 1e-3, 1e-4));
}

void TestMusaePriors::normalScoresAreTheQuantilesByHand() {
    // Ranks 0, 2, 1, 3 of four: quantiles 1/8, 5/8, 3/8, 7/8 of N(0, 1), from a table.
    const auto scores = normalScores(torch::tensor({10.0F, 30.0F, 20.0F, 40.0F}));
    const auto table = torch::tensor({-1.15035F, 0.31864F, -0.31864F, 1.15035F});
    QVERIFY(torch::allclose(scores, table, 1e-4, 1e-4));
}

void TestMusaePriors::controlsAreStandardAndFollowTheirProperty() {
    // Phrase i has i notes on the guitar (of 32), on pitches that have nothing to do with i; from
    // its last note on, every other phrase is silent.
    constexpr std::int64_t kPhrases = 28;
    auto tokens = torch::full({kPhrases, 32, kTracks}, kHold, torch::kInt64);
    tokens.select(1, 0).fill_(kSilence);
    for (std::int64_t i = 0; i < kPhrases; ++i) {
        for (std::int64_t step = 0; step <= i; ++step) {
            tokens[i][step][2] = 40 + (i * 11) % 29 + step % 2;
        }
        if (i % 2 == 0) {
            tokens[i][i + 1][2] = kSilence;
        }
    }
    const auto scores = controlScores(tokens);
    QVERIFY(scores.sizes() == torch::IntArrayRef({kPhrases, kControls}));
    for (int control = 0; control < kControls; ++control) {
        const auto column = scores.select(1, control);
        QVERIFY(std::abs(column.mean().item<double>()) < 1e-5);
        QVERIFY(std::abs(column.std().item<double>() - 1) < 0.1);
    }
    const auto notes = scores.select(1, 0);
    QVERIFY((notes.slice(0, 1) > notes.slice(0, 0, kPhrases - 1)).all().item<bool>());
    const auto r = torch::corrcoef(scores.t()).abs();
    QVERIFY(r[0][1].item<double>() < 0.15 && r[0][2].item<double>() < 0.15);
    // Of two neighbours in the number of notes, the one that falls silent has more silence.
    const auto silence = scores.select(1, 2);
    QVERIFY(silence[10].item<double>() > silence[11].item<double>());
}

void TestMusaePriors::classesAndTokensAreReadAlike() {
    for (const auto& config : kinds()) {
        torch::manual_seed(3);
        Net net(config);
        net->eval();
        const auto codes = randomCodes(config, 3);
        const auto tokens = codes.narrow(2, 0, kTracks);
        const auto classes = torch::one_hot(tokens, kClasses).to(torch::kFloat32);
        const auto expressions = config.expression ? codes.narrow(2, kTracks, kTracks) : Tensor();
        QVERIFY(torch::allclose(net->encoder->fromClasses(classes, expressions),
                                net->encoder(codes), 1e-4, 1e-5));
    }
}

void TestMusaePriors::momentDistanceIsThatOfTheDistribution() {
    // Mean over batches: 0 for N(0, I) however few rows; (4 - 1)^2 + 1 = 10 for N(1, 4 I).
    torch::manual_seed(4);
    double standard = 0;
    double wide = 0;
    constexpr int kBatches = 400;
    for (int i = 0; i < kBatches; ++i) {
        standard += momentDistance(torch::randn({12, 8})).item<double>() / kBatches;
        wide += momentDistance(2 * torch::randn({12, 8}) + 1).item<double>() / kBatches;
    }
    QVERIFY2(std::abs(standard) < 0.1, std::to_string(standard).c_str());
    QVERIFY2(std::abs(wide - 10) < 1, std::to_string(wide).c_str());
}

void TestMusaePriors::divergenceByHandAndItsFreeBits() {
    // Two dimensions of mean 1 and variance 1: 0.5 (1 + 1 - 1 - 0) twice, 1 nat.
    const auto moments = torch::tensor({1.0F, 1.0F, 0.0F, 0.0F}).view({1, 4});
    QVERIFY(std::abs(divergence(moments, 0).item<double>() - 1) < 1e-6);
    QVERIFY(std::abs(divergence(moments, 1).item<double>() - (1 - 0.693147)) < 1e-5);
    QCOMPARE(divergence(moments, 48).item<double>(), 0.0);
}

void TestMusaePriors::labelsOfTheLossAreDirectionsOfThePlane() {
    // Two labels of three components at 0 and 120 degrees. A point at (2, 0): logits 2 and -1, so
    // the loss is log(1 + e^-3) for the first label; hidden labels do not count.
    const CircularMixturePrior prior(3, 3);
    const auto plane = torch::tensor({2.0F, 0.0F, 2.0F, 0.0F}).view({2, 2});
    const auto component = torch::tensor({0, 2}, torch::kInt64);
    const double loss = labelLoss(prior, plane, component).item<double>();
    QVERIFY(std::abs(loss - std::log1p(std::exp(-3.0))) < 1e-6);
}

void TestMusaePriors::labelsReachTheFeaturesAsFarAsTheyMay() {
    const auto tokens = torch::randint(0, kClasses, {4, 32, kTracks}, torch::kInt64);
    std::vector<double> norms;
    for (const double reach : {1.0, 0.5, 0.0}) {
        torch::manual_seed(8);
        Net net(test::smallNet());
        net->encoder->labelGradientScale = reach;
        net->encoder(tokens).narrow(1, 0, 2).sum().backward();
        const auto parameters = net->encoder->named_parameters();
        norms.push_back(parameters["position"].grad().defined()
                            ? parameters["position"].grad().norm().item<double>()
                            : 0.0);
        QVERIFY(parameters["toLatent.weight"].grad().norm().item<double>() > 0);
    }
    QVERIFY(norms[0] > 0);
    QVERIFY(std::abs(norms[1] / norms[0] - 0.5) < 1e-4);
    QCOMPARE(norms[2], 0.0);
}

void TestMusaePriors::criticsComeLateAndTheBaselineHasNone() {
    for (const auto& config : kinds()) {
        const auto training = test::trainingOf(config, test::smallTraining(), 12);
        const bool baseline = config.prior == PriorKind::Kl;
        QCOMPARE(training->phases(0.0).size(), std::size_t(1));
        QCOMPARE(training->phases(1.0).size(), std::size_t(baseline ? 1 : 2));
        QCOMPARE(training->groups().size(), std::size_t(baseline ? 1 : 2));
        QCOMPARE(training->criticWeightAt(0.1), 0.0);
        QVERIFY(training->criticWeightAt(0.3) < training->criticWeightAt(0.5));
    }
}

void TestMusaePriors::everyKindLearns() {
    for (const auto& config : kinds()) {
        auto options = test::smallTraining();
        options.controlWeight = 2; // eight phrases and a critic from the first step on
        const auto training = test::trainingOf(config, options, 12);
        const auto [first, last] = trainedFor(*training, 100);
        const auto name = config.toJson().dump();
        QVERIFY2(last.at("autoencoder.reconstruction") <
                     0.7 * first.at("autoencoder.reconstruction"),
                 name.c_str());
        QVERIFY2(last.at("autoencoder.controls") < 0.7 * first.at("autoencoder.controls"),
                 name.c_str());
        QVERIFY(last.contains("autoencoder.controlConsistency"));
        QCOMPARE(last.contains("critic.stylePenalty"), config.prior == PriorKind::Styles);
        QCOMPARE(last.contains("autoencoder.infomax"), config.prior == PriorKind::Styles);
        QCOMPARE(last.contains("autoencoder.divergence"), config.prior == PriorKind::Kl);
        QCOMPARE(last.contains("autoencoder.expression"), config.expression);
        QCOMPARE(last.contains("autoencoder.label"), config.prior == PriorKind::CircularMixture);
    }
}

void TestMusaePriors::everyKindComesBackExactlyFromItsFile() {
    QTemporaryDir folder;
    for (const auto& config : kinds()) {
        torch::manual_seed(5);
        Net net(config);
        net->eval();
        const auto path = test::pathIn(folder, "weights.safetensors");
        const std::map<std::string, std::string> card{{"architecture", "musae"},
                                                      {"config", config.toJson().dump()}};
        QVERIFY_RESULT(saveWeights(*net, path, card, Precision::Full));
        const auto file = tensors::SafeTensors::open(path);
        QVERIFY_RESULT(file);
        auto again = openNet(*file);
        QVERIFY_RESULT(again);
        QVERIFY((*again)->config.toJson() == config.toJson());
        const auto codes = randomCodes(config, 2);
        const auto u = net->encoder(codes);
        QVERIFY(torch::equal((*again)->encoder(codes), u));
        QVERIFY(torch::equal((*again)->decoder(u), net->decoder(u)));
    }
}

void TestMusaePriors::drawsFollowThePriorOfEachKind() {
    for (const auto& config : kinds()) {
        Net net(config);
        constexpr int kDraws = 20000;
        const auto noise = torch::randn({kDraws, config.latent}, generator(6));
        const auto component = torch::zeros({kDraws}, torch::kInt64);
        const auto u = net->drawPrior(component, noise);
        QVERIFY(u.sizes() == noise.sizes());
        const auto rest = u.slice(1, config.headSize());
        QVERIFY(rest.mean(0).abs().max().item<double>() < 0.04);
        QVERIFY((rest.std(0) - 1).abs().max().item<double>() < 0.04);
        if (config.prior == PriorKind::Styles) {
            const auto styles = u.narrow(1, 0, config.styles);
            QVERIFY(((styles == 0).logical_or(styles == 1)).all().item<bool>());
            QVERIFY((styles.mean(0) - 0.5).abs().max().item<double>() < 0.03);
        }
    }
}

void TestMusaePriors::modelsOfEachKindTellWhatTheyCan() {
    QTemporaryDir folder;
    for (const auto& config : kinds()) {
        Net net(config);
        const auto path = test::pathIn(folder, "weights.safetensors");
        QVERIFY_RESULT(saveWeights(*net, path,
                                   {{"architecture", "musae"},
                                    {"labelColumn", "genre"},
                                    {"config", config.toJson().dump()}},
                                   Precision::Half));
        const auto model = openModel(path.string());
        QVERIFY_RESULT(model);
        const auto& info = (*model)->info();
        const bool circularMixture = config.prior == PriorKind::CircularMixture;
        QCOMPARE(info.can.conditional, circularMixture);
        QCOMPARE(info.classes.size(), std::size_t(circularMixture ? 2 : 0));
        // Blocks cover the latent without gap or overlap.
        int next = 0;
        for (const auto& block : info.blocks) {
            QCOMPARE(block.begin, next);
            QVERIFY(block.end > block.begin);
            next = block.end;
        }
        QCOMPARE(next, info.latentSize);
        Random random(1);
        const auto z = (*model)->samplePrior({}, random);
        QVERIFY_RESULT(z);
        QCOMPARE((*model)->classScores(*z).size(), info.classes.size());
        const auto song = (*model)->decode(*z, {}, {});
        QVERIFY_RESULT(song);
        const std::size_t components = circularMixture ? 3 : config.prior == PriorKind::Kl ? 1 : 0;
        QCOMPARE((*model)->priorComponents().size(), components);
    }
}

namespace {

/// A song of 16 bars as a dataset of two-bar phrases, every second bar.
tensors::PreparedDataset sixteenBars(const music::Song& song) {
    tensors::PreparedDataset prepared;
    const codec::MusaeSong reader(song);
    std::vector<codec::PhraseWindow> windows;
    std::vector<codec::Token> tokens;
    for (int bar = 0; bar < 16; bar += 2) {
        const codec::PhraseWindow window{bar, bar * 4 * 480, (bar + 2) * 4 * 480, true};
        const auto phrase = reader.encode(window.start);
        windows.push_back(window);
        tokens.insert(tokens.end(), phrase.begin(), phrase.end());
    }
    for (const char* split : {"train", "valid", "test"}) {
        prepared.addSong({split, split, "nobody", "one", split}, windows, tokens);
    }
    prepared.finish("genre");
    return prepared;
}

music::Song randomSong(int bars) {
    Random random(9);
    std::vector<codec::Token> tokens(static_cast<std::size_t>(kTracks * bars * kStepsPerBar),
                                     codec::kHold);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (random.uniform() < 0.2) {
            tokens[i] = random.uniform() < 0.2 ? codec::kSilence
                                               : static_cast<codec::Token>(40 + random.below(30));
        }
    }
    return *codec::phraseToSong(codec::canonical(tokens), {.bars = bars});
}

} // namespace

void TestMusaePriors::longPhrasesAreWhatTheCodecReads() {
    const auto song = randomSong(16);
    const Dataset dataset(sixteenBars(song), 16);
    const auto rows = dataset.rows("train", Dataset::Which::Strict);
    QCOMPARE(rows, std::vector<std::int64_t>{0}); // seven parts must follow
    const auto expected = codec::MusaeSong(song, {.bars = 16}).encode(0);
    QVERIFY(dataset.phrase(0) == expected);
    const auto batch = dataset.batch(rowTensor(rows), false);
    QVERIFY(batch.sizes() == torch::IntArrayRef({1, 256, kTracks}));
    QCOMPARE(batch[0][37][2].item<int>(), int(expected[2 * 256 + 37]));
}

namespace {

void stepAndDecode(const char* preset) {
    auto net = *NetConfig::preset(preset);
    auto config = *TrainConfig::preset(preset);
    config.batch = 1;
    net.labels = {"one"};
    net.controls = config.controlWeight > 0 ? kControls : 0;
    QCOMPARE(net.steps(), 256);
    torch::manual_seed(1);
    MusaeTraining training(Net(net), config,
                           std::make_shared<Dataset>(sixteenBars(randomSong(16)), net.bars));
    auto& module = dynamic_cast<NetImpl&>(training.module());
    const auto before = module.decoder->parameters().front().detach().clone();
    std::vector<train::Optimiser> optimisers;
    for (auto& group : training.groups()) {
        optimisers.emplace_back(std::move(group));
    }
    train::StepContext context{0, 0.0, generator(1)};
    training.beginStep({0, 0}, context);
    Tensor total = torch::zeros({});
    for (const auto& term : training.losses({"autoencoder", "autoencoder", 1}, context)) {
        total = total + term.value * term.weight;
    }
    total.backward();
    QVERIFY(std::isfinite(optimisers[0].gradientNorm().item<double>()));
    optimisers[0].step(1e-4);
    QVERIFY(!torch::equal(before, module.decoder->parameters().front()));
    torch::NoGradGuard off;
    const auto logits = module.decoder(torch::zeros({1, net.latent}));
    QVERIFY(logits.sizes() == torch::IntArrayRef({1, 256, kTracks, kClasses}));
    QVERIFY(torch::isfinite(logits).all().item<bool>());
}

} // namespace

void TestMusaePriors::sixteenBarsTakeAStepAndDecode() { stepAndDecode("sixteen"); }

void TestMusaePriors::thePaperSizeBuildsTakesAStepAndDecodes() {
    // By hand, in millions. Lookups 520 x 512 = 0.27; encoder 2 x (4 x 512 x 1024 + 4096) = 4.20
    // and twice 2 x (4 x 512 x 1536 + 4096) = 6.30; to the latent 0.52. Decoder: four times three
    // layers of 4 x 512 x 1024 + 4096 = 2.10, heads 0.27, from the latent 0.26. The published code
    // has 17.9 + 25.7, with a second projection for the variance (0.53).
    auto config = *NetConfig::preset("paper");
    config.labels = std::vector<std::string>(32);
    const Net net(config);
    const auto millions = [](const torch::nn::Module& module) {
        double sum = 0;
        for (const auto& parameter : module.parameters()) {
            sum += static_cast<double>(parameter.numel()) / 1e6;
        }
        return sum;
    };
    QVERIFY(std::abs(millions(*net->encoder) - 17.6) < 0.1);
    QVERIFY(std::abs(millions(*net->decoder) - 25.7) < 0.1);
    QVERIFY(std::abs(millions(*net->critic) - 0.54) < 0.01);
    stepAndDecode("paper");
}

QTEST_APPLESS_MAIN(TestMusaePriors)
#include "tst_musae_priors.moc"
