// SPDX-License-Identifier: GPL-3.0-or-later
// The Arrangement space: batches, corruption, the network's shapes, its training on a few synthetic
// songs, scores, arranger and points.

#include "models/arrange/arrange.h"
#include "models/arrange/batch.h"
#include "models/arrange/net.h"
#include "models/arrange/scores.h"
#include "models/arrange/training.h"
#include "models/datasets/prepared_arrangements.h"
#include "models/train/run.h"
#include "small_arrangements.h"
#include "tests/support/odd_songs.h"
#include "tests/support/test_support.h"
#include "toy_trainable.h"

#include <QTemporaryDir>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::arrange;
using canto::arrange::GridNote;
using canto::arrange::Part;
using canto::arrange::PianoTree;
namespace fs = std::filesystem;

namespace {

PartNote note(int step, int length, int pitch, Part part = Part::Piano) {
    return {step, length, static_cast<std::uint8_t>(pitch), part};
}

/// A network small enough to learn within a test.
NetConfig smallConfig(Variant variant) {
    NetConfig config;
    config.variant = variant;
    config.chordLatent = 8;
    config.audioLatent = 24;
    config.textureLatent = 12;
    config.chordHidden = 16;
    config.audioChannels = 4;
    config.audioHidden = 24;
    config.textureWide = 24;
    config.textureHidden = 24;
    config.featureHidden = 24;
    config.noteWidth = 16;
    config.timeHidden = 48;
    config.noteHidden = 32;
    config.slots = 6;
    return config;
}

nlohmann::json changesOf(const NetConfig& config) {
    auto changes = config.toJson();
    changes.erase("unitsBefore");
    return changes;
}

} // namespace

class TestArrange : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    fs::path m_dataset;

    fs::path file(const std::string& name) const {
        return fs::path(m_folder.path().toStdString()) / name;
    }
    Dataset dataset() const {
        auto set = tensors::PreparedArrangements::open(m_dataset);
        return Dataset(std::move(*set));
    }
    /// A short run; its best weights.
    fs::path trained(const std::string& name, nlohmann::json changes, std::int64_t steps,
                     const fs::path& from = {}) {
        train::RunRequest request;
        request.architecture = "arrange";
        request.dataset = m_dataset;
        request.out = file(name);
        if (!fs::exists(request.out / "last.safetensors")) {
            request.changes = std::move(changes);
            request.initialWeights = from;
            request.steps = steps;
            request.epochSteps = steps;
            request.batch = 8;
            request.threads = 1;
            request.logEvery = 10;
            const auto result = train::runTraining(request, train::Start::Fresh, {}, {});
            if (!result) {
                qWarning("%s", result.error().message().c_str());
            }
        }
        return request.out / "last.safetensors";
    }
    fs::path full() {
        auto changes = changesOf(smallConfig(Variant::Full));
        changes["learningRate"] = 6e-3;
        changes["transpose"] = 0;
        return trained("full", changes, 500);
    }

  private Q_SLOTS:
    void initTestCase() {
        m_dataset = file("songs.safetensors");
        QVERIFY_RESULT(test::smallArrangements(8, 9).write(m_dataset));
    }

    void aBatchHoldsChordsSoundTargetAndWhatIsGiven() {
        const auto set = dataset();
        const auto rows = set.rows("train");
        QCOMPARE(rows.size(), std::size_t(6 * 8)); // nine bars have eight units
        const std::vector<std::int64_t> some{rows[0], rows[1]};
        const auto batch = set.batch(some, 0, 6);
        QCOMPARE(batch.chords.sizes().vec(), (std::vector<std::int64_t>{2, 8, 36}));
        QCOMPARE(batch.audio.sizes().vec(), (std::vector<std::int64_t>{2, 3, 64, 88}));
        QCOMPARE(batch.pitches.sizes().vec(), (std::vector<std::int64_t>{2, 32, 6}));
        QCOMPARE(batch.roll.sizes().vec(), (std::vector<std::int64_t>{2, 32, 128}));
        // The second unit begins with A minor; G major over its third has a bass of B.
        QCOMPARE(batch.roots[1][0].item<int>(), 9);
        QCOMPARE(batch.basses[0][4].item<int>(), 9);
        QVERIFY(torch::equal(batch.chords[1][0].nonzero().squeeze(),
                             torch::tensor({9, 12 + 0, 12 + 4, 12 + 9, 24 + 9})));
        // The first note is the bass, C2; the melody is not a target.
        QCOMPARE(batch.pitches[0][0][0].item<int>(), 36);
        QVERIFY(batch.pitches.masked_fill(batch.pitches.gt(127), 0).lt(84).all().item<bool>());
        QCOMPARE(batch.roll[0][0][36].item<float>(), 2.0F);    // eight sixteenths are two beats
        QCOMPARE(batch.roll[0][10].sum().item<float>(), 0.0F); // the bridge is not given
        // Sound: key of C2 (15) in the first cell of the first channel.
        QCOMPARE(batch.audio[0][0][0][15].item<float>(), 200.0F / 255);
        QCOMPARE(batch.audio[0][1][0][15].item<float>(), 220.0F / 255);
    }

    void transposingMovesChordsSoundAndNotesAlike() {
        const auto set = dataset();
        const std::vector<std::int64_t> some{set.rows("train")[0]};
        const auto plain = set.batch(some, 0, 6);
        const std::vector<int> three{3};
        const auto moved = set.batch(some, 0, 6, three);
        QCOMPARE(moved.roots[0][0].item<int>(), 3);
        QCOMPARE(moved.pitches[0][0][0].item<int>(), 39);
        QVERIFY(torch::equal(moved.audio.narrow(3, 3, 85), plain.audio.narrow(3, 0, 85)));
        QCOMPARE(moved.audio.narrow(3, 0, 3).sum().item<float>(), 0.0F);
        QVERIFY(torch::equal(moved.roll.narrow(2, 3, 125), plain.roll.narrow(2, 0, 125)));
        QCOMPARE(transpositionOf(0.0F), -6);
        QCOMPARE(transpositionOf(0.0385F), -5); // 2 of 52 are -6
        QCOMPARE(transpositionOf(0.9999F), 5);
    }

    void aStageIsGivenItsScore() {
        const auto set = dataset();
        const auto rows = set.rows("train");
        QVERIFY(set.givenOf(rows[1], 2).empty());
        QVERIFY(set.givenOf(rows[0], 3).empty()); // nothing is before a song
        const auto before = set.givenOf(rows[1], 3);
        QVERIFY(before == set.targetOf(rows[0])); // piano and bridge, one bar earlier
        for (const auto& given : set.givenOf(rows[1], 0)) {
            QVERIFY(given.part == Part::Piano);
        }
    }

    void corruptionKeepsCellsByTheirZone() {
        const auto roll = torch::ones({200, 32, 128});
        auto generator = at::make_generator<at::CPUGeneratorImpl>(5);
        const auto left = corrupted(roll, torch::rand(roll.sizes(), generator));
        const std::vector<std::pair<std::pair<int, int>, double>> zones{
            {{0, 40}, 0.7}, {{40, 10}, 0.6}, {{50, 10}, 0.3}, {{60, 68}, 0.1}};
        for (const auto& [zone, chance] : zones) {
            const double kept = left.narrow(2, zone.first, zone.second).mean().item<double>();
            // 64,000 cells at least: a deviation of 0.002.
            QVERIFY2(std::abs(kept - chance) < 0.01, QByteArray::number(kept));
        }
    }

    void stagesFollowEachOtherAndTheirWeightsRise() {
        const TrainConfig config; // 3000, 3000, 2500
        const NetConfig net;
        const auto at = [&](double step) { return scheduleAt(config, net, step / 8500); };
        QCOMPARE(at(0).stage, 0);
        QCOMPARE(at(0).textureKl, 0.0);
        QVERIFY(std::abs(at(500).audioKl - 0.005) < 1e-9);
        QVERIFY(std::abs(at(2000).textureKl - 0.01) < 1e-9);
        QCOMPARE(at(3001).stage, 1);
        QVERIFY(std::abs(at(4000).textureKl - 0.255) < 1e-6); // half of the way to 0.5
        QVERIFY(std::abs(at(5900).textureKl - 0.5) < 1e-9);
        QCOMPARE(at(6001).stage, 2);
        QCOMPARE(at(8500).stage, 2);
        NetConfig alone;
        alone.variant = Variant::Supervised;
        QCOMPARE(scheduleAt(config, alone, 0).stage, 2);
        TrainConfig three;
        three.stages = "3";
        QCOMPARE(scheduleAt(three, net, 0.5).stage, 3);
    }

    void presetsHaveTheSizesThatAreStated() {
        const auto count = [](const char* name) {
            std::int64_t sum = 0;
            const auto config = NetConfig::preset(name);
            for (const auto& parameter : Net(*config)->parameters()) {
                sum += parameter.numel();
            }
            return sum;
        };
        QVERIFY2(count("cpu") < 2'600'000, QByteArray::number(qint64(count("cpu"))));
        QVERIFY2(count("medium") <= 8'000'000, QByteArray::number(qint64(count("medium"))));
        QVERIFY2(count("medium") > 4'000'000, QByteArray::number(qint64(count("medium"))));
        QVERIFY2(count("paper") > 25'000'000, QByteArray::number(qint64(count("paper"))));
    }

    void variantsHaveTheirLatentsAndDecode_data() {
        QTest::addColumn<int>("variant");
        QTest::addColumn<bool>("published"); // no transcriber
        QTest::addColumn<int>("latent");
        QTest::addColumn<int>("decoded"); // of each step
        QTest::newRow("full") << int(Variant::Full) << false << 8 + 24 + 12 << 3 + 88;
        QTest::newRow("as published") << int(Variant::Full) << true << 8 + 24 + 12 << 3;
        QTest::newRow("no chord") << int(Variant::NoChord) << false << 24 + 8 + 12 << 3 + 88;
        QTest::newRow("chord only") << int(Variant::ChordOnly) << false << 8 << 3;
        QTest::newRow("supervised") << int(Variant::Supervised) << false << 8 + 24 << 3 + 88;
        QTest::newRow("supervised kl") << int(Variant::SupervisedKl) << false << 8 + 24 << 3 + 88;
    }
    void variantsHaveTheirLatentsAndDecode() {
        QFETCH(int, variant);
        QFETCH(bool, published);
        QFETCH(int, latent);
        QFETCH(int, decoded);
        auto config = smallConfig(static_cast<Variant>(variant));
        config.byBeat = !published;
        torch::manual_seed(3);
        Net net(config);
        const auto set = dataset();
        const std::vector<std::int64_t> some{set.rows("train")[0], set.rows("train")[3]};
        const auto batch = set.batch(some, 0, 6);
        const auto latents = net->meansOf(batch.chords, batch.audio, batch.roll);
        const auto z = latents.joined();
        QCOMPARE(z.sizes().vec(), (std::vector<std::int64_t>{2, latent}));
        QVERIFY(torch::equal(net->parts(z).joined(), z));
        const auto features = net->featuresOf(latents);
        QCOMPARE(features.sizes().vec(), (std::vector<std::int64_t>{2, 32, decoded}));
        const auto logits =
            net->decoder->notes(z, features, batch.pitches, batch.lengths, batch.pitches);
        const auto tokens = batch.pitches.ne(PianoTree::kPad).sum().item<std::int64_t>();
        QCOMPARE(logits.pitch.sizes().vec(), (std::vector<std::int64_t>{tokens, 130}));
        QCOMPARE(logits.length.sizes().vec(), (std::vector<std::int64_t>{tokens, 5}));
        torch::NoGradGuard off;
        const auto trees = net->decoder->notes->write(z, features, 0, {});
        QCOMPARE(trees.size(), std::size_t(2));
        for (const auto& tree : trees) {
            QCOMPARE(tree.pitch.size(), std::size_t(32 * 6));
        }
    }

    void eachBeatHasItsPartOfTheSoundsLatent() {
        torch::manual_seed(6);
        Net net(smallConfig(Variant::Full));
        torch::NoGradGuard off;
        // The decoder of features reads beat 3 from its own three numbers: its output does not
        // change with the steps before.
        Latents latents{torch::randn({1, 8}), torch::randn({1, 24}), torch::zeros({1, 12})};
        auto steps = BeatSteps(24, 5, 4);
        const auto plain = steps->forward(latents.audio);
        auto other = latents.audio.clone();
        other.narrow(1, 3 * 3, 3) += 1;
        const auto changed = (steps->forward(other) - plain).abs().sum(2)[0];
        for (int step = 0; step < 32; ++step) {
            QCOMPARE(changed[step].item<float>() > 0, step / 4 == 3);
        }
        // A transcribed key is more likely to be written than another one.
        auto raw = torch::full({1, 32, 91}, -6.0F);
        raw[0][0][3 + 60 - 21] = 6; // middle C at the first step
        auto pitches = torch::full({1, 32, 6}, PianoTree::kPad, torch::kInt64);
        pitches.select(2, 0) = PianoTree::kEnd;
        pitches[0][0][1] = PianoTree::kEnd; // the longest step comes first in packed order
        const auto lengths = torch::zeros({1, 32, 6}, torch::kInt64);
        const auto logit = [&](const torch::Tensor& features) {
            const auto said =
                net->decoder->notes(latents.joined(), features, pitches, lengths, pitches);
            return said.pitch[0][60].item<float>() - said.pitch[0][72].item<float>();
        };
        const auto deaf = NetImpl::chancesOf(torch::full({1, 32, 91}, -6.0F));
        QVERIFY(logit(NetImpl::chancesOf(raw)) > logit(deaf) + 1);
    }

    void keysAreCountedFromTheRootOfTheirBeat() {
        // Middle C in the first beat, over no chord, D, B: the place of C is the same without a
        // chord; over D it lies two keys lower (as if the chord were C), over B (from below) one
        // higher.
        auto keys = torch::zeros({1, 32, 88});
        keys[0][1][60 - 21] = 1;
        for (const auto& [root, place] : {std::pair{12, 60}, {0, 60}, {2, 58}, {11, 61}}) {
            auto roots = torch::full({1, 8}, 12, torch::kInt64);
            roots[0][0] = root;
            const auto counted = fromRoots(keys, roots, +1, 0);
            QCOMPARE(counted.sum().item<float>(), 1.0F);
            QCOMPARE(counted[0][1][place - 21].item<float>(), 1.0F);
            QVERIFY(torch::equal(fromRoots(counted, roots, -1, 0), keys));
        }
        auto roots = torch::full({1, 8}, 5, torch::kInt64);
        const auto lowest = fromRoots(torch::ones({1, 32, 88}), roots, -1, -9);
        QCOMPARE(lowest[0][0][4].item<float>(), -9.0F); // nothing lay below the keyboard
        QCOMPARE(lowest[0][0][5].item<float>(), 1.0F);
    }

    void withoutChordsNoRootCounts() {
        torch::manual_seed(7);
        torch::NoGradGuard off;
        const auto item = torch::rand({1, 3, 64, 88});
        const auto means = [&](Variant variant, int root) {
            torch::manual_seed(8);
            Net net(smallConfig(variant));
            return net->encoder->audio(item, torch::full({1, 8}, root, torch::kInt64)).mean;
        };
        QVERIFY(torch::equal(means(Variant::NoChord, 0), means(Variant::NoChord, 4)));
        QVERIFY(!torch::equal(means(Variant::Full, 0), means(Variant::Full, 4)));
    }

    void tokensSeeOnlyWhatCameBefore() {
        torch::manual_seed(4);
        Net net(smallConfig(Variant::Full));
        const auto set = dataset();
        const std::vector<std::int64_t> some{set.rows("train")[0]};
        const auto batch = set.batch(some, 0, 6);
        const auto latents = net->meansOf(batch.chords, batch.audio, batch.roll);
        const auto said = [&](const torch::Tensor& shown) {
            const auto logits = net->decoder->notes(latents.joined(), net->featuresOf(latents),
                                                    batch.pitches, batch.lengths, shown);
            // Back from packed order, which sorts steps by their number of notes: losses of the
            // steps are distinguished by their own tokens.
            return logits.pitch;
        };
        auto shown = batch.pitches.clone();
        shown[0][16][0] = 40; // the first note of the second bar is another
        const auto change = (said(shown) - said(batch.pitches)).abs().sum(1);
        // The sixteen steps before it have as many tokens that do not change, and its own first
        // token does not either; what follows it in its step does.
        const auto before =
            batch.pitches[0].narrow(0, 0, 16).ne(PianoTree::kPad).sum().item<std::int64_t>();
        QVERIFY(change.eq(0).sum().item<std::int64_t>() >= before + 1);
        QVERIFY(change.gt(1e-6).any().item<bool>());
    }

    void notesMatchOnceAndWithinAStep() {
        const std::vector<PartNote> wanted{note(0, 4, 60), note(4, 4, 60), note(8, 4, 64),
                                           note(12, 4, 67)};
        const std::vector<PartNote> made{note(1, 4, 60), note(4, 1, 60), note(10, 4, 64),
                                         note(12, 9, 55)};
        const auto match = matchNotes(made, wanted);
        QCOMPARE(match.both, 2.0); // 64 is two steps late, 67 another octave
        QCOMPARE(match.f1(), 0.5);
        QCOMPARE(matchPitchClasses(made, wanted).both, 2.0); // at 4 and at 12
        // A note between two that are wanted counts once.
        const std::vector<PartNote> pair{note(0, 1, 60), note(2, 1, 60)};
        const std::vector<PartNote> one{note(1, 1, 60)};
        QCOMPARE(matchNotes(one, pair).both, 1.0);
        QCOMPARE(matchNotes({}, {}).f1(), 1.0);
    }

    void chordsFitWhatSounds() {
        const std::vector<audio::Chord> chords(8, *audio::parseChord("C:maj/3"));
        const std::vector<PartNote> notes{note(0, 6, 52), note(0, 4, 60), note(4, 4, 66)};
        const auto fit = fitChords(notes, chords);
        QCOMPARE(fit.beats, 2.0); // the others are silent
        QCOMPARE(fit.bass, 2.0);  // E lies below in both
        QCOMPARE(fit.root, 1.0);
        QCOMPARE(fit.tones, 1.5); // all, then E but not F sharp
    }

    void aShortRunLearnsMadeSongsAndItsSoundMatters() {
        const auto weights = full();
        auto file = tensors::SafeTensors::open(weights);
        QVERIFY_RESULT(file);
        const auto figures = evaluateArrange(*file, m_dataset, "test", {});
        QVERIFY_RESULT(figures);
        qInfo("%s", (*figures)["table"].get<std::string>().c_str());
        const double nats = (*figures)["loss"]["soundAlone"]["pitchNats"];
        QVERIFY2(nats < 1.2, QByteArray::number(nats)); // 4.87 before the first step
        const double without = (*figures)["without"]["chord"]["pitchNats"];
        QVERIFY2(without > nats, QByteArray::number(without));
        QVERIFY((*figures)["noteF1"].get<double>() > 0.2);
    }

    void theArrangerWritesWhatTheEvaluationWrites() {
        const auto weights = full();
        auto arranger = openArranger(weights);
        QVERIFY_RESULT(arranger);
        QVERIFY((*arranger)->stitching() == canto::arrange::Stitching::TwoBars);
        const auto set = dataset();
        const auto row = set.rows("test")[1];
        canto::arrange::Unit unit;
        const auto chords = set.chordsOf(row);
        std::copy(chords.begin(), chords.end(), unit.chords.begin());
        const std::vector<std::int64_t> one{row};
        const auto item = set.batch(one, 2, 6).audio.contiguous();
        unit.audio.assign(item.data_ptr<float>(), item.data_ptr<float>() + item.numel());
        const auto notes = (*arranger)->arrange(unit, {}, {});
        QVERIFY_RESULT(notes);
        auto opened = models::openModel(weights);
        QVERIFY_RESULT(opened);
        const std::weak_ptr<LatentModel> model = *opened;
        auto shared = arrangerOf(std::move(*opened));
        QVERIFY_RESULT(shared);
        QVERIFY(!model.expired()); // it is kept open
        const auto same = (*shared)->arrange(unit, {}, {});
        QVERIFY_RESULT(same);
        QVERIFY(*same == *notes);
        auto weightsFile = tensors::SafeTensors::open(weights);
        auto net = openNet(*weightsFile);
        QVERIFY_RESULT(net);
        const auto written = writtenFor(**net, set, one, {}, {});
        QVERIFY_RESULT(written);
        QCOMPARE(notes->size(), written->front().size());
        QVERIFY(!notes->empty());
        for (std::size_t i = 0; i < notes->size(); ++i) {
            QCOMPARE((*notes)[i].step, written->front()[i].step);
            QCOMPARE((*notes)[i].pitch, int(written->front()[i].pitch));
        }
        unit.audio.pop_back();
        QVERIFY(!(*arranger)->arrange(unit, {}, {}));
        const CancelToken cancel;
        cancel.cancel();
        unit.audio.push_back(0);
        QCOMPARE((*arranger)->arrange(unit, {}, cancel).error().code, Error::Code::Cancelled);
    }

    void stageThreeGoesOnFromOtherWeightsAndIsToldTheUnitBefore() {
        const auto weights = trained("decoded", {{"stages", 3}}, 4, full());
        auto arranger = openArranger(weights);
        QVERIFY_RESULT(arranger);
        QVERIFY((*arranger)->stitching() == canto::arrange::Stitching::FirstBar);
    }

    void aSongBecomesPointsWithBlocksAndBack() {
        auto weights = tensors::SafeTensors::open(full());
        QVERIFY_RESULT(weights);
        const auto model = models::arrange::openModel(*weights);
        QVERIFY_RESULT(model);
        const auto& info = (*model)->info();
        QCOMPARE(info.latentSize, 44);
        QCOMPARE(info.blocks.size(), std::size_t(3));
        QCOMPARE(info.blocks[2].begin, 32);
        music::Song song; // four bars of C and F at 120
        song.tracks = {{"Piano"}};
        for (int beat = 0; beat < 16; ++beat) {
            for (const int pitch : {beat / 8 == 0 ? 48 : 53, 64 + beat / 8, 67 + 2 * (beat / 8)}) {
                music::Note played;
                played.start = 480 * beat;
                played.length = 400;
                played.pitch = static_cast<std::uint8_t>(pitch);
                song.notes.push_back(played);
            }
        }
        song.finish();
        const auto segments = (*model)->segments(song);
        QCOMPARE(segments.size(), std::size_t(3));
        QCOMPARE(segments[1].start, music::Tick(1920));
        const auto points = (*model)->encode(song, segments, {});
        QVERIFY_RESULT(points);
        QCOMPARE(points->size(), std::size_t(3));
        QCOMPARE((*points)[0].size(), std::size_t(44));
        QVERIFY((*points)[0] != (*points)[2]);
        int bars = 0;
        const auto back = (*model)->decode((*points)[0], {}, [&](const music::Song&, int bar) {
            bars = bar;
            return true;
        });
        QVERIFY_RESULT(back);
        QCOMPARE(bars, 2);
        QVERIFY(back->endTick() <= 2 * 1920);
        Random random(1);
        QVERIFY_RESULT((*model)->samplePrior({}, random));
        QVERIFY(!(*model)->decode(Latent(3), {}, {}));
        QVERIFY((*model)->segments(music::Song()).empty());
        // In other metres phrases begin on bar lines, and all that are listed can be encoded.
        for (auto& note : song.notes) {
            note.start += 960;
        }
        song.metre = music::MetreMap(song.ticksPerQuarter, {{0, 2, 4}, {960, 4, 4}});
        song.finish();
        const auto later = (*model)->segments(song);
        QCOMPARE(later.size(), std::size_t(4));
        QCOMPARE(later[1].start, music::Tick(960));
        QCOMPARE(later[2].start, music::Tick(2880));
        for (const auto& [name, odd] : test::oddSongs(211)) {
            const auto latents = (*model)->encode(odd, (*model)->segments(odd), {});
            QVERIFY2(latents, name.c_str());
        }
    }

    void wrongWordsAreRefused() {
        train::RunRequest request;
        request.architecture = "arrange";
        request.dataset = m_dataset;
        request.out = file("refused");
        request.steps = 1;
        for (const nlohmann::json& changes :
             {nlohmann::json{{"variant", "other"}}, {{"stages", "04"}}, {{"nothing", 1}}}) {
            request.changes = changes;
            QVERIFY(!train::runTraining(request, train::Start::Fresh, {}, {}));
        }
        auto json = NetConfig().toJson();
        json["timeHidden"] = 1e9;
        QVERIFY(!NetConfig::fromJson(json));
    }

    void formerKeysOfShippedWeightsAreRead() {
        NetConfig config;
        config.unitsBefore = true;
        auto json = config.toJson();
        json["toldBefore"] = json["unitsBefore"];
        json.erase("unitsBefore");
        const auto read = NetConfig::fromJson(json);
        QVERIFY_RESULT(read);
        QVERIFY(read->unitsBefore);
        QVERIFY(read->toJson() == config.toJson());
    }
};

QTEST_GUILESS_MAIN(TestArrange)
#include "tst_arrange.moc"
