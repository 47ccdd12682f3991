// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/muser/dataset.h"
#include "models/muser/scores.h"
#include "models/muser/sequence.h"
#include "models/muser/training.h"
#include "models/muser/writing.h"
#include "small_words.h"
#include "tests/support/test_support.h"

#include <QTest>
#include <set>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models::muser;
using codec::Field;
using codec::Word;
using torch::Tensor;

namespace {

double farthest(const Tensor& a, const Tensor& b) { return (a - b).abs().max().item<double>(); }

struct Made {
    Batch batch;
    Tensor vectors;
    Tensor types;
};

/// Two phrases of music with the vectors that a network gives them.
Made madeFor(NetImpl& net) {
    const auto prepared = test::smallPieces(6, 4);
    const Dataset dataset(prepared, net.config.bars, net.config.places);
    std::vector<std::vector<Word>> phrases;
    for (const std::int64_t row : {0, 4}) {
        const auto words = dataset.phrase(row);
        phrases.emplace_back(words.begin(), words.end());
    }
    Made made;
    made.batch = batchOf(phrases, {1, 2}, net.config.places);
    made.vectors = net.quantise(made.batch.words, made.batch.live).vectors;
    made.types = made.batch.words.select(2, static_cast<int>(Field::Type));
    return made;
}

} // namespace

class TestMuserNet : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void initTestCase() { torch::set_num_threads(1); }
    void aBatchHoldsWordsTheEndAndTheEmotion();
    void aLaterWordChangesNoEarlierLogits_data() { variants(); }
    void aLaterWordChangesNoEarlierLogits();
    void placeByPlaceIsTheSameAsAtOnce_data() { variants(); }
    void placeByPlaceIsTheSameAsAtOnce();
    void anElementHearsItsOwnSliceAlone();
    void thePriorIsCausalWithinAPlaceToo();
    void thePriorPlaceByPlaceIsTheSameAsAtOnce();
    void codesAreRunningMeans();
    void codesThatNothingUsesAreMoved();
    void whatIsNotSaidHasTheFirstCode();
    void theOrderLossIsThatOfAPairLoop();
    void gradientsPassTheQuantiserUnchanged();
    void whatIsWrittenMakesSense();
    void theNucleusIsTheSmallestThatHoldsItsShare();
    void notesAreMatchedOneForOne();
    void configurationsSurviveTheirJson();

  private:
    static void variants() {
        QTest::addColumn<int>("memory");
        QTest::addColumn<int>("decoders");
        QTest::addColumn<int>("attention");
        QTest::newRow("cross, both") << 0 << 0 << 0;
        QTest::newRow("concat, both") << 1 << 0 << 0;
        QTest::newRow("none, both") << 2 << 0 << 0;
        QTest::newRow("cross, global") << 0 << 1 << 0;
        QTest::newRow("cross, element") << 0 << 2 << 0;
        QTest::newRow("cross, both, linear") << 0 << 0 << 1;
    }
    static Net variant() {
        QFETCH(int, memory);
        QFETCH(int, decoders);
        QFETCH(int, attention);
        auto config = test::smallMuser();
        config.memory = static_cast<Memory>(memory);
        config.decoders = static_cast<Decoders>(decoders);
        config.attention = static_cast<Attention>(attention);
        torch::manual_seed(3);
        Net net(config);
        net->eval();
        return net;
    }
};

void TestMuserNet::aBatchHoldsWordsTheEndAndTheEmotion() {
    const Word bar{{0, 0, 1, 2, 0, 0, 0, 0}};
    const Word note{{0, 0, 0, 3, 40, 2, 20, 0}};
    const auto batch = batchOf({{bar, note}, {bar}}, {2, 0}, 48);
    QCOMPARE(batch.words.sizes().vec(), (std::vector<std::int64_t>{2, 3, 8}));
    QCOMPARE(batch.before[0][0][3].item<int>(), 1); // the emotion's type
    QCOMPARE(batch.before[0][0][7].item<int>(), 2);
    QCOMPARE(batch.before[0][2][4].item<int>(), 40); // the note, before the end
    QCOMPARE(batch.words[0][2].abs().sum().item<int>(), 0);
    QVERIFY(batch.live[0][2].item<bool>());
    QVERIFY(batch.live[1][1].item<bool>());
    QVERIFY(!batch.live[1][2].item<bool>());
    // Cut to two places: the phrase continues, so that there is no end.
    const auto cut = batchOf({{bar, note, note}}, {0}, 2);
    QCOMPARE(cut.words.size(1), std::int64_t(2));
    QCOMPARE(cut.words[0][1][4].item<int>(), 40);
}

void TestMuserNet::aLaterWordChangesNoEarlierLogits() {
    torch::NoGradGuard off;
    auto net = variant();
    const auto made = madeFor(*net);
    const auto first = net->decoder(made.batch.before, made.vectors, made.batch.live, made.types);
    for (const std::int64_t place : {1, 5, 12}) {
        auto other = made.batch.before.clone();
        other.select(1, place).select(1, 4).fill_(17);
        other.select(1, place).select(1, 3).fill_(3);
        other.select(1, place).select(1, 6).fill_(5);
        const auto second = net->decoder(other, made.vectors, made.batch.live, made.types);
        double here = 0;
        for (std::size_t element = 0; element < kElements; ++element) {
            QVERIFY(farthest(first[element].narrow(1, 0, place),
                             second[element].narrow(1, 0, place)) < 1e-6);
            here = std::max(
                here, farthest(first[element].select(1, place), second[element].select(1, place)));
        }
        QVERIFY(here > 1e-3); // it is seen where it stands
    }
}

void TestMuserNet::placeByPlaceIsTheSameAsAtOnce() {
    torch::NoGradGuard off;
    auto net = variant();
    const auto made = madeFor(*net);
    const auto length = made.batch.live[0].sum().item<std::int64_t>();
    const auto cut = [&](const Tensor& t) { return t.narrow(0, 0, 1).narrow(1, 0, length); };
    const auto vectors = cut(made.vectors);
    const auto whole =
        net->decoder(cut(made.batch.before), vectors, cut(made.batch.live), cut(made.types));
    auto state = net->decoder->begin(vectors);
    for (std::int64_t place = 0; place < length; ++place) {
        const auto known = net->decoder->next(cut(made.batch.before).narrow(1, place, 1), state);
        const auto types = cut(made.types).narrow(1, place, 1);
        for (int element = 0; element < kElements; ++element) {
            const auto at = static_cast<std::size_t>(element);
            const auto logits = element == static_cast<int>(Field::Type)
                                    ? net->decoder->typeLogits(known)
                                    : net->decoder->logits(element, known[at], types);
            QVERIFY(farthest(logits, whole[at].narrow(1, place, 1)) < 1e-4);
        }
    }
}

void TestMuserNet::anElementHearsItsOwnSliceAlone() {
    torch::NoGradGuard off;
    auto config = test::smallMuser();
    config.memory = Memory::None;
    torch::manual_seed(3);
    Net net(config);
    const auto made = madeFor(*net);
    const auto first = net->decoder(made.batch.before, made.vectors, made.batch.live, made.types);
    auto other = made.vectors.clone();
    const int velocity = static_cast<int>(Field::Velocity);
    other.narrow(2, velocity * config.slice, config.slice).add_(1.0);
    const auto second = net->decoder(made.batch.before, other, made.batch.live, made.types);
    for (int element = 0; element < kElements; ++element) {
        const auto at = static_cast<std::size_t>(element);
        const double change = farthest(first[at], second[at]);
        QVERIFY(element == velocity ? change > 1e-2 : change < 1e-6);
    }
}

void TestMuserNet::thePriorIsCausalWithinAPlaceToo() {
    torch::NoGradGuard off;
    torch::manual_seed(5);
    Net net(test::smallMuser());
    const auto codes = torch::randint(0, 48, {2, 9, 7});
    const auto label = torch::tensor({1, 2});
    const auto first = net->prior->forward(codes, label);
    const auto& order = net->prior->order();
    for (std::size_t done = 0; done < order.size(); ++done) {
        auto other = codes.clone();
        auto part = other.select(1, 4).select(1, order[done]);
        part.copy_((part + 7) % 48);
        const auto second = net->prior->forward(other, label);
        for (std::size_t i = 0; i < order.size(); ++i) {
            QVERIFY(farthest(first[i].narrow(1, 0, 4), second[i].narrow(1, 0, 4)) < 1e-6);
            const double here = farthest(first[i].select(1, 4), second[i].select(1, 4));
            QVERIFY(i > done ? here > 1e-4 : here < 1e-6);
            QVERIFY(farthest(first[i].select(1, 5), second[i].select(1, 5)) > 1e-4);
        }
    }
}

void TestMuserNet::thePriorPlaceByPlaceIsTheSameAsAtOnce() {
    torch::NoGradGuard off;
    torch::manual_seed(5);
    Net net(test::smallMuser());
    const auto codes = torch::randint(0, 48, {2, 9, 7});
    const auto label = torch::tensor({0, 2});
    const auto whole = net->prior->forward(codes, label);
    auto state = net->prior->begin(label, 9);
    for (std::int64_t place = 0; place < 9; ++place) {
        const auto before = place > 0 ? codes.narrow(1, place - 1, 1) : Tensor();
        auto known = net->prior->next(before, state);
        const auto& order = net->prior->order();
        for (std::size_t i = 0; i < order.size(); ++i) {
            QVERIFY(farthest(net->prior->logits(i, known), whole[i].narrow(1, place, 1)) < 1e-4);
            if (i + 1 < order.size()) {
                known = net->prior->given(i, known, codes.narrow(1, place, 1).select(2, order[i]));
            }
        }
    }
}

void TestMuserNet::codesAreRunningMeans() {
    // One book of two codes in one dimension a slice of seven: every element the same by hand.
    auto config = test::smallMuser();
    config.books = Books::Shared;
    config.slice = 1;
    config.codes = 2;
    Quantiser quantiser(config);
    torch::NoGradGuard off;
    const auto buffers = quantiser->named_buffers();
    buffers["books"].copy_(torch::tensor({0.0F, 10.0F}).view({1, 2, 1}).expand({1, 2, 7}));
    buffers["sums"].copy_(buffers["books"]);
    // To code 0 come 1 and 3, to code 1 comes 8; 100 is not a word.
    const auto z = torch::tensor({1.0F, 3.0F, 8.0F, 100.0F}).view({1, 4, 1}).expand({1, 4, 7});
    const auto live = torch::tensor({1, 1, 1, 0}).view({1, 4}).to(torch::kBool);
    const auto codes = quantiser(z.contiguous()).codes;
    QCOMPARE(codes.select(2, 0).sum().item<int>(), 2); // 8 and 100
    quantiser->learn(z, codes, live, 0.9, [](const Tensor& t) { return t; });
    // N: 0.9 + 0.1 * 2 = 1.1 and 0.9 + 0.1 = 1; sums 0 + 0.1 * 4 = 0.4 and 9 + 0.8 = 9.8.
    QVERIFY(std::abs(quantiser->counts()[0][0].item<double>() - 1.1) < 1e-6);
    QVERIFY(std::abs(quantiser->counts()[0][1].item<double>() - 1.0) < 1e-6);
    QVERIFY(std::abs(quantiser->books()[0][0][3].item<double>() - 0.4 / 1.1) < 1e-4);
    QVERIFY(std::abs(quantiser->books()[0][1][6].item<double>() - 9.8) < 1e-4);
}

void TestMuserNet::codesThatNothingUsesAreMoved() {
    auto config = test::smallMuser();
    config.codes = 3;
    config.frugal = 0;
    Quantiser quantiser(config);
    torch::NoGradGuard off;
    const auto buffers = quantiser->named_buffers();
    buffers["books"].fill_(50.0);
    buffers["books"].select(1, 0).fill_(0.0);
    const auto z = torch::randn({2, 5, 42});
    auto live = torch::ones({2, 5}, torch::kBool);
    live[1][4] = false;
    z[1][4] = 30.0; // no word, so nothing may come to lie here
    const auto same = [](const Tensor& t) { return t; };
    quantiser->learn(z, quantiser(z).codes, live, 1.0, same);
    const auto moved = quantiser->restart(z, live, torch::rand({7 * 3}), same);
    QCOMPARE(moved.item<int>(), 14);
    for (int group = 0; group < 7; ++group) {
        for (int code = 1; code < 3; ++code) {
            const auto distance = (z.narrow(2, group * 6, 6).reshape({-1, 6}).narrow(0, 0, 9) -
                                   quantiser->books()[group][code])
                                      .abs()
                                      .sum(1)
                                      .min()
                                      .item<double>();
            QVERIFY(distance < 1e-6);
        }
    }
    // Nothing came since: now all are moved.
    QCOMPARE(quantiser->restart(z, live, torch::rand({21}), same).item<int>(), 21);
}

void TestMuserNet::whatIsNotSaidHasTheFirstCode() {
    auto config = test::smallMuser();
    Net net(config);
    torch::NoGradGuard off;
    const auto made = madeFor(*net);
    const auto& [words, before, live, label] = made.batch;
    const auto quantised = net->quantise(words, live);
    const auto said = saidIn(words, live);
    // Exactly where something is said there is another code than the first.
    QVERIFY(torch::equal(quantised.codes > 0, said));
    // A type has four values, so its book has eight codes.
    const int type = static_cast<int>(Field::Type);
    QVERIFY(quantised.codes.select(2, type).max().item<int>() < 8);
    QCOMPARE(net->quantiser->open()[type].sum().item<int>(), 7);
    // What is not said changes no book and counts as decoded.
    const auto z = torch::randn({1, 2, config.latent()});
    const auto none = torch::zeros({1, 2, 7}, torch::kBool);
    const auto silent = net->quantiser(z, none);
    QCOMPARE(silent.squared.abs().sum().item<double>(), 0.0);
    QCOMPARE(silent.vectors.abs().max().item<double>() < 1e-6, true);
    const auto books = net->quantiser->books().clone();
    net->quantiser->learn(z, silent.codes, none, 1.0, [](const Tensor& t) { return t; });
    QVERIFY(farthest(books, net->quantiser->books()) < 1e-4);
}

void TestMuserNet::theOrderLossIsThatOfAPairLoop() {
    torch::manual_seed(1);
    const auto sequences = torch::randn({7, 3, 5});
    const auto order = torch::randint(0, 4, {7, 3, 5}).to(torch::kFloat32);
    auto live = torch::ones({3, 5}, torch::kBool);
    live[0][4] = false;
    live[2][3] = false;
    live[2][4] = false;
    const double delta = 1.7;
    double sum = 0;
    for (int e = 0; e < 7; ++e) {
        double part = 0;
        int count = 0;
        for (int j = 0; j < 3; ++j) {
            for (int k = 0; k < 3; ++k) {
                for (int t = 0; t < 5; ++t) {
                    if (!live[j][t].item<bool>() || !live[k][t].item<bool>()) {
                        continue;
                    }
                    const double z =
                        sequences[e][j][t].item<double>() - sequences[e][k][t].item<double>();
                    const double x = order[e][j][t].item<double>() - order[e][k][t].item<double>();
                    part += std::abs(std::tanh(delta * z) - (x > 0) + (x < 0));
                    ++count;
                }
            }
        }
        sum += part / count;
    }
    QVERIFY(std::abs(orderLoss(sequences, order, live, delta).item<double>() - sum) < 1e-5);
}

void TestMuserNet::gradientsPassTheQuantiserUnchanged() {
    Net net(test::smallMuser());
    auto z = torch::randn({1, 4, 42}).set_requires_grad(true);
    const auto quantised = net->quantiser(z);
    QVERIFY(farthest(quantised.vectors.detach(), net->quantiser->vectorsOf(quantised.codes)) <
            1e-6);
    const auto weights = torch::randn({1, 4, 42});
    (quantised.vectors * weights).sum().backward();
    QVERIFY(farthest(z.grad(), weights) < 1e-6);
}

void TestMuserNet::whatIsWrittenMakesSense() {
    torch::manual_seed(8);
    Net net(test::smallMuser());
    Random random(2);
    for (int round = 0; round < 12; ++round) {
        const auto codes = torch::randint(0, 48, {40, 7});
        const auto words = writeWords(*net, vectorsOf(codes, *net), round % 3,
                                      {.temperature = 2.0, .nucleus = 1.0, .bars = 2}, random, {});
        int bars = 0;
        int step = -1;
        std::set<int> reonset;
        for (const auto& word : words) {
            if (word.isBar()) {
                ++bars;
                step = -1;
                reonset.clear();
                QCOMPARE(int(word[Field::Tempo]), 0);
            } else if (word.isNote()) {
                QVERIFY(step >= 0);
                QVERIFY(word[Field::Pitch] > 0 && word[Field::Duration] > 0);
                QVERIFY(word[Field::Velocity] > 0);
                QVERIFY(reonset.insert(word[Field::Pitch]).second);
            } else {
                const int next = word[Field::Beat] - codec::kBar - 1;
                QVERIFY(bars > 0 && next > step);
                QVERIFY(word[Field::Tempo] >= (next == 0 ? 2 : 1));
                QVERIFY(word[Field::Chord] >= (next == 0 ? 2 : 1));
                step = next;
                reonset.clear();
            }
        }
        QVERIFY(bars <= 2);
    }
}

void TestMuserNet::theNucleusIsTheSmallestThatHoldsItsShare() {
    // Probabilities .5 .3 .15 .05: .8 is held by the first two.
    const auto logits = torch::tensor({0.15F, 0.5F, 0.05F, 0.3F}).log();
    Random random(4);
    std::array<int, 4> drawn{};
    for (int i = 0; i < 4000; ++i) {
        ++drawn[static_cast<std::size_t>(drawNucleus(logits, 1.0, 0.8, random))];
    }
    QCOMPARE(drawn[0] + drawn[2], 0);
    QVERIFY(std::abs(drawn[1] / 4000.0 - 0.625) < 0.03);
    QCOMPARE(drawNucleus(logits, 0.0, 0.8, random), 1);
}

void TestMuserNet::notesAreMatchedOneForOne() {
    const Word bar{{0, 0, 1, 2, 0, 0, 0, 0}};
    const auto at = [](int step) {
        return Word{{1, 1, static_cast<std::uint8_t>(2 + step), 2, 0, 0, 0, 0}};
    };
    const auto note = [](int pitch) {
        return Word{{0, 0, 0, 3, static_cast<std::uint8_t>(pitch), 1, 1, 0}};
    };
    const std::vector<Word> expected = {bar, at(0), note(40), note(30), at(4), note(40)};
    // One sixteenth late still matches; pitch 30 two late does not; one note too many.
    const std::vector<Word> written = {bar,   at(1),    note(40), at(2),   note(30),
                                       at(4), note(40), at(5),    note(40)};
    const auto match = matchNotes(expected, written);
    QCOMPARE(match.matched, std::int64_t(2));
    QCOMPARE(match.expected, std::int64_t(3));
    QCOMPARE(match.written, std::int64_t(4));
    QCOMPARE(match.f1(), 4.0 / 7.0);
}

void TestMuserNet::configurationsSurviveTheirJson() {
    for (const auto& name : NetConfig::presets()) {
        auto config = NetConfig::preset(name);
        QVERIFY_RESULT(config);
        config->labels = {"Q1", "Q2"};
        const auto read = NetConfig::fromJson(config->toJson());
        QVERIFY_RESULT(read);
        QVERIFY(read->toJson() == config->toJson());
    }
    auto json = NetConfig().toJson();
    json["encoder"]["heads"] = 5; // does not divide 96
    QVERIFY(!NetConfig::fromJson(json));
    json = NetConfig().toJson();
    json["vocabulary"]["velocityStep"] = 2;
    QVERIFY(!NetConfig::fromJson(json));
    TrainConfig training;
    training.memory = 2;
    const auto applied = training.applied(NetConfig());
    QVERIFY_RESULT(applied);
    QVERIFY(applied->memory == Memory::None);
    QVERIFY(TrainConfig::fromJson(training.toJson())->toJson() == training.toJson());
}

QTEST_GUILESS_MAIN(TestMuserNet)
#include "tst_muser_net.moc"
