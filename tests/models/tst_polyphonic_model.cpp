// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/json_text.h"
#include "core/codec/file_notes.h"
#include "models/common/filler.h"
#include "models/common/whole_song.h"
#include "models/nn/weights_io.h"
#include "models/polyphonic/polyphonic.h"
#include "models/polyphonic/training.h"
#include "models/train/run.h"
#include "small_music.h"
#include "small_polyphonic.h"
#include "tests/support/test_support.h"
#include "toy_trainable.h"

#include <QTemporaryDir>
#include <QTest>
#include <torch/torch.h>

using namespace canto;
using namespace canto::models;
using namespace canto::models::polyphonic;
using codec::GridNote;
using codec::GridPhrase;
namespace fs = std::filesystem;

namespace {

GridNote gridNote(int step, int length, int track, int pitch, int velocity, int offset = 0) {
    GridNote note;
    note.step = step;
    note.length = length;
    note.track = static_cast<std::uint8_t>(track);
    note.pitch = static_cast<std::uint8_t>(pitch);
    note.velocity = static_cast<std::uint8_t>(velocity);
    note.offset = static_cast<std::int8_t>(offset);
    return note;
}

nlohmann::json smallSizes() {
    return {{"width", 32}, {"layers", 1}, {"heads", 2},    {"feedForward", 48},
            {"drums", 12}, {"bass", 10},  {"keys", 14},    {"guitar", 12},
            {"lead", 12},  {"batch", 8},  {"strings", 12}, {"warmupSteps", 5}};
}

std::vector<Latent> latentsOf(const LatentModel& model, const music::Song& song) {
    return model.encode(song, model.segments(song), {}).value_or(std::vector<Latent>());
}

/// The notes of a song's first bars on one channel, as (start, pitch).
std::vector<std::pair<music::Tick, int>> onChannel(const music::Song& song, int channel) {
    std::vector<std::pair<music::Tick, int>> notes;
    for (const auto& note : song.notes) {
        if (note.channel == channel) {
            notes.emplace_back(note.start, note.pitch);
        }
    }
    return notes;
}

} // namespace

class TestPolyphonicModel : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;

    std::shared_ptr<LatentModel> smallModel() {
        torch::manual_seed(3);
        const Net net(smallPolyphonicNet());
        const auto path = test::pathIn(m_folder, "small.safetensors");
        if (!saveWeights(*net, path,
                         {{"architecture", "polyphonic"},
                          {"labelColumn", "kind"},
                          {"config", jsonText(net->config.toJson())}},
                         Precision::Full)) {
            return nullptr;
        }
        return openModel(path.string()).value_or(nullptr);
    }
    static NetConfig smallPolyphonicNet() { return test::smallPolyphonic(); }

  private Q_SLOTS:
    void aBatchByHand() {
        GridPhrase phrase;
        phrase.bpm = 110;
        phrase.programs = {
            0, codec::kNoProgram, 4, codec::kNoProgram, codec::kNoProgram, codec::kNoProgram};
        phrase.notes = {gridNote(0, 1, 0, 36, 96), gridNote(5, 3, 2, 60, 64, 1),
                        gridNote(5, 1, 2, 64, 32, -1)};
        const auto batch = batchOf(std::vector<GridPhrase>{phrase, GridPhrase{}});
        QCOMPARE(batch.phrases, std::int64_t(2));
        QCOMPARE(batch.sounding(), std::int64_t(2)); // drums and keys of the first
        QCOMPARE(batch.rows[0], std::int64_t(1));
        QCOMPARE(batch.rows[2], std::int64_t(1));
        QCOMPARE(batch.place[1].item<std::int64_t>(), std::int64_t(2));
        QCOMPARE(batch.plays[0][2].item<float>(), 1.0F);
        QCOMPARE(batch.plays[1][2].item<float>(), -1.0F);
        QCOMPARE(batch.form[0][0].item<float>(), 0.0F); // 110 is the middle
        QCOMPARE(batch.form[0][1].item<float>(), 0.0F);
        QCOMPARE(batch.onsets.size(0), std::int64_t(3));
        QCOMPARE(batch.onsets[0].item<std::int64_t>(), std::int64_t(36 - 24));
        QCOMPARE(batch.onsets[1].item<std::int64_t>(), std::int64_t((32 + 5) * 84 + 60 - 24));
        QCOMPARE(batch.velocity[0].item<float>(), 1.0F);
        QCOMPARE(batch.velocity[1].item<float>(), 0.0F);
        QCOMPARE(batch.sustains.size(0), std::int64_t(2)); // steps 6 and 7 of the longer one
        QCOMPARE(batch.sustains[0].item<std::int64_t>(), std::int64_t((32 + 6) * 84 + 60 - 24));
        QCOMPARE(batch.steps.size(0), std::int64_t(2));
        QCOMPARE(batch.offset[1].item<std::int64_t>(), std::int64_t(2)); // of the lower: + 1
        QCOMPARE(batch.program[1].item<std::int64_t>(), std::int64_t(4));
        QCOMPARE(batch.tokens.sizes().vec(), (std::vector<std::int64_t>{2, 8, 1012}));
        // Onsets: two of keys, in the second quarter.
        QCOMPARE(batch.tokens[1][1].narrow(0, 0, 336).sum().item<float>(), 2.0F);
        QCOMPARE(batch.counts[0][0].item<float>(), 3.0F);
        QCOMPARE(batch.counts[0][1].item<float>(), 62.0F);
        QCOMPARE(batch.counts[0][2].item<float>(), 64.0F);
    }

    void tempoAndLengthHaveUnits() {
        QCOMPARE(tempoUnits(110), 0.0);
        QVERIFY(std::abs(bpmOf(tempoUnits(174)) - 174) < 1e-9);
        for (const int steps : {32, 28, 24, 20, 16, 4}) {
            QCOMPARE(stepsOf(lengthUnits(steps)), steps);
        }
    }

    void transposingLeavesDrumsAndTheRange() {
        GridPhrase phrase;
        phrase.notes = {gridNote(0, 1, 0, 36, 80), gridNote(0, 1, 2, 60, 80)};
        transpose(phrase, 5);
        QCOMPARE(int(phrase.notes[0].pitch), 36);
        QCOMPARE(int(phrase.notes[1].pitch), 65);
        phrase.notes.push_back(gridNote(4, 1, 2, 107, 80));
        transpose(phrase, 1);
        QCOMPARE(int(phrase.notes[1].pitch), 65);
    }

    void tracksAreMixedFromOtherPhrases() {
        GridPhrase first;
        first.notes = {gridNote(0, 1, 0, 36, 80), gridNote(0, 1, 2, 60, 80)};
        GridPhrase second;
        second.steps = 24;
        second.notes = {gridNote(0, 1, 0, 38, 80), gridNote(0, 1, 2, 72, 80)};
        const std::vector<std::int64_t> shifts{1, 0, 0, 0, 0, 0};
        const auto mixed = mixTracks({first, second}, {true, false}, shifts);
        QCOMPARE(int(mixed[0].notes[0].pitch), 38);
        QCOMPARE(int(mixed[0].notes[1].pitch), 60);
        QCOMPARE(mixed[0].steps, 32);
        QVERIFY(mixed[1] == second);
    }

    void aBlockSpeaksOfItsOwnTrackOnly() {
        const auto model = smallModel();
        QVERIFY(model);
        const auto song = test::bandNumber(1, 2);
        auto other = song;
        for (auto& note : other.notes) {
            note.pitch = static_cast<std::uint8_t>(note.pitch + (note.channel == 1 ? 2 : 0));
        }
        const auto a = latentsOf(*model, song);
        const auto b = latentsOf(*model, other);
        QCOMPARE(a.size(), std::size_t(1));
        QCOMPARE(a[0].size(), std::size_t(model->info().latentSize));
        for (const auto& block : model->info().blocks) {
            const auto begin = a[0].begin() + block.begin;
            bool same = std::equal(begin, a[0].begin() + block.end, b[0].begin() + block.begin);
            if (block.id == "bass") {
                QVERIFY(!same);
            } else if (block.end - block.begin > 3) {
                QVERIFY2(same, block.id.c_str());
            }
        }
        // Blocks fill the latent without a gap.
        int end = 0;
        for (const auto& block : model->info().blocks) {
            QCOMPARE(block.begin, end);
            end = block.end;
        }
        QCOMPARE(end, model->info().latentSize);
    }

    void tempoAndMetreOfAPhraseAreInItsLatent() {
        const auto model = smallModel();
        QVERIFY(model);
        auto song = test::bandNumber(3, 4); // 120
        song.metre = music::MetreMap(480, {{0, 3, 4}});
        const auto segments = model->segments(song);
        QCOMPARE(segments[0].end, music::Tick(6 * 480));
        const auto z = model->encode(song, segments, {});
        QVERIFY_RESULT(z);
        int bars = 0;
        const auto decoded = model->decode(z->front(), {.bpm = 90}, [&](const music::Song&, int n) {
            bars = n;
            return true;
        });
        QVERIFY_RESULT(decoded);
        QCOMPARE(bars, 2);
        QCOMPARE(decoded->metre.metreAt(0).numerator, 3);
        QCOMPARE(decoded->tempo.bpmAt(0), 60e6 / std::lround(60e6 / 90));
    }

    void aSilentTrackStaysSilent() {
        const auto model = smallModel();
        QVERIFY(model);
        Random random(5);
        auto z = *model->samplePrior(0, random);
        for (const auto& block : model->info().blocks) {
            if (block.end - block.begin > 4) {
                z[static_cast<std::size_t>(block.begin)] = block.id == "keys" ? 1.0F : -1.0F;
            }
        }
        const auto song = model->decode(z, {}, {});
        QVERIFY_RESULT(song);
        for (const auto& note : song->notes) {
            QCOMPARE(int(note.channel), 0);
        }
    }

    void wrongLatentsAreRefused() {
        const auto model = smallModel();
        QVERIFY(model);
        const auto refused = model->decode(Latent(3), {}, {});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, Error::Code::BadShape);
        const auto song = test::bandNumber(1, 2);
        const std::vector<Segment> outside{{.start = 100 * 1920, .end = 102 * 1920}};
        const auto none = model->encode(song, outside, {});
        QVERIFY(!none);
        QCOMPARE(none.error().code, Error::Code::BadInput);
    }

    void trainingReturnsTheSongsItLearned() {
        train::RunRequest request;
        request.architecture = "polyphonic";
        request.dataset = test::pathIn(m_folder, "bands.safetensors");
        QVERIFY_RESULT(test::smallBands(6, 4).write(request.dataset));
        request.out = test::pathIn(m_folder, "run");
        request.changes = smallSizes();
        request.changes["transpose"] = 0;
        request.changes["mixShare"] = 0.0;
        request.changes["averaging"] = 0.9;
        request.steps = 150;
        request.epochSteps = 150;
        request.threads = 1;
        request.logEvery = 10;
        const auto result = train::runTraining(request, train::Start::Fresh, {}, {});
        QVERIFY_RESULT(result);
        const auto losses = test::lossesOf(request.out);
        QVERIFY(losses.size() > 2);

        const auto model = openModel((request.out / "last.safetensors").string());
        QVERIFY_RESULT(model);
        QCOMPARE((*model)->info().classes, (std::vector<std::string>{"even", "odd"}));
        const auto song = test::bandNumber(0, 4);
        const auto back = rebuildSong(**model, song, {});
        QVERIFY_RESULT(back);
        const auto notes = codec::compareNotes(song, *back);
        QVERIFY2(notes.f1() > 0.6, std::to_string(notes.f1()).c_str());
        QVERIFY2(notes.drumRecall() > 0.8, std::to_string(notes.drumRecall()).c_str());

        const auto figures =
            evaluatePolyphonic(*tensors::SafeTensors::open(request.out / "last.safetensors",
                                                           tensors::OpenOptions::weights()),
                               request.dataset, "train", {});
        QVERIFY_RESULT(figures);
        QVERIFY(figures->at("all").at("f1").get<double>() > 0.6);

        // Drums of another song, carried over, leave the rest as it was.
        const auto target = latentsOf(**model, song).front();
        const auto source = latentsOf(**model, test::bandNumber(1, 4)).front();
        const auto& blocks = (*model)->info().blocks;
        const auto drums = std::find_if(blocks.begin(), blocks.end(),
                                        [](const auto& block) { return block.id == "drums"; });
        const std::vector<int> which{static_cast<int>(drums - blocks.begin())};
        const auto carried = (*model)->transfer(target, source, which);
        QVERIFY_RESULT(carried);
        const auto before = (*model)->decode(target, {}, {});
        const auto after = (*model)->decode(*carried, {}, {});
        QVERIFY_RESULT(after);
        const auto kept = codec::compareNotes(*before, *after);
        QVERIFY(!onChannel(*after, 9).empty());
        QVERIFY2(kept.f1() > 0.5, std::to_string(kept.f1()).c_str());
    }

    void whatIsLockedIsKeptAndTheRestIsOfThePlace() {
        const auto model = smallModel();
        QVERIFY(model != nullptr);
        const auto* filler = dynamic_cast<const Filler*>(model.get());
        QVERIFY(filler != nullptr);
        QCOMPARE(filler->fillTracks().size(), std::size_t(6));
        const auto song = test::bandNumber(0, 2);
        const auto segment = model->segments(song).front();
        Random random(5);
        const auto toward = model->samplePrior(std::nullopt, random);
        QVERIFY_RESULT(toward);
        FillOptions options;
        options.toward = *toward;
        options.locked.assign(12, false);
        // Nothing is locked: the music of the place.
        const auto free = filler->fill(song, segment, options);
        QVERIFY_RESULT(free);
        QCOMPARE(free->latent, *toward);
        const auto place = model->decode(*toward, {}, {});
        QVERIFY_RESULT(place);
        QCOMPARE(free->song.notes.size(), place->notes.size());
        // The first bar of the drums: eight notes, as they are.
        options.locked[0] = true;
        const auto drums = filler->fill(song, segment, options);
        QVERIFY_RESULT(drums);
        std::vector<std::pair<music::Tick, int>> kept;
        for (const auto& note : onChannel(drums->song, 9)) {
            if (note.first < 1920) {
                kept.push_back(note);
            }
        }
        QCOMPARE(kept, (std::vector<std::pair<music::Tick, int>>{{0, 36},
                                                                 {0, 42},
                                                                 {480, 38},
                                                                 {480, 42},
                                                                 {960, 36},
                                                                 {960, 42},
                                                                 {1440, 38},
                                                                 {1440, 42}}));
        QVERIFY(drums->understood >= 0 && drums->understood <= 1);
        // Everything is locked: 16 of drums, 4 of bass, 6 of keys and 8 of the tune.
        options.locked.assign(12, true);
        const auto all = filler->fill(song, segment, options);
        QVERIFY_RESULT(all);
        QCOMPARE(all->song.notes.size(), std::size_t(34));
        // Other seeds write something else only where they may.
        options.locked.assign(12, false);
        options.spread = 1;
        options.seed = 2;
        const auto one = filler->fill(song, segment, options);
        options.seed = 3;
        const auto other = filler->fill(song, segment, options);
        QVERIFY(one && other && one->latent != other->latent);
    }

    void wrongLocksAreRefused() {
        const auto model = smallModel();
        QVERIFY(model != nullptr);
        const auto* filler = dynamic_cast<const Filler*>(model.get());
        QVERIFY(filler != nullptr);
        const auto song = test::bandNumber(0, 2);
        const auto segment = model->segments(song).front();
        FillOptions options;
        options.toward.assign(static_cast<std::size_t>(model->info().latentSize), 0.0F);
        options.locked.assign(11, true);
        QCOMPARE(filler->fill(song, segment, options).error().code, Error::Code::BadShape);
        options.locked.assign(12, true);
        QCOMPARE(filler->fill(song, {.start = -480}, options).error().code, Error::Code::BadInput);
        options.toward.pop_back();
        QCOMPARE(filler->fill(song, segment, options).error().code, Error::Code::BadShape);
        options.toward.push_back(0);
        options.cancel.cancel();
        QCOMPARE(filler->fill(song, segment, options).error().code, Error::Code::Cancelled);
    }

    void shippedWeightsGiveABandBack() {
        const auto path = fs::path(CANTO_SOURCE_DIR) / "assets/models/polyphonic.safetensors";
        if (!fs::exists(path)) {
            QSKIP("this tree ships no weights");
        }
        const auto model = openModel(path.string());
        QVERIFY_RESULT(model);
        QVERIFY(fs::file_size(path) < 4'700'000);
        const auto song = test::bandNumber(0, 2);
        const auto latents = latentsOf(**model, song);
        QVERIFY(!latents.empty());
        const auto again = (*model)->decode(latents.front(), {}, {});
        QVERIFY_RESULT(again);
        const auto score = codec::compareNotes(song, *again);
        QVERIFY2(score.recall() > 0.7, std::to_string(score.recall()).c_str());
    }
};

QTEST_GUILESS_MAIN(TestPolyphonicModel)
#include "tst_polyphonic_model.moc"
