// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/train/optimiser.h"
#include "small_music.h"
#include "tests/support/test_support.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models::musae;
using torch::Tensor;

namespace {

torch::Generator generator(std::uint64_t seed) {
    return at::make_generator<at::CPUGeneratorImpl>(seed);
}

std::map<std::string, Tensor> copyOf(torch::nn::Module& module) {
    std::map<std::string, Tensor> copy;
    for (const auto& item : module.named_parameters()) {
        copy[item.key()] = item.value().detach().clone();
    }
    return copy;
}

/// Names of parameters that differ, by their first word (encoder, decoder, critic).
std::set<std::string> changed(torch::nn::Module& module,
                              const std::map<std::string, Tensor>& before) {
    std::set<std::string> parts;
    for (const auto& item : module.named_parameters()) {
        if (!torch::equal(item.value(), before.at(item.key()))) {
            parts.insert(item.key().substr(0, item.key().find('.')));
        }
    }
    return parts;
}

} // namespace

class TestMusaeNet : public QObject {
    Q_OBJECT
  private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }
    void shapesGoRoundForBothBodies();
    void wrongShapesAreRefusedWithTheExpectedOnes();
    void everyStepAndTrackReachesTheLatentAndEveryStepHearsIt();
    void gradientReachesEveryParameter();
    void drawsFromTheFlowerHaveItsMoments();
    void nearestComponentIsTheOneDrawnFrom();
    void criticPhaseMovesTheCriticOnlyAndTheOtherWayRound();
    void gradientPenaltyDrivesTheSlopeToOne();
    void hiddenLabelsHideThePlaceInThePlane();
    void configurationsSurviveJsonAndNonsenseIsNamed();
    void formerKeysOfShippedWeightsAreRead();
};

void TestMusaeNet::shapesGoRoundForBothBodies() {
    for (const auto& config : {test::smallNet(), test::smallRecurrentNet()}) {
        Net net(config);
        const auto tokens = torch::randint(0, kClasses, {3, 32, kTracks}, torch::kInt64);
        const auto u = net->encoder(tokens);
        QVERIFY(u.sizes() == torch::IntArrayRef({3, 16}));
        QVERIFY(net->decoder(u).sizes() == torch::IntArrayRef({3, 32, kTracks, kClasses}));
        QVERIFY(net->critic(torch::cat({u, torch::zeros({3, 2})}, 1)).sizes() ==
                torch::IntArrayRef({3, 1}));
        QVERIFY(torch::allclose(net->toU(net->toZ(u)), u));
    }
}

void TestMusaeNet::wrongShapesAreRefusedWithTheExpectedOnes() {
    Net net(test::smallNet());
    const auto refused = [](auto&& f, const char* expected) {
        try {
            f();
        } catch (const c10::Error& e) {
            return std::string(e.what()).find(expected) != std::string::npos;
        }
        return false;
    };
    QVERIFY(refused(
        [&] {
            net->encoder(torch::zeros({2, 31, 4}, torch::kInt64));
        },
        "expected (B, 32, 4)"));
    QVERIFY(refused([&] { net->decoder(torch::zeros({2, 15})); }, "expected (B, 16)"));
}

void TestMusaeNet::everyStepAndTrackReachesTheLatentAndEveryStepHearsIt() {
    torch::NoGradGuard off;
    for (const auto& config : {test::smallNet(), test::smallRecurrentNet()}) {
        torch::manual_seed(3);
        Net net(config);
        const auto tokens = torch::full({1, 32, kTracks}, kHold, torch::kInt64);
        const auto u = net->encoder(tokens);
        for (const int step : {0, 1, 17, 31}) {
            for (int track = 0; track < kTracks; ++track) {
                auto other = tokens.clone();
                other[0][step][track] = 60;
                QVERIFY(!torch::allclose(net->encoder(other), u, 1e-5, 1e-6));
            }
        }
        const auto difference =
            (net->decoder(u) - net->decoder(u + 1)).abs().amax(std::vector<std::int64_t>{0, 3});
        QVERIFY((difference > 0).all().item<bool>());
    }
}

void TestMusaeNet::gradientReachesEveryParameter() {
    for (const auto& config : {test::smallNet(), test::smallRecurrentNet()}) {
        Net net(config);
        const auto tokens = torch::randint(0, kClasses, {4, 32, kTracks}, torch::kInt64);
        const auto u = net->encoder(tokens);
        const auto classified = net->critic(torch::cat({u, torch::zeros({4, 2})}, 1));
        (net->decoder(u).square().mean() + classified.sum()).backward();
        for (const auto& item : net->named_parameters()) {
            const bool flows =
                item.value().grad().defined() && item.value().grad().abs().sum().item<float>() > 0;
            QVERIFY2(flows, item.key().c_str());
        }
    }
}

void TestMusaeNet::drawsFromTheFlowerHaveItsMoments() {
    // By hand, for component 1 of 4: angle 90 degrees, so the radius is z2 and the tangent -z1.
    // z1: mean 0, variance 0.001; z2: mean 1, variance 0.1; z3: mean 0, variance 0.001.
    const CircularMixturePrior prior(4, 5);
    const int draws = 100000;
    const auto z =
        prior.sample(torch::full({draws}, 1, torch::kInt64), generator(5)).to(torch::kFloat64);
    const auto mean = z.mean(0);
    const auto variance = z.var(0);
    QVERIFY(std::abs(mean[0].item<double>()) < 0.001);
    QVERIFY(std::abs(mean[1].item<double>() - 1) < 0.005);
    QVERIFY(std::abs(mean[2].item<double>()) < 0.001);
    QVERIFY(std::abs(variance[0].item<double>() / 0.001 - 1) < 0.03);
    QVERIFY(std::abs(variance[1].item<double>() / 0.1 - 1) < 0.03);
    QVERIFY(std::abs(variance[4].item<double>() / 0.001 - 1) < 0.03);
    // The dimensions are independent.
    const auto centred = (z - mean) / variance.sqrt();
    const auto correlation = centred.t().mm(centred) / draws - torch::eye(5, torch::kFloat64);
    QVERIFY(correlation.abs().max().item<double>() < 0.02);
}

void TestMusaeNet::nearestComponentIsTheOneDrawnFrom() {
    const CircularMixturePrior prior(6, 8);
    for (int label = 0; label < 5; ++label) {
        const auto z = prior.sample(torch::full({500}, label, torch::kInt64), generator(9));
        const auto right = (prior.nearest(z) == label).to(torch::kFloat64).mean().item<double>();
        // Components are 0.03 wide and a sixth of the circle apart: only draws from far inside mix.
        QVERIFY(right > 0.97);
    }
    // By hand: at (1, 0) of a mixture of two, the first component's density is
    // 1 / (2 pi sqrt(0.1 * 0.001)) = 15.92, and the other's is exp(-0.5 * 4 / 0.1) of it.
    const auto densities = CircularMixturePrior(2, 3).logDensities(1, 0);
    QVERIFY(std::abs(std::exp(densities[0]) - 15.9155) < 1e-3);
    QVERIFY(std::abs(densities[0] - densities[1] - 20) < 1e-9);
}

void TestMusaeNet::criticPhaseMovesTheCriticOnlyAndTheOtherWayRound() {
    const auto training = test::trainingOf(test::smallNet(), test::smallTraining(), 12);
    std::vector<models::train::Optimiser> optimisers;
    for (auto& group : training->groups()) {
        optimisers.emplace_back(std::move(group));
    }
    const auto phases = training->phases(1.0);
    QCOMPARE(phases.size(), std::size_t(2));
    models::train::StepContext context{0, 1.0, generator(1)};
    training->beginStep({0, 1, 2, 3, 4, 5, 6, 7}, context);
    const std::set<std::string> expected[] = {{"encoder", "decoder"}, {"critic"}};
    for (std::size_t i = 0; i < 2; ++i) {
        const auto before = copyOf(training->module());
        for (auto& optimiser : optimisers) {
            optimiser.setTrained(optimiser.name() == phases[i].group);
            optimiser.zeroGradients();
        }
        Tensor total;
        std::set<std::string> names;
        for (const auto& term : training->losses(phases[i], context)) {
            names.insert(term.name);
            total = total.defined() ? total + term.value * term.weight : term.value * term.weight;
        }
        QVERIFY(i == 1 || names.contains("critic")); // the critic is asked, but does not learn
        total.backward();
        for (auto& optimiser : optimisers) {
            const bool moves = optimiser.name() == phases[i].group;
            QCOMPARE(optimiser.gradientNorm().item<double>() > 0,
                     moves); // nothing flows into what is frozen
            if (moves) {
                optimiser.step(1e-3);
            }
        }
        QVERIFY(changed(training->module(), before) == expected[i]);
    }
}

void TestMusaeNet::gradientPenaltyDrivesTheSlopeToOne() {
    // A critic trained against a far-away blob must end as 1-Lipschitz: its penalty goes to 0 and
    // its distance to at most that of the blobs.
    auto config = test::smallTraining();
    config.criticRate = 3e-3;
    const auto training = test::trainingOf(test::smallNet(), config, 12);
    models::train::Optimiser critic(training->groups()[1]);
    models::train::StepContext context{0, 1.0, generator(1)};
    training->beginStep({0, 1, 2, 3, 4, 5, 6, 7}, context);
    training->losses({"autoencoder", "autoencoder", 1}, context);
    double penalty = 0;
    for (int step = 0; step < 300; ++step) {
        critic.zeroGradients();
        Tensor total;
        for (const auto& term : training->losses({"critic", "critic", 1}, context)) {
            total = total.defined() ? total + term.value * term.weight : term.value * term.weight;
            if (term.name == "penalty") {
                penalty = term.value.item<double>();
            }
        }
        total.backward();
        critic.step(3e-3);
    }
    QVERIFY2(penalty < 0.1, std::to_string(penalty).c_str());
}

void TestMusaeNet::hiddenLabelsHideThePlaceInThePlane() {
    auto config = test::smallTraining();
    config.unlabelled = 1.0;
    config.latentNoise = 0;
    const auto training = test::trainingOf(test::smallNet(), config, 12);
    auto& net = dynamic_cast<NetImpl&>(training->module());
    models::train::StepContext context{0, 0.0, generator(1)};
    training->beginStep({0, 1, 2, 3, 4, 5, 6, 7}, context);
    Tensor total = torch::zeros({});
    for (auto& term : training->losses({"autoencoder", "autoencoder", 1}, context)) {
        total = total + term.value;
    }
    total.backward();
    // Rows of the last layer that lead to the plane: nothing that is decoded depends on them.
    const auto gradient = net.encoder->named_parameters()["toLatent.weight"].grad();
    QCOMPARE(gradient.narrow(0, 0, 2).abs().sum().item<double>(), 0.0);
    QVERIFY(gradient.narrow(0, 2, 14).abs().sum().item<double>() > 0);
}

void TestMusaeNet::configurationsSurviveJsonAndNonsenseIsNamed() {
    auto config = test::smallRecurrentNet();
    const auto again = NetConfig::fromJson(config.toJson());
    QVERIFY_RESULT(again);
    QVERIFY(again->toJson() == config.toJson());
    TrainConfig training;
    training.latentNoise = 0.125;
    const auto trainingAgain = TrainConfig::fromJson(training.toJson());
    QVERIFY_RESULT(trainingAgain);
    QVERIFY(trainingAgain->toJson() == training.toJson());

    const auto complaint = [&](const char* key, const nlohmann::json& value) {
        auto json = config.toJson();
        json[key] = value;
        const auto result = NetConfig::fromJson(json);
        return !result && result.error().message().find(key) != std::string::npos;
    };
    QVERIFY(complaint("latent", 1));
    QVERIFY(complaint("latent", "many"));
    QVERIFY(complaint("latent", 1LL << 40));
    QVERIFY(complaint("body", "elephant"));
    QVERIFY(complaint("labels", nlohmann::json::array({1, 2})));
    QVERIFY(complaint("patch", 2)); // Recurrent reads step by step
    QVERIFY(complaint("heads", 3)); // does not divide 32
    QVERIFY(!NetConfig::fromJson(nlohmann::json::parse("[]")));
    QVERIFY(!NetConfig::preset("huge"));
}

void TestMusaeNet::formerKeysOfShippedWeightsAreRead() {
    NetConfig config;
    config.expression = true;
    auto json = config.toJson();
    json["touch"] = json["expression"];
    json.erase("expression");
    json["prior"] = "flower";
    const auto read = NetConfig::fromJson(json);
    QVERIFY_RESULT(read);
    QVERIFY(read->expression);
    QVERIFY(read->prior == PriorKind::CircularMixture);
    QVERIFY(read->toJson() == config.toJson()); // written with the current keys

    TrainConfig training;
    training.labelGradientScale = 0.25;
    training.controlConsistencyWeight = 0.5;
    training.controlConsistencyShare = 0.125;
    training.expressionWeight = 2;
    auto old = training.toJson();
    for (const auto& [was, is] :
         std::map<std::string, std::string>{{"labelReach", "labelGradientScale"},
                                            {"turnWeight", "controlConsistencyWeight"},
                                            {"turnShare", "controlConsistencyShare"},
                                            {"touchWeight", "expressionWeight"}}) {
        old[was] = old[is];
        old.erase(is);
    }
    const auto trainingRead = TrainConfig::fromJson(old);
    QVERIFY_RESULT(trainingRead);
    QVERIFY(trainingRead->toJson() == training.toJson());
}

QTEST_APPLESS_MAIN(TestMusaeNet)
#include "tst_musae_net.moc"
